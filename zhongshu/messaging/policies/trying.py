"""When to try again, and when to stop."""

from datetime import datetime, timedelta

WAITS = (
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
"""Between one try and the next; after the last of them a delivery is given up."""

JITTER = 0.2
"""A wait is up to so much of itself longer, so that what failed together does not come back together."""

BREATH = timedelta(minutes=1)
"""So long a channel that cannot be reached, or wants less, is left alone."""

LONGEST_TRY = timedelta(minutes=5)
"""What is still being sent after so long belongs to a worker that is dead."""

FRESH = timedelta(hours=24)
"""What could not be sent within a day is out of date."""

RECEIPTS_WITHIN = timedelta(hours=72)
"""So long a receipt may still come."""

UNREAD_AFTER = timedelta(hours=2)
"""An urgent notice that its customer has not read by then goes by their next channel."""

TROUBLED_AFTER = timedelta(minutes=10)
"""A channel that has taken nothing for so long is told to the administrators."""

KEPT = timedelta(days=180)
"""So long deliveries are kept: complaints ask who was told when."""


def wait_after(tries: int, *, chance: float) -> timedelta | None:
    """How long to wait after that many failed tries (1 and up); None: no more. `chance` is in [0, 1)."""
    return WAITS[tries - 1] * (1 + JITTER * chance) if tries <= len(WAITS) else None


def is_stale(created_at: datetime, *, at: datetime) -> bool:
    """Whether it is too late to send."""
    return at - created_at >= FRESH
