"""Documents as one file: asked for, watched, fetched, put into the letter boxes."""

from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing.lifecycle import RunState
from zhongshu.billing.models import BillRun
from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.billing.queries.money import account_named
from zhongshu.collecting import actions
from zhongshu.collecting.forms.notices import BillsForm
from zhongshu.collecting.jobs import start_print
from zhongshu.collecting.kinds import PrintSubject
from zhongshu.collecting.lifecycle import UNSENT, PrintState
from zhongshu.collecting.models import PrintRun
from zhongshu.collecting.permissions import HAND_OVER, VIEW_NOTICES
from zhongshu.collecting.queries.notices import notices_listed
from zhongshu.collecting.queries.prints import print_seen, prints_listed
from zhongshu.collecting.views.notices import wanting_of
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.web.days import Days
from zhongshu.web.forms import attempt
from zhongshu.web.links import home_of
from zhongshu.web.paging import page_of

RUNS_OFFERED = 12


@page(VIEW_NOTICES, "GET", "POST")
def prints(request: SignedInRequest) -> HttpResponse:
    """The files so far; bills of an account or a run are asked for."""
    site_id = request.site.pk
    request.actor.require(VIEW_NOTICES, site_id)
    form = BillsForm(request.POST or None, runs=_runs(site_id), initial={"on": day_of(now())})
    made: list[PrintRun] = []
    if request.method == "POST" and attempt(form, lambda **said: made.append(_bills(request, **said))):
        start_print(made[0])
        return redirect("collecting:print", made[0].pk)
    shown = {"page": page_of(prints_listed(site_id), request.GET.get("page")), "form": form}
    return render(request, "collecting/prints.html", shown, status=422 if form.errors else 200)


def _bills(request: SignedInRequest, *, account: str, run: int | None, on: Any) -> PrintRun:
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": request.site.pk, "on": on}
    if account.strip():
        named = account_named(request.actor, account.strip(), VIEW_BILLING, on=on, site_id=request.site.pk)
        return actions.ask_bills_print(**facts, account_ids=[named.pk], home=home_of(request))
    return actions.ask_bills_print(**facts, run_id=run or 0, home=home_of(request))


def _runs(site_id: int) -> list[tuple[str, str]]:
    rows = BillRun.objects.filter(site_id=site_id, state=RunState.ISSUED).select_related("item").order_by("-pk")
    return [(str(run.pk), f"{run.period:%Y-%m} {run.item or _('全部项目')}") for run in rows[:RUNS_OFFERED]]


@page(VIEW_NOTICES, "POST")
def notice_prints(request: SignedInRequest) -> HttpResponse:
    """The notices of the list as it is narrowed, or only those that still wait for paper."""
    site_id = request.site.pk
    request.actor.require(VIEW_NOTICES, site_id)
    rows = notices_listed(request.actor, site_id, wanting_of(request, Days.of(request.GET)))
    rows = rows.filter(state__in=UNSENT) if request.POST.get("which") == "unsent" else rows
    ids = list(rows.values_list("pk", flat=True)[: actions.printing.MOST + 1])
    try:
        run = actions.ask_notices_print(
            actor=request.actor, at=now(), site_id=site_id, notice_ids=ids, home=home_of(request)
        )
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("collecting:notices")
    start_print(run)
    return redirect("collecting:print", run.pk)


@page(VIEW_NOTICES)
def print_run(request: SignedInRequest, print_run_id: int) -> HttpResponse:
    """How far it is; while a worker has it, asks again every other second."""
    run = print_seen(request.actor, print_run_id)
    shown = {
        "run": run,
        "is_working": run.state == PrintState.WORKING,
        "is_ready": run.state == PrintState.READY,
        "percent": run.done * 100 // (run.total or 1),
        "may_post": run.subject == PrintSubject.NOTICES and request.actor.may(HAND_OVER, run.site_id),
    }
    return render(request, "collecting/parts/print.html" if request.htmx else "collecting/print.html", shown)


@page(VIEW_NOTICES)
def print_file(request: SignedInRequest, print_run_id: int) -> HttpResponse:
    """The file."""
    run = print_seen(request.actor, print_run_id)
    if not run.file:
        raise NotFound(_("文件还没有生成好，请稍后再来。"))
    sent = FileResponse(run.file.open("rb"), as_attachment=True, filename=f"{run.subject}-{run.pk}.pdf")
    return cast(HttpResponse, sent)  # it streams; the doors of pages know no difference


@page(HAND_OVER, "POST")
def posting(request: SignedInRequest, print_run_id: int) -> HttpResponse:
    """The letters were put into the letter boxes."""
    try:
        actions.post_print_run(actor=request.actor, at=now(), print_run_id=print_run_id)
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已登记投递，证据为“仅发出”。"))
    return redirect("collecting:print", print_run_id)
