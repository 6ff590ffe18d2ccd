"""Failed jobs and events, tried again by hand."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.identity.permissions import MANAGE_JOBS
from zhongshu.kernel import outbox
from zhongshu.kernel.errors import Refusal
from zhongshu.kernel.jobs import deliver_event


class NotFailed(Refusal):
    """Only a failed job can be tried again by hand; the reaper looks after the others."""

    code = "not_failed"


@transaction.atomic
def retry_job(*, actor: Actor, at: datetime, job_id: int) -> None:
    """Raises NotFailed when somebody else was faster."""
    actor.require(MANAGE_JOBS)
    job = ProcrastinateJob.objects.select_for_update(of=("self",)).filter(pk=job_id).first()
    if job is None:
        raise absent()
    if job.status != "failed":
        raise NotFailed(_("这个任务没有失败，或者已经在重试。"))
    app.job_manager.retry_job_by_id(job_id, retry_at=at)
    before, after = {"status": "failed"}, {"status": "todo", "task": job.task_name}
    audit.record(actor=actor, at=at, verb="identity.retry_job", target=job, before=before, after=after)


@transaction.atomic
def redeliver_event(*, actor: Actor, at: datetime, event_id: int) -> None:
    """Ask a worker once more to deliver an event; what reacted already does not react again."""
    actor.require(MANAGE_JOBS)
    event = outbox.undelivered().filter(pk=event_id).first()
    if event is None:
        raise absent()
    deliver_event.defer(event_id=event.pk)
    audit.record(actor=actor, at=at, verb="identity.redeliver_event", target=event, after={"event": event.name})
