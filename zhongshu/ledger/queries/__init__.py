"""All reads of the ledger."""

from zhongshu.ledger.queries.balances import Balances, Totals, balance, totals, trial_balance
from zhongshu.ledger.queries.entries import entries_visible, entry_by_number, legs_of, not_found, reversal_of, touching
from zhongshu.ledger.queries.periods import drafts_until, fund_differences, next_to_close, open_from, periods
from zhongshu.ledger.queries.proposals import legs_proposed, proposal_by_id, proposals_visible, waiting_first
from zhongshu.ledger.queries.statements import (
    Line,
    account_by_id,
    accounts_visible,
    legs_on,
    running,
    turnover,
    with_balances,
)
from zhongshu.ledger.queries.sub_ledgers import Counting, Difference, count_with, sub_ledger_differences

__all__ = [
    "Balances",
    "Counting",
    "Difference",
    "Line",
    "Totals",
    "account_by_id",
    "accounts_visible",
    "balance",
    "count_with",
    "drafts_until",
    "entries_visible",
    "entry_by_number",
    "fund_differences",
    "legs_of",
    "legs_on",
    "legs_proposed",
    "next_to_close",
    "not_found",
    "open_from",
    "periods",
    "proposal_by_id",
    "proposals_visible",
    "reversal_of",
    "running",
    "sub_ledger_differences",
    "totals",
    "touching",
    "trial_balance",
    "turnover",
    "waiting_first",
    "with_balances",
]
