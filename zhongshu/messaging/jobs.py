"""Jobs of messaging."""

from procrastinate.contrib.django import app

from zhongshu.kernel.clock import now
from zhongshu.messaging import actions, batch
from zhongshu.messaging.engine.asking import FETCH, PRIORITY, QUEUE, SEND


@app.task(name=SEND, queue=QUEUE, priority=PRIORITY)
def send(channel_id: int) -> None:
    actions.send_due(channel_id=channel_id, at=now())


@app.task(name=FETCH, queue=QUEUE, priority=PRIORITY)
def fetch_receipts(channel_id: int) -> None:
    actions.fetch_receipts(channel_id=channel_id, at=now())


@app.task(name="messaging.ask_for_receipts", queue="events", queueing_lock="messaging.ask_for_receipts")
def ask_for_receipts(timestamp: int) -> None:
    batch.ask_for_receipts(at=now())


@app.task(name="messaging.forget", queue="events", queueing_lock="messaging.forget")
def forget(timestamp: int) -> None:
    batch.forget(at=now())
