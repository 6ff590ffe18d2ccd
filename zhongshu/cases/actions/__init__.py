"""The only writers of cases: one verb per use case."""

from zhongshu.cases.actions.closing import (
    close_case,
    record_follow_up,
    reopen_case,
    settle,
    sign_off_for_customer,
)
from zhongshu.cases.actions.complaining import (
    judge,
    note_complaint,
    record_line,
    revise_judgement,
    sign_line,
    write_report,
)
from zhongshu.cases.actions.incidents import (
    answer_caller,
    join_incident,
    open_incident,
    restore_incident,
    settle_repair,
    split_out,
    tell_affected,
    withdraw_incident,
)
from zhongshu.cases.actions.intake import Intake, Part, open_case, open_cases, report_to_incident
from zhongshu.cases.actions.learning import retrain
from zhongshu.cases.actions.referring import check_back, edit_body, refer
from zhongshu.cases.actions.repeating import add_further_call, split_off
from zhongshu.cases.actions.righting import correct_classification, put_place_right
from zhongshu.cases.actions.tending import add_note, hand_over, request_order, withdraw_case
from zhongshu.cases.actions.weather import record_rain, set_rules

__all__ = [
    "Intake",
    "Part",
    "add_further_call",
    "add_note",
    "answer_caller",
    "check_back",
    "close_case",
    "correct_classification",
    "edit_body",
    "hand_over",
    "join_incident",
    "judge",
    "note_complaint",
    "open_case",
    "open_cases",
    "open_incident",
    "put_place_right",
    "record_follow_up",
    "record_line",
    "record_rain",
    "refer",
    "reopen_case",
    "report_to_incident",
    "request_order",
    "restore_incident",
    "retrain",
    "revise_judgement",
    "set_rules",
    "settle",
    "settle_repair",
    "sign_line",
    "sign_off_for_customer",
    "split_off",
    "split_out",
    "tell_affected",
    "withdraw_case",
    "withdraw_incident",
    "write_report",
]
