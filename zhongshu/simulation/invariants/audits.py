"""The audit is complete, and history is only added to."""

from collections.abc import Iterator

from zhongshu.simulation.invariants.looking import Look

APPEND_ONLY = (
    "billing_allocation",
    "billing_outflow",
    "care_entry",
    "care_entryend",
    "care_evaluation",
    "care_legalstep",
    "care_priorityreview",
    "care_taskmove",
    "cases_caseclosure",
    "cases_caseentry",
    "cases_correction",
    "cases_followupattempt",
    "cases_ownerhandover",
    "collecting_contact",
    "collecting_delivery",
    "community_answer",
    "community_visit",
    "community_visitdraw",
    "identity_auditentry",
    "identity_phonereveal",
    "identity_signinattempt",
    "ledger_entry",
    "ledger_leg",
    "work_dispatchdecision",
    "work_ordermove",
)


def every_move_is_audited(look: Look) -> Iterator[str]:
    """Each move of an order has its entry: the same verb, person and instant, the same states before and after."""
    yield from look.found(
        "order {}: {} by {} at {} has no entry in the audit",
        "SELECT o.number, m.verb, m.by_name, m.at FROM work_ordermove m JOIN work_workorder o ON o.id = m.order_id"
        " WHERE m.order_id IN (SELECT order_id FROM work_ordermove WHERE id > %(work_ordermove)s) AND NOT EXISTS ("
        " SELECT FROM identity_auditentry e WHERE e.target_type = 'work.workorder' AND e.target_id = m.order_id::text"
        " AND e.verb = 'work.' || m.verb AND e.at = m.at AND e.actor_name = m.by_name AND e.actor_name <> ''"
        " AND e.user_id IS NOT DISTINCT FROM m.by_id AND e.site_id = m.site_id"
        " AND e.before ->> 'state' = m.from_state AND e.after ->> 'state' = m.to_state)",
    )


_AUDITED = {
    "case {} of {}": "SELECT number, opened_at FROM cases_case t WHERE id > %(cases_case)s AND NOT EXISTS"
    " (SELECT FROM identity_auditentry e WHERE e.target_type = 'cases.case' AND e.target_id = t.id::text"
    " AND e.verb = 'cases.open' AND e.at = t.opened_at AND e.actor_name <> '')",
    "order {} of {}": "SELECT number, opened_at FROM work_workorder t WHERE id > %(work_workorder)s AND NOT EXISTS"
    " (SELECT FROM identity_auditentry e WHERE e.target_type = 'work.workorder' AND e.target_id = t.id::text"
    " AND e.verb = 'work.open_order' AND e.at = t.opened_at AND e.actor_name <> '')",
    # Who has asked not to be called is counted as called at once, by nobody.
    "the call of {} ({})": "SELECT at, answer FROM cases_followupattempt t WHERE id > %(cases_followupattempt)s"
    " AND NOT (answer = 'refused' AND at = (SELECT opened_at FROM cases_followup WHERE id = t.follow_up_id))"
    " AND NOT EXISTS (SELECT FROM identity_auditentry e WHERE e.target_type = 'cases.followup'"
    " AND e.target_id = t.follow_up_id::text AND e.verb = 'cases.record_follow_up' AND e.at = t.at"
    " AND e.user_id IS NOT DISTINCT FROM t.by_id)",
    "the handover of {} ({})": "SELECT at, reason FROM cases_ownerhandover t WHERE id > %(cases_ownerhandover)s"
    " AND NOT EXISTS (SELECT FROM identity_auditentry e WHERE e.target_type = 'cases.case'"
    " AND e.target_id = t.case_id::text AND e.verb = 'cases.hand_over' AND e.at = t.at)",
    "the workbook {} of {}": "SELECT file_name, created_at FROM estate_estateimport t"
    " WHERE id > %(estate_estateimport)s AND NOT EXISTS (SELECT FROM identity_auditentry e"
    " WHERE e.target_type = 'estate.estateimport' AND e.target_id = t.id::text"
    " AND e.verb = 'estate.send_workbook' AND e.actor_name <> '')",
}


def every_case_call_and_workbook_is_audited(look: Look) -> Iterator[str]:
    """Each case, order, call, handover and workbook that came since has its entry, by somebody, of that instant."""
    for what, query in _AUDITED.items():
        yield from look.found(what + " has no entry in the audit", query)


def history_is_only_added_to(look: Look) -> Iterator[str]:
    """Tables of history have lost no row and changed none: the server's own counters say so."""
    look.rows("SELECT pg_stat_force_next_flush()::text")
    look.rows("SELECT pg_stat_clear_snapshot()::text")
    changes = "SELECT n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = %(table)s"
    for table in APPEND_ONLY:
        count = look.one(f"SELECT count(*) FROM {table}")
        before = look.totals.get(table, 0)
        if count < before:
            yield f"{table} had {before} rows and has {count}"
        if changed := look.one(changes, table=table):
            yield f"{changed} rows of {table} were changed or removed"
        look.totals[table] = count
