"""What the resident was told, and how they want to be told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.messaging import actions, queries
from zhongshu.messaging.engine.routing_customers import latest_consents, order_of
from zhongshu.messaging.forms import OwnConsentForm, WaysForm
from zhongshu.messaging.kinds import Way
from zhongshu.portal.permissions import USE_PORTAL
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(USE_PORTAL)
def notices(request: SignedInRequest) -> HttpResponse:
    """The newest first; the page says by itself that those it shows have been read."""
    shown = page_of(queries.notices_of(request.actor), request.GET.get("page"))
    return render(request, "portal/notices.html", {"page": shown})


@page(USE_PORTAL, "POST")
def reading(request: SignedInRequest) -> HttpResponse:
    """Those that were on the screen have been read."""
    ids = [int(each) for each in request.POST.getlist("notice") if each.isdecimal() and len(each) < 15]
    actions.mark_notices_read(actor=request.actor, at=now(), notice_ids=ids)
    return HttpResponse(status=204)


@page(USE_PORTAL, "GET", "POST")
def ways(request: SignedInRequest) -> HttpResponse:
    """In which order I want to be told by which way."""
    customers = queries.customers_of(request.actor)
    form = WaysForm(request.POST or None, order=order_of(customers[0]) if customers else [])
    if form.is_valid():
        try:
            actions.choose_own_ways(actor=request.actor, at=now(), ways=form.said())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("portal:ways")
    return _show(request, form, OwnConsentForm())


@page(USE_PORTAL, "POST")
def consent(request: SignedInRequest) -> HttpResponse:
    """Yes or no to one way."""
    form = OwnConsentForm(request.POST)

    def say(way: str, is_given: bool, address: str) -> None:
        actions.say_own_consent(actor=request.actor, at=now(), way=Way(way), is_given=is_given, address=address)

    if attempt(form, say):
        messages.success(request, _("已保存。"))
        return redirect("portal:ways")
    customers = queries.customers_of(request.actor)
    return _show(request, WaysForm(order=order_of(customers[0]) if customers else []), form)


def _show(request: SignedInRequest, form: WaysForm, consent_form: OwnConsentForm) -> HttpResponse:
    customers = queries.customers_of(request.actor)
    said = latest_consents({customers[0].pk})[customers[0].pk] if customers else {}
    labelled = [(Way(way), is_given) for way, is_given in said.items()]
    context = {"form": form, "consent_form": consent_form, "said": labelled, "is_customer": bool(customers)}
    return render(request, "portal/ways.html", context)
