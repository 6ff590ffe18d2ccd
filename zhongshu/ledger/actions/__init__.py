"""The only writers of the ledger: one verb per use case."""

from zhongshu.ledger.actions.by_hand import approve, decline, propose, propose_reversal, withdraw
from zhongshu.ledger.actions.closing import close_period, reopen_period
from zhongshu.ledger.actions.posting import post, reserve_entry, reverse
from zhongshu.ledger.policies import Leg

__all__ = [
    "Leg",
    "approve",
    "close_period",
    "decline",
    "post",
    "propose",
    "propose_reversal",
    "reopen_period",
    "reserve_entry",
    "reverse",
    "withdraw",
]
