"""Deliveries: the list with its filters, one with its tries, and once more."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.web.days import Days
from zhongshu.web.paging import page_of
from zhongshu.webhooks import actions, queries
from zhongshu.webhooks.engine.bodies import body_of, public_id
from zhongshu.webhooks.kinds import DELIVERY_STATE_LABELS
from zhongshu.webhooks.permissions import MANAGE_WEBHOOKS


@page(MANAGE_WEBHOOKS)
def deliveries(request: SignedInRequest) -> HttpResponse:
    days = Days.of(request.GET)
    wanted = {name: request.GET.get(name, "") for name in ("endpoint", "event", "state")}
    endpoint_id = int(wanted["endpoint"]) if wanted["endpoint"].isdecimal() and len(wanted["endpoint"]) < 10 else None
    rows = queries.deliveries_visible(
        request.actor,
        endpoint_id=endpoint_id,
        event=wanted["event"],
        state=wanted["state"],
        since=days.starts_at,
        before=days.ends_at,
    )
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "wanted": wanted,
        "days": days,
        "endpoints": queries.endpoints_visible(request.actor),
        "events": queries.offered_events(),
        "states": DELIVERY_STATE_LABELS,
    }
    return render(request, "webhooks/deliveries.html", context)


@page(MANAGE_WEBHOOKS)
def delivery(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    shown = queries.delivery_seen(request.actor, delivery_id)
    context = {"delivery": shown, "message_id": public_id(shown), "body": body_of(shown).decode()}
    return render(request, "webhooks/delivery.html", context)


@page(MANAGE_WEBHOOKS, "POST")
def replay(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    actions.replay(actor=request.actor, at=now(), delivery_id=delivery_id)
    messages.success(request, _("已重新排队，稍后刷新本页看结果。"))
    return redirect("webhooks:delivery", delivery_id)
