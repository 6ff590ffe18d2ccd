"""How far the demo's past has been lived."""

from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.simulation.models import Past
from zhongshu.simulation.past import is_whole


@page(VIEW_BILLING)
def past(request: SignedInRequest) -> HttpResponse:
    """By site; until all is lived it asks again every few seconds."""
    pasts = Past.objects.select_related("site").order_by("site__code")
    shown = {"pasts": list(pasts), "is_running": not is_whole()}
    return render(request, "simulation/parts/past.html" if request.htmx else "simulation/past.html", shown)
