"""The pages of money: collection, ageing, takings, months paid, what may come, how dwellings are lived in."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.insight.engine import money_sheets as sheets
from zhongshu.insight.engine import reconciling
from zhongshu.insight.engine.money_papers import money_pdf
from zhongshu.insight.kinds import MONEY_BY_LABELS, Topic
from zhongshu.insight.permissions import SEE_AGEING, SEE_MONEY
from zhongshu.insight.policies.money import MONEY_FIGURES, MONEY_RATES
from zhongshu.insight.policies.stretches import first_of_next, last_of
from zhongshu.insight.queries import money_reports as reports
from zhongshu.insight.queries import months
from zhongshu.insight.queries.money_books import receivable, received
from zhongshu.insight.queries.takings import takings as taken
from zhongshu.insight.views._money import MoneyLooking, looking_at_money
from zhongshu.web import excel, paper


@page(SEE_MONEY)
def collection(request: SignedInRequest) -> HttpResponse:
    """This year's charges and old arrears, what of them was received; `export` gives the workbook or the paper."""
    seen = looking_at_money(request)
    shown = reports.collection(seen.scope, seen.stretch)
    panel = reconciling.of_cleared(shown.books, seen.scope, since=seen.stretch.since, on=seen.stretch.on)
    if request.GET.get("export") == "xlsx":
        return excel.download(_file("collection", seen), sheets.collection_sheets(shown, panel))
    if request.GET.get("export") == "pdf":
        made = sheets.collection_sheets(shown, panel)
        return _paper(Topic.COLLECTION, _("收缴率"), seen, made, on=seen.stretch.on)
    plots = sheets.collection_plots(shown, seen.stretch)
    return _render(request, "collection", seen, shown=shown, panel=panel, plots=plots, columns=_COLLECTION)


_COLLECTION = {"current": sheets.COLLECTED, "old": sheets.RECOVERED}


@page(SEE_AGEING)
def ageing(request: SignedInRequest) -> HttpResponse:
    """What is open at the end of a day, by the months since it was due. A keeper sees the own territory."""
    seen = looking_at_money(request, SEE_AGEING)
    shown = reports.ageing(seen.scope, seen.aged())
    panel = reconciling.of_receivable(shown.books, seen.scope, on=seen.on) if shown.books else None
    if request.GET.get("export") == "xlsx":
        return excel.download(f"ageing-{seen.scope.code}-{seen.on}", sheets.ageing_sheets(shown, panel))
    if request.GET.get("export") == "pdf":
        return _paper(Topic.AGEING, _("欠费账龄"), seen, sheets.ageing_sheets(shown, panel), on=seen.on)
    plot = sheets.ageing_plot(shown.table.total)
    return _render(request, "ageing", seen, shown=shown, panel=panel, plot=plot, columns=sheets.AGE_COLUMNS)


@page(SEE_MONEY)
def takings(request: SignedInRequest) -> HttpResponse:
    """What was received in a month, day by day, by method and by whoever took it."""
    seen = looking_at_money(request)
    month = seen.stretch.first_of_month
    until = first_of_next(month)
    shown = taken(seen.scope.site_ids, since=month, until=until)
    books = received(seen.scope.site_ids, since=month, until=until)
    panel = reconciling.of_received(books, seen.scope, since=month, on=last_of(month))
    if request.GET.get("export") == "xlsx":
        return excel.download(f"takings-{seen.scope.code}-{month:%Y-%m}", sheets.takings_sheets(shown, panel))
    return _render(
        request, "takings", seen, shown=shown, panel=panel, month=month, methods=sheets.methods_of(shown),
        plot=sheets.takings_plot(shown),
    )  # fmt: skip


@page(SEE_MONEY)
def paid_months(request: SignedInRequest) -> HttpResponse:
    """How many accounts have each month of the year paid, item by item, at the end of the day."""
    seen = looking_at_money(request)
    first, last = seen.stretch.since, seen.stretch.since.replace(month=12)
    rows = months.paid_months(seen.scope.site_ids, first=first, last=last, until=seen.cut().until)
    if request.GET.get("export") == "xlsx":
        return excel.download(_file("paid-months", seen), sheets.paid_sheets(rows))
    books = receivable(seen.cut())
    panel = reconciling.of_receivable(books, seen.scope, on=seen.stretch.on)
    return _render(request, "paid_months", seen, rows=rows, panel=panel, plot=sheets.paid_plot(rows))


@page(SEE_MONEY)
def receipts(request: SignedInRequest) -> HttpResponse:
    """What was received month by month, and what may come in the next twelve."""
    seen = looking_at_money(request)
    shown = reports.receipts(seen.scope, today=seen.today)
    since = reports.since_of(shown, seen.today)
    panel = reconciling.of_received(shown.books, seen.scope, since=since, on=reports.last_before(seen.today))
    if request.GET.get("export") == "xlsx":
        return excel.download(f"receipts-{seen.scope.code}", sheets.receipts_sheets(shown, panel))
    past = [float(row.taken) for row in shown.history]
    plot = sheets.forecast_plot([row.key for row in shown.history], past, shown)
    refusal = "" if shown.forecast else reports.too_little(len(shown.history))
    context = {"shown": shown, "panel": panel, "plot": plot, "coming": _coming(shown), "refusal": refusal}
    return _render(request, "receipts", seen, **context)


@page(SEE_MONEY)
def occupancy(request: SignedInRequest) -> HttpResponse:
    """How many dwellings stand empty, month by month, and how many may."""
    seen = looking_at_money(request)
    shown = reports.living(seen.scope, today=seen.today)
    if request.GET.get("export") == "xlsx":
        return excel.download(f"occupancy-{seen.scope.code}", sheets.living_sheets(shown))
    past = [float(row.vacant) for row in shown.months[:-1]]
    plot = sheets.forecast_plot([f"{row.month:%Y-%m}" for row in shown.months[:-1]], past, shown)
    return _render(request, "occupancy", seen, shown=shown, plot=plot, coming=_coming(shown))


def _coming(shown: reports.Receipts | reports.Living) -> list[Any]:
    return list(zip(shown.ahead, shown.forecast.months, strict=True)) if shown.forecast else []


def _paper(topic: Topic, title: str, seen: MoneyLooking, tables: list[excel.Sheet], *, on: date) -> HttpResponse:
    sub = _("截至 %(on)s") % {"on": on}
    made = money_pdf(topic, f"{seen.scope.name} {title}", tables, sub=sub, at=seen.at)
    return paper.download(f"{topic}-{seen.scope.code}-{on}", made)


def _file(what: str, seen: MoneyLooking) -> str:
    return f"{what}-{seen.scope.code}-{seen.stretch.on}"


def _render(request: SignedInRequest, name: str, seen: MoneyLooking, **more: Any) -> HttpResponse:
    context = {
        "seen": seen,
        "scope": seen.scope,
        "stretch": seen.stretch,
        "here": name,
        "figures": MONEY_FIGURES,
        "rates": MONEY_RATES,
        "by_labels": MONEY_BY_LABELS,
        "months": range(1, 13),
        "may_see_money": request.actor.may(SEE_MONEY),
    }
    return render(request, f"insight/money/{name}.html", context | more)
