"""Deposits that are held, and giving them back by two people."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.billing.views.doing import do
from zhongshu.cashier import actions
from zhongshu.cashier.forms import DecisionForm, PayingBackForm, ReleaseForm
from zhongshu.cashier.lifecycle import RELEASE_LABELS, ReleaseState
from zhongshu.cashier.models import DepositRelease
from zhongshu.cashier.permissions import APPROVE_RELEASE, PROPOSE_RELEASE
from zhongshu.cashier.queries.deposits import (
    deductible_items,
    deposit_seen,
    deposits_listed,
    held,
    release_by_number,
    releases_seen,
)
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_BILLING)
def deposits(request: SignedInRequest) -> HttpResponse:
    """What the site holds, the oldest first; by account, room or name, and by age."""
    request.actor.require(VIEW_BILLING, request.site.pk)
    text = request.GET.get("q", "").strip().replace("\x00", "")
    months = request.GET.get("months", "")
    least = int(months) if months.isdecimal() and len(months) < 4 else 0
    rows = deposits_listed(request.actor, site_id=request.site.pk, text=text, least_months=least, on=day_of(now()))
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "q": text,
        "months": least,
        "ages": (3, 6, 12, 24),
        "today": day_of(now()),
    }
    return render(request, "cashier/deposits.html", shown)


@page(VIEW_BILLING, "GET", "POST")
def deposit(request: SignedInRequest, charge_id: int) -> HttpResponse:
    """One, and asking that it be given back."""
    seen = deposit_seen(request.actor, charge_id)
    if request.method == "POST":
        request.actor.require(PROPOSE_RELEASE, seen.site_id)
    free = held(seen.pk, asked_for=True)
    items = deductible_items(seen.site_id)
    form = ReleaseForm(request.POST or None, items=items, initial={"amount": free})
    made: list[DepositRelease] = []
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "charge_id": seen.pk}
    if request.method == "POST" and attempt(form, lambda **said: made.append(actions.propose_release(**facts, **said))):
        messages.success(request, _("已提交，等另一位同事批准。"))
        return redirect("cashier:release", made[0].number)
    shown = {
        "charge": seen,
        "held": held(seen.pk),
        "free": free,
        "form": form,
        "releases": releases_seen(request.actor).filter(charge=seen),
        "may_propose": free > 0 and request.actor.may(PROPOSE_RELEASE, seen.site_id),
    }
    return render(request, "cashier/deposit.html", shown, status=422 if form.errors else 200)


@page(VIEW_BILLING)
def releases(request: SignedInRequest) -> HttpResponse:
    """The site's: those that wait, unless asked for others."""
    said = request.GET.get("state", ReleaseState.PROPOSED.value)
    state = said if said in set(ReleaseState) else ""
    rows = releases_seen(request.actor).filter(site=request.site)
    rows = rows.filter(state=state) if state else rows
    shown = {"page": page_of(rows, request.GET.get("page")), "state": state, "states": RELEASE_LABELS}
    return render(request, "cashier/releases.html", shown)


@page(VIEW_BILLING)
def release(request: SignedInRequest, release_number: str) -> HttpResponse:
    """One, and what the person may do about it."""
    return _show(request, release_by_number(request.actor, release_number))


@page(APPROVE_RELEASE, "POST")
def release_approval(request: SignedInRequest, release_number: str) -> HttpResponse:
    """Agreed."""
    seen = release_by_number(request.actor, release_number)
    act = partial(actions.approve_release, actor=request.actor, at=now(), release_id=seen.pk)
    return do(request, act, said=_("已批准，可以退款。"), to=("cashier:release", seen.number))


@page(APPROVE_RELEASE, "POST")
def release_refusal(request: SignedInRequest, release_number: str) -> HttpResponse:
    """Not agreed, and why."""
    seen, form = release_by_number(request.actor, release_number), DecisionForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "release_id": seen.pk}
    if attempt(form, lambda **said: actions.refuse_release(**facts, **said)):
        messages.success(request, _("已退回申请人。"))
        return redirect("cashier:release", seen.number)
    return _show(request, seen, decide=form)


@page(PROPOSE_RELEASE, "POST")
def release_withdrawal(request: SignedInRequest, release_number: str) -> HttpResponse:
    """Taken back."""
    seen = release_by_number(request.actor, release_number)
    act = partial(actions.withdraw_release, actor=request.actor, at=now(), release_id=seen.pk)
    return do(request, act, said=_("已撤回。"), to=("cashier:release", seen.number))


@page(PROPOSE_RELEASE, "POST")
def release_payment(request: SignedInRequest, release_number: str) -> HttpResponse:
    """What is not kept goes back."""
    seen, form = release_by_number(request.actor, release_number), PayingBackForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "release_id": seen.pk}
    if attempt(form, lambda **said: actions.pay_release(**facts, **said)):
        messages.success(request, _("押金已退。"))
        return redirect("cashier:release", seen.number)
    return _show(request, seen, pay=form)


def _show(request: SignedInRequest, seen: DepositRelease, **typed: Any) -> HttpResponse:
    waits, is_own = seen.state == ReleaseState.PROPOSED, seen.proposed_by_id == request.actor.user_id
    rest = seen.amount - seen.deducted
    agreed = seen.state == ReleaseState.APPROVED and rest > 0 and seen.entry_id is None
    shown = {
        "release": seen,
        "rest": rest,
        "deductions": seen.deductions.select_related("charge", "payment").order_by("pk"),
        "is_paid": seen.entry_id is not None,
        "may_decide": waits and not is_own and request.actor.may(APPROVE_RELEASE, seen.site_id),
        "may_withdraw": waits and is_own,
        "may_pay": agreed and request.actor.may(PROPOSE_RELEASE, seen.site_id),
        "forms": {"decide": DecisionForm(), "pay": PayingBackForm(initial={"reference": seen.reference})} | typed,
    }
    return render(request, "cashier/release.html", shown, status=422 if typed else 200)
