"""All reads of the ledger."""

from zhongshu.ledger.queries.balances import Balances, balance, trial_balance
from zhongshu.ledger.queries.entries import entries_visible, entry_by_number, legs_of, not_found

__all__ = [
    "Balances",
    "balance",
    "entries_visible",
    "entry_by_number",
    "legs_of",
    "not_found",
    "trial_balance",
]
