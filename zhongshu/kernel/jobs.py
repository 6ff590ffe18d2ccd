"""Jobs of the kernel: delivering events, sweeping up after lost jobs, reviving stalled ones."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from zhongshu.kernel import outbox
from zhongshu.kernel.clock import now

STALLED_AFTER_SECONDS = 60


@app.task(name="kernel.deliver_event", queue="events", retry=RetryStrategy(max_attempts=12, exponential_wait=2))
def deliver_event(event_id: int) -> None:
    outbox.deliver(event_id, at=now())


@app.task(name="kernel.sweep_outbox", queue="events", queueing_lock="kernel.sweep_outbox", pass_context=False)
def sweep_outbox(timestamp: int) -> None:
    at = now()
    for event_id in outbox.overdue_event_ids(at=at):
        outbox.deliver(event_id, at=at)


@app.task(name="kernel.revive_stalled", queue="events", queueing_lock="kernel.revive_stalled")
async def revive_stalled(timestamp: int) -> None:
    """A worker killed by force leaves its jobs `doing`; put them back. All jobs are safe to run again."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await app.job_manager.retry_job(job)
