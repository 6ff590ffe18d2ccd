"""The only writers of messaging."""

from zhongshu.messaging.actions.customers import CustomerTelling, tell_customers
from zhongshu.messaging.actions.sending import claim, fetch_receipts, send_due
from zhongshu.messaging.actions.telling import Telling, mark_read, tell, tell_all

__all__ = [
    "CustomerTelling",
    "Telling",
    "claim",
    "fetch_receipts",
    "mark_read",
    "send_due",
    "tell",
    "tell_all",
    "tell_customers",
]
