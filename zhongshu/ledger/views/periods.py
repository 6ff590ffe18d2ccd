"""Closing months and opening the last again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.ledger import actions, queries
from zhongshu.ledger.forms import CloseForm, ReopenForm
from zhongshu.ledger.permissions import CLOSE_PERIODS, VIEW_LEDGER
from zhongshu.ledger.policies import last_of
from zhongshu.web.forms import Dressed, attempt
from zhongshu.web.paging import page_of


@page(VIEW_LEDGER)
def periods(request: SignedInRequest) -> HttpResponse:
    """Every closing of the site, and the month whose turn it is."""
    return _show(request)


@page(CLOSE_PERIODS, "POST")
def closing(request: SignedInRequest) -> HttpResponse:
    """Close the month whose turn it is."""
    form = CloseForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site": request.site}
    if attempt(form, lambda **typed: actions.close_period(**facts, **typed)):
        messages.success(request, _("%(month)s 已结账。") % {"month": f"{form.cleaned_data['month']:%Y-%m}"})
        return redirect("ledger:periods")
    return _show(request, close=form)


@page(CLOSE_PERIODS, "POST")
def reopening(request: SignedInRequest) -> HttpResponse:
    """Open the last month again."""
    form = ReopenForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site": request.site}
    if attempt(form, lambda **typed: actions.reopen_period(**facts, **typed)):
        messages.success(request, _("%(month)s 已反结账。") % {"month": f"{form.cleaned_data['month']:%Y-%m}"})
        return redirect("ledger:periods")
    return _show(request, reopen=form)


def _show(request: SignedInRequest, **typed: Dressed) -> HttpResponse:
    request.actor.require(VIEW_LEDGER, request.site.pk)
    site_id, today = request.site.pk, day_of(now())
    turn, rows = queries.next_to_close(site_id, today), queries.periods(site_id)
    last = rows.filter(reopened_at__isnull=True).first()
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "turn": turn,
        "drafts": queries.drafts_until(site_id, last_of(turn)) if turn else 0,
        "close": typed.get("close") or CloseForm(initial={"month": turn}),
        "last": last,
        "reopen": typed.get("reopen") or ReopenForm(initial={"month": last and last.month}),
        "may_close": request.actor.may(CLOSE_PERIODS, site_id),
        "may_reopen": last is not None and last.closed_by_id != request.actor.user_id,
    }
    return render(request, "ledger/periods.html", shown, status=422 if typed else 200)
