"""Tables of messaging."""

from zhongshu.messaging.models.customers import CustomerNotice
from zhongshu.messaging.models.inbox import Message

__all__ = ["CustomerNotice", "Message"]
