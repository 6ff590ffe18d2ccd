"""Asking a worker to send."""

from collections.abc import Iterable
from datetime import datetime

from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from zhongshu.kernel.outbox import is_deferring

TASK = "webhooks.send"
QUEUE = "webhooks"
PRIORITY = -10
"""Whatever else waits goes first: a slow receiver must not hold up the house."""


def ask(delivery_ids: Iterable[int], *, when: datetime | None = None) -> None:
    """Have the deliveries sent, now or then, if this transaction commits. One statement; none for none."""
    wanted: list[JSONDict] = [{"delivery_id": pk} for pk in delivery_ids]
    if wanted and is_deferring():
        app.configure_task(TASK, queue=QUEUE, priority=PRIORITY, schedule_at=when).batch_defer(*wanted)
