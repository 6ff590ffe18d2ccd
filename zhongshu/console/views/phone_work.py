"""Staff on a phone: what can be claimed, and colleagues who ask for help."""

from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.console.permissions import USE_PHONE
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.work import queries
from zhongshu.work.queries import BoardOrder

MOST_SHOWN = 50


@page(USE_PHONE)
def phone_pool(request: SignedInRequest) -> HttpResponse:
    """What I may claim now."""
    at = now()
    rows = queries.pool(request.actor, site_id=request.site.pk, at=at)[:MOST_SHOWN]
    entries = [BoardOrder(order, queries.next_reading(order, at)) for order in rows]
    return render(request, "console/phone/pool.html", {"entries": entries})


@page(USE_PHONE)
def phone_aid(request: SignedInRequest) -> HttpResponse:
    """What I am asked to help with: answer, join, leave."""
    context = {"requests": queries.aid_requests_to(request.actor), "helps_at": queries.helps_at(request.actor)}
    return render(request, "console/phone/aid.html", context)
