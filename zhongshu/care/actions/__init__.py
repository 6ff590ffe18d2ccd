"""Everything that may be done in care."""

from zhongshu.care.actions.back_testing import ask_back_test
from zhongshu.care.actions.contesting import answer_review, ask_review, make_link, open_link, reverse_entry, send_link
from zhongshu.care.actions.evaluating import Evaluated, enter_complaints, evaluate
from zhongshu.care.actions.following import review_priority, write_plan
from zhongshu.care.actions.legal import record_legal_step
from zhongshu.care.actions.policies import change_policy, go_live
from zhongshu.care.actions.tasks import Handed, Spoken, record_line, sign_line
from zhongshu.care.actions.withdrawing import withdraw_paid

__all__ = [
    "Evaluated",
    "Handed",
    "Spoken",
    "answer_review",
    "ask_back_test",
    "ask_review",
    "change_policy",
    "enter_complaints",
    "evaluate",
    "go_live",
    "make_link",
    "open_link",
    "record_legal_step",
    "record_line",
    "reverse_entry",
    "review_priority",
    "send_link",
    "sign_line",
    "withdraw_paid",
    "write_plan",
]
