"""What one person asked for and another decides: reliefs and refunds."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing import actions
from zhongshu.billing.forms.money import PayoutForm, RefusalForm
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.lifecycle import PROPOSAL_LABELS, ProposalState
from zhongshu.billing.models import Refund, Relief
from zhongshu.billing.permissions import APPROVE_RELIEFS, RECEIVE, RELIEVE, VIEW_BILLING
from zhongshu.billing.queries.money import refunds_visible, reliefs_visible
from zhongshu.billing.views.doing import do
from zhongshu.estate.queries import found
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_BILLING)
def reliefs(request: SignedInRequest) -> HttpResponse:
    """The site's: those that wait, unless asked for others."""
    state = _state(request)
    rows = reliefs_visible(request.actor).filter(site=request.site)
    rows = rows.filter(state=state) if state else rows
    shown = {"page": page_of(rows, request.GET.get("page")), "state": state, "states": PROPOSAL_LABELS}
    return render(request, "billing/reliefs.html", shown)


@page(VIEW_BILLING)
def relief(request: SignedInRequest, relief_id: int) -> HttpResponse:
    """One, and what the person may do about it."""
    return _show_relief(request, _relief(request, relief_id), RefusalForm())


@page(APPROVE_RELIEFS, "POST")
def relief_approval(request: SignedInRequest, relief_id: int) -> HttpResponse:
    """Agreed."""
    act = partial(actions.approve_relief, actor=request.actor, at=now(), relief_id=relief_id)
    return do(request, act, said=_("已批准并记账。"), to=("billing:relief", relief_id))


@page(APPROVE_RELIEFS, "POST")
def relief_refusal(request: SignedInRequest, relief_id: int) -> HttpResponse:
    """Not agreed, and why."""
    form, facts = RefusalForm(request.POST), {"actor": request.actor, "at": now(), "relief_id": relief_id}
    if attempt(form, lambda **said: actions.refuse_relief(**facts, **said)):  # type: ignore[arg-type]
        messages.success(request, _("已退回申请人。"))
        return redirect("billing:relief", relief_id)
    return _show_relief(request, _relief(request, relief_id), form)


@page(RELIEVE, "POST")
def relief_withdrawal(request: SignedInRequest, relief_id: int) -> HttpResponse:
    """Taken back."""
    act = partial(actions.withdraw_relief, actor=request.actor, at=now(), relief_id=relief_id)
    return do(request, act, said=_("已撤回。"), to=("billing:relief", relief_id))


@page(VIEW_BILLING)
def refunds(request: SignedInRequest) -> HttpResponse:
    """The site's: those that wait, unless asked for others."""
    state = _state(request)
    rows = refunds_visible(request.actor).filter(site=request.site)
    rows = rows.filter(state=state) if state else rows
    shown = {"page": page_of(rows, request.GET.get("page")), "state": state, "states": PROPOSAL_LABELS}
    return render(request, "billing/refunds.html", shown)


@page(VIEW_BILLING)
def refund(request: SignedInRequest, credit_refund_id: int) -> HttpResponse:
    """One, and what the person may do about it."""
    return _show_refund(request, _refund(request, credit_refund_id), PayoutForm(initial={"on": day_of(now())}))


@page(APPROVE_RELIEFS, "POST")
def refund_approval(request: SignedInRequest, credit_refund_id: int) -> HttpResponse:
    """Agreed."""
    act = partial(actions.approve_refund, actor=request.actor, at=now(), refund_id=credit_refund_id)
    return do(request, act, said=_("已批准，可以付款。"), to=("billing:refund", credit_refund_id))


@page(APPROVE_RELIEFS, "POST")
def refund_refusal(request: SignedInRequest, credit_refund_id: int) -> HttpResponse:
    """Not agreed."""
    act = partial(actions.refuse_refund, actor=request.actor, at=now(), refund_id=credit_refund_id)
    return do(request, act, said=_("已退回申请人。"), to=("billing:refund", credit_refund_id))


@page(RECEIVE, "POST")
def refund_withdrawal(request: SignedInRequest, credit_refund_id: int) -> HttpResponse:
    """Taken back."""
    act = partial(actions.withdraw_refund, actor=request.actor, at=now(), refund_id=credit_refund_id)
    return do(request, act, said=_("已撤回。"), to=("billing:refund", credit_refund_id))


@page(RECEIVE, "POST")
def refund_payout(request: SignedInRequest, credit_refund_id: int) -> HttpResponse:
    """The money leaves."""
    seen, form = _refund(request, credit_refund_id), PayoutForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "refund_id": seen.pk}
    if attempt(form, lambda **said: actions.pay_refund(**facts, **said)):
        messages.success(request, _("退款已付。"))
        return redirect("billing:refund", seen.pk)
    return _show_refund(request, seen, form)


def _state(request: SignedInRequest) -> str:
    """Which ones are wanted: "" all of them."""
    said = request.GET.get("state", ProposalState.PROPOSED.value)
    return said if said in set(ProposalState) else ""


def _relief(request: SignedInRequest, relief_id: int) -> Relief:
    return found(reliefs_visible(request.actor).filter(pk=relief_id))


def _refund(request: SignedInRequest, refund_id: int) -> Refund:
    return found(refunds_visible(request.actor).filter(pk=refund_id))


def _show_relief(request: SignedInRequest, seen: Relief, form: RefusalForm) -> HttpResponse:
    waits, is_own = seen.state == ProposalState.PROPOSED, seen.proposed_by_id == request.actor.user_id
    shown = {
        "relief": seen,
        "form": form,
        "may_decide": waits and not is_own and request.actor.may(APPROVE_RELIEFS, seen.site_id),
        "may_withdraw": waits and is_own,
    }
    return render(request, "billing/relief.html", shown, status=422 if form.errors else 200)


def _show_refund(request: SignedInRequest, seen: Refund, form: PayoutForm) -> HttpResponse:
    is_own, is_paid = seen.proposed_by_id == request.actor.user_id, seen.entry_id is not None
    waits, agreed = seen.state == ProposalState.PROPOSED, seen.state == ProposalState.APPROVED and not is_paid
    shown = {
        "refund": seen,
        "is_paid": is_paid,
        "form": form,
        "may_decide": waits and not is_own and request.actor.may(APPROVE_RELIEFS, seen.site_id),
        "may_withdraw": (waits or agreed) and is_own,
        "may_pay": agreed and seen.method != PaymentMethod.CASH and request.actor.may(RECEIVE, seen.site_id),
        "is_for_drawer": agreed and seen.method == PaymentMethod.CASH,
    }
    return render(request, "billing/refund.html", shown, status=422 if form.errors else 200)
