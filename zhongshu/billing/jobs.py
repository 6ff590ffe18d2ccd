"""Jobs of billing: what takes longer than somebody waits."""

from datetime import datetime, timedelta
from typing import Final

from procrastinate.contrib.django import app

from zhongshu.billing import actions, batch
from zhongshu.billing.models import BillRun
from zhongshu.identity.actor import Actor, Origin, system_actor
from zhongshu.identity.models import Site
from zhongshu.identity.queries import actor_of
from zhongshu.kernel.clock import day_of, now

AT_ONCE: Final = 2_000
"""So many charges are issued while the person waits."""


@app.task(name="billing.issue_run", queue="imports")
def issue_run(run_id: int) -> None:
    run = BillRun.objects.select_related("asked_by").get(pk=run_id)
    actor = actor_of(run.asked_by, at=now(), origin=Origin.JOB) if run.asked_by else system_actor()
    batch.work(actor=actor, at=now(), run_id=run_id)


@app.task(name="billing.draw_credits", queue="imports")
def draw_credits(site_id: int) -> None:
    actions.draw_credits(actor=system_actor(), at=now(), site_id=site_id)


@app.task(name="billing.nightly", queue="imports", queueing_lock="billing.nightly")
def nightly(timestamp: int) -> None:
    """Credit clears what fell due; on the first of a month the late fees of the month that ended become charges."""
    at, actor = now(), system_actor()
    today = day_of(at)
    for site_id in Site.objects.order_by("pk").values_list("pk", flat=True):
        if today.day == 1:
            actions.post_late_fees(actor=actor, at=at, site_id=site_id, on=today - timedelta(days=1))
        actions.draw_credits(actor=actor, at=at, site_id=site_id)


def issue(*, actor: Actor, at: datetime, run_id: int, seen: batch.Told | None = None) -> BillRun:
    """Issues what the preview shows: a short run while the person waits, a long one by a worker.

    Raises NotFound, NotNow, ChangedMeanwhile, PeriodClosed.
    """
    run = batch.start(actor=actor, at=at, run_id=run_id, seen=seen)
    if sum(said["count"] for said in run.preview.values()) <= AT_ONCE:
        return batch.work(actor=actor, at=at, run_id=run_id)
    issue_run.defer(run_id=run_id)
    return run
