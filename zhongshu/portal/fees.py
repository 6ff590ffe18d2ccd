"""What my homes owe, charge by charge; paying leads through the dwelling's code."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.portal import actions, money, queries
from zhongshu.portal.permissions import USE_PORTAL
from zhongshu.remittance.queries.online import merchants_at, owed_by


@page(USE_PORTAL)
def fees(request: SignedInRequest) -> HttpResponse:
    at = now()
    accounts = queries.homes(request.actor, at=at)
    credits = money.credits_of(accounts, at=at)
    homes: list[dict[str, Any]] = [
        {
            "account": account,
            "owed": owed_by(account.pk, day_of(at)),
            "can_pay": merchants_at(account.site_id).exists(),
            "credit": credits[account.pk],
        }
        for account in accounts
    ]
    return render(request, "portal/fees.html", {"homes": homes})


@page(USE_PORTAL, "POST")
def code(request: SignedInRequest, account_id: int) -> HttpResponse:
    """To the page where the dwelling's charges are paid."""
    return redirect("remittance:code", actions.pay_code(actor=request.actor, at=now(), account_id=account_id))
