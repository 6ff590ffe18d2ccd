"""When to try again, when to give up, and what may be subscribed to."""

from collections.abc import Iterable
from datetime import datetime, timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""Between one try and the next; after the last of them a delivery is given up."""

JITTER = 0.2
"""A wait is up to so much of itself longer, so that what failed together does not come back together."""

LONGEST_ASKED = timedelta(hours=24)
"""A `Retry-After` beyond this is not believed."""

PATIENCE = timedelta(days=3)
"""So long an endpoint may take nothing before it is paused."""

QUIET = timedelta(minutes=1)
"""An endpoint that did not answer at all is left alone so long, whatever else waits for it."""

OVERLAP = timedelta(hours=24)
"""So long the secret before the present one still signs along."""

KEPT = timedelta(days=30)
"""So long deliveries are kept."""


def wait_after(tries: int, *, chance: float, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after that many failed tries (1 and up); None: no more. `chance` is in [0, 1).

    `asked` is what the endpoint asked for (`Retry-After`): never sooner than that.
    """
    if tries > len(WAITS):
        return None
    wait = WAITS[tries - 1] * (1 + JITTER * chance)
    return wait if asked is None else max(wait, min(asked, LONGEST_ASKED))


def is_hopeless(failing_since: datetime | None, *, at: datetime) -> bool:
    """Whether an endpoint that has taken nothing since then is to be paused."""
    return failing_since is not None and at - failing_since >= PATIENCE


def group_of(event: str) -> str:
    """`work.order_moved` belongs to the group `work`."""
    return event.partition(".")[0]


def unknown_among(wanted: Iterable[str], offered: Iterable[str]) -> list[str]:
    """What is neither an event that is offered nor a group of such."""
    names = set(offered)
    return sorted(set(wanted) - names - {group_of(name) for name in names})
