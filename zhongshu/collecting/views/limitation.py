"""Debts by the day on which they can no longer be sued for."""

from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.collecting.permissions import WATCH_LIMITATION
from zhongshu.collecting.queries.limitation import Debt, debts
from zhongshu.estate.queries import search_accounts
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web import excel
from zhongshu.web.paging import PAGE_SIZE, Page

WITHIN: Final = {
    "3": (gettext_lazy("三个月内届满"), 92),
    "6": (gettext_lazy("半年内届满"), 183),
    "12": (gettext_lazy("一年内届满"), 366),
    "all": (gettext_lazy("全部"), None),
}


@page(WATCH_LIMITATION)
def limitation(request: SignedInRequest) -> HttpResponse:
    """Nearest first, narrowed by household and by how near; `export` gives the workbook."""
    site_id, on = request.site.pk, day_of(now())
    request.actor.require(WATCH_LIMITATION, site_id)
    within = request.GET.get("within", "6")
    days = WITHIN.get(within, WITHIN["6"])[1]
    text = request.GET.get("q", "").strip()
    ids = [account.pk for account in search_accounts(site_id, text, limit=200)] if text else None
    rows = debts(site_id, on=on, account_ids=ids, until=on + timedelta(days=days) if days else None)
    if request.GET.get("export") == "xlsx":
        return excel.download("limitation", [_sheet(rows, on)])
    found = _page(rows, request.GET.get("page"))
    shown = {
        "page": found, "rows": [(debt, debt.days_left(on)) for debt in found.rows], "typed": request.GET,
        "within": within, "choices": WITHIN,
    }  # fmt: skip
    return render(request, "collecting/limitation.html", shown)


def _page(rows: list[Debt], number: str | None) -> "Page[Any]":
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    at = min(max(1, int(number)), pages) if number and number.isdecimal() and len(number) < 9 else 1
    return Page(rows[(at - 1) * PAGE_SIZE : at * PAGE_SIZE], at, pages, len(rows))


def _sheet(rows: list[Debt], on: date) -> excel.Sheet:
    header = [_("户号"), _("客户"), _("房号"), _("收费项目"), _("应交日"), _("未缴（元）"), _("起算日"), _("起算原因"),
              _("届满日"), _("剩余天数")]  # fmt: skip
    cells = [
        (
            debt.account_number, debt.customer, debt.unit, debt.item, debt.due_on, debt.open_amount, debt.since,
            debt.cause_label, debt.barred_on, debt.days_left(on),
        )
        for debt in rows
    ]  # fmt: skip
    return excel.Sheet(_("诉讼时效"), header, cells)
