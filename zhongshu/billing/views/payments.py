"""Money received: the list, and each payment with what it cleared."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing import actions
from zhongshu.billing.forms.money import BounceForm
from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS, OutflowKind, PaymentMethod
from zhongshu.billing.models import Payment
from zhongshu.billing.permissions import RECEIVE, VIEW_BILLING
from zhongshu.billing.queries.money import payment_by_number, payments_visible, receipt, used
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.days import Days
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_BILLING)
def payments(request: SignedInRequest) -> HttpResponse:
    """The site's, the latest first; by days, method, number, reference, account or payer."""
    days, text = Days.of(request.GET), request.GET.get("q", "").strip()
    method = request.GET.get("method", "")
    rows = payments_visible(request.actor).filter(site=request.site)
    rows = rows.filter(received_on__gte=days.since) if days.since else rows
    rows = rows.filter(received_on__lte=days.until) if days.until else rows
    rows = rows.filter(method=method) if method in set(PaymentMethod) else rows
    if text:
        exact = Q(number=text) | Q(reference=text) | Q(account__number=text)
        rows = rows.filter(exact | Q(payer_name=text) | Q(account__unit__code=text))
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "days": days,
        "q": text,
        "method": method,
        "methods": PAYMENT_METHOD_LABELS,
    }
    return render(request, "billing/payments.html", shown)


@page(VIEW_BILLING)
def payment(request: SignedInRequest, payment_number: str) -> HttpResponse:
    """What it cleared when it came, what it clears now, what left again."""
    seen = payment_by_number(request.actor, payment_number)
    return _show(request, seen, BounceForm(initial={"on": day_of(now())}))


@page(RECEIVE, "POST")
def payment_bounce(request: SignedInRequest, payment_number: str) -> HttpResponse:
    """It never came."""
    seen, form = payment_by_number(request.actor, payment_number), BounceForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "payment_id": seen.pk}
    if attempt(form, lambda **said: actions.bounce_payment(**facts, **said)):
        messages.success(request, _("收款已撤销，它清掉的账单重新挂账。"))
        return redirect("billing:payment", seen.number)
    return _show(request, seen, form)


def _show(request: SignedInRequest, seen: Payment, form: BounceForm) -> HttpResponse:
    outflows = list(seen.outflows.select_related("refund").order_by("pk"))
    shown = {
        "payment": seen,
        "receipt": receipt(seen),
        "used": used(seen),
        "outflows": outflows,
        "is_bounced": any(row.kind == OutflowKind.BOUNCE for row in outflows),
        "may_bounce": request.actor.may(RECEIVE, seen.site_id) and not outflows,
        "form": form,
    }
    return render(request, "billing/payment.html", shown, status=422 if form.errors else 200)
