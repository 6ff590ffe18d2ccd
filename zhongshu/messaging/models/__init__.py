"""Tables of messaging."""

from zhongshu.messaging.models.channels import (
    Address,
    Channel,
    Consent,
    CustomerPreference,
    Preference,
    PushSubscription,
    QuietHours,
)
from zhongshu.messaging.models.customers import CustomerNotice
from zhongshu.messaging.models.deliveries import Attempt, Delivery, Receipt, Template
from zhongshu.messaging.models.documents import Document
from zhongshu.messaging.models.inbox import Message

__all__ = [
    "Address",
    "Attempt",
    "Channel",
    "Consent",
    "CustomerNotice",
    "CustomerPreference",
    "Delivery",
    "Document",
    "Message",
    "Preference",
    "PushSubscription",
    "QuietHours",
    "Receipt",
    "Template",
]
