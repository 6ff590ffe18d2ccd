"""People are told."""

from collections.abc import Iterator

from zhongshu.simulation.invariants.looking import Look


def whoever_got_work_was_told(look: Look) -> Iterator[str]:
    """Every time an order goes to somebody, that person gets a message about this very move."""
    yield from look.found(
        "order {} went to {} at {}, who was not told",
        "SELECT o.number, u.name, m.at FROM work_ordermove m JOIN work_workorder o ON o.id = m.order_id"
        " JOIN people_staff s ON s.id = m.assignee_id JOIN identity_user u ON u.id = s.user_id"
        " WHERE m.id > %(work_ordermove)s AND m.verb IN ('dispatch', 'reassign') AND NOT EXISTS"
        " (SELECT FROM messaging_message g WHERE g.recipient_id = s.user_id"
        " AND g.dedupe_key = format('order:%%s:move:%%s', o.id, m.id))",
    )


def whoever_became_answerable_was_told(look: Look) -> Iterator[str]:
    """A case's owner changes by a handover alone, and the heir gets a message."""
    yield from look.found(
        "case {} was handed to {} at {}, who was not told",
        "SELECT c.number, u.name, h.at FROM cases_ownerhandover h JOIN cases_case c ON c.id = h.case_id"
        " JOIN identity_user u ON u.id = h.to_owner_id WHERE h.id > %(cases_ownerhandover)s AND NOT EXISTS"
        " (SELECT FROM messaging_message g WHERE g.recipient_id = h.to_owner_id AND g.sent_at = h.at"
        " AND starts_with(g.dedupe_key, format('case:%%s:handed_over:', c.id)))",
    )
    yield from look.found(
        "case {} has another owner than the one who heard it or to whom it was handed",
        "SELECT c.number FROM cases_case c WHERE c.closed_at IS NULL AND c.owner_id IS DISTINCT FROM coalesce("
        " (SELECT to_owner_id FROM cases_ownerhandover WHERE case_id = c.id ORDER BY id DESC LIMIT 1),"
        " (SELECT (after ->> 'owner_id')::bigint FROM identity_auditentry WHERE target_type = 'cases.case'"
        " AND target_id = c.id::text AND verb = 'cases.open'))",
    )


def every_step_reached_somebody(look: Look) -> Iterator[str]:
    """A step that was fired names whom it was told, and each of them has the message."""
    yield from look.found(
        "order {}: the step of {} % fired at {} reached nobody, or not all it names",
        "SELECT o.number, s.percent, s.fired_at FROM work_escalationstep s JOIN work_slaclock k ON k.id = s.clock_id"
        " JOIN work_workorder o ON o.id = k.order_id WHERE s.fired_at > %(until)s - interval '1 day'"
        " AND (jsonb_array_length(s.told) = 0 OR jsonb_array_length(s.told) <> (SELECT count(*) FROM messaging_message"
        " WHERE recipient_id = ANY(ARRAY(SELECT jsonb_array_elements_text(s.told)::bigint))"
        " AND dedupe_key = format('step:%%s', s.id)))",
    )
