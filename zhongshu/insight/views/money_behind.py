"""The very fees, payments and accounts behind a figure of money."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS
from zhongshu.estate.models import Place
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.models import User
from zhongshu.insight.engine.money_sheets import (
    cashier,
    fees_sheet,
    method_name,
    payments_sheet,
    row_name,
    unpaid_sheet,
)
from zhongshu.insight.kinds import MONEY_BY_LABELS, MoneyBy, Topic
from zhongshu.insight.permissions import SEE_AGEING, SEE_MONEY
from zhongshu.insight.policies.stretches import first_of_next
from zhongshu.insight.queries.money import fees_behind
from zhongshu.insight.queries.months import unpaid_accounts
from zhongshu.insight.queries.takings import payments_behind
from zhongshu.insight.views._money import (
    MoneyLooking,
    figure_of,
    looking_at_money,
    month_of,
    narrowing_of_money,
    page_number,
)
from zhongshu.kernel.errors import NotFound
from zhongshu.web import excel
from zhongshu.web.paging import PAGE_SIZE, page_of

MOST_EXPORTED = 20_000


@page(SEE_AGEING)
def fees(request: SignedInRequest) -> HttpResponse:
    """The fees of which a figure of collection or ageing is the sum."""
    figure = figure_of(request.GET.get("figure", "overdue"))
    seen = looking_at_money(request, SEE_AGEING if figure.topic is Topic.AGEING else SEE_MONEY)
    if figure.topic is Topic.TAKINGS:
        raise NotFound(_("没有这项指标。"), field="figure")
    narrowed = narrowing_of_money(request.GET)
    of = seen.cut(figure, **narrowed)
    if request.GET.get("export") == "xlsx":
        rows, _yuan = fees_behind(figure, of, page=1, size=MOST_EXPORTED)
        return excel.download("fees", [fees_sheet(figure, rows.rows)])
    rows, yuan = fees_behind(figure, of, page=page_number(request), size=PAGE_SIZE)
    return _render(request, "fees", seen, figure=figure, page=rows, yuan=yuan, narrowed=_fees_named(narrowed), on=of.on)


@page(SEE_MONEY)
def payments(request: SignedInRequest) -> HttpResponse:
    """The payments of which a figure of takings is the sum: of a day or a month, by method or cashier."""
    seen = looking_at_money(request)
    since, until = _days(request, seen)
    method, whose = request.GET.get("method", ""), request.GET.get("cashier")
    code = "bounced" if request.GET.get("figure") == "bounced" else "taken"
    rows, yuan = payments_behind(
        code, seen.scope.site_ids, since=since, until=until, method=method, cashier=whose
    )  # fmt: skip
    if request.GET.get("export") == "xlsx":
        return excel.download("payments", [payments_sheet(rows[:MOST_EXPORTED].iterator(2000))])
    named = [(_("方式"), method_name(method))] if method in PAYMENT_METHOD_LABELS else []
    named += [(_("收款人"), _user(whose))] if whose is not None else []
    shown = page_of(rows, request.GET.get("page"))
    day = request.GET.get("day") or f"{since:%Y-%m}"
    return _render(request, "payments", seen, figure=figure_of(code), page=shown, yuan=yuan, narrowed=named, day=day)


@page(SEE_MONEY)
def unpaid(request: SignedInRequest) -> HttpResponse:
    """The accounts that have not paid a month of an item."""
    seen = looking_at_money(request)
    month, item = month_of(request.GET.get("of") or f"{seen.stretch.first_of_month:%Y-%m}"), request.GET.get("item", "")
    is_export = request.GET.get("export") == "xlsx"
    number, size = (1, MOST_EXPORTED) if is_export else (page_number(request), PAGE_SIZE)
    until = seen.cut().until
    rows = unpaid_accounts(seen.scope.site_ids, item=item, month=month, until=until, page=number, size=size)
    if is_export:
        return excel.download("unpaid", [unpaid_sheet(rows.rows)])
    return _render(request, "unpaid", seen, page=rows, month=month, item=item)


def _days(request: SignedInRequest, seen: MoneyLooking) -> tuple[date, date]:
    """A single day in the address, else the month."""
    if typed := request.GET.get("day"):
        try:
            day = date.fromisoformat(typed)
            return day, date.fromordinal(day.toordinal() + 1)
        except (ValueError, OverflowError):
            raise NotFound(_("没有这一天，请写成 2026-03-05 这样。"), field="day") from None
    month = seen.stretch.first_of_month
    return month, first_of_next(month)


def _fees_named(narrowed: dict[str, Any]) -> list[tuple[str, str]]:
    """What the list is narrowed to, in words."""
    said = []
    for name, value in narrowed.items():
        by = MoneyBy(name)
        shown = {MoneyBy.BUILDING: _place, MoneyBy.KEEPER: _keeper}.get(by, _plain)(value)
        said.append((str(MONEY_BY_LABELS[by]), row_name(by, shown)))
    return said


def _plain(value: Any) -> str:
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value)


def _place(key: str) -> str:
    place = Place.objects.filter(pk=int(key)).first() if _is_key(key) else None
    return place.label if place else ""


def _keeper(key: str) -> str:
    user = User.objects.filter(pk=int(key)).first() if _is_key(key) else None
    return user.name if user else ""


def _user(key: str) -> str:
    return cashier(_keeper(key))


def _is_key(key: str) -> bool:
    return key.isdecimal() and len(key) < 19


def _render(request: SignedInRequest, name: str, seen: MoneyLooking, **more: Any) -> HttpResponse:
    return render(request, f"insight/money/{name}.html", {"seen": seen, "scope": seen.scope} | more)
