"""What can be done in collecting: one verb each."""

from zhongshu.collecting.actions.notices import record_delivery, withdraw_notice
from zhongshu.collecting.actions.plans import agree_plan, end_plan
from zhongshu.collecting.actions.printing import ask_bills_print, ask_notices_print, post_print_run
from zhongshu.collecting.actions.reasons import note_reason

__all__ = [
    "agree_plan",
    "ask_bills_print",
    "ask_notices_print",
    "end_plan",
    "note_reason",
    "post_print_run",
    "record_delivery",
    "withdraw_notice",
]
