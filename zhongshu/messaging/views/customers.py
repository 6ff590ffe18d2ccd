"""How one customer wants to be told, what they agreed to, and what they were told."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.estate.permissions import EDIT_CUSTOMERS
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.messaging import actions, queries
from zhongshu.messaging.engine.routing_customers import order_of
from zhongshu.messaging.forms import ConsentForm, WaysForm
from zhongshu.messaging.kinds import Way
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(EDIT_CUSTOMERS)
def customer(request: SignedInRequest, customer_id: int) -> HttpResponse:
    return _show(request, customer_id)


@page(EDIT_CUSTOMERS, "POST")
def ways(request: SignedInRequest, customer_id: int) -> HttpResponse:
    form = WaysForm(request.POST, order=[])
    if form.is_valid():
        try:
            actions.choose_ways(actor=request.actor, at=now(), customer_id=customer_id, ways=form.said())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("messaging:customer", customer_id)
    return _show(request, customer_id, ways_form=form)


@page(EDIT_CUSTOMERS, "POST")
def consents(request: SignedInRequest, customer_id: int) -> HttpResponse:
    form = ConsentForm(request.POST)
    act = partial(actions.note_consent, actor=request.actor, at=now(), customer_id=customer_id)
    if attempt(form, lambda **said: act(**(said | {"way": Way(said["way"])}))):
        messages.success(request, _("已登记。"))
        return redirect("messaging:customer", customer_id)
    return _show(request, customer_id, consent_form=form)


def _show(
    request: SignedInRequest,
    customer_id: int,
    *,
    ways_form: WaysForm | None = None,
    consent_form: ConsentForm | None = None,
) -> HttpResponse:
    shown = queries.customer_seen(request.actor, customer_id)
    context = {
        "customer": shown,
        "ways_form": ways_form or WaysForm(order=order_of(shown)),
        "consent_form": consent_form or ConsentForm(),
        "consents": queries.consents_of(shown)[:20],
        "addresses": queries.addresses_of(shown),
        "page": page_of(queries.notices_to(shown), request.GET.get("page")),
    }
    return render(request, "messaging/customer.html", context)
