"""The keeper's morning: what the night changed, whom to see today and in what order; on the desk and on the phone."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.policies.morning import Errand, Reason, Stop, Urgency, stops
from zhongshu.care.queries import morning as queries
from zhongshu.care.queries.boards import Scored
from zhongshu.estate.queries import keepers_at, own_territory
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now

HEADINGS: dict[Urgency, str | Promise] = {
    Urgency.FIRST: _("先办"),
    Urgency.TODAY: _("今天"),
    Urgency.SOON: _("近日"),
}


@page(VIEW_CARE)
def desk(request: SignedInRequest) -> HttpResponse:
    """On the desk."""
    return render(request, "care/morning.html", _shown(request, is_phone=False))


@page(VIEW_CARE)
def phone(request: SignedInRequest) -> HttpResponse:
    """On the phone."""
    return render(request, "care/phone/morning.html", _shown(request, is_phone=True))


def _shown(request: SignedInRequest, *, is_phone: bool) -> dict[str, Any]:
    site_id, today = request.site.pk, day_of(now())
    request.actor.require(VIEW_CARE, site_id)
    own, typed = own_territory(request.actor, VIEW_CARE, site_id), request.GET.get("keeper", "")
    chosen = int(typed) if typed.isdecimal() and len(typed) < 10 else None
    told = queries.morning(queries.Whose(request.actor, site_id, today, own or chosen))
    found = stops(told.reasons, today, walk={key: row.counted for key, row in told.accounts.items()})
    return {
        "today": today,
        "groups": [(label, _rows(found, told.accounts, rank, is_phone)) for rank, label in HEADINGS.items()],
        "total": len(found),
        "changed": len(told.changed),
        "fallen": sum(one.errand == Errand.FALL for one in told.reasons),
        "complaints": sum(one.errand == Errand.COMPLAINT for one in told.reasons),
        "keepers": [] if own else keepers_at(site_id, today),
        "keeper": chosen,
        "whose": own or chosen,
    }


def _rows(found: list[Stop], accounts: dict[str, Scored], rank: Urgency, is_phone: bool) -> list[dict[str, Any]]:
    return [
        {
            "home": accounts.get(stop.key),
            "reasons": [(one, leads_to(one, accounts.get(stop.key), is_phone=is_phone)) for one in stop.reasons],
        }
        for stop in found
        if stop.urgency == rank
    ]


PLACES: dict[Errand, tuple[str, str]] = {
    Errand.TASK: ("care:task", "care:task_on_phone"),
    Errand.COMPLAINT: ("cases:case", "cases:case"),
    Errand.PLAN: ("care:plan", "care:plan"),
    Errand.VISIT: ("community:visit", "community:visit"),
    Errand.PROMISE: ("collecting:account", "collecting:account_on_phone"),
    Errand.FALL: ("care:why", "care:why"),
}


def leads_to(reason: Reason, home: Scored | None, *, is_phone: bool) -> str:
    """The page on which the errand is done; empty where nobody is known whose it is."""
    subject = reason.subject or (home.number if home else "")
    return reverse(PLACES[reason.errand][is_phone], args=[subject]) if subject else ""
