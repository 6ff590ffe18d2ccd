"""How figures look on pages."""

from typing import Any

from django import template

from zhongshu.insight.engine import wording
from zhongshu.insight.engine.sheets import Breakdown, Row
from zhongshu.insight.kinds import Dimension
from zhongshu.insight.policies.periods import Period
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
