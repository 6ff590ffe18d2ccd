"""What a paid repair costs, and whether the customer has agreed to it. Exact decimals, in yuan."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Used:
    """Material or labour: so much at such a price; `is_charged`: the customer pays it."""

    quantity: Decimal
    unit_price: Decimal
    is_charged: bool = True

    @property
    def amount(self) -> Decimal:
        """Rounded to the cent, half up, line by line as a receipt shows it."""
        return (self.quantity * self.unit_price).quantize(CENT, ROUND_HALF_UP)


def charged(lines: Iterable[Used]) -> Decimal:
    """What the customer would pay for these."""
    return sum((line.amount for line in lines if line.is_charged), NOTHING)


def beyond(total: Decimal, agreed: Decimal | None) -> Decimal:
    """By how much the charge lies beyond what was agreed to; nothing was agreed: all of it."""
    return max(total - (agreed or NOTHING), NOTHING)


def due(total: Decimal, agreed: Decimal) -> Decimal:
    """What the customer owes: what was used; where nothing was entered, the price agreed to."""
    return total if total else agreed
