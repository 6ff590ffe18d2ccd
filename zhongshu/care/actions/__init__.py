"""Everything that may be done in care."""

from zhongshu.care.actions.evaluating import Evaluated, enter_complaints, evaluate
from zhongshu.care.actions.legal import record_legal_step
from zhongshu.care.actions.policies import change_policy, go_live
from zhongshu.care.actions.tasks import Handed, Spoken, record_line, sign_line
from zhongshu.care.actions.withdrawing import withdraw_paid

__all__ = [
    "Evaluated",
    "Handed",
    "Spoken",
    "change_policy",
    "enter_complaints",
    "evaluate",
    "go_live",
    "record_legal_step",
    "record_line",
    "sign_line",
    "withdraw_paid",
]
