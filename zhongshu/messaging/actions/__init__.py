"""The only writers of messaging."""

from zhongshu.messaging.actions.customers import CustomerTelling, tell_customers
from zhongshu.messaging.actions.telling import Telling, mark_read, tell, tell_all

__all__ = ["CustomerTelling", "Telling", "mark_read", "tell", "tell_all", "tell_customers"]
