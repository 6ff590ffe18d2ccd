"""A payment at the counter: its receipt on the screen and on paper, and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.cashier import actions
from zhongshu.cashier.engine.receipts import receipt_pdf, receipt_shown
from zhongshu.cashier.forms import CancelForm
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import Taken
from zhongshu.cashier.permissions import COUNTER
from zhongshu.cashier.queries.shifts import taken_by_number
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.web.forms import attempt
from zhongshu.web.paper import download


@never_cache
@page(COUNTER)
def receipt(request: SignedInRequest, payment_number: str) -> HttpResponse:
    """What was taken and what it cleared."""
    return _show(request, taken_by_number(request.actor, payment_number), CancelForm())


@page(COUNTER, "POST")
def prints(request: SignedInRequest, payment_number: str) -> HttpResponse:
    """On paper; a second copy says so."""
    taken, at = taken_by_number(request.actor, payment_number), now()
    taken.printed = actions.print_receipt(actor=request.actor, at=at, taken_id=taken.pk).printed
    return download(f"receipt-{payment_number}-{taken.printed}", receipt_pdf(taken, at=at))


@page(COUNTER, "POST")
def cancellation(request: SignedInRequest, payment_number: str) -> HttpResponse:
    """It was a slip."""
    taken, form = taken_by_number(request.actor, payment_number), CancelForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "payment_id": taken.payment_id}
    if attempt(form, lambda **said: actions.cancel_payment(**facts, **said)):
        messages.success(request, _("已撤销，账单重新挂账；现金请退还付款人。"))
        return redirect("cashier:receipt", payment_number)
    return _show(request, taken, form)


def _show(request: SignedInRequest, taken: Taken, form: CancelForm) -> HttpResponse:
    shown = receipt_shown(taken)
    is_own = taken.shift.cashier_id == request.actor.user_id
    may_cancel = is_own and taken.shift.state == ShiftState.OPEN and not shown["is_cancelled"]
    status = 422 if form.errors else 200
    return render(request, "cashier/receipt.html", {**shown, "form": form, "may_cancel": may_cancel}, status=status)
