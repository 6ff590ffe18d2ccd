"""Nothing is lost."""

from collections.abc import Iterator

from django.core.files.storage import default_storage

from zhongshu.simulation.invariants.looking import Look

#: A case of an incident: its order became the one repair, or it never had one of its own.
_IN_INCIDENT = """
    SELECT c.number, coalesce(o.number, '') FROM cases_case c JOIN cases_incident i ON i.id = c.incident_id
    LEFT JOIN work_workorder o ON o.id = i.order_id AND o.number = ANY(%(orders)s) WHERE c.number = ANY(%(heard)s)
        AND NOT EXISTS (SELECT FROM cases_caseorder WHERE case_id = c.id)
"""


def nothing_heard_is_lost(look: Look) -> Iterator[str]:
    """Every matter that was acknowledged is there, as the case and with the order that were named."""
    there = dict(
        look.rows(
            "SELECT c.number, o.number FROM cases_case c JOIN cases_caseorder co ON co.case_id = c.id"
            " JOIN work_workorder o ON o.id = co.order_id WHERE c.number = ANY(%(heard)s) ORDER BY o.id DESC",
            heard=look.memory.heard,
        )
    )
    there |= dict(look.rows(_IN_INCIDENT, heard=look.memory.heard, orders=list(look.memory.cases.values())))
    for number in look.memory.heard:
        if there.get(number) != look.memory.cases[number]:
            yield f"case {number} was acknowledged with order {look.memory.cases[number]}; there is {there.get(number)}"


def every_case_has_work_and_an_owner(look: Look) -> Iterator[str]:
    """Until it has ended, a case has at least one order and somebody who is answerable for it."""
    yield from look.found(
        "case {} is {} and has no owner",
        "SELECT number, state FROM cases_case WHERE closed_at IS NULL AND owner_id IS NULL",
    )
    yield from look.found(
        "case {} is {} and has no order",
        "SELECT number, state FROM cases_case c WHERE (id > %(cases_case)s OR closed_at IS NULL)"
        " AND incident_id IS NULL AND NOT EXISTS (SELECT FROM cases_caseorder WHERE case_id = c.id)",
    )


def no_case_is_forgotten(look: Look) -> Iterator[str]:
    """A case whose work has ended is called back about or closed; one that waits for a call has one to make."""
    if look.memory.stopped:
        return
    yield from look.found(
        "case {} is open although its work has ended",
        "SELECT c.number FROM cases_case c JOIN cases_caseorder co ON co.case_id = c.id"
        " JOIN work_workorder o ON o.id = co.order_id WHERE c.state = 'open'"
        " AND NOT EXISTS (SELECT FROM cases_incident WHERE id = c.incident_id AND state IN ('open', 'restored'))"
        " AND NOT EXISTS (SELECT FROM cases_referral WHERE case_id = c.id AND settled_at IS NULL)"
        " AND NOT EXISTS (SELECT FROM cases_complaint WHERE case_id = c.id AND kind <> 'compliment')"
        " GROUP BY c.number"
        " HAVING bool_and(o.state IN ('closed', 'withdrawn')) AND bool_or(o.state = 'closed')",
    )
    yield from look.found(
        "case {} waits for a call that nobody has to make",
        "SELECT number FROM cases_case c WHERE state = 'follow_up'"
        " AND NOT EXISTS (SELECT FROM cases_followup WHERE case_id = c.id AND done_at IS NULL)",
    )


def every_event_is_delivered(look: Look) -> Iterator[str]:
    """By the end of the day every reaction has run, unless nothing runs at all."""
    if look.memory.stopped:
        return
    yield from look.found(
        "event {} about {} of {} waits after {} attempts: {}",
        "SELECT name, payload, occurred_at, attempts, right(last_error, 200) FROM kernel_outboxevent"
        " WHERE delivered_at IS NULL ORDER BY id",
    )


def every_workbook_is_kept(look: Look) -> Iterator[str]:
    """A workbook that was sent in and acknowledged is there, with its file."""
    kept = dict(look.rows("SELECT sha256, file FROM estate_estateimport WHERE id > %(estate_estateimport)s"))
    for digest in look.memory.workbooks:
        if digest not in kept or not default_storage.exists(kept[digest]):
            yield f"the workbook {digest[:12]} was acknowledged and is gone"
