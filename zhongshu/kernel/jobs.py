"""Jobs of the kernel: delivering events, sweeping up after lost jobs, reviving stalled ones, forgetting old ones."""

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

from zhongshu.kernel import once, outbox
from zhongshu.kernel.clock import now

STALLED_AFTER_SECONDS = 60
KEPT_HOURS = 48

logger = logging.getLogger(__name__)


@app.task(name="kernel.deliver_event", queue="events", retry=RetryStrategy(max_attempts=12, exponential_wait=2))
def deliver_event(event_id: int) -> None:
    outbox.deliver(event_id, at=now())


@app.task(name="kernel.sweep_outbox", queue="events", queueing_lock="kernel.sweep_outbox")
def sweep_outbox(timestamp: int) -> None:
    outbox.sweep(at=now())


@app.task(name="kernel.revive_stalled", queue="events", queueing_lock="kernel.revive_stalled")
async def revive_stalled(timestamp: int) -> None:
    await revive(stalled_after_seconds=STALLED_AFTER_SECONDS)


@app.task(name="kernel.forget_old_jobs", queue="events", queueing_lock="kernel.forget_old_jobs")
async def forget_old_jobs(timestamp: int) -> None:
    """Jobs that ended well are of no interest for long; failed ones stay until somebody has looked at them."""
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_aborted=True)


@app.task(name="kernel.forget_requests", queue="events", queueing_lock="kernel.forget_requests")
def forget_requests(timestamp: int) -> None:
    once.forget(at=now())


async def revive(*, stalled_after_seconds: float) -> None:
    """A worker killed by force leaves its jobs `doing`; put them back. All jobs are safe to run again."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after_seconds):
        try:
            await _put_back(job)
        except ConnectorException:
            logger.exception("job %s was not revived", job.id)


async def _put_back(job: Job) -> None:
    """Where a twin waits already (same queueing lock), the twin does the work and this one ends."""
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:
        await app.job_manager.finish_job(job, Status.ABORTED, delete_job=False)
