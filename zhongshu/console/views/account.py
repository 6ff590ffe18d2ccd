"""Customer 360: everything we know of an account, on one page."""

from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.console import accounts
from zhongshu.console.permissions import SEE_ACCOUNTS
from zhongshu.console.sheets import account_sheets
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.web import excel


@page(SEE_ACCOUNTS)
def account(request: SignedInRequest, number: str) -> HttpResponse:
    """Who, where, since when, household, matters, keeper, history; `?export=xlsx` gives the same as a workbook."""
    found = accounts.account_of(request.actor, number)
    if request.GET.get("export") == "xlsx":
        return excel.download(number, account_sheets(request.actor, found))
    view = accounts.account_view(request.actor, found, at=now())
    return render(request, "console/account.html", {"view": view})
