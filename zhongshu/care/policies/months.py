"""Ends of months."""

from datetime import date, timedelta


def month_ends(on: date, back: int) -> list[date]:
    """The last days of the `back` months before that of `on`, the earliest first, and `on` itself."""
    ends = [on]
    for _ in range(back):
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]
