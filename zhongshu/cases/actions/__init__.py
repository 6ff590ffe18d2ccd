"""The only writers of cases: one verb per use case."""

from zhongshu.cases.actions.closing import (
    close_case,
    record_follow_up,
    reopen_case,
    settle,
    sign_off_for_customer,
)
from zhongshu.cases.actions.intake import Intake, open_case
from zhongshu.cases.actions.learning import retrain
from zhongshu.cases.actions.righting import correct_classification, put_place_right
from zhongshu.cases.actions.tending import add_note, hand_over, request_order, withdraw_case

__all__ = [
    "Intake",
    "add_note",
    "close_case",
    "correct_classification",
    "hand_over",
    "open_case",
    "put_place_right",
    "record_follow_up",
    "reopen_case",
    "request_order",
    "retrain",
    "settle",
    "sign_off_for_customer",
    "withdraw_case",
]
