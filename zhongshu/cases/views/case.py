"""The page of a case, and everything one can do there."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.cases import actions, forms
from zhongshu.cases.forms.referrals import ReferralForm
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case
from zhongshu.cases.permissions import FOLLOW_UP_CASES, HAND_OVER_CASES, OPEN_CASES, SIGN_CASES, TEND_CASES, owns
from zhongshu.cases.permissions import VIEW_CASES as VIEW
from zhongshu.cases.policies import QUIET, WORKED
from zhongshu.cases.queries import case_by_number, open_call, orders_of, timeline
from zhongshu.cases.queries.complaints import complaint_of, referrals_of
from zhongshu.cases.queries.repeats import linked_to
from zhongshu.estate.models import Place
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.work.lifecycle import State

FORMS: dict[str, type[forms.CaseForm]] = {
    "place": forms.PlaceForm,
    "classification": forms.ClassificationForm,
    "note": forms.NoteForm,
    "handover": forms.HandoverForm,
    "order": forms.OrderForm,
    "sign_off": forms.SignOffForm,
    "reopening": forms.ReopeningForm,
    "closure": forms.ClosureForm,
    "withdrawal": forms.WithdrawalForm,
    "further_call": forms.FurtherCallForm,
    "matter": forms.MatterForm,
    "referral": ReferralForm,
}


@page(VIEW)
def case(request: SignedInRequest, number: str) -> HttpResponse:
    """What was said, where, whose it is, what was done, and what one may do now."""
    return show(request, case_by_number(request.actor, number))


def show(request: SignedInRequest, case: Case, *, status: int = 200, **typed: Any) -> HttpResponse:
    """The page; `typed` are forms that come back with what was typed and what is wrong with it."""
    orders = orders_of(case)
    states = {State(order.state) for order in orders}
    context = {
        "case": case,
        "orders": orders,
        "lines": timeline(case),
        "choices": _choices(case),
        "call": open_call(case),
        "linked": linked_to(case),
        "referred": referrals_of(case),
        "complaint": complaint_of(case),
        "may": _may(request, case, states),
        "now": now(),
        "form": {name: kind(case=case) for name, kind in FORMS.items()} | typed,
        "attempt": typed.get("attempt") or forms.AttemptForm(),
    }
    return render(request, "cases/case.html", context, status=status)


def _choices(case: Case) -> list[Place]:
    """The places among which the caller may choose, in the order of the verdict."""
    codes = [*case.place_verdict.get("places", []), *case.place_verdict.get("suggestions", [])]
    if not case.needs_person or case.place_id is not None or not codes:
        return []
    found = {place.code: place for place in Place.objects.filter(site_id=case.site_id, code__in=codes)}
    return [found[code] for code in dict.fromkeys(codes) if code in found]


def _may(request: SignedInRequest, case: Case, states: set[State]) -> dict[str, bool]:
    """What this person may do with the case as it stands: what the page offers, not what guards it."""
    actor, own, site_id = request.actor, owns(request.actor, case), case.site_id
    is_open, waits = case.state == CaseState.OPEN, case.state == CaseState.FOLLOW_UP
    tend = own or actor.may(TEND_CASES, site_id)
    return {
        "tend": tend and is_open,
        "hand_over": (own or actor.may(HAND_OVER_CASES, site_id)) and (is_open or waits),
        "follow_up": own or actor.may(FOLLOW_UP_CASES, site_id),
        "sign_off": tend and bool({State.DONE, State.SIGNED_OFF} & states) and (is_open or waits),
        "reopen": tend and case.state in (CaseState.FOLLOW_UP, CaseState.CLOSED),
        "close": actor.may(SIGN_CASES, site_id) and not own and is_open,
        "withdraw": tend and is_open and not WORKED & states,
        "work_goes_on": bool(states - QUIET),
        "urge": actor.may(OPEN_CASES, site_id) and (is_open or waits),
    }


Act = Callable[..., object]


def _do(request: SignedInRequest, number: str, name: str, act: Act, done: str) -> HttpResponse:
    """One form, one action. Refused: the page again, with what was typed."""
    found = case_by_number(request.actor, number)
    form = FORMS[name](request.POST, case=found)
    if not form.is_valid():
        return show(request, found, status=422, **{name: form})
    try:
        act(actor=request.actor, at=now(), case_id=found.pk, **form.cleaned_data)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return show(request, case_by_number(request.actor, number), status=refusal.status, **{name: form})
    messages.success(request, done)
    return redirect("cases:case", number)


@page(VIEW, "POST")
def place(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "place", actions.put_place_right, _("位置已更正。"))


@page(VIEW, "POST")
def classification(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "classification", actions.correct_classification, _("分类已确认。"))


@page(VIEW, "POST")
def notes(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "note", actions.add_note, _("备注已添加。"))


@page(VIEW, "POST")
def handovers(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "handover", actions.hand_over, _("已移交。"))


@page(VIEW, "POST")
def orders(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "order", actions.request_order, _("工单已派出。"))


@page(VIEW, "POST")
def sign_off(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "sign_off", actions.sign_off_for_customer, _("已代客户验收。"))


@page(VIEW, "POST")
def reopening(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "reopening", actions.reopen_case, _("报事已重开，工单重新派出。"))


@page(VIEW, "POST")
def closure(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "closure", actions.close_case, _("报事已签字关闭。"))


@page(VIEW, "POST")
def further_calls(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "further_call", actions.add_further_call, _("催办已记录，负责人已收到提醒。"))


@page(VIEW, "POST")
def matters(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "matter", actions.split_off, _("已拆成另一件报事。"))


@page(VIEW, "POST")
def referrals(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "referral", actions.refer, _("已转介，请按时回访是否解决。"))


@page(VIEW, "POST")
def withdrawal(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, "withdrawal", actions.withdraw_case, _("报事已撤销。"))
