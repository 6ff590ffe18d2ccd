"""Background jobs and undelivered events."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from zhongshu.identity import actions, job_queries
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.permissions import MANAGE_JOBS
from zhongshu.kernel import outbox
from zhongshu.kernel.clock import now
from zhongshu.web.excel import Sheet, download
from zhongshu.web.paging import page_of

EVENTS_SHOWN = 20
EXPORTED = 20_000


@page(MANAGE_JOBS)
def jobs(request: SignedInRequest) -> HttpResponse:
    wanted = {name: request.GET.get(name, "") for name in ("state", "queue")}
    rows = job_queries.jobs(**wanted)
    if request.GET.get("export") == "xlsx":
        return download("jobs", [_sheet(list(rows[:EXPORTED]))])
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "wanted": wanted,
        "states": job_queries.STATES,
        "events": outbox.failing().order_by("pk")[:EVENTS_SHOWN],
    }
    return render(request, "identity/jobs.html", context)


@page(MANAGE_JOBS)
def health(request: SignedInRequest) -> HttpResponse:
    """The part of the page that keeps itself up to date."""
    context = {"health": job_queries.health(at=now()), "states": job_queries.STATES}
    return render(request, "identity/parts/health.html", context)


@page(MANAGE_JOBS, "POST")
def retry(request: SignedInRequest, job_id: int) -> HttpResponse:
    actions.retry_job(actor=request.actor, at=now(), job_id=job_id)
    messages.success(request, _("任务已重新排队。"))
    return redirect("identity:jobs")


@page(MANAGE_JOBS, "POST")
def delivery(request: SignedInRequest, event_id: int) -> HttpResponse:
    actions.redeliver_event(actor=request.actor, at=now(), event_id=event_id)
    messages.success(request, _("事件已重新投递。"))
    return redirect("identity:jobs")


def _sheet(rows: list[ProcrastinateJob]) -> Sheet:
    header = [_("编号"), _("队列"), _("任务"), _("参数"), _("状态"), _("已试次数"), _("计划时间"), _("最近变化")]
    return Sheet(_("后台任务"), header, [_cells(job) for job in rows])


def _cells(job: Any) -> list[Any]:
    """`noted_at` comes from the query."""
    told = [job.pk, job.queue_name, job.task_name, str(job.args), job.status]
    return [*told, job.attempts, job.scheduled_at, job.noted_at]
