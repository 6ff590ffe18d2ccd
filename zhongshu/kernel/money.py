"""Money: exact yuan and cents, rounded half up once per line, split by largest remainder so that shares add up."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, TypeVar

from django.db import models

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
_EXACT = Context(prec=60)

K = TypeVar("K", bound=Any)


def rounded(value: Decimal) -> Decimal:
    """To the cent, half up: `89.27 × 2.35 = 209.7845 → 209.78`, `100.10 × 2.05 = 205.205 → 205.21`."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def split(total: Decimal, weights: Mapping[K, Decimal]) -> dict[K, Decimal]:
    """`total` (yuan, not negative) in proportion to the weights, to the cent; the cents left over go to the largest
    remainders, among equals in the order of the keys. Raises ValueError when no weight is positive.

    `split(Decimal("100.00"), {"101": 1, "102": 1, "103": 1})` → 33.34, 33.33, 33.33.
    """
    whole = sum(weights.values(), Decimal(0))
    if whole <= 0:
        raise ValueError("nothing to split over")
    parts = {key: _EXACT.divmod(_EXACT.multiply(total / CENT, weight), whole) for key, weight in weights.items()}
    shares = {key: cents * CENT for key, (cents, _rest) in parts.items()}
    left = int((total - sum(shares.values(), ZERO)) / CENT)
    for key in sorted(weights, key=lambda key: (-parts[key][1], key))[:left]:
        shares[key] += CENT
    return shares


def amount_field(**options: Any) -> "models.DecimalField[Any, Any]":
    """Yuan, to the cent."""
    return models.DecimalField(max_digits=14, decimal_places=2, **options)


def rate_field(**options: Any) -> "models.DecimalField[Any, Any]":
    """A unit price (yuan) or a rate, six places."""
    return models.DecimalField(max_digits=14, decimal_places=6, **options)
