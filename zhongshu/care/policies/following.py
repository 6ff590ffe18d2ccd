"""When plans, records and requests are due, and when somebody is reminded of them."""

from datetime import date, timedelta
from typing import Final

from zhongshu.care.policies.table import months_later

ANSWERED_WITHIN: Final = timedelta(days=15)
"""A person answers a customer who asked for one (Personal Information Protection Law, articles 24 and 50)."""
WARNED_BEFORE: Final = timedelta(days=5)
"""So long before an answer is due, those who give it are reminded."""
LINK_LASTS: Final = timedelta(days=14)
_AGAIN_AFTER: Final = timedelta(days=7)
GOOD_MONTHS: Final = 3


def is_to_remind(due_on: date, reminded_on: date | None, on: date) -> bool:
    """On the day it is due, and every week until it is done."""
    return on >= due_on and (reminded_on is None or on >= reminded_on + _AGAIN_AFTER)


def next_review_on(on: date) -> date:
    """A record is reviewed monthly: 2026-01-31, then 2026-02-28."""
    return months_later(on, 1)


def may_close(good_since: date | None, on: date) -> bool:
    """A record closes when the score has stood above its band for three months."""
    return good_since is not None and on >= months_later(good_since, GOOD_MONTHS)
