"""Jobs of webhooks."""

from procrastinate.contrib.django import app

from zhongshu.kernel.clock import now
from zhongshu.webhooks import actions, batch
from zhongshu.webhooks.engine.asking import PRIORITY, QUEUE, TASK


@app.task(name=TASK, queue=QUEUE, priority=PRIORITY)
def send(delivery_id: int) -> None:
    actions.send(delivery_id=delivery_id, at=now())


@app.task(name="webhooks.sweep", queue="events", queueing_lock="webhooks.sweep")
def sweep(timestamp: int) -> None:
    batch.sweep(at=now())


@app.task(name="webhooks.forget", queue="events", queueing_lock="webhooks.forget")
def forget(timestamp: int) -> None:
    batch.forget(at=now())
