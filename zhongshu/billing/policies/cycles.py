"""When an item is charged, for which months, and by when it is to be paid. Months are known by their first day.

Cycles are counted from January: quarters begin in January, April, July and October, half-years in January and July.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from zhongshu.billing.kinds import CYCLE_MONTHS, Cycle, Timing


@dataclass(frozen=True, slots=True)
class Months:
    """Whole months, half-open: `[starts_on, ends_on)`."""

    starts_on: date
    ends_on: date

    @property
    def firsts(self) -> Iterator[date]:
        day = self.starts_on
        while day < self.ends_on:
            yield day
            day = months_later(day, 1)


def months_later(month: date, count: int) -> date:
    """The first day of the month so many months after (before, if negative)."""
    nth = month.year * 12 + month.month - 1 + count
    return date(nth // 12, nth % 12 + 1, 1)


def cycle_around(cycle: str, day: date) -> Months:
    """The cycle in which the day lies."""
    length = CYCLE_MONTHS[Cycle(cycle)]
    starts_on = months_later(day.replace(day=1), -((day.month - 1) % length))
    return Months(starts_on, months_later(starts_on, length))


def due_in(cycle: str, timing: str, month: date) -> Months | None:
    """The months charged in that month: a cycle in its first month (in advance) or its last (in arrears), else None."""
    around = cycle_around(cycle, month)
    charged_in = around.starts_on if timing == Timing.ADVANCE else months_later(around.ends_on, -1)
    return around if charged_in == month else None


def before(cycle: str, months: Months) -> Months:
    """The cycle before."""
    return Months(months_later(months.starts_on, -CYCLE_MONTHS[Cycle(cycle)]), months.starts_on)


def due_on(timing: str, months: Months, *, due_months: int, due_day: int) -> date:
    """The day by which it is to be paid: `due_day` (31: the last) of the month charged in, or so many months later."""
    charged_in = months.starts_on if timing == Timing.ADVANCE else months_later(months.ends_on, -1)
    month = months_later(charged_in, due_months)
    return month.replace(day=min(due_day, monthrange(month.year, month.month)[1]))


def first_month_from(day: date) -> date:
    """The first month that begins on the day or later."""
    return day if day.day == 1 else months_later(day.replace(day=1), 1)
