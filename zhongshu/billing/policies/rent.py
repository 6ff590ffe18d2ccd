"""What a contract is charged, and when: the rule that sql/rent.sql carries out."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from zhongshu.kernel.money import rounded

A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Step:
    """The month's amount, yuan, from a day on."""

    starts_on: date
    monthly_amount: Decimal


@dataclass(frozen=True, slots=True)
class Instalment:
    """What is charged for `[since, until)`."""

    since: date
    until: date
    amount: Decimal


def later(day: date, months: int) -> date:
    """The same day so many months later, or the month's last where it has none."""
    nth = day.year * 12 + day.month - 1 + months
    year, month = nth // 12, nth % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def steps(starts_on: date, ends_on: date, monthly: Decimal, yearly_rise: Decimal) -> list[Step]:
    """A step for each year of the term; `yearly_rise` 0.05: five per cent more than the year before, to the cent."""
    made, year = [Step(starts_on, rounded(monthly))], 1
    while yearly_rise and later(starts_on, A_YEAR * year) < ends_on:
        made.append(Step(later(starts_on, A_YEAR * year), rounded(monthly * (1 + yearly_rise) ** year)))
        year += 1
    return made


def instalments(starts_on: date, ends_on: date, cycle_months: int, ladder: Sequence[Step]) -> list[Instalment]:
    """Counted from the contract's first day; a month costs the step in force on its first day, a broken last month by
    its days. Rounded once for each instalment.
    """
    made, month = [], 0
    while later(starts_on, month) < ends_on:
        firsts = [later(starts_on, month + n) for n in range(cycle_months + 1)]
        parts = [_part(first, until, ends_on, ladder) for first, until in pairwise(firsts)]
        made.append(Instalment(firsts[0], min(firsts[-1], ends_on), rounded(sum(parts, Decimal(0)))))
        month += cycle_months
    return made


def _part(first: date, until: date, ends_on: date, ladder: Sequence[Step]) -> Decimal:
    if first >= ends_on:
        return Decimal(0)
    monthly = next((step.monthly_amount for step in reversed(ladder) if step.starts_on <= first), Decimal(0))
    return monthly * (min(until, ends_on) - first).days / (until - first).days
