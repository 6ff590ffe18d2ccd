"""Calls to make: who, why, what to say, and the answer."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.cases import actions
from zhongshu.cases.forms import AttemptForm
from zhongshu.cases.models import FollowUp
from zhongshu.cases.permissions import FOLLOW_UP_CASES, VIEW_CASES
from zhongshu.cases.queries import call_by_id, calls_due
from zhongshu.cases.queries.calls import call_figures
from zhongshu.cases.views.case import show
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.web.excel import Sheet, download
from zhongshu.web.paging import page_of

FIGURES_DAYS = 30


@page(FOLLOW_UP_CASES)
def follow_ups(request: SignedInRequest) -> HttpResponse:
    """The calls due at the site, oldest first, with the one picked (or the first) ready to be made."""
    return _show(request)


def _show(
    request: SignedInRequest, *, form: AttemptForm | None = None, wanted: str = "", status: int = 200
) -> HttpResponse:
    rows = calls_due(request.actor, request.site.pk)
    overdue = request.GET.get("overdue") == "1"
    if overdue:
        rows = rows.filter(due_at__lt=now())
    mine = request.GET.get("mine") == "1"
    if mine:
        rows = rows.filter(Q(caller=request.user) | Q(caller__isnull=True, case__owner=request.user))
    if request.GET.get("export") == "xlsx":
        return download("follow-ups", [Sheet(_("回访"), _header(), map(_line, rows))])
    listed = page_of(rows, request.GET.get("page"))
    wanted = wanted or request.GET.get("call", "")
    picked = next((call for call in listed.rows if str(call.pk) == wanted), next(iter(listed.rows), None))
    since = day_of(now()) - timedelta(days=FIGURES_DAYS)
    context = {
        "page": listed,
        "figures": call_figures(request.site.pk, since=since),
        "picked": picked,
        "form": form or AttemptForm(),
        "now": now(),
        "overdue": overdue,
        "mine": mine,
    }
    return render(request, "cases/follow_ups.html", context, status=status)


def _header() -> list[str]:
    return [_("单号"), _("应回访时间"), _("原因"), _("客户"), _("电话"), _("位置"), _("内容"), _("已拨次数")]


def _line(call: FollowUp) -> list[object]:
    case = call.case
    return [
        case.number,
        call.due_at,
        call.get_reason_display(),
        case.speaker,
        masked(case.number_to_call),
        case.place.label if case.place else case.place_text,
        case.text,
        len(call.attempts.all()),
    ]


@page(VIEW_CASES, "POST")
def attempts(request: SignedInRequest, follow_up_id: int) -> HttpResponse:
    """One call made. Back to where it was made from: the list, or the case's page."""
    call = call_by_id(request.actor, follow_up_id)
    form = AttemptForm(request.POST)
    if form.is_valid():
        try:
            actions.record_follow_up(actor=request.actor, at=now(), follow_up_id=call.pk, **form.cleaned_data)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("回访已记录。"))
            return _back(request, call)
    if _from_case(request):
        return show(request, call.case, status=422, attempt=form)
    return _show(request, form=form, wanted=str(call.pk), status=422)


def _back(request: SignedInRequest, call: FollowUp) -> HttpResponse:
    """To where the call was made from: the case, the phone, or the list."""
    if _from_case(request):
        return redirect("cases:case", call.case.number)
    return redirect("console:calls_to_make" if request.POST.get("from") == "phone" else "cases:follow_ups")


def _from_case(request: SignedInRequest) -> bool:
    return request.POST.get("from") == "case"
