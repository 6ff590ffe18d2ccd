"""One charge: how it came about, what cleared it, and what may be done about it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing import actions
from zhongshu.billing.forms.money import DisputeEndForm, DisputeForm, ReliefForm, ReversalForm
from zhongshu.billing.models import Charge, Dispute
from zhongshu.billing.permissions import DISPUTE, RELIEVE, VIEW_BILLING
from zhongshu.billing.queries.charges import cleared_by, is_reversed
from zhongshu.billing.queries.explaining import explained
from zhongshu.billing.queries.money import charges_visible
from zhongshu.estate.queries import found
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt


@page(VIEW_BILLING)
def charge(request: SignedInRequest, charge_id: int) -> HttpResponse:
    """With everything that happened to it."""
    return _show(request, _seen(request, charge_id))


@page(RELIEVE, "POST")
def charge_reversal(request: SignedInRequest, charge_id: int) -> HttpResponse:
    """It was wrong."""
    form = ReversalForm(request.POST)
    act = partial(actions.reverse_charge, actor=request.actor, at=now(), charge_id=charge_id)
    return _try(request, charge_id, act, said=_("账单已冲销。"), reversal=form)


@page(RELIEVE, "POST")
def charge_reliefs(request: SignedInRequest, charge_id: int) -> HttpResponse:
    """Ask for a waiver, a discount or a write-off."""
    form = ReliefForm(request.POST)
    act = partial(actions.propose_relief, actor=request.actor, at=now(), charge_id=charge_id)
    return _try(request, charge_id, act, said=_("已提交，等另一位同事批准。"), relief=form)


@page(DISPUTE, "POST")
def charge_disputes(request: SignedInRequest, charge_id: int) -> HttpResponse:
    """It is disputed."""
    form = DisputeForm(request.POST)
    act = partial(actions.open_dispute, actor=request.actor, at=now(), charge_id=charge_id)
    return _try(request, charge_id, act, said=_("争议已登记。"), dispute=form)


@page(DISPUTE, "POST")
def dispute_ending(request: SignedInRequest, dispute_id: int) -> HttpResponse:
    """The dispute is over."""
    row = found(request.actor.visible(Dispute.objects.filter(pk=dispute_id), DISPUTE))
    form, facts = DisputeEndForm(request.POST), dict[str, Any](actor=request.actor, at=now(), dispute_id=row.pk)
    if attempt(form, lambda **said: actions.end_dispute(**facts, **said)):
        messages.success(request, _("争议已了结。"))
        return redirect("billing:charge", row.charge_id)
    return _show(request, _seen(request, row.charge_id), dispute_end=form)


def _try(
    request: SignedInRequest, charge_id: int, act: Callable[..., object], *, said: str, **typed: forms.Form
) -> HttpResponse:
    """`typed` is the one form that was sent, by the name under which the page shows it."""
    seen = _seen(request, charge_id)
    if all(attempt(form, act) for form in typed.values()):
        messages.success(request, said)
        return redirect("billing:charge", seen.pk)
    return _show(request, seen, **typed)


def _seen(request: SignedInRequest, charge_id: int) -> Charge:
    rows = charges_visible(request.actor).select_related("account__customer", "tariff", "run", "late_fee_of__item")
    return found(rows.filter(pk=charge_id))


def _show(request: SignedInRequest, seen: Charge, **typed: forms.Form) -> HttpResponse:
    today = day_of(now())
    disputes = list(seen.disputes.select_related("opened_by").order_by("-starts_on"))
    running = next((row for row in disputes if row.ends_on is None), None)
    was_wrong = is_reversed(seen)
    may_relieve = request.actor.may(RELIEVE, seen.site_id) and not was_wrong
    first = {
        "relief": ReliefForm(initial={"amount": seen.open_amount}),
        "reversal": ReversalForm(),
        "dispute": DisputeForm(initial={"starts_on": today}),
        "dispute_end": DisputeEndForm(initial={"ends_on": today}),
    }
    shown: dict[str, Any] = {
        "charge": seen,
        "how": explained(seen),
        "allocations": cleared_by(seen),
        "late_fees": seen.late_fees.order_by("period_start", "pk"),
        "reliefs": seen.reliefs.select_related("proposed_by", "decided_by").order_by("-pk"),
        "disputes": disputes,
        "running": running,
        "is_reversed": was_wrong,
        "may_relieve": may_relieve and seen.open_amount > 0,
        "may_reverse": may_relieve and seen.late_fee_of_id is None,
        "may_dispute": request.actor.may(DISPUTE, seen.site_id) and not was_wrong and seen.late_fee_of_id is None,
        "forms": first | typed,
    }
    return render(request, "billing/charge.html", shown, status=422 if typed else 200)
