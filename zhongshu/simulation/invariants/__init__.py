"""What must hold at the end of every simulated day.

An invariant is a function `(look) -> sentences`, one for each thing that is wrong; its docstring is its promise. It
asks the tables in plain SQL and the world's memory of what it was told, never the code under test. To add one, write
the function in the module it belongs to (or a new one) and put it into `INVARIANTS`.
"""

from zhongshu.simulation.invariants import audits, clocks, losses, moves, people, rights, service, twice
from zhongshu.simulation.invariants.looking import Invariant

INVARIANTS: tuple[Invariant, ...] = (
    losses.nothing_heard_is_lost,
    losses.every_case_has_work_and_an_owner,
    losses.no_case_is_forgotten,
    losses.every_event_is_delivered,
    losses.every_workbook_is_kept,
    twice.one_case_for_each_matter,
    twice.one_reaction_for_each_event,
    twice.one_step_and_one_message_for_each_occasion,
    twice.one_open_call_for_each_case,
    twice.one_answer_for_each_call,
    twice.codes_and_numbers_are_unique,
    twice.a_workbook_of_what_is_there_changes_nothing,
    moves.orders_move_by_the_table,
    moves.orders_stand_where_their_moves_led,
    moves.time_never_runs_backwards_in_an_order,
    moves.cases_move_by_the_table,
    moves.what_is_closed_is_closed_altogether,
    clocks.every_due_step_is_fired,
    clocks.no_step_is_fired_early_or_called_off_late,
    clocks.every_missed_target_was_escalated,
    clocks.ended_orders_have_no_running_clock,
    audits.every_move_is_audited,
    audits.every_case_call_and_workbook_is_audited,
    audits.history_is_only_added_to,
    people.whoever_got_work_was_told,
    people.whoever_became_answerable_was_told,
    people.every_step_reached_somebody,
    service.every_caller_of_an_incident_is_answered,
    service.one_repair_for_an_incident,
    service.judgements_keep_to_their_bands,
    service.a_judgement_is_reversed_at_most_once,
    service.no_complaint_lies_about,
    service.every_referral_is_checked_back,
    service.nobody_helps_in_two_places,
    service.helped_time_is_credited,
    service.no_window_is_overbooked,
    service.nobody_pays_more_than_agreed,
    service.what_must_be_checked_is_checked,
    service.every_step_of_the_hotline_is_told_once,
    service.one_call_back_for_a_caller,
    service.nothing_goes_out_twice,
    service.one_call_for_help_at_a_time,
    service.another_model_changes_nothing_that_is_open,
    rights.lists_hold_rows_of_own_sites_only,
    rights.the_forbidden_looks_absent,
)
