"""Everything that may be done in care."""

from zhongshu.care.actions.evaluating import Evaluated, enter_complaints, evaluate
from zhongshu.care.actions.legal import record_legal_step
from zhongshu.care.actions.policies import change_policy, go_live
from zhongshu.care.actions.tasks import finish_task

__all__ = [
    "Evaluated",
    "change_policy",
    "enter_complaints",
    "evaluate",
    "finish_task",
    "go_live",
    "record_legal_step",
]
