"""Calls at the desk, in a list, and callers to call back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.channels import actions
from zhongshu.channels.filters import CallFilter, listed_calls
from zhongshu.channels.forms import AngerForm, CallFilterForm, ListenForm, TryForm
from zhongshu.channels.kinds import CallBackOutcome
from zhongshu.channels.models import Call, CallBack
from zhongshu.channels.permissions import ANSWER_CALLS, LISTEN, VIEW_CALLS
from zhongshu.channels.queries.calls import call_back_seen, call_backs_owed, call_seen, calls_visible, pops_for
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import now
from zhongshu.web.days import Days
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

MOST_EXPORTED = 20_000


@page(ANSWER_CALLS)
def ringing(request: SignedInRequest) -> HttpResponse:
    """The calls at one's own desk now; the desk asks for this every few seconds."""
    context = {"pops": pops_for(request.actor, at=now()), "on_phone": bool(request.GET.get("phone"))}
    return render(request, "channels/parts/ringing.html", context)


@page(VIEW_CALLS)
def calls(request: SignedInRequest) -> HttpResponse:
    """The calls of the site, the latest first, narrowed by what stands in the address."""
    form, days = CallFilterForm(request.GET), Days.of(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    wanted = CallFilter(said.get("state", ""), said.get("number", ""), days.starts_at, days.ends_at)
    rows = listed_calls(calls_visible(request.actor).filter(site=request.site), wanted)
    if request.GET.get("export") == "xlsx":
        return download("calls", [Sheet(_("通话"), _header(), map(_line, rows[:MOST_EXPORTED]))])
    context = {
        "form": form,
        "days": days,
        "page": page_of(rows, request.GET.get("page")),
        "may_listen": request.actor.may(LISTEN, request.site.pk),
    }
    return render(request, "channels/calls.html", context)


def _header() -> list[str]:
    return [_("时间"), _("号码"), _("状态"), _("分机"), _("接听人"), _("接听时间"), _("挂断时间"), _("报事")]


def _line(call: Call) -> list[object]:
    return [
        call.started_at,
        masked(call.number),
        call.get_state_display(),
        call.extension,
        call.agent.user.name if call.agent else "",
        call.answered_at,
        call.ended_at,
        call.case.number if call.case else "",
    ]


@page(ANSWER_CALLS)
def call(request: SignedInRequest, pk: int) -> HttpResponse:
    """One call: who, what about, its recording, and whether it was angry."""
    return _show(request, call_seen(request.actor, pk))


def _show(request: SignedInRequest, shown: Call, *, listen: ListenForm | None = None) -> HttpResponse:
    is_own = shown.agent is not None and shown.agent.user_id == request.user.pk
    context = {
        "call": shown,
        "told": shown.told.order_by("at", "pk"),
        "is_own": is_own,
        "may_listen": is_own or request.actor.may(LISTEN, shown.site_id),
        "listen": listen or ListenForm(),
        "anger": AngerForm(initial={"call_pk": shown.pk}),
        "is_angry": is_own and shown.angry_contacts.filter(staff__user=request.user).exists(),
    }
    return render(request, "channels/call.html", context, status=422 if listen and listen.errors else 200)


@page(ANSWER_CALLS, "POST")
def recording(request: SignedInRequest, pk: int) -> HttpResponse:
    """To the recording, once it is written down who listens and why."""
    form, found = ListenForm(request.POST), []

    def listen(reason: str) -> None:
        found.append(actions.listen(actor=request.actor, at=now(), call_pk=pk, reason=reason))

    if attempt(form, listen):
        return redirect(found[0])
    return _show(request, call_seen(request.actor, pk), listen=form)


@page(ANSWER_CALLS)
def call_backs(request: SignedInRequest) -> HttpResponse:
    """Callers to call, the one due first at the top, the first or the picked one ready to be called."""
    return _owed(request)


@page(ANSWER_CALLS)
def phone_call_backs(request: SignedInRequest) -> HttpResponse:
    """The same on a phone, below what rings now."""
    return _owed(request, on_phone=True)


def _owed(
    request: SignedInRequest, *, form: TryForm | None = None, wanted: str = "", on_phone: bool = False
) -> HttpResponse:
    request.actor.require(ANSWER_CALLS, request.site.pk)
    listed = page_of(call_backs_owed(request.actor, request.site.pk), request.GET.get("page"))
    wanted = wanted or request.GET.get("call", "")
    picked = next((one for one in listed.rows if str(one.pk) == wanted), next(iter(listed.rows), None))
    context: dict[str, Any] = {"page": listed, "picked": picked, "form": form or TryForm(), "now": now()}
    if on_phone:
        context["pops"] = pops_for(request.actor, at=now())
    template = "channels/phone/call_backs.html" if on_phone else "channels/call_backs.html"
    return render(request, template, context, status=422 if form else 200)


@page(ANSWER_CALLS, "POST")
def tries(request: SignedInRequest, pk: int) -> HttpResponse:
    """One try. Back to where it was made from: the list, or the phone."""
    task: CallBack = call_back_seen(request.actor, pk)
    on_phone = request.POST.get("from") == "phone"
    form = TryForm(request.POST)

    def record(outcome: str, words: str) -> None:
        actions.record_call_back(
            actor=request.actor, at=now(), call_back_id=task.pk, outcome=CallBackOutcome(outcome), words=words
        )

    if attempt(form, record):
        messages.success(request, _("已登记。"))
        return redirect("channels:phone_call_backs" if on_phone else "channels:call_backs")
    return _owed(request, form=form, wanted=str(pk), on_phone=on_phone)
