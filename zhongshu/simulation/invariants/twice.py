"""Nothing happens twice."""

from collections.abc import Iterator

from zhongshu.simulation.invariants.looking import Look


def one_case_for_each_matter(look: Look) -> Iterator[str]:
    """What was said once is one case, however often it was sent: there is no case that nobody was told of."""
    yield from look.found(
        "case {} ({}) is there, and nobody was told of it",
        "SELECT number, text FROM cases_case WHERE id > %(cases_case)s AND number <> ALL(%(known)s)",
        known=look.memory.heard,
    )
    yield from look.found(
        "the request {} is remembered {} times",
        "SELECT key, count(*) FROM kernel_idempotentrequest WHERE scope = 'simulation' AND created_at >= "
        " %(until)s - interval '2 days' GROUP BY key HAVING count(*) > 1",
    )


def one_reaction_for_each_event(look: Look) -> Iterator[str]:
    """An event delivered again is not reacted to again."""
    yield from look.found(
        "{} reacted {} times to one event",
        "SELECT handler, count(*) FROM kernel_outboxreaction"
        " WHERE event_id IN (SELECT event_id FROM kernel_outboxreaction WHERE id > %(kernel_outboxreaction)s)"
        " GROUP BY event_id, handler HAVING count(*) > 1",
    )


def one_step_and_one_message_for_each_occasion(look: Look) -> Iterator[str]:
    """A step of escalation is there once for its clock, and nobody is told twice about the same occasion."""
    yield from look.found(
        "order {} has the step of {} % {} times on one clock",
        "SELECT o.number, s.percent, count(*) FROM work_escalationstep s JOIN work_slaclock k ON k.id = s.clock_id"
        " JOIN work_workorder o ON o.id = k.order_id WHERE k.order_id IN"
        " (SELECT order_id FROM work_ordermove WHERE id > %(work_ordermove)s)"
        " GROUP BY o.number, s.clock_id, s.percent HAVING count(*) > 1",
    )
    yield from look.found(
        "“{}” was told {} times to one person",
        "SELECT min(m.title), count(*) FROM messaging_message m JOIN messaging_message again USING"
        " (recipient_id, dedupe_key) WHERE m.id > %(messaging_message)s GROUP BY recipient_id, dedupe_key"
        " HAVING count(*) > 1",
    )


def one_open_call_for_each_case(look: Look) -> Iterator[str]:
    """Nobody is to be called back twice about the same, nor about a case that is open or has ended."""
    yield from look.found(
        "case {} ({}) has {} calls to make",
        "SELECT c.number, c.state, count(*) FROM cases_followup f JOIN cases_case c ON c.id = f.case_id"
        " WHERE f.done_at IS NULL GROUP BY c.number, c.state HAVING count(*) > 1"
        " OR c.state <> 'follow_up' AND NOT (c.state = 'closed' AND min(f.reason) = 'rain')",
    )


def one_answer_for_each_call(look: Look) -> Iterator[str]:
    """A call is written down once, is settled by one answer, and given up after three tries."""
    yield from look.found(
        "case {}: the call of {} is written down {} times",
        "SELECT c.number, a.at, count(*) FROM cases_followupattempt a JOIN cases_followup f ON f.id = a.follow_up_id"
        " JOIN cases_case c ON c.id = f.case_id WHERE a.id > %(cases_followupattempt)s"
        " GROUP BY c.number, a.follow_up_id, a.at HAVING count(*) > 1",
    )
    yield from look.found(
        "case {}: {} calls with {} answers for one follow-up",
        "SELECT c.number, count(*), count(*) FILTER (WHERE a.answer <> 'unreachable') FROM cases_followupattempt a"
        " JOIN cases_followup f ON f.id = a.follow_up_id JOIN cases_case c ON c.id = f.case_id WHERE a.follow_up_id IN"
        " (SELECT follow_up_id FROM cases_followupattempt WHERE id > %(cases_followupattempt)s)"
        " GROUP BY c.number, a.follow_up_id"
        " HAVING count(*) > 3 OR count(*) FILTER (WHERE a.answer <> 'unreachable') > 1",
    )


_UNIQUE = {
    "place": "SELECT code, count(*) FROM estate_place GROUP BY site_id, code HAVING count(*) > 1",
    "account": "SELECT number, count(*) FROM estate_account GROUP BY site_id, number HAVING count(*) > 1",
    "case": "SELECT number, count(*) FROM cases_case WHERE number IN"
    " (SELECT number FROM cases_case WHERE id > %(cases_case)s) GROUP BY number HAVING count(*) > 1",
    "order": "SELECT number, count(*) FROM work_workorder WHERE number IN"
    " (SELECT number FROM work_workorder WHERE id > %(work_workorder)s) GROUP BY number HAVING count(*) > 1",
    "present account of unit": "SELECT p.code, count(*) FROM estate_account a JOIN estate_place p ON p.id = a.unit_id"
    " WHERE a.ends_on IS NULL GROUP BY p.id HAVING count(*) > 1",
    "member": "SELECT c.name, count(*) FROM estate_householdmember m JOIN estate_customer c ON c.id = m.customer_id"
    " WHERE m.ends_on IS NULL GROUP BY m.account_id, c.id HAVING count(*) > 1",
}


def codes_and_numbers_are_unique(look: Look) -> Iterator[str]:
    """Places, accounts, cases and orders are known by one code each; a unit has one account at a time."""
    for what, query in _UNIQUE.items():
        yield from look.found(what + " {} is there {} times", query)


def a_workbook_of_what_is_there_changes_nothing(look: Look) -> Iterator[str]:
    """The estate's own export, sent in again, once or twice at once, leaves the estate as it was."""
    for before, after in look.memory.same_again:
        if before != after:
            yield f"the estate was {before} and became {after}"
