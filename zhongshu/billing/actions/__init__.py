"""What can be done in billing: one verb each."""

from zhongshu.billing.actions.receiving import receive

__all__ = ["receive"]
