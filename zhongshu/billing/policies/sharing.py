"""How a common cost is shared: the rule that sql/split.sql carries out for a whole building or site at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from zhongshu.billing.kinds import SharingBasis
from zhongshu.kernel.money import split

Factors = Sequence[tuple[int, Decimal]]
"""From which floor on which factor counts, ascending."""


@dataclass(frozen=True, slots=True)
class Sharer:
    """A dwelling or shop; `order` is the place of its code among the others, counted (2 before 10)."""

    order: int
    gross_area: Decimal | None
    floor_no: int | None


def weight(basis: SharingBasis, sharer: Sharer, factors: Factors = ()) -> Decimal | None:
    """None where the area or the floor is not known: the cost cannot be shared before it is."""
    if basis == SharingBasis.AREA:
        return sharer.gross_area
    if basis == SharingBasis.HOUSEHOLD:
        return Decimal(1)
    if sharer.floor_no is None:
        return None
    below = [factor for floor, factor in factors if floor <= sharer.floor_no]
    return below[-1] if below else Decimal(0)


def shares(amount: Decimal, basis: SharingBasis, sharers: Sequence[Sharer], factors: Factors = ()) -> list[Decimal]:
    """Yuan by sharer; they add up to the amount, cents left over go to the largest remainders, then in code order.

    Raises ValueError when a weight is unknown or all are zero.
    """
    weights: dict[int, Decimal] = {}
    for sharer in sharers:
        known = weight(basis, sharer, factors)
        if known is None:
            raise ValueError("a weight is unknown")
        weights[sharer.order] = known
    shared = split(amount, weights)
    return [shared[sharer.order] for sharer in sharers]
