"""Nothing is lost."""

from collections import defaultdict
from collections.abc import Iterator

from django.core.files.storage import default_storage

from zhongshu.simulation.invariants.looking import Look

#: The one repair of an incident, which was the order of one of its cases before.
_REPAIRS = """
    SELECT c.number, o.number FROM cases_incident i JOIN work_workorder o ON o.id = i.order_id
    JOIN cases_case c ON c.incident_id = i.id OR c.id IN (SELECT case_id FROM cases_incidentanswer
    WHERE incident_id = i.id) WHERE c.number = ANY(%(heard)s)
"""
_ORDERS = """
    SELECT c.number, coalesce(o.number, '') FROM cases_case c LEFT JOIN cases_caseorder co ON co.case_id = c.id
    LEFT JOIN work_workorder o ON o.id = co.order_id WHERE c.number = ANY(%(heard)s)
"""


def nothing_heard_is_lost(look: Look) -> Iterator[str]:
    """Every matter that was acknowledged is there, as the case and with the order that were named.

    Who reported a running incident was named no order.
    """
    there: dict[str, set[str]] = defaultdict(set)
    for number, order in look.rows(_ORDERS, heard=look.memory.heard) + look.rows(_REPAIRS, heard=look.memory.heard):
        there[number] |= {order, ""}
    for number in look.memory.heard:
        if look.memory.cases[number] not in there[number]:
            named, found = look.memory.cases[number], ", ".join(sorted(filter(None, there[number])))
            yield f"case {number} was acknowledged with order {named}; there is {found or None}"


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
