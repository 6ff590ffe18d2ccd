"""Which keeper answers for which part of the estate."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.estate import actions, queries
from zhongshu.estate.forms import PlaceTerritoryForm
from zhongshu.estate.models import KeeperTerritory
from zhongshu.estate.permissions import ASSIGN_KEEPERS, VIEW_PLACES
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.web.forms import attempt


@page(VIEW_PLACES, "GET", "POST")
def territories(request: SignedInRequest) -> HttpResponse:
    """The territories in force; a new one is assigned by its place's code."""
    site_id, today = request.site.pk, day_of(now())
    request.actor.require(VIEW_PLACES, site_id)
    keepers = queries.keepers_at(site_id, today)
    form = PlaceTerritoryForm(request.POST or None, initial={"starts_on": today}, keepers=keepers)
    if request.method == "POST":
        request.actor.require(ASSIGN_KEEPERS, site_id)
        if attempt(form, lambda **said: _assign(request, **said)):
            messages.success(request, _("管家已指定。"))
            return redirect("estate:territories")
    context = {
        "rows": queries.territories_at(site_id, today),
        "form": form if request.actor.may(ASSIGN_KEEPERS, site_id) else None,
    }
    return render(request, "estate/territories.html", context, status=422 if form.errors else 200)


def _assign(request: SignedInRequest, place: str, **said: Any) -> None:
    try:
        wanted = queries.place_by_code(request.site.pk, place)
    except NotFound as absent:
        raise Invalid(absent.message, field="place") from absent
    actions.assign_territory(actor=request.actor, at=now(), place=wanted, **said)


@page(ASSIGN_KEEPERS, "POST")
def territory_ending(request: SignedInRequest, territory_id: int) -> HttpResponse:
    """The keeper no longer answers for it from today."""
    at = now()
    row = queries.found(request.actor.visible(KeeperTerritory.objects.filter(pk=territory_id), ASSIGN_KEEPERS))
    actions.end_territory(actor=request.actor, at=at, territory=row, ends_on=max(day_of(at), row.starts_on))
    messages.success(request, _("已结束。"))
    return redirect("estate:territories")
