"""When a subscribed report is due, and when one that failed is tried again."""

from datetime import date, datetime, timedelta

from zhongshu.insight.kinds import Rhythm
from zhongshu.insight.policies.periods import Period, latest_complete
from zhongshu.kernel.clock import local

READY_HOUR = 6
"""Reports of a period are made from six in the morning after it."""
PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4), timedelta(hours=12))


def due_period(rhythm: Rhythm, *, since: date, last: date | None, at: datetime) -> Period | None:
    """The latest complete period, if it ended after the subscription began (`since`) and is later than the one sent
    last (`last`, its first day): one report however long the clock was down, none when it goes back."""
    morning = local(at) - timedelta(hours=READY_HOUR)
    period = latest_complete(rhythm, morning.date())
    if period.ends_on <= since or (last is not None and period.starts_on <= last):
        return None
    return period


def next_try(tries: int, *, at: datetime) -> datetime | None:
    """After so many failures; None: given up."""
    return at + PAUSES[tries - 1] if tries <= len(PAUSES) else None
