"""The tables of the general ledger. What is posted is neither changed nor removed; the database itself refuses it."""

from zhongshu.ledger.models.books import Entry, LedgerAccount, Leg
from zhongshu.ledger.models.periods import Period
from zhongshu.ledger.models.proposals import Proposal

__all__ = ["Entry", "LedgerAccount", "Leg", "Period", "Proposal"]
