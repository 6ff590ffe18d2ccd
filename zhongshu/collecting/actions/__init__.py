"""What can be done in collecting: one verb each."""

from zhongshu.collecting.actions.notices import record_delivery, withdraw_notice

__all__ = ["record_delivery", "withdraw_notice"]
