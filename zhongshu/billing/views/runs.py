"""Bill runs: looked at, issued, watched; what they could not charge."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing import batch, jobs
from zhongshu.billing.errors import ChangedMeanwhile
from zhongshu.billing.forms.pricing import RunForm
from zhongshu.billing.lifecycle import RunState
from zhongshu.billing.models import BillRun, ChargeItem
from zhongshu.billing.permissions import RUN_BILLS, VIEW_BILLING
from zhongshu.billing.policies.reasons import REASON_HINTS, REASON_LABELS, Reason
from zhongshu.billing.queries.runs import exceptions_listed, reasons_counted, run_seen, runs_listed, seal, told
from zhongshu.billing.views.doing import do
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web import excel
from zhongshu.web.forms import attempt
from zhongshu.web.paging import PAGE_SIZE, page_of


@page(VIEW_BILLING, "GET", "POST")
def runs(request: SignedInRequest) -> HttpResponse:
    """The runs so far; a month is looked at."""
    site_id = request.site.pk
    request.actor.require(VIEW_BILLING, site_id)
    form = RunForm(request.POST or None, site_id=site_id, initial={"period": f"{day_of(now()):%Y-%m}"})
    made: list[BillRun] = []
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    if request.method == "POST" and attempt(form, lambda **said: made.append(batch.preview(**facts, **said))):
        return redirect("billing:run", made[0].pk)
    rows = page_of(runs_listed(site_id), request.GET.get("page"))
    shown = {
        "page": rows,
        "told": {run.pk: told(run) for run in rows.rows},
        "form": form,
        "may_run": request.actor.may(RUN_BILLS, site_id),
    }
    return render(request, "billing/runs.html", shown, status=422 if form.errors else 200)


@page(VIEW_BILLING)
def run(request: SignedInRequest, run_id: int) -> HttpResponse:
    """What it would make, how far it is, or what it made; while a worker has it, asks again every other second."""
    seen = run_seen(request.actor, run_id)
    shown = {
        "run": seen,
        "told": told(seen),
        "names": dict(ChargeItem.objects.filter(site_id=seen.site_id).values_list("code", "name")),
        "reasons": [(code, REASON_LABELS[Reason(code)], count) for code, count in reasons_counted(seen)],
        "seal": seal(seen),
        "is_running": seen.state == RunState.RUNNING,
        "is_previewed": seen.state == RunState.PREVIEWED,
        "percent": seen.chunks_done * 100 // (seen.chunks or 1),
        "may_run": request.actor.may(RUN_BILLS, seen.site_id),
    }
    return render(request, "billing/parts/run.html" if request.htmx else "billing/run.html", shown)


@page(RUN_BILLS, "POST")
def run_issue(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Issues what was seen; if it has changed since, it is shown anew."""
    seen = run_seen(request.actor, run_id)
    facts: dict[str, Any] = {"actor": request.actor, "at": now()}
    try:
        if request.POST.get("seal") != seal(seen):
            raise ChangedMeanwhile(_("预览之后数据有变化，请重新核对后再出账。"))
        jobs.issue(**facts, run_id=run_id, seen=seen.preview)
    except ChangedMeanwhile as refusal:
        messages.error(request, refusal.message)
        batch.preview(**facts, site_id=seen.site_id, period=seen.period, item=seen.item)
        return redirect("billing:run", run_id)
    return redirect("billing:run", run_id)


@page(RUN_BILLS, "POST")
def run_cancellation(request: SignedInRequest, run_id: int) -> HttpResponse:
    """It will not be issued."""
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "run_id": run_id}
    return do(request, lambda: batch.cancel(**facts), said=_("已取消，没有出账。"), to=("billing:run", run_id))


@page(VIEW_BILLING)
def run_exceptions(request: SignedInRequest, run_id: int) -> HttpResponse:
    """What could not be charged, or was with a doubt, and what to do about it."""
    seen = run_seen(request.actor, run_id)
    wanted = {name: request.GET.get(name, "") for name in ("item", "reason")}
    rows = exceptions_listed(seen, **wanted)
    if request.GET.get("export") == "xlsx":
        return excel.download(f"exceptions-{seen.pk}", [_sheet(rows)])
    shown = {
        "run": seen,
        "page": page_of(rows, request.GET.get("page")),
        "wanted": wanted,
        "labels": {reason.value: label for reason, label in REASON_LABELS.items()},
        "hints": {reason.value: hint for reason, hint in REASON_HINTS.items()},
        "items": sorted(seen.preview | seen.result),
    }
    return render(request, "billing/run_exceptions.html", shown)


@page(VIEW_BILLING)
def run_lines(request: SignedInRequest, run_id: int, code: str) -> HttpResponse:
    """The single charges that a preview counts."""
    seen = run_seen(request.actor, run_id)
    text = request.GET.get("page", "")
    number = max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1
    rows = batch.lines(seen, code, number=number, size=PAGE_SIZE) if seen.state == RunState.PREVIEWED else []
    shown = {
        "run": seen,
        "code": code,
        "rows": rows[:PAGE_SIZE],
        "number": number,
        "has_next": len(rows) > PAGE_SIZE,
    }
    return render(request, "billing/run_lines.html", shown)


def _sheet(rows: Any) -> excel.Sheet:
    header = [_("收费项目"), _("位置编码"), _("位置"), _("户号"), _("原因"), _("金额（元）"), _("上期（元）")]
    cells = (
        (
            row.item.code,
            row.place.code if row.place else "",
            row.place.label if row.place else "",
            row.account.number if row.account else "",
            str(REASON_LABELS[Reason(row.reason)]),
            row.words.get("amount", ""),
            row.words.get("before", ""),
        )
        for row in rows.iterator(2000)
    )
    return excel.Sheet(_("异常"), header, cells)
