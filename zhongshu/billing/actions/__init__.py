"""What can be done in billing: one verb each."""

from zhongshu.billing.actions.charging import charge_once
from zhongshu.billing.actions.receiving import receive

__all__ = ["charge_once", "receive"]
