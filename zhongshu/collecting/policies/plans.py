"""Payment plans: instalments that come to what is owed."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from zhongshu.billing.policies.cycles import months_later
from zhongshu.kernel.money import ZERO, split

MOST = 60


@dataclass(frozen=True, slots=True)
class Part:
    """`amount` yuan by the end of `due_on`."""

    due_on: date
    amount: Decimal


def even(total: Decimal, *, first_on: date, count: int) -> list[Part]:
    """As many monthly instalments of the same size, odd cents in the first ones: 100.00 in three: 33.34, 33.33, 33.33.

    On the day of the month of the first, or the month's last day where it has none such.
    """
    shares = split(total, {number: Decimal(1) for number in range(count)})
    return [Part(_months_later(first_on, number), shares[number]) for number in range(count)]


def in_order(parts: Sequence[Part]) -> bool:
    """Each later than the one before, and none of nothing."""
    later = all(before.due_on < after.due_on for before, after in pairwise(parts))
    return later and all(part.amount > ZERO for part in parts)


def _months_later(day: date, count: int) -> date:
    month = months_later(day, count)
    return month.replace(day=min(day.day, monthrange(month.year, month.month)[1]))
