"""The figures of money, and the fees, payments and accounts behind them, for programs. Amounts are yuan."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Payment
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, actor_of, paged
from zhongshu.identity.rights import Right
from zhongshu.insight.engine.reconciling import Panel, of_cleared, of_receivable, of_received
from zhongshu.insight.kinds import MoneyBy, TakingsBy, Topic
from zhongshu.insight.permissions import SEE_AGEING, SEE_MONEY
from zhongshu.insight.policies.forecast import Forecast
from zhongshu.insight.policies.money import MONEY_FIGURES, MONEY_RATES, MoneyFigure, of_topic
from zhongshu.insight.policies.stretches import Stretch, first_of_next, last_of
from zhongshu.insight.queries import money_reports as reports
from zhongshu.insight.queries import months, takings
from zhongshu.insight.queries.money import Cut, FeeRow, MoneyTable, Sums, fees_behind
from zhongshu.insight.queries.money_books import received
from zhongshu.insight.queries.money_reports import cut_of, own_keeper
from zhongshu.insight.queries.scopes import Scope, scope_named, scopes_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.paging import page_of

router = Router()
Month = Annotated[str, Field(pattern=r"^2\d{3}-(0[1-9]|1[0-2])$")]


class MoneyWanted(Schema):
    """`month`: the year up to the end of it (of takings that month alone); this year up to today if not given."""

    scope: Line = Field("", description="site-CODE, region-ID or company; empty: the widest one may see")
    month: Month | None = None


class AgeingWanted(Schema):
    """`on`: the end of that day, today if not given."""

    scope: Line = Field("", description="site-CODE, region-ID or company; empty: the widest one may see")
    on: Day | None = None


class FeesWanted(MoneyWanted):
    """`figure` is one of `/insight/money/figures` of collection (`month` counts) or ageing (`on` counts)."""

    figure: Line = "overdue"
    on: Day | None = None
    item: Line | None = None
    building: Line | None = Field(None, description="the key of a row of `by`; empty: in no building")
    keeper: Line | None = Field(None, description="the key of a row of `by`; empty: nobody's")
    due_month: Month | None = None


class TakenWanted(MoneyWanted):
    """`day`: that day alone. `cashier`: the key of a row of `by`; empty: what nobody recorded by hand."""

    day: Day | None = None
    method: PaymentMethod | None = None
    cashier: Line | None = None
    bounced: bool = False


class MoneyFigureOut(Schema):
    code: str
    label: str
    meaning: str
    topic: Topic


class SumsOut(Schema):
    """By the codes of the figures; of rates null: nothing to take a share of."""

    figures: dict[str, Decimal]
    rates: dict[str, float | None]


class MoneyRowOut(SumsOut):
    key: str
    name: str


class BooksOut(Schema):
    """A figure in the books: by its own days, by the days of its entries, and in the ledger."""

    label: str
    told: Decimal
    booked: Decimal
    ledger: Decimal
    difference: Decimal = Field(description="ledger less booked; never anything but nothing")


class CollectionOut(Schema):
    scope: str
    since: Day
    on: Day
    now: SumsOut
    year_ago: SumsOut
    by: dict[MoneyBy, list[MoneyRowOut]]
    books: list[BooksOut]


class AgeingOut(Schema):
    scope: str
    on: Day
    total: SumsOut
    by: dict[MoneyBy, list[MoneyRowOut]]
    books: list[BooksOut]


class TakingOut(Schema):
    """`key`: a day, a method, or who took it (empty: nobody by hand)."""

    key: str
    name: str
    pieces: int
    taken: Decimal
    bounced: Decimal
    refunded: Decimal


class TakingsOut(Schema):
    scope: str
    month: str
    total: TakingOut
    by: dict[TakingsBy, list[TakingOut]]
    books: list[BooksOut]


class PaidMonthOut(Schema):
    month: str
    item: str
    item_name: str
    asked: int
    paid: int
    unpaid: int
    ahead: int
    share: Decimal


class ExpectedOut(Schema):
    month: str
    expected: float
    low: float
    high: float


class ForecastOut(Schema):
    """`coverage`: of `tries` forecasts of the past from `origins` months, so many lay between `low` and `high`."""

    months: list[ExpectedOut]
    tries: int
    origins: int
    coverage: float


class ReceiptsOut(Schema):
    """`forecast` is null, and `refusal` says why, when there is too little history."""

    scope: str
    history: list[TakingOut]
    forecast: ForecastOut | None
    refusal: str
    books: list[BooksOut]


class LivedOut(Schema):
    month: str
    by_status: dict[str, int]
    occupancy: float | None
    vacancy: float | None


class LivingOut(Schema):
    """`forecast` is of vacant units."""

    scope: str
    months: list[LivedOut]
    forecast: ForecastOut | None


class FeeBehindOut(Schema):
    charge_id: int
    site: str
    account: str
    place: str | None
    item: str
    period_start: Day
    period_end: Day
    due_on: Day
    amount: Decimal
    yuan: Decimal = Field(description="how much of the figure it is")


class FeesBehindOut(Listed):
    figure: str
    sum: Decimal
    items: list[FeeBehindOut]


class TakenBehindOut(Schema):
    number: str
    site: str
    account: str
    received_on: Day
    method: str
    cashier: str
    amount: Decimal


class PaymentsBehindOut(Listed):
    sum: Decimal
    items: list[TakenBehindOut]


@router.get("/insight/money/figures", response=list[MoneyFigureOut], summary="What each figure of money means")
def list_money_figures(request: HttpRequest) -> list[dict[str, Any]]:
    actor_of(request).require(SEE_AGEING)
    return [
        {"code": one.code, "label": str(one.label), "meaning": str(one.meaning), "topic": one.topic}
        for one in MONEY_FIGURES.values()
    ]


@router.get("/insight/money/collection", response=CollectionOut, summary="Collection of the year, recovery of arrears")
def list_money_collection(request: HttpRequest, wanted: Query[MoneyWanted]) -> dict[str, Any]:
    scope, stretch = _scope(request, wanted.scope, SEE_MONEY), _stretch(wanted.month)
    shown = reports.collection(scope, stretch)
    return {
        "scope": scope.code,
        "since": stretch.since,
        "on": stretch.on,
        "now": _sums(shown.now.total, Topic.COLLECTION),
        "year_ago": _sums(shown.year_ago.total, Topic.COLLECTION),
        "by": _by(shown.now, Topic.COLLECTION),
        "books": _books(of_cleared(shown.books, scope, since=stretch.since, on=stretch.on)),
    }


@router.get("/insight/money/ageing", response=AgeingOut, summary="What is open, by the months since it was due")
def list_money_ageing(request: HttpRequest, wanted: Query[AgeingWanted]) -> dict[str, Any]:
    scope = _scope(request, wanted.scope, SEE_AGEING)
    of = _aged(request, scope, wanted.on)
    shown = reports.ageing(scope, of)
    return {
        "scope": scope.code,
        "on": of.on,
        "total": _sums(shown.table.total, Topic.AGEING),
        "by": _by(shown.table, Topic.AGEING),
        "books": _books(of_receivable(shown.books, scope, on=of.on)) if shown.books else [],
    }


@router.get("/insight/money/takings", response=TakingsOut, summary="What was received in a month, day by day")
def list_money_takings(request: HttpRequest, wanted: Query[MoneyWanted]) -> dict[str, Any]:
    scope, month = _scope(request, wanted.scope, SEE_MONEY), _stretch(wanted.month).first_of_month
    until = first_of_next(month)
    shown = takings.takings(scope.site_ids, since=month, until=until)
    rows = received(scope.site_ids, since=month, until=until)
    return {
        "scope": scope.code,
        "month": f"{month:%Y-%m}",
        "total": shown.total,
        "by": shown.by,
        "books": _books(of_received(rows, scope, since=month, on=last_of(month))),
    }


@router.get("/insight/money/paid-months", response=list[PaidMonthOut], summary="How many have paid each month")
def list_paid_months(request: HttpRequest, wanted: Query[MoneyWanted]) -> list[dict[str, Any]]:
    scope, stretch = _scope(request, wanted.scope, SEE_MONEY), _stretch(wanted.month)
    until = cut_of(scope, stretch).until
    last = stretch.since.replace(month=12)
    return [
        {
            "month": f"{row.month:%Y-%m}", "item": row.code, "item_name": row.name, "asked": row.asked,
            "paid": row.paid, "unpaid": row.unpaid, "ahead": row.ahead, "share": row.share,
        }
        for row in months.paid_months(scope.site_ids, first=stretch.since, last=last, until=until)
    ]  # fmt: skip


@router.get("/insight/money/receipts", response=ReceiptsOut, summary="Receipts by month, and what may come")
def list_money_receipts(request: HttpRequest, scope: Line = "") -> dict[str, Any]:
    seen, today = _scope(request, scope, SEE_MONEY), day_of(now())
    shown = reports.receipts(seen, today=today)
    since, on = reports.since_of(shown, today), reports.last_before(today)
    return {
        "scope": seen.code,
        "history": shown.history,
        "forecast": _forecast(shown.ahead, shown.forecast),
        "refusal": "" if shown.forecast else reports.too_little(len(shown.history)),
        "books": _books(of_received(shown.books, seen, since=since, on=on)),
    }


@router.get("/insight/money/occupancy", response=LivingOut, summary="How dwellings are lived in, month by month")
def list_occupancy(request: HttpRequest, scope: Line = "") -> dict[str, Any]:
    seen = _scope(request, scope, SEE_MONEY)
    shown = reports.living(seen, today=day_of(now()))
    rows = [
        {"month": f"{row.month:%Y-%m}", "by_status": row.by, "occupancy": row.occupancy, "vacancy": row.vacancy}
        for row in shown.months
    ]
    return {"scope": seen.code, "months": rows, "forecast": _forecast(shown.ahead, shown.forecast)}


@router.get("/insight/money/fees", response=FeesBehindOut, summary="The very fees behind a figure")
def list_money_fees(
    request: HttpRequest, wanted: Query[FeesWanted], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """`sum` is the figure. Raises NotFound for a figure there is not."""
    figure = MONEY_FIGURES.get(wanted.figure)
    if figure is None or figure.topic is Topic.TAKINGS:
        raise NotFound(_("没有这项指标。"), field="figure")
    of = _cut(request, figure, wanted)
    rows, yuan = fees_behind(figure, of, page=page, size=page_size)
    return paged(request, rows, _fee) | {"figure": figure.code, "sum": yuan}


@router.get("/insight/money/payments", response=PaymentsBehindOut, summary="The very payments behind takings")
def list_money_payments(
    request: HttpRequest, wanted: Query[TakenWanted], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    scope, month = _scope(request, wanted.scope, SEE_MONEY), _stretch(wanted.month).first_of_month
    since, until = (wanted.day, _day_after(wanted.day)) if wanted.day else (month, first_of_next(month))
    figure = "bounced" if wanted.bounced else "taken"
    rows, yuan = takings.payments_behind(
        figure, scope.site_ids, since=since, until=until, method=wanted.method or "", cashier=wanted.cashier
    )
    return paged(request, page_of(rows, str(page), size=page_size), _payment) | {"sum": yuan}


def _scope(request: HttpRequest, code: str, right: Right) -> Scope:
    actor = actor_of(request)
    actor.require(right)
    return scope_named(actor, code or next((one.code for one in scopes_of(actor, right)), ""), right)


def _stretch(month: str | None) -> Stretch:
    year, number = (month or "-").split("-")
    return Stretch.of(year, number.lstrip("0"), today=day_of(now()))


def _aged(request: HttpRequest, scope: Scope, on: date | None, **narrowed: Any) -> Cut:
    today, own = day_of(now()), own_keeper(actor_of(request), scope)
    day = min(on or today, today)
    mine = {} if own is None else {"keeper": own}
    return Cut(scope.site_ids, date(day.year, 1, 1), day, day == today, narrowed | mine)


def _cut(request: HttpRequest, figure: MoneyFigure, wanted: FeesWanted) -> Cut:
    given = {"item": wanted.item, "building": wanted.building, "keeper": wanted.keeper}
    given["month"] = f"{wanted.due_month}-01" if wanted.due_month else None
    narrowed = {name: value for name, value in given.items() if value is not None}
    if figure.topic is Topic.AGEING:
        return _aged(request, _scope(request, wanted.scope, SEE_AGEING), wanted.on, **narrowed)
    return cut_of(_scope(request, wanted.scope, SEE_MONEY), _stretch(wanted.month), **narrowed)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _sums(sums: Sums, topic: Topic) -> dict[str, Any]:
    rates = MONEY_RATES if topic is Topic.COLLECTION else {}
    return {
        "figures": {figure.code: sums.of(figure.code) for figure in of_topic(topic)},
        "rates": {code: sums.rate(code) for code in rates},
    }


def _by(table: MoneyTable, topic: Topic) -> dict[str, Any]:
    return {by: [{"key": r.key, "name": r.name, **_sums(r.sums, topic)} for r in rows] for by, rows in table.by.items()}


def _books(panel: Panel) -> list[dict[str, Any]]:
    names = ("label", "told", "booked", "ledger", "difference")
    return [{name: getattr(line, name) for name in names} for line in panel.lines]


def _forecast(ahead: list[date], found: Forecast | None) -> dict[str, Any] | None:
    if found is None:
        return None
    rows = [
        {"month": f"{month:%Y-%m}", "expected": one.expected, "low": one.low, "high": one.high}
        for month, one in zip(ahead, found.months, strict=True)
    ]
    return {"months": rows, "tries": found.tries, "origins": found.origins, "coverage": found.coverage}


def _fee(row: FeeRow) -> dict[str, Any]:
    one = row.charge
    return {
        "charge_id": one.pk,
        "site": one.site.code,
        "account": one.account.number,
        "place": one.place.code if one.place else None,
        "item": one.item.code,
        "period_start": one.period_start,
        "period_end": one.period_end,
        "due_on": one.due_on,
        "amount": one.amount,
        "yuan": row.yuan,
    }


def _payment(row: Payment) -> dict[str, Any]:
    return {
        "number": row.number,
        "site": row.site.code,
        "account": row.account.number,
        "received_on": row.received_on,
        "method": row.method,
        "cashier": row.recorded_by.name if row.recorded_by else "",
        "amount": row.amount,
    }
