"""The only writers of messaging."""

from zhongshu.messaging.actions.channels import (
    add_channel,
    delete_channel,
    edit_channel,
    pause_channel,
    resume_channel,
    send_test,
)
from zhongshu.messaging.actions.customers import CustomerTelling, tell_customers
from zhongshu.messaging.actions.mine import choose_mine, subscribe, unsubscribe
from zhongshu.messaging.actions.outgoing import hand_over, resend, send_document, withdraw, withdraw_from_customers
from zhongshu.messaging.actions.residents import (
    choose_own_ways,
    choose_ways,
    mark_notices_read,
    note_consent,
    say_own_consent,
)
from zhongshu.messaging.actions.sending import claim, fetch_receipts, send_due
from zhongshu.messaging.actions.telling import Telling, mark_read, tell, tell_all
from zhongshu.messaging.actions.words import retire_template, save_template, set_quiet_hours

__all__ = [
    "CustomerTelling",
    "Telling",
    "add_channel",
    "choose_mine",
    "choose_own_ways",
    "choose_ways",
    "claim",
    "delete_channel",
    "edit_channel",
    "fetch_receipts",
    "hand_over",
    "mark_notices_read",
    "mark_read",
    "note_consent",
    "pause_channel",
    "resend",
    "resume_channel",
    "retire_template",
    "save_template",
    "say_own_consent",
    "send_document",
    "send_due",
    "send_test",
    "set_quiet_hours",
    "subscribe",
    "tell",
    "tell_all",
    "tell_customers",
    "unsubscribe",
    "withdraw",
    "withdraw_from_customers",
]
