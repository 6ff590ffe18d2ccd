"""Running numbers without gaps between committed transactions."""

from datetime import date, datetime

from django.db import connection

from zhongshu.kernel.clock import day_of

_NEXT = """
    INSERT INTO kernel_runningnumber (series, last) VALUES (%s, %s)
    ON CONFLICT (series) DO UPDATE SET last = kernel_runningnumber.last + excluded.last
    RETURNING last
"""


def next_number(*, prefix: str, site_code: str, at: datetime) -> str:
    """The next number of a site's day: `GD-YQL-20261101-0007`.

    The row of the series stays locked until the transaction ends, so take the number late.
    """
    return _numbered(prefix, site_code, day_of(at).strftime("%Y%m%d"))


def next_number_of_month(*, prefix: str, site_code: str, day: date) -> str:
    """The next number of the site's month in which the day lies: `JZ-YQL-202611-0007`; likewise locked."""
    return _numbered(prefix, site_code, day.strftime("%Y%m"))


def reserve_numbers(*, prefix: str, site_code: str, day: date, count: int) -> tuple[int, str]:
    """`count` numbers of a site's day at once, for set-based work: the number before the first of them, and the text
    that stands before each (`CF-YQL-20261101-`); likewise locked."""
    days = day.strftime("%Y%m%d")
    return _advance(prefix, site_code, days, count) - count, f"{prefix}-{site_code}-{days}-"


def _numbered(prefix: str, site_code: str, days: str) -> str:
    return f"{prefix}-{site_code}-{days}-{_advance(prefix, site_code, days, 1):04d}"


def _advance(prefix: str, site_code: str, days: str, count: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [f"{prefix}:{site_code}:{days}", count])
        return int(cursor.fetchone()[0])
