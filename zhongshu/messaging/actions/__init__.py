"""The only writers of messaging."""

from zhongshu.messaging.actions.telling import Telling, mark_read, tell, tell_all

__all__ = ["Telling", "mark_read", "tell", "tell_all"]
