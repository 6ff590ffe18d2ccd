"""Figures of money as tables: for the workbook, the plots and the page alike."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS, PaymentMethod
from zhongshu.billing.models import Charge, Payment
from zhongshu.estate.kinds import OCCUPANCY_LABELS, OccupancyStatus
from zhongshu.insight.engine.reconciling import Panel
from zhongshu.insight.engine.wording import share
from zhongshu.insight.kinds import MONEY_BY_LABELS, MoneyBy, TakingsBy, Topic
from zhongshu.insight.policies.money import MONEY_RATES, MoneyFigure, of_topic
from zhongshu.insight.policies.stretches import Stretch
from zhongshu.insight.queries.money import FeeRow, MoneyTable, Sums
from zhongshu.insight.queries.money_reports import Ageing, Collection, Living, Receipts
from zhongshu.insight.queries.months import PaidMonth
from zhongshu.insight.queries.takings import Takings
from zhongshu.web.excel import Sheet

AGE_COLUMNS = ("m0_3", "m4_6", "m7_12", "m13_24", "m25_36", "m37", "overdue", "not_due")
COLLECTED = ("due", "collected", "relieved", "unpaid")
RECOVERED = ("opening", "recovered", "forgiven", "remaining")


def row_name(by: MoneyBy, name: str) -> str:
    """What people call a value; of none, that there is none."""
    if name:
        return name
    return {MoneyBy.BUILDING: _("不在楼栋"), MoneyBy.KEEPER: _("没有管家")}.get(by, "—")


def collection_sheets(shown: Collection, panel: Panel) -> list[Sheet]:
    """Headlines beside last year's, a sheet for each breakdown, the books."""
    heading = [_("指标"), _("本期"), _("去年同期"), _("口径")]
    lines: list[list[Any]] = [
        [str(figure.label), shown.now.total.of(figure.code), shown.year_ago.total.of(figure.code), str(figure.meaning)]
        for figure in of_topic(Topic.COLLECTION)
    ]
    for code, rate in MONEY_RATES.items():
        values = [share(table.total.rate(code)) for table in (shown.now, shown.year_ago)]
        lines.append([str(rate.label), *values, f"{_label(rate.part)} ÷ {_label(rate.whole)}"])
    return [Sheet(_("指标"), heading, lines), *_breakdowns(shown.now, _collection_cells), books_sheet(panel)]


def ageing_sheets(shown: Ageing, panel: Panel | None) -> list[Sheet]:
    whole = Sheet(
        _("账龄"), [_("账龄"), _("金额")], [[_label(code), shown.table.total.of(code)] for code in AGE_COLUMNS]
    )
    return [whole, *_breakdowns(shown.table, _ageing_cells), *([books_sheet(panel)] if panel else [])]


def _breakdowns(table: MoneyTable, cells: Any) -> list[Sheet]:
    header = [_label(code) for code in cells(None)]
    if cells is _collection_cells:
        header = [*header[:4], str(MONEY_RATES["collection"].label), *header[4:], str(MONEY_RATES["recovery"].label)]
    return [
        Sheet(
            _("按%(dimension)s") % {"dimension": MONEY_BY_LABELS[by]},
            [str(MONEY_BY_LABELS[by]), *header],
            [[row_name(by, row.name), *cells(row.sums)] for row in rows],
        )
        for by, rows in table.by.items()
    ]


def _collection_cells(sums: Sums | None) -> list[Any]:
    if sums is None:
        return [*COLLECTED, *RECOVERED]
    current, old = ([sums.of(code) for code in codes] for codes in (COLLECTED, RECOVERED))
    return [*current, share(sums.rate("collection")), *old, share(sums.rate("recovery"))]


def _ageing_cells(sums: Sums | None) -> list[Any]:
    return [*AGE_COLUMNS] if sums is None else [sums.of(code) for code in AGE_COLUMNS]


def _label(code: str) -> str:
    return next(str(figure.label) for topic in Topic for figure in of_topic(topic) if figure.code == code)


def books_sheet(panel: Panel) -> Sheet:
    """What the figures add up to, and the ledger beside it."""
    header = [_("项"), _("按业务日期"), _("记账日期不同"), _("按记账日期"), _("总账"), _("差额")]
    parts: list[list[Any]] = [[label, yuan, None, None, None, None] for label, yuan in panel.parts]
    lines = [[row.label, row.told, row.shift, row.booked, row.ledger, row.difference] for row in panel.lines]
    return Sheet(_("对账"), header, [*parts, *lines])


def method_name(method: str) -> str:
    return str(PAYMENT_METHOD_LABELS[PaymentMethod(method)])


def methods_of(shown: Takings) -> list[str]:
    """The methods by which anything came, in their usual order."""
    used = {row.key for row in shown.by[TakingsBy.METHOD]}
    return [str(method) for method in PaymentMethod if method in used]


def takings_sheets(shown: Takings, panel: Panel) -> list[Sheet]:
    methods = methods_of(shown)
    sums = [_("笔数"), *(_label(code) for code in ("taken", "bounced", "refunded"))]
    days = [
        [row.key, *(shown.matrix.get((row.key, method)) for method in methods), *_sums(row)]
        for row in shown.by[TakingsBy.DAY]
    ]
    return [
        Sheet(_("每日收款"), [_("日期"), *map(method_name, methods), *sums], days),
        Sheet(_("按方式"), [_("方式"), *sums], [[method_name(r.key), *_sums(r)] for r in shown.by[TakingsBy.METHOD]]),
        Sheet(_("按收款人"), [_("收款人"), *sums], [[cashier(r.name), *_sums(r)] for r in shown.by[TakingsBy.CASHIER]]),
        books_sheet(panel),
    ]


def cashier(name: str) -> str:
    return name or _("系统自动")


def _sums(row: Any) -> list[Any]:
    return [row.pieces, row.taken, row.bounced, row.refunded]


def paid_sheets(rows: Iterable[PaidMonth]) -> list[Sheet]:
    header = [
        _("月份"),
        _("收费项目"),
        _("应缴户数"),
        _("已缴户数"),
        _("未缴户数"),
        _("已缴比例"),
        _("预缴户数"),
        _("月费合计"),
    ]
    lines = [[f"{r.month:%Y-%m}", r.name, r.asked, r.paid, r.unpaid, share(r.rate), r.ahead, r.share] for r in rows]
    return [Sheet(_("缴费月份"), header, lines)]


def receipts_sheets(shown: Receipts, panel: Panel) -> list[Sheet]:
    past = [[row.key, row.taken, row.refunded] for row in shown.history]
    sheets = [Sheet(_("历史收款"), [_("月份"), _("收款"), _("退款")], past), books_sheet(panel)]
    if shown.forecast:
        months = zip(shown.ahead, shown.forecast.months, strict=True)
        rows = [[f"{month:%Y-%m}", round(a.expected), round(a.low), round(a.high)] for month, a in months]
        sheets.insert(0, Sheet(_("收款预测"), [_("月份"), _("预计"), _("下限"), _("上限")], rows))
    return sheets


def living_sheets(shown: Living) -> list[Sheet]:
    header = [_("月份"), *(str(label) for label in OCCUPANCY_LABELS.values()), _("入住率"), _("空置率")]
    rows = [
        [f"{r.month:%Y-%m}", *(r.of(status) for status in OccupancyStatus), share(r.occupancy), share(r.vacancy)]
        for r in shown.months
    ]
    return [Sheet(_("入住与空置"), header, rows)]


def collection_plots(shown: Collection, stretch: Stretch) -> dict[str, Any]:
    """What is due and collected by due month; receipts beside last year's."""
    names = [f"{stretch.year}-{month:02}" for month in range(1, stretch.on.month + 1)]
    before = [f"{stretch.year - 1}-{month:02}" for month in range(1, stretch.on.month + 1)]
    by_month = {row.key: row.sums for row in shown.now.by[MoneyBy.MONTH]}
    return {
        "months": {
            "labels": names,
            "series": [
                {"name": _label(code), "data": [_number(by_month[m].of(code)) if m in by_month else 0 for m in names]}
                for code in ("due", "collected")
            ],
        },
        "receipts": {
            "labels": names,
            "series": [
                {"name": str(year), "data": [_taken(shown, month) for month in months]}
                for year, months in ((stretch.year, names), (stretch.year - 1, before))
            ],
        },
    }


def _taken(shown: Collection, month: str) -> float:
    return _number(shown.receipts[month].taken) if month in shown.receipts else 0.0


def _number(amount: Any) -> float:
    return float(amount)


def ageing_plot(sums: Sums) -> dict[str, Any]:
    codes = AGE_COLUMNS[:6]
    return {"labels": [_label(code) for code in codes], "data": [_number(sums.of(code)) for code in codes]}


def takings_plot(shown: Takings) -> dict[str, Any]:
    days = shown.by[TakingsBy.DAY]
    return {
        "labels": [row.key[5:] for row in days],
        "series": [{"name": _label("taken"), "data": [_number(row.taken) for row in days]}],
    }


def forecast_plot(labels: Sequence[str], past: Sequence[float], shown: Receipts | Living) -> dict[str, Any]:
    """What was and what is expected, with the lower and the upper end."""
    ahead = shown.forecast.months if shown.forecast else ()
    empty, coming = [None] * len(past), [f"{month:%Y-%m}" for month in shown.ahead] if ahead else []
    values = [("expected", _("预计")), ("low", _("下限")), ("high", _("上限"))]
    series: list[dict[str, Any]] = [{"name": _("实际"), "data": [*past, *([None] * len(ahead))]}]
    for field, name in values if ahead else ():
        series.append({"name": name, "data": [*empty, *(round(getattr(one, field), 2) for one in ahead)]})
    return {"labels": [*labels, *coming], "series": series}


def paid_plot(rows: Sequence[PaidMonth]) -> dict[str, Any]:
    """The share of accounts that have paid, by month, a line for each item."""
    names, labels = {row.code: row.name for row in rows}, sorted({f"{row.month:%Y-%m}" for row in rows})
    rates = {(row.code, f"{row.month:%Y-%m}"): row.rate for row in rows}
    series = [
        {"name": name, "data": [_percent(rates.get((code, month))) for month in labels]} for code, name in names.items()
    ]
    return {"labels": labels, "series": series}


def _percent(rate: float | None) -> float | None:
    return None if rate is None else round(rate * 100, 1)


def fees_sheet(figure: MoneyFigure, rows: Iterable[Any]) -> Sheet:
    """The fees behind a figure."""
    header = [
        _("账户"),
        _("客户"),
        _("位置"),
        _("收费项目"),
        _("开始"),
        _("结束"),
        _("应缴日期"),
        _("应收"),
        str(figure.label),
    ]
    return Sheet(_("费用"), header, [_fee(row) for row in rows])


def _fee(row: FeeRow) -> list[Any]:
    one = row.charge
    who = [one.account.number, one.account.customer.name, where(one), one.item.name]
    return [*who, one.period_start, one.period_end, one.due_on, one.amount, row.yuan]


def where(charge: Charge) -> str:
    """The place a fee is for, else the account's unit."""
    place = charge.place or charge.account.unit
    return place.label if place else ""


def payments_sheet(rows: Iterable[Payment]) -> Sheet:
    header = [_("收款编号"), _("日期"), _("账户"), _("客户"), _("方式"), _("收款人"), _("金额")]
    return Sheet(_("收款"), header, (_payment(row) for row in rows))


def _payment(row: Payment) -> list[Any]:
    by = cashier(row.recorded_by.name if row.recorded_by else "")
    who = [row.account.number, row.account.customer.name]
    return [row.number, row.received_on, *who, method_name(row.method), by, row.amount]


def unpaid_sheet(rows: Iterable[Any]) -> Sheet:
    header = [_("账户"), _("客户"), _("位置"), _("未缴")]
    lines = [
        [row.account.number, row.account.customer.name, row.account.unit.label if row.account.unit else "", row.yuan]
        for row in rows
    ]
    return Sheet(_("未缴账户"), header, lines)
