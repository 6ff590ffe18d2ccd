"""What can be done in collecting: one verb each."""

from zhongshu.collecting.actions.contacts import record_contact, set_contact_rule
from zhongshu.collecting.actions.limitation import alert_limitation
from zhongshu.collecting.actions.notices import record_delivery, withdraw_notice
from zhongshu.collecting.actions.papers import take_papers
from zhongshu.collecting.actions.plans import agree_plan, end_plan
from zhongshu.collecting.actions.printing import ask_bills_print, ask_notices_print, post_print_run
from zhongshu.collecting.actions.reasons import note_reason
from zhongshu.collecting.actions.sending import send_notices, settle_notices
from zhongshu.collecting.actions.words import end_lawyer, register_lawyer, save_template

__all__ = [
    "agree_plan",
    "alert_limitation",
    "ask_bills_print",
    "ask_notices_print",
    "end_lawyer",
    "end_plan",
    "note_reason",
    "post_print_run",
    "record_contact",
    "record_delivery",
    "register_lawyer",
    "save_template",
    "send_notices",
    "set_contact_rule",
    "settle_notices",
    "take_papers",
    "withdraw_notice",
]
