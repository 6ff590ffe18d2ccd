"""All reads of the ledger."""

from zhongshu.ledger.queries.balances import Balances, balance, trial_balance
from zhongshu.ledger.queries.entries import entries_visible, entry_by_number, legs_of, not_found
from zhongshu.ledger.queries.periods import drafts_until, fund_differences, next_to_close, open_from, periods
from zhongshu.ledger.queries.proposals import legs_proposed, proposal_by_id, proposals_visible

__all__ = [
    "Balances",
    "balance",
    "drafts_until",
    "entries_visible",
    "entry_by_number",
    "fund_differences",
    "legs_of",
    "legs_proposed",
    "next_to_close",
    "not_found",
    "open_from",
    "periods",
    "proposal_by_id",
    "proposals_visible",
    "trial_balance",
]
