"""Months are closed one after the other."""

from datetime import date, timedelta


def first_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return first_of(first_of(day) + timedelta(days=31))


def last_of(day: date) -> date:
    """The last day of its month."""
    return next_month(day) - timedelta(days=1)


def month_to_close(*, open_from: date | None, first_entry_on: date | None, today: date) -> date | None:
    """The month whose turn it is: the one after the last that is closed; at the beginning that of the first entry.

    None: there is none, as a month is closed only when it is over, and books without an entry are not closed.
    """
    start = open_from or (first_of(first_entry_on) if first_entry_on else None)
    return start if start is not None and next_month(start) <= today else None
