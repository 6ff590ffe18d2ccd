"""The board: accounts per band, and the list of accounts behind every number."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.care.kinds import Band
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.queries import boards
from zhongshu.care.queries.boards import Flows, Scored
from zhongshu.care.templatetags.care import band_label
from zhongshu.care.views.looking import MONTHS, MOVED, choices, looking
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.web import excel
from zhongshu.web.paging import page_number

MOST_EXPORTED = 20_000
ORDERS: dict[str, Promise] = {
    "score": gettext_lazy("情感值"),
    "change": gettext_lazy("变化"),
    "months": gettext_lazy("欠费月数"),
    "unit": gettext_lazy("房号"),
}


@page(VIEW_CARE)
def board(request: SignedInRequest) -> HttpResponse:
    """Accounts per band, gold apart, by keeper and by building, and what changed since the day compared with."""
    seen = looking(request)
    flows = boards.flows(seen.site_id, [seen.before, seen.now], seen.wanted)
    shown = {
        "seen": seen,
        "tiles": _tiles(flows),
        "total": sum(flows.counts[1].values()),
        "gold": {"count": flows.gold[1], "change": flows.gold[1] - flows.gold[0]},
        "fallen": sum(row.accounts for row in flows.flows if row.fell),
        "risen": sum(row.accounts for row in flows.flows if row.rose),
        "by_keeper": boards.shares(seen.site_id, seen.now, seen.wanted, "keeper"),
        "by_building": boards.shares(seen.site_id, seen.now, seen.wanted, "building"),
    }
    return render(request, "care/bands.html", shown | choices(request, seen))


@page(VIEW_CARE)
def accounts(request: SignedInRequest) -> HttpResponse:
    """The accounts behind a number; `export` gives the workbook."""
    seen = looking(request)
    order = request.GET.get("order", "")
    order = order if order in ORDERS else "score"
    asked = (seen.site_id, seen.now, seen.before, seen.wanted)
    if request.GET.get("export") == "xlsx":
        return excel.download("scores", [_sheet(boards.listed(*asked, size=MOST_EXPORTED, order=order).rows)])
    found = boards.listed(*asked, page=page_number(request.GET.get("page")), order=order)
    shown = {"seen": seen, "page": found, "order": order, "orders": ORDERS, "moved": MOVED, "months": MONTHS}
    return render(request, "care/accounts.html", shown | choices(request, seen))


def _tiles(flows: Flows) -> list[dict[str, Any]]:
    before, after = flows.counts
    total = sum(after.values()) or 1
    return [
        {
            "band": band,
            "count": after[band],
            "percent": round(100 * after[band] / total, 1),
            "change": after[band] - before[band],
        }
        for band in Band
    ]


def _sheet(rows: list[Scored]) -> excel.Sheet:
    header = [
        _("房号"), _("户号"), _("客户"), _("管家"), _("情感值"), _("区间"), _("金章客户"), _("变化前"), _("变化前区间"),
        _("欠费月数"),
    ]  # fmt: skip
    return excel.Sheet(_("情感值"), header, [_cells(row) for row in rows])


def _cells(row: Scored) -> list[Any]:
    return [
        row.unit, row.number, row.customer, row.keeper, row.score, str(band_label(row.band)),
        _("是") if row.is_gold else "", row.score_before, str(band_label(row.band_before)), row.months,
    ]  # fmt: skip
