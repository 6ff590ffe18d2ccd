"""Billing's entries in the ledger."""

from datetime import date
from typing import Any

from zhongshu.billing.queries.books import day_in_books
from zhongshu.ledger.actions import post
from zhongshu.ledger.errors import PeriodClosed
from zhongshu.ledger.models import Entry


def post_by(day: date, *, site_id: int, **facts: Any) -> Entry:
    """Posts on the day, or on the first one still open when its month is closed: money that is told late still counts
    from its own day, but stands in the books of the month in which it was told. `facts` are those of `ledger.post`.
    """
    try:
        return post(site_id=site_id, dated_on=day, **facts)
    except PeriodClosed:
        return post(site_id=site_id, dated_on=day_in_books(site_id, day), **facts)
