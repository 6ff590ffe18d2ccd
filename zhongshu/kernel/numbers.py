"""Running numbers without gaps between committed transactions."""

from datetime import datetime

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
    day = day_of(at).strftime("%Y%m%d")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [f"{prefix}:{site_code}:{day}"])
        (last,) = cursor.fetchone()
    return f"{prefix}-{site_code}-{day}-{last:04d}"
