"""The job that lets time pass."""

from procrastinate.contrib.django import app

from zhongshu.config.tick import tick
from zhongshu.kernel.clock import now


@app.task(name="config.tick", queue="tick", queueing_lock="config.tick")
def tick_now(timestamp: int) -> None:
    tick(at=now())
