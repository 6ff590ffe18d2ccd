"""Each promise is really looked at: some days are lived once, then the tables are spoilt in one way, and mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from pytest_django import DjangoDbBlocker

from zhongshu.cases import queries as case_queries
from zhongshu.cases.models import Case
from zhongshu.config.tick import tick
from zhongshu.simulation.hours import midnight
from zhongshu.simulation.invariants import INVARIANTS
from zhongshu.simulation.invariants.looking import Memory, Watch
from zhongshu.simulation.invariants.moves import legal_order_moves
from zhongshu.simulation.throwaway import Throwaway
from zhongshu.simulation.trial import Plan, Trial
from zhongshu.work.lifecycle import MOVES

PLAN = Plan(seed=5, days=5, units=12, trying=60, faults=True)

DROP = "ALTER TABLE {} DROP CONSTRAINT {};"
FREE = "ALTER TABLE {} DISABLE TRIGGER append_only;"
AGAIN = "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} ORDER BY id LIMIT 1;"

INCIDENT = """
    INSERT INTO cases_incident (site_id, number, title, category, urgency, state, opened_at)
    SELECT site_id, 'SJ-X', '停水', 'plumbing', 'P2', '{}', opened_at FROM cases_case LIMIT 1;"""
JUDGED = """
    INSERT INTO cases_judgement (site_id, case_id, at, by_name, upheld, severity, points, criteria, note)
    SELECT site_id, id, opened_at, '', true, 'ordinary', {}, '[]', '' FROM cases_case ORDER BY id LIMIT 1;"""
HELPED = """
    INSERT INTO work_aidspell (site_id, order_id, staff_id, joined_at, left_at, minutes)
    SELECT o.site_id, o.id, s.id, o.opened_at, o.opened_at + interval '1 hour', {} FROM work_workorder o
    JOIN people_staff s USING (site_id)
    ORDER BY o.id, s.id LIMIT 1;"""

KEPT = "ALTER TABLE {} DISABLE TRIGGER USER;"
BILL = (
    KEPT.format("billing_charge")
    + """
    INSERT INTO billing_charge (site_id, account_id, place_id, item_id, tariff_id, entry_id, source_id, late_fee_of_id,
        revision, period_start, period_end, due_on, issued_on, recorded_at, quantity, unit_price, amount, vat_rate,
        vat_amount, late_fee_rate, payer, open_amount, detail)
    SELECT site_id, {}, place_id, item_id, tariff_id, entry_id, source_id, {}, 9, period_start, period_end,
        {}, issued_on, recorded_at, quantity, unit_price, amount * 2, 0, 0, 0, payer, amount, detail
    FROM billing_charge c WHERE id IN (SELECT charge_id FROM billing_allocation WHERE order_used = 'law')
        AND place_id IS NOT NULL ORDER BY id LIMIT 1;"""
)
#: What is done to the books, by the promise that must notice it.
MISCOUNTED = {
    "every_entry_balances_in_every_fund": KEPT.format("ledger_leg") + "UPDATE ledger_leg SET amount = amount + 1",
    "the_trial_balance_is_zero": KEPT.format("ledger_leg") + "UPDATE ledger_leg SET amount = amount + 1",
    "open_amounts_are_what_is_left": KEPT.format("billing_charge") + "UPDATE billing_charge SET open_amount = amount",
    "credit_is_what_is_left_of_payments": KEPT.format("billing_payment")
    + "UPDATE billing_payment SET unallocated = 0.5",
    "sub_ledgers_agree_with_the_ledger": "UPDATE cashier_shift SET cash = cash + 1",
    "nothing_is_charged_twice": BILL.format("account_id", "NULL", "due_on"),
    "no_place_is_charged_twice_for_a_day": BILL.format("account_id + 1", "NULL", "due_on"),
    "late_fees_keep_to_their_bounds": BILL.format("account_id", "id", "due_on"),
    "money_stays_with_its_account": KEPT.format("billing_payment")
    + "UPDATE billing_payment SET account_id = account_id + 1",
    "two_people_agree": "UPDATE billing_tariff SET decided_by_id = proposed_by_id",
    "the_same_money_counts_once": DROP.format("billing_payment", "payment_reference_once")
    + KEPT.format("billing_payment")
    + "UPDATE billing_payment SET method = 'pos', reference = '1'",
    "amounts_say_how_they_came_about": KEPT.format("billing_charge")
    + """UPDATE billing_charge SET detail = '{"months": [{"amount": "0.01"}]}'""",
    "fees_by_area_are_area_times_price": KEPT.format("billing_charge")
    + "UPDATE billing_charge SET amount = amount + 0.01",
    "fixed_and_metered_fees_are_reckoned_anew": KEPT.format("billing_charge")
    + "UPDATE billing_charge SET amount = amount + 0.01",
    "shared_costs_are_charged_to_the_cent": """
        INSERT INTO billing_sharedcost (site_id, item_id, place_id, period_start, period_end, basis, amount,
            floor_factors, note, state, at)
        SELECT site_id, item_id, place_id, period_start, period_end, 'area', 10, '[]', '', 'ready', recorded_at
        FROM billing_charge WHERE place_id IS NOT NULL LIMIT 1;
        INSERT INTO billing_sharedshare (cost_id, place_id, weight, amount)
        SELECT id, place_id, 1, 9.99 FROM billing_sharedcost ORDER BY id DESC LIMIT 1""",
    "what_is_due_is_cleared_first": BILL.format("account_id", "NULL", "issued_on")
    + "UPDATE billing_charge SET due_on = issued_on + 400 WHERE revision = 0",
    "closed_months_stay_closed": KEPT.format("ledger_period")
    + """
        INSERT INTO ledger_period (site_id, month, closed_at, closed_by_name, reopened_by_name, reason)
        SELECT site_id, date_trunc('month', dated_on), '2020-01-01', '', '', '' FROM ledger_entry LIMIT 1""",
    "every_drawer_holds_what_went_through_it": "UPDATE cashier_shift SET opening_cash = opening_cash + 1",
    "a_closed_day_stays_closed": KEPT.format("cashier_dailyclose")
    + "UPDATE cashier_dailyclose SET at = at - interval '3 days'",
    "one_debit_at_a_time": """
        UPDATE remittance_debitline SET state = 'asked', collected = 0, payment_id = NULL, charge_ids = '{1,1}'""",
    "prepaid_months_are_drawn_once": """
        INSERT INTO billing_prepayment (site_id, account_id, place_id, item_id, payment_id, starts_on, ends_on, months,
            list_amount, paid_amount, created_at)
        SELECT p.site_id, p.account_id, (SELECT min(id) FROM estate_place), (SELECT min(id) FROM billing_chargeitem),
            p.id, received_on, received_on + 30, 1, 1, 0.01, recorded_at
        FROM billing_payment p WHERE id IN (SELECT payment_id FROM billing_allocation)
            AND id NOT IN (SELECT payment_id FROM billing_prepayment) LIMIT 1""",
    "money_leaves_a_trace": FREE.format("identity_auditentry")
    + "DELETE FROM identity_auditentry WHERE verb = 'billing.receive'",
    "every_movement_is_in_the_books": KEPT.format("billing_charge") + "UPDATE billing_charge SET entry_id = 0",
    "statements_are_what_the_charges_have_open": KEPT.format("billing_charge")
    + "UPDATE billing_charge SET open_amount = open_amount / 2",
    "months_in_arrears_are_counted_anew": """
        CREATE OR REPLACE FUNCTION billing_arrears(
            of_site bigint, of_accounts bigint[], on_day date, paid_before date, ignore_below numeric,
            known_at timestamptz
        ) RETURNS TABLE (account_id bigint, months integer, oldest_due_on date, oldest_month date) LANGUAGE sql AS
            'SELECT id, 1, on_day, on_day FROM estate_account WHERE id = ANY (of_accounts)'""",
    "notices_name_what_is_owed": """
        INSERT INTO collecting_notice (site_id, number, account_id, kind, "on", made_at, state, months, principal,
            late_fees, source, evidence, withdrawn_reason)
        SELECT site_id, 'CF-1', id, 'payment_notice', '2026-01-03', now(), 'planned', 1, 5, 0, '1', '', ''
        FROM estate_account ORDER BY id LIMIT 1""",
    "plans_come_to_what_they_name": """
        INSERT INTO collecting_paymentplan (site_id, account_id, agreed_on, agreed_with, total, note, file, recorded_at,
            end_reason)
        SELECT site_id, id, '2026-01-03', '', 5, '', '', now(), '' FROM estate_account ORDER BY id LIMIT 1""",
}
ENTRY = """
    INSERT INTO care_entry (site_id, account_id, rule, occurrence, revision, points, effective_on, recorded_at,
        in_force_until, policy_id, episode_id, source, reason, customer_reason, reverses_id, is_opening)
    SELECT site_id, id, '{rule}', 3, 7, {points}, '2026-01-02', '2026-01-02', '2027-01-01',
        (SELECT min(id) FROM care_policy), (SELECT max(id) FROM care_episode), '{source}', '', '', {reverses}, false
    FROM estate_account WHERE kind = 'ordinary' ORDER BY id LIMIT 1;"""
TAKEN = ENTRY.format(rule="arrears.3", points=-1, source="a", reverses="NULL")
EPISODE = """
    INSERT INTO care_episode (site_id, account_id, began_on, ended_on, is_opening, is_void)
    SELECT site_id, id, '2025-12-01', {}, false, false FROM estate_account WHERE kind = 'ordinary'
    ORDER BY id {} LIMIT 1;"""
TASK = """
    INSERT INTO care_task (site_id, account_id, rule, occurrence, revision, source, episode_id, opened_on, recorded_at,
        roles, manner, letter, state, hold)
    SELECT site_id, account_id, 'arrears.4', 4, {}, 'a', id, '2026-01-05', now(), '["keeper"]', 'telephone', '', 'open',
        '' FROM care_episode ORDER BY id DESC LIMIT 1;"""
STANDING = """
    INSERT INTO care_standing (site_id, account_id, score, band, is_gold, changed_on)
    SELECT site_id, id, {}, '{}', false, '2026-01-05' FROM estate_account ORDER BY id DESC LIMIT 1;"""
#: What is done to the score, by the promise that must notice it.
MISJUDGED = {
    "the_score_is_the_sum_of_its_entries": TAKEN,
    "every_score_is_in_its_band": STANDING.format(99, "poor"),
    "nothing_fires_twice": EPISODE.format("NULL", "") + TAKEN + TAKEN.replace("'a'", "'b'"),
    "what_is_taken_back_is_taken_back_whole": TAKEN
    + ENTRY.format(rule="reversal", points=2, source="b", reverses="(SELECT max(id) FROM care_entry)"),
    "every_day_is_evaluated_once": """
        INSERT INTO care_evaluation (site_id, from_on, to_on, at, accounts_changed, entries, tasks, notices)
        SELECT max(site_id), '2026-02-02', '2026-02-02', now(), 0, 0, 0, 0 FROM care_evaluation""",
    "one_step_asks_at_a_time": EPISODE.format("'2026-01-02'", "") + TASK.format(0),
    "who_is_asked_is_somebody": EPISODE.format("NULL", "") + TASK.format(0),
    "who_has_paid_is_left_alone": EPISODE.format("NULL", "DESC") + TASK.format(0),
    "the_lowest_band_has_its_records": STANDING.format(30, "priority"),
    "a_second_reckoning_says_the_same": EPISODE.format("NULL", "") + TAKEN,
    "visits_are_drawn_as_promised": """
        INSERT INTO community_visitdraw (site_id, keeper_id, quarter, month, seed, population, count, candidates,
            drawn_at) SELECT site_id, user_id, '2026-01-01', '2026-03-01', 'x', 10, 1, '[[1], [2], [3]]',
            now() FROM people_staff ORDER BY id LIMIT 1""",
    "every_bad_answer_is_followed_up": """
        INSERT INTO community_survey (site_id, quarter, closes_on, sent_at)
        SELECT min(id), '2026-01-01', '2026-04-01', now() FROM identity_site;
        INSERT INTO community_invitation (site_id, survey_id, account_id, digest)
        SELECT site_id, (SELECT max(id) FROM community_survey), id, 'x' FROM estate_account ORDER BY id LIMIT 1;
        INSERT INTO community_answer (site_id, invitation_id, way, marks, problem, category, at)
        SELECT site_id, id, 'paper', '{"overall": 2}', '', '', now() FROM community_invitation""",
}
BOOKS = MISCOUNTED | MISJUDGED
#: What is done to the tables, by the promise that must notice it.
SPOILT = BOOKS | {
    "nothing_heard_is_lost": "DELETE FROM cases_caseorder WHERE id = (SELECT max(id) FROM cases_caseorder)",
    "every_case_has_work_and_an_owner": "UPDATE cases_case SET owner_id = NULL, closed_at = NULL",
    "no_case_is_forgotten": "UPDATE cases_case SET state = 'open' WHERE state = 'closed'",
    "every_event_is_delivered": "UPDATE kernel_outboxevent SET delivered_at = NULL WHERE name = 'work.order_moved'",
    "one_case_for_each_matter": """
        INSERT INTO cases_case (number, site_id, channel, text, caller_name, caller_phone, place_text, place_verdict,
            category, urgency, team_kind, referrals, classification, needs_person, state, reopened_count,
            further_call_count, opened_at)
        SELECT number || '-2', site_id, channel, text, '', '', '', '{}', category, urgency, team_kind, '[]', '{}',
            false, state, 0, 0, opened_at FROM cases_case LIMIT 1""",
    "one_reaction_for_each_event": DROP.format("kernel_outboxreaction", "outbox_reaction_once")
    + AGAIN.format(table="kernel_outboxreaction", columns="event_id, handler, done_at"),
    "one_step_and_one_message_for_each_occasion": DROP.format("messaging_message", "message_once")
    + AGAIN.format(
        table="messaging_message",
        columns="recipient_id, site_id, kind, title, body, link, is_urgent, dedupe_key, sent_at",
    ),
    "one_open_call_for_each_case": "UPDATE cases_followup SET done_at = NULL",
    "one_answer_for_each_call": AGAIN.format(
        table="cases_followupattempt", columns="site_id, follow_up_id, at, by_id, answer, score, words"
    ),
    "codes_and_numbers_are_unique": DROP.format("cases_case", "cases_case_number_key")
    + "UPDATE cases_case SET number = (SELECT min(number) FROM cases_case)",
    "orders_move_by_the_table": FREE.format("work_ordermove")
    + "DELETE FROM work_ordermove WHERE id = (SELECT min(id) FROM work_ordermove WHERE verb = 'accept')",
    "orders_stand_where_their_moves_led": "UPDATE work_workorder SET state = 'travelling'",
    "time_never_runs_backwards_in_an_order": FREE.format("work_ordermove")
    + "UPDATE work_ordermove SET at = at - interval '1 day' WHERE verb = 'finish'",
    "cases_move_by_the_table": "UPDATE cases_case SET state = 'withdrawn' WHERE state = 'closed'",
    "what_is_closed_is_closed_altogether": "UPDATE work_workorder SET ended_at = NULL",
    "every_due_step_is_fired": "UPDATE work_escalationstep SET fired_at = NULL",
    "no_step_is_fired_early_or_called_off_late": "UPDATE work_escalationstep SET cancelled_at = due_at + interval '1s'",
    "every_missed_target_was_escalated": "DELETE FROM work_escalationstep;"
    "UPDATE work_slaclock SET target_at = started_at",
    "ended_orders_have_no_running_clock": "DROP INDEX sla_clock_running_once;"
    "UPDATE work_slaclock SET stopped_at = NULL",
    "every_move_is_audited": FREE.format("identity_auditentry")
    + "DELETE FROM identity_auditentry WHERE verb = 'work.accept'",
    "every_case_call_and_workbook_is_audited": FREE.format("identity_auditentry")
    + "UPDATE identity_auditentry SET actor_name = '' WHERE verb = 'cases.open'",
    "whoever_got_work_was_told": "DELETE FROM messaging_message WHERE kind = 'order_assigned'",
    "whoever_became_answerable_was_told": "UPDATE cases_case SET closed_at = NULL, owner_id = (SELECT max(id)"
    " FROM identity_user)",
    "every_step_reached_somebody": "UPDATE work_escalationstep SET told = '[]', fired_at = %(late)s",
    "every_caller_of_an_incident_is_answered": INCIDENT.format("closed")
    + "UPDATE cases_case SET state = 'open', incident_id = (SELECT max(id) FROM cases_incident)"
    " WHERE id = (SELECT max(id) FROM cases_case)",
    "one_repair_for_an_incident": INCIDENT.format("open")
    + "UPDATE work_workorder SET state = 'accepted', ended_at = NULL, kind = 'repair';"
    "UPDATE cases_case SET reopened_count = 0, incident_id = (SELECT max(id) FROM cases_incident)",
    "judgements_keep_to_their_bands": JUDGED.format(-9),
    "a_judgement_is_reversed_at_most_once": JUDGED.format(-3) + JUDGED.format(-4),
    "no_complaint_lies_about": """
        INSERT INTO cases_complaint (site_id, case_id, kind, subject, is_anonymous, at, judge_due_at)
        SELECT site_id, id, 'complaint', '', false, opened_at, %(late)s FROM cases_case c
        WHERE NOT EXISTS (SELECT FROM cases_complaint WHERE case_id = c.id) LIMIT 1""",
    "every_referral_is_checked_back": """
        INSERT INTO cases_referral (site_id, case_id, body_id, at, spoke_to, number_given, is_transferred, words,
            check_back_due_at, check_back_latest_at, outcome, outcome_words)
        SELECT site_id, id, (SELECT min(id) FROM cases_referralbody), opened_at, '', '110', false, '',
            %(late)s, %(late)s, '', '' FROM cases_case LIMIT 1""",
    "nobody_helps_in_two_places": DROP.format("work_aidspell", "aid_no_overlap")
    + HELPED.format(60)
    + HELPED.format(60),
    "helped_time_is_credited": HELPED.format(999),
    "no_window_is_overbooked": """
        UPDATE work_slotwindow SET capacity = 0;
        INSERT INTO work_visitslot (site_id, order_id, window_id, "on", starts_at, ends_at, channel, booked_at)
        SELECT w.site_id, o.id, w.id, current_date, now(), now() + interval '2 hours', 'desk', now()
        FROM work_slotwindow w, work_workorder o
        WHERE NOT EXISTS (SELECT FROM work_visitslot WHERE order_id = o.id) LIMIT 1""",
    "nobody_pays_more_than_agreed": """
        INSERT INTO work_ordermaterial (site_id, order_id, name, unit, quantity, unit_price, is_charged, at)
        SELECT site_id, id, '阀门', '', 2, 999, true, opened_at FROM work_workorder WHERE state = 'closed' LIMIT 1""",
    "what_must_be_checked_is_checked": "DELETE FROM work_checklistentry",
    "every_step_of_the_hotline_is_told_once": """
        INSERT INTO channels_hotlinesheet (site_id, number, kind, state, case_id, transferred_at, received_at,
            sign_due_at, contact_due_at, reply_due_at, repeats, satisfaction, result_words)
        SELECT site_id, 'X-1', 'help', 'received', id, opened_at, opened_at, opened_at, opened_at, opened_at, 0, '', ''
        FROM cases_case c WHERE NOT EXISTS (SELECT FROM channels_hotlinesheet WHERE case_id = c.id) LIMIT 1;
        INSERT INTO channels_hotlinealert (sheet_id, stage, percent, due_at)
        SELECT max(id), 'sign', 50, %(late)s FROM channels_hotlinesheet""",
    "one_call_back_for_a_caller": """
        INSERT INTO channels_callback (site_id, number, opened_at, due_at, outcome)
        SELECT site_id, '15400000001', opened_at, opened_at, 'reached' FROM cases_case LIMIT 1""",
    "nothing_goes_out_twice": DROP.format("messaging_delivery", "messaging_delivery_key_key")
    + 2
    * """
        INSERT INTO messaging_delivery (message_id, way, key, address, is_urgent, state, created_at, tries,
            provider_ids, text, parts) SELECT min(id), 'email', 'x', '', false, 'sent', now(), 1, ARRAY[]::text[], '', 1
        FROM messaging_message;""",
    "one_call_for_help_at_a_time": """
        INSERT INTO scene_assistance (site_id, number, danger, words, raised_by_id, raised_at, key, state, round,
            target_at, harmed_name)
        SELECT site_id, 'ZY-X', 'fire', '', owner_id, opened_at, 'x', 'over', 1, opened_at, ''
        FROM cases_case LIMIT 1""",
}
#: Promises about what is not in the tables are broken in other ways, below and in test_trial.py.
ELSEWHERE = {
    "every_workbook_is_kept",
    "a_workbook_of_what_is_there_changes_nothing",
    "another_model_changes_nothing_that_is_open",
    "history_is_only_added_to",
    "lists_hold_rows_of_own_sites_only",
    "the_forbidden_looks_absent",
    "the_same_run_again_adds_nothing",
}
#: The server's counters also count changes that were taken back, as ours are here.
COUNTED = {"history_is_only_added_to"}


@dataclass(frozen=True)
class Lived:
    until: datetime
    cases: dict[str, str]

    def broken(self, memory: Memory | None = None, *, promise: str = "") -> set[str]:
        """The promises that are broken now (only that one), seen by somebody who sees all of it for the first time."""
        remembered = memory or Memory(cases=self.cases, heard=list(self.cases))
        looked_at = [each for each in INVARIANTS if promise in ("", each.__name__)]
        watch = Watch(looked_at, remembered, seed=1)
        return {violation.invariant for violation in watch.look(PLAN.first, self.until)}


@pytest.fixture(scope="module")
def lived(_server: Throwaway, django_db_blocker: DjangoDbBlocker) -> Iterator[Lived]:
    with django_db_blocker.unblock():
        trial = Trial(PLAN, _server, tick=lambda at: tick(at=at))
        assert trial.run().violations == []
        repair = Coalesce("case_orders__order__number", "incident__order__number", Value(""))
        rows = Case.objects.order_by("-case_orders__order_id").values_list("number", repair)
        yield Lived(midnight(PLAN.first + timedelta(days=PLAN.days)), dict(rows))


def test_every_promise_is_broken_in_some_test() -> None:
    assert {invariant.__name__ for invariant in INVARIANTS} == SPOILT.keys() | ELSEWHERE


def test_every_promise_says_what_it_promises() -> None:
    assert all(invariant.__doc__ for invariant in INVARIANTS)


def test_what_is_sound_is_called_sound(lived: Lived) -> None:
    assert lived.broken() == set()


@pytest.mark.parametrize("promise", SPOILT)
def test_a_broken_promise_is_seen(lived: Lived, promise: str) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            spoil = SPOILT[promise].replace("%(late)s", f"'{lived.until - timedelta(hours=1)}'")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE;" + spoil)
        found = lived.broken(promise=promise)
        transaction.set_rollback(True)
    assert promise in found


def test_a_workbook_that_is_gone_is_missed(lived: Lived) -> None:
    memory = Memory(cases=lived.cases, heard=list(lived.cases), workbooks=["0" * 64])
    assert lived.broken(memory) - COUNTED == {"every_workbook_is_kept"}


def test_an_estate_that_a_workbook_changed_is_noticed(lived: Lived) -> None:
    memory = Memory(cases=lived.cases, heard=list(lived.cases), same_again=[((1, "a"), (2, "a"))])
    assert lived.broken(memory) - COUNTED == {"a_workbook_of_what_is_there_changes_nothing"}


def test_a_switch_of_the_model_that_moves_something_is_noticed(lived: Lived) -> None:
    moved = ([("order", "GD-1", "accepted", 7)], [("order", "GD-1", "dispatched", 8)])
    memory = Memory(cases=lived.cases, heard=list(lived.cases), switched=[moved])
    assert lived.broken(memory) - COUNTED == {"another_model_changes_nothing_that_is_open"}


def test_a_run_that_adds_something_the_second_time_is_noticed(lived: Lived) -> None:
    memory = Memory(cases=lived.cases, heard=list(lived.cases), ran_again=[((12, 100), (13, 110))])
    assert lived.broken(memory, promise="the_same_run_again_adds_nothing")


def test_a_list_that_shows_too_much_is_noticed(lived: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    from zhongshu.simulation.invariants import rights

    monkeypatch.setattr(rights, "SAMPLED", 50)
    monkeypatch.setattr(rights, "cases_visible", lambda actor: Case.objects.all())
    monkeypatch.setattr(case_queries, "cases_visible", lambda actor: Case.objects.all())
    assert lived.broken() - COUNTED == {"lists_hold_rows_of_own_sites_only", "the_forbidden_looks_absent"}


def test_the_table_of_moves_written_by_hand_is_the_programs() -> None:
    """Two tables, by two people: where they differ, one of them is wrong."""
    theirs = {f"{verb} {was} {to}" for verb, moves in MOVES.items() for was, to in moves.items()}
    assert set(legal_order_moves()) == theirs
