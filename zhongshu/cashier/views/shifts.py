"""Shifts: the list, one with its payments, its count and its handovers; what colleagues handed over."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.billing.views.doing import do
from zhongshu.cashier import actions
from zhongshu.cashier.forms import BankingForm, CountForm, HandoverForm, RefusalForm
from zhongshu.cashier.kinds import CashGoes
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import Handover, Shift
from zhongshu.cashier.permissions import AUTHORISE_STAND_INS, COUNTER
from zhongshu.cashier.queries.shifts import (
    colleagues_at,
    handovers_to,
    methods_of,
    shift_by_number,
    shifts_seen,
    taken_in,
)
from zhongshu.estate.queries import found
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.money import ZERO
from zhongshu.web.days import Days
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(COUNTER)
def shifts(request: SignedInRequest) -> HttpResponse:
    """One's own and those one oversees at the site, the latest first."""
    days = Days.of(request.GET)
    rows = shifts_seen(request.actor).filter(site=request.site)
    rows = rows.filter(opened_at__gte=days.starts_at) if days.starts_at else rows
    rows = rows.filter(opened_at__lt=days.ends_at) if days.ends_at else rows
    shown = {"page": page_of(rows, request.GET.get("page")), "days": days}
    return render(request, "cashier/shifts.html", shown)


@never_cache
@page(COUNTER)
def shift(request: SignedInRequest, shift_number: str) -> HttpResponse:
    """With what was taken, counted and handed over."""
    return _show(request, shift_by_number(request.actor, shift_number))


@page(COUNTER, "POST")
def counts(request: SignedInRequest, shift_number: str) -> HttpResponse:
    """The drawer is counted."""
    seen = shift_by_number(request.actor, shift_number)
    form = CountForm(request.POST, methods=methods_of(seen))
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "shift_id": seen.pk}

    def act(**_typed: Any) -> None:
        said = {"notes": form.notes, "slips": form.slips, "reason": form.cleaned_data["reason"]}
        actions.count_shift(**facts, **said)

    if attempt(form, act):
        messages.success(request, _("已清点，请交接现金。"))
        return redirect("cashier:shift", shift_number)
    return _show(request, seen, count=form)


@page(COUNTER, "POST")
def resumption(request: SignedInRequest, shift_number: str) -> HttpResponse:
    """Counted too early."""
    seen = shift_by_number(request.actor, shift_number)

    def act() -> None:
        actions.resume_shift(actor=request.actor, at=now(), shift_id=seen.pk)

    return do(request, act, said=_("可以继续收款。"), to=("cashier:shift", shift_number))


@page(COUNTER, "POST")
def shift_handovers(request: SignedInRequest, shift_number: str) -> HttpResponse:
    """Cash goes to the bank, to a colleague, or stays in the drawer."""
    seen = shift_by_number(request.actor, shift_number)
    form = HandoverForm(request.POST, colleagues=colleagues_at(request.actor, seen.site_id))
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "shift_id": seen.pk}
    if attempt(form, lambda **said: actions.hand_over(**facts, **said)):
        messages.success(request, _("已登记交接。"))
        return redirect("cashier:shift", shift_number)
    return _show(request, seen, handover=form)


@page(COUNTER, "POST")
def ending(request: SignedInRequest, shift_number: str) -> HttpResponse:
    """A shift without any cash is over."""
    seen = shift_by_number(request.actor, shift_number)

    def act() -> None:
        said = {"goes": CashGoes.DRAWER, "amount": ZERO}
        actions.hand_over(actor=request.actor, at=now(), shift_id=seen.pk, **said)  # type: ignore[arg-type]

    return do(request, act, said=_("本班已结束。"), to=("cashier:shift", shift_number))


def _show(request: SignedInRequest, seen: Shift, **typed: forms.Form) -> HttpResponse:
    is_own = seen.cashier_id == request.actor.user_id
    may_hold = is_own or request.actor.may(AUTHORISE_STAND_INS, seen.site_id)
    first: dict[str, forms.Form] = {
        "count": CountForm(methods=methods_of(seen)),
        "handover": HandoverForm(initial={"amount": seen.cash}, colleagues=colleagues_at(request.actor, seen.site_id)),
    }
    handed = seen.handovers.select_related("to").order_by("pk")
    shown = {
        "shift": seen,
        "page": page_of(taken_in(seen), request.GET.get("page")),
        "counts": seen.counts.select_related("by").order_by("-pk"),
        "handovers": handed,
        "refunds": seen.cash_refunds.select_related("refund__account__customer").order_by("pk"),
        "releases": seen.releases.select_related("charge__account__customer").order_by("pk"),
        "may_count": may_hold and seen.state != ShiftState.CLOSED,
        "may_hand": may_hold and seen.state == ShiftState.COUNTED,
        "may_resume": may_hold and seen.state == ShiftState.COUNTED and all(row.refused_at for row in handed),
        "is_own": is_own,
        "forms": first | typed,
    }
    return render(request, "cashier/shift.html", shown, status=422 if typed else 200)


@never_cache
@page(COUNTER)
def handovers(request: SignedInRequest) -> HttpResponse:
    """Cash that colleagues handed to oneself."""
    return _show_handovers(request)


@page(COUNTER, "POST")
def acceptance(request: SignedInRequest, handover_id: int) -> HttpResponse:
    """It is all there."""

    def act() -> None:
        actions.accept_handover(actor=request.actor, at=now(), handover_id=handover_id)

    return do(request, act, said=_("已接收，现金由您保管。"), to=("cashier:handovers",))


@page(COUNTER, "POST")
def refusal(request: SignedInRequest, handover_id: int) -> HttpResponse:
    """It is not there, or not that much."""
    form = RefusalForm(request.POST, auto_id=f"refusal-{handover_id}-%s")
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "handover_id": _own(request, handover_id).pk}
    if attempt(form, lambda **said: actions.refuse_handover(**facts, **said)):
        messages.success(request, _("已退回交出的同事。"))
        return redirect("cashier:handovers")
    return _show_handovers(request, handover_id, form)


@page(COUNTER, "POST")
def banking(request: SignedInRequest, handover_id: int) -> HttpResponse:
    """Cash one held went to the bank."""
    form = BankingForm(request.POST, auto_id=f"banking-{handover_id}-%s")
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "handover_id": _own(request, handover_id).pk}
    if attempt(form, lambda **said: actions.bank_handover(**facts, **said)):
        messages.success(request, _("已登记存入银行。"))
        return redirect("cashier:handovers")
    return _show_handovers(request, handover_id, form)


def _own(request: SignedInRequest, handover_id: int) -> Handover:
    return found(handovers_to(request.actor).filter(pk=handover_id))


def _show_handovers(request: SignedInRequest, at: int = 0, form: forms.Form | None = None) -> HttpResponse:
    rows = page_of(handovers_to(request.actor), request.GET.get("page"))
    shown = {"page": rows, "pairs": [(row, form if row.pk == at and form else _form_of(row)) for row in rows.rows]}
    return render(request, "cashier/handovers.html", shown, status=422 if form else 200)


def _form_of(row: Handover) -> forms.Form:
    if row.accepted_at:
        return BankingForm(auto_id=f"banking-{row.pk}-%s")
    return RefusalForm(auto_id=f"refusal-{row.pk}-%s")
