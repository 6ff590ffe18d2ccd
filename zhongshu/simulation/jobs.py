"""The job that lives the demo's past, some days at a time."""

from contextlib import suppress

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhongshu.kernel.clock import now
from zhongshu.simulation import past


@app.task(
    name="simulation.live_past",
    queue="imports",
    lock="simulation.live_past",
    queueing_lock="simulation.live_past",
    retry=RetryStrategy(max_attempts=10, wait=2),
)
def live_past() -> None:
    if past.live_on(now):
        ask()


def ask() -> None:
    """Have a worker go on, unless one has been asked."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        live_past.defer()
