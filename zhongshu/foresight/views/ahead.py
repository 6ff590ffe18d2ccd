"""Who is likely to fall into arrears: the list of a site, and one account with all reasons."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.care.queries.accounts import scored_account
from zhongshu.estate.models import Account
from zhongshu.foresight import actions
from zhongshu.foresight.forms import ObjectionForm
from zhongshu.foresight.models import Forecast
from zhongshu.foresight.permissions import VIEW_FORESIGHT
from zhongshu.foresight.queries import forecasts
from zhongshu.foresight.queries.state import in_use, objection_of, state_of
from zhongshu.foresight.queries.telling import reason_told
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

LEASTS = (5, 10, 20, 35, 50)
"""Percent to choose from."""


@page(VIEW_FORESIGHT)
def ahead(request: SignedInRequest) -> HttpResponse:
    """The likeliest first; a keeper sees their own."""
    text, least = request.GET.get("q", "").strip()[:60], _percent(request.GET.get("least", ""))
    rows = forecasts.newest(request.actor, request.site.pk, text=text, least=least / 100)
    shown = page_of(rows, request.GET.get("page"))
    context = {
        "page": shown,
        "rows": [_row(row) for row in shown.rows],
        "state": state_of(request.site.pk),
        "in_use": in_use(),
        "on": forecasts.last_day(request.site.pk),
        "typed": {"q": text, "least": least},
        "leasts": LEASTS,
    }
    return render(request, "foresight/ahead.html", context)


@page(VIEW_FORESIGHT, "GET", "POST")
def account(request: SignedInRequest, account_number: str) -> HttpResponse:
    """One account: what is foreseen and why; here the customer's objection is noted, or taken back."""
    found = _seen(request, account_number)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and _noted(request, found, form):
        return redirect("foresight:account", found.number)
    row = forecasts.newest(request.actor, found.site_id).filter(account=found).first()
    context = {
        "account": found,
        "forecast": _row(row) if row else None,
        "objection": objection_of(found.pk),
        "state": state_of(found.site_id),
        "form": form,
    }
    return render(request, "foresight/account.html", context, status=422 if form.errors else 200)


def _seen(request: SignedInRequest, number: str) -> Account:
    among = forecasts.accounts_seen(request.actor, request.site.pk)
    return scored_account(number, day_of(now()), among=among)


def _noted(request: SignedInRequest, found: Account, form: ObjectionForm) -> bool:
    if "withdraw" in request.POST:
        actions.withdraw_objection(actor=request.actor, at=now(), account=found)
        messages.success(request, _("已撤回，下次起重新预见。"))
        return True

    def objected(reason: str) -> None:
        actions.object_to(actor=request.actor, at=now(), account=found, reason=reason)

    if not attempt(form, objected):
        return False
    messages.success(request, _("已记录反对：不再预见这一户，已有的结果已删除。"))
    return True


def _row(row: Forecast) -> dict[str, Any]:
    reasons = [reason_told(*each) for each in row.reasons]
    return {
        "row": row,
        "percent": f"{100 * row.probability:.0f}" if row.probability >= 0.01 else "<1",
        "badge": _badge(row.probability),
        "raising": [each for each in reasons if each["raises"]],
        "lowering": [each for each in reasons if not each["raises"]],
    }


def _badge(probability: float) -> str:
    return "red-soft" if probability >= 0.35 else "amber" if probability >= 0.1 else "grey"


def _percent(typed: str) -> int:
    return int(typed) if typed.isdecimal() and int(typed) in LEASTS else 0
