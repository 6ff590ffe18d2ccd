"""The only writers of the ledger: one verb per use case."""

from zhongshu.ledger.actions.posting import post, reserve_entry, reverse
from zhongshu.ledger.policies import Leg

__all__ = ["Leg", "post", "reserve_entry", "reverse"]
