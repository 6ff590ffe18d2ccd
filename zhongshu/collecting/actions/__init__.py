"""What can be done in collecting: one verb each."""

from zhongshu.collecting.actions.notices import record_delivery, withdraw_notice
from zhongshu.collecting.actions.printing import ask_bills_print, ask_notices_print, post_print_run

__all__ = ["ask_bills_print", "ask_notices_print", "post_print_run", "record_delivery", "withdraw_notice"]
