"""Running numbers without gaps between committed transactions."""

from datetime import date, datetime

from django.db import connection

from zhongshu.kernel.clock import day_of

_NEXT = """
    INSERT INTO kernel_runningnumber (series, last) VALUES (%s, 1)
    ON CONFLICT (series) DO UPDATE SET last = kernel_runningnumber.last + 1
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


def _numbered(prefix: str, site_code: str, days: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [f"{prefix}:{site_code}:{days}"])
        (last,) = cursor.fetchone()
    return f"{prefix}-{site_code}-{days}-{last:04d}"
