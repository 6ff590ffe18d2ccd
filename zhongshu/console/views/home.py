"""The first page after signing in: what is there for this person to do."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhongshu.cases.permissions import FOLLOW_UP_CASES
from zhongshu.console import queries
from zhongshu.console.permissions import SEE_BOARD, USE_DESK
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import FIELD, MANAGERS, STAFF, Role
from zhongshu.kernel.clock import now

LEADS = MANAGERS | {Role.SUPERVISOR}
OFFICE = frozenset({Role.CALL_TAKER, Role.KEEPER})


@page(None)
def home(request: SignedInRequest) -> HttpResponse:
    """By role: residents and field staff have pages of their own; the others see their work."""
    actor = request.actor
    if not actor.holds(*STAFF):
        return redirect("portal:home" if actor.holds(Role.RESIDENT) else "identity:me")
    if not actor.holds(*STAFF - FIELD):
        return redirect("console:phone_home")
    return render(request, "console/home.html", _context(request))


def _context(request: SignedInRequest) -> dict[str, Any]:
    actor = request.actor
    shown: dict[str, Any] = {
        "may_use_desk": actor.may(USE_DESK),
        "may_see_board": actor.may(SEE_BOARD),
        "is_administrator": actor.holds(Role.ADMINISTRATOR),
    }
    if actor.holds(*LEADS):
        return shown | _site_at_a_glance(request)
    if actor.holds(*OFFICE):
        return shown | _own_work(request)
    return shown | {"figures": queries.figures(request.site.pk, at=now())} if actor.holds(*STAFF) else shown


def _site_at_a_glance(request: SignedInRequest) -> dict[str, Any]:
    at, site_id = now(), request.site.pk
    trend = queries.trend(site_id, at=at)
    return {
        "figures": queries.figures(site_id, at=at),
        "urgent": queries.urgent_orders(site_id, at=at),
        "trend": trend,
        "trend_data": {"days": trend.days, "opened": trend.opened, "closed": trend.closed},
        "category_data": [{"name": name, "value": number} for name, number in trend.categories],
        "colleagues": queries.colleagues_on_duty(site_id, at=at),
    }


def _own_work(request: SignedInRequest) -> dict[str, Any]:
    at, actor = now(), request.actor
    return {
        "own_cases": queries.own_open_cases(actor),
        "urgent": queries.urgent_orders(request.site.pk, at=at),
        "calls": _calls(actor, request.site.pk),
        "territory_cases": queries.territory_cases(actor, at=at) if actor.holds(Role.KEEPER) else None,
        "at": at,
    }


def _calls(actor: Actor, site_id: int) -> list[Any]:
    return queries.calls_to_make(actor, site_id) if actor.may(FOLLOW_UP_CASES, site_id) else []
