"""How figures look on pages."""

from datetime import date
from typing import Any

from django import template
from django.urls import reverse

from zhongshu.insight.engine import money_sheets, wording
from zhongshu.insight.engine.sheets import Breakdown, Row
from zhongshu.insight.kinds import MONEY_BY_LABELS, Dimension, MoneyBy
from zhongshu.insight.policies.periods import Period
from zhongshu.insight.queries.money import MoneyRow, Sums
from zhongshu.insight.queries.reports import Line
from zhongshu.insight.queries.scopes import Scope
from zhongshu.insight.queries.tallies import Tally
from zhongshu.work.lifecycle import STATE_LABELS, State

register = template.Library()
register.filter(wording.share)
register.filter(wording.hours)
register.filter(wording.change)
register.filter(wording.mood)


@register.simple_tag
def matters_url(figure: str, scope: Scope, period: Period, **narrowed: Any) -> str:
    """The list of the matters behind a figure: `{% matters_url "opened" scope period category="parking" %}`."""
    return wording.matters_url(figure, scope, period, **narrowed)


@register.simple_tag
def drill_url(figure: str, breakdown: Breakdown, row: Row, scope: Scope, period: Period) -> str:
    """The matters behind a cell of a breakdown."""
    if breakdown.dimension is Dimension.SITE:
        return wording.matters_url(figure, Scope(f"site-{row.value}", "", ()), period)
    return wording.matters_url(figure, scope, period, **{str(breakdown.dimension): row.value})


@register.filter
def amount(line: Line, which: str) -> str:
    """A figure of now, before or year_ago."""
    return wording.amount(line, getattr(line, which))


@register.filter
def n(tally: Tally, code: str) -> int:
    """The count of a figure."""
    return tally.n(code)


@register.filter
def rate(tally: Tally, code: str) -> str:
    """A rate, as 87.3%."""
    return wording.share(tally.rate(code))


@register.filter
def total(tally: Tally, code: str) -> int:
    """What a figure adds up."""
    return tally.total.get(code, 0)


@register.filter
def order_state(state: str) -> str:
    """The name of an order's state."""
    return str(STATE_LABELS[State(state)])


@register.filter
def short_label(label: str, band: str) -> str:
    """一期3栋 → 3栋 within the band of 一期."""
    return label.removeprefix(band)


@register.simple_tag
def money_url(page: str, seen: Any, **more: Any) -> str:
    """A page of money as one looks at it: `{% money_url "fees" seen figure="due" item=row.key %}`."""
    return wording.with_query(reverse(f"insight:{page}"), seen.address, **more)


@register.simple_tag
def fees_url(figure: str, by: str, row: MoneyRow, seen: Any) -> str:
    """The fees behind a cell of a breakdown."""
    names = {MoneyBy.SITE: "scope", MoneyBy.MONTH: "due_month"}
    key = f"site-{row.key}" if by == MoneyBy.SITE else row.key
    more = {"figure": figure, names.get(MoneyBy(by), by): key}
    return wording.with_query(reverse("insight:fees"), seen.address, **more)


@register.filter
def of(sums: Sums, code: str) -> Any:
    """The yuan of a figure."""
    return sums.of(code)


@register.filter
def money_rate(sums: Sums, code: str) -> str:
    return wording.share(sums.rate(code))


@register.filter
def row_name(row: MoneyRow, by: str) -> str:
    return money_sheets.row_name(MoneyBy(by), row.name)


@register.filter
def by_label(by: str) -> str:
    return str(MONEY_BY_LABELS[MoneyBy(by)])


@register.filter
def cell(matrix: Any, day_and_method: str) -> Any:
    """`matrix|cell:"2026-11-04 cash"`."""
    day, method = day_and_method.rsplit(" ", 1)
    return matrix.get((day, method))


@register.filter
def as_month(day: date) -> str:
    return f"{day:%Y-%m}"


register.filter(money_sheets.method_name)
register.filter(money_sheets.cashier)
register.filter(money_sheets.where)


@register.filter
def whole(value: float) -> str:
    """1234.5 → 1,234."""
    return f"{value:,.0f}"
