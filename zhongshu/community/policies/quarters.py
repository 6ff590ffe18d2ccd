"""Quarters of the calendar and their working days."""

from datetime import date, timedelta

from zhongshu.kernel.workdays import is_workday

_A_DAY = timedelta(days=1)


def quarter_of(day: date) -> date:
    """The first day of the quarter: 2026-11-04, 2026-10-01."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_after(quarter: date) -> date:
    """The first day of the next one."""
    return _months_later(quarter, 3)


def quarter_before(quarter: date) -> date:
    return _months_later(quarter, -3)


def quarter_from(text: str, otherwise: date) -> date:
    """The quarter in which a day as typed (2026-10-01) lies; `otherwise` where it is no day."""
    try:
        return quarter_of(date.fromisoformat(text))
    except ValueError:
        return otherwise


def month_in_quarter(day: date) -> int:
    """1, 2 or 3."""
    return (day.month - 1) % 3 + 1


def first_workday(month: date) -> date:
    """The first working day of a month."""
    day = month.replace(day=1)
    while not is_workday(day):
        day += _A_DAY
    return day


def workdays_left(day: date) -> list[date]:
    """Working days from `day` to the end of its month; the day itself where none is left."""
    last = _months_later(day.replace(day=1), 1)
    days = [day + n * _A_DAY for n in range((last - day).days)]
    return [each for each in days if is_workday(each)] or [day]


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
