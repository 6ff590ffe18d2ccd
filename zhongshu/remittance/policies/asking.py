"""When a provider is asked again about something whose callback may be lost, and when we stop asking."""

from datetime import datetime, timedelta

LIFETIME = timedelta(minutes=15)
"""How long a payer has."""

FIRST, LONGEST = timedelta(seconds=20), timedelta(hours=1)
GRACE = timedelta(seconds=30)
IN_VAIN = timedelta(days=3)
"""An order nobody could be asked about for so long after its end has failed; the bill has the last word."""


def next_ask(*, asked: int, at: datetime) -> datetime:
    """20, 40, 80 … seconds after 0, 1, 2 … tries, at most an hour."""
    return at + min(FIRST * (1 << min(asked, 8)), LONGEST)


def next_ask_of_order(*, asked: int, expires_at: datetime, at: datetime) -> datetime:
    """The same, but not later than shortly after the order's end, when it is to be closed."""
    soon = next_ask(asked=asked, at=at)
    return min(soon, expires_at + GRACE) if at < expires_at else soon


def is_in_vain(*, expires_at: datetime, at: datetime) -> bool:
    return at >= expires_at + IN_VAIN
