"""Asking a worker to send by a channel, or to fetch its receipts."""

from collections.abc import Iterable

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhongshu.kernel.outbox import is_deferring

SEND, FETCH = "messaging.send", "messaging.fetch_receipts"
QUEUE = "messages"
PRIORITY = -5
"""What the house does for itself goes first; webhooks come after people."""


def ask(task: str, channel_ids: Iterable[int]) -> None:
    """One job for each channel; none where one waits already."""
    for channel_id in channel_ids if is_deferring() else ():
        job = app.configure_task(task, queue=QUEUE, priority=PRIORITY, queueing_lock=f"{task}.{channel_id}")
        try:
            with transaction.atomic():
                job.defer(channel_id=channel_id)
        except AlreadyEnqueued:
            continue
