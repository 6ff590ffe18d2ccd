"""Months paid ahead: what each of them takes, and what goes back."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from zhongshu.kernel.money import ZERO, rounded

MOST_MONTHS = 12
"""Several cities allow no more, and none beyond the contract's end."""


def price(monthly: Decimal, months: int, discount: Decimal) -> tuple[Decimal, Decimal]:
    """List and agreed price: 12 × 209.78 are 2,517.36, at 0.95 2,391.49."""
    whole = monthly * months
    return rounded(whole), rounded(whole * discount)


def share(paid: Decimal, months: int, place: int) -> Decimal:
    """What the month at that place (from 0) takes; all of them come to what was paid, to the cent, at any time."""
    return rounded(paid * (place + 1) / months) - rounded(paid * place / months)


def shares(paid: Decimal, months: int, places: Iterable[int]) -> Decimal:
    """What those months take together."""
    return sum((share(paid, months, place) for place in places), ZERO)


def months_between(first: date, second: date) -> int:
    """Whole months from the first of a month to that of another."""
    return (second.year - first.year) * 12 + second.month - first.month


def places_of(starts_on: date, period_start: date, period_end: date) -> range:
    """Which months of the prepayment a charge's period covers; a broken month counts as the month it lies in."""
    first = months_between(starts_on, period_start)
    last = months_between(starts_on, period_end) + (1 if period_end.day > 1 else 0)
    return range(first, last)
