"""Counting a drawer."""

from collections.abc import Mapping
from decimal import Decimal

from zhongshu.cashier.kinds import DENOMINATIONS
from zhongshu.kernel.money import ZERO, rounded


def worth(notes: Mapping[str, int]) -> Decimal:
    """Pieces by denomination, in yuan: 12 × 100 and 3 × 0.5 are 1,201.50. Raises ValueError for what is not in use."""
    if not set(notes) <= set(DENOMINATIONS) or any(pieces < 0 for pieces in notes.values()):
        raise ValueError("no such note")
    return rounded(sum((Decimal(note) * pieces for note, pieces in notes.items()), ZERO))


def change_of(tendered: Decimal, amount: Decimal) -> Decimal:
    """What goes back over the counter. Raises ValueError when too little was tendered."""
    if tendered < amount:
        raise ValueError("too little")
    return tendered - amount
