"""The API of insight: figures, the matters behind them, hot spots, the analysis."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from zhongshu.cases.classification.labels import Category
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import Case
from zhongshu.estate.kinds import PlaceKind
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, actor_of, paged
from zhongshu.insight.engine.papers import sentences_of
from zhongshu.insight.kinds import Dimension, Rhythm, Subject
from zhongshu.insight.permissions import SEE_REPORTS
from zhongshu.insight.policies.figures import FIGURES, RATES
from zhongshu.insight.policies.periods import Period
from zhongshu.insight.queries import reports
from zhongshu.insight.queries.matters import cases_behind, orders_behind
from zhongshu.insight.queries.scopes import Scope, scope_named, scopes_of
from zhongshu.insight.queries.tallies import Tally
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.people.kinds import TeamKind
from zhongshu.web.paging import page_of
from zhongshu.work.kinds import Urgency
from zhongshu.work.models import WorkOrder

router = Router()


class Wanted(Schema):
    """`on` is any day of the period, today if not given."""

    scope: Line = Field("", description="site-CODE, region-ID or company; empty: the widest one may see")
    rhythm: Rhythm = Rhythm.MONTH
    on: Day | None = None


class Behind(Wanted):
    """`figure` is one of `/insight/figures`."""

    figure: Line = "opened"


class Narrowed(Schema):
    channel: Channel | None = None
    category: Category | None = None
    urgency: Urgency | None = None
    team: TeamKind | None = None
    place: Line = Field("", description="the path of a place: it and all below it")


class FigureOut(Schema):
    """`counts`: cases or orders. A rate has `part` and `whole`, two figures."""

    code: str
    label: str
    meaning: str
    counts: str | None
    part: str | None = None
    whole: str | None = None


class NumbersOut(Schema):
    """By the codes of the figures; of rates null: nothing to take a share of. Minutes and scores are added up."""

    figures: dict[str, int]
    sums: dict[str, int]
    rates: dict[str, float | None]


class ReportOut(Schema):
    """`before` and `year_ago` reach as far as the period has run. `by` goes by dimension and value."""

    scope: str
    starts_on: Day
    ends_on: Day
    is_running: bool
    households: int
    complaints_per_10000: float | None
    now: NumbersOut
    before: NumbersOut
    year_ago: NumbersOut
    by: dict[str, dict[str, NumbersOut]]
    aid_given: dict[str, int] = Field(description="minutes, by the helpers' own team")


class ListedMatterOut(Schema):
    number: str
    kind: str = Field(description="cases or orders")
    site: str
    category: str
    urgency: str
    state: str
    place: str | None
    opened_at: datetime


class ListedMattersOut(Listed):
    figure: str
    items: list[ListedMatterOut]


class HotSpotOut(Schema):
    code: str
    label: str
    path: str
    number: int


class SentenceOut(Schema):
    part: str
    tone: str
    rule: str
    text: str
    figure: str
    narrowed: dict[str, str]


@router.get("/insight/figures", response=list[FigureOut], summary="What each figure means")
def list_insight_figures(request: HttpRequest) -> list[dict[str, Any]]:
    actor_of(request).require(SEE_REPORTS)
    figures = [
        {"code": f.code, "label": str(f.label), "meaning": str(f.meaning), "counts": f.subject}
        for f in FIGURES.values()
    ]
    rates = [
        {"code": r.code, "label": str(r.label), "meaning": "", "counts": None, "part": r.part, "whole": r.whole}
        for r in RATES.values()
    ]
    return [*figures, *rates]


@router.get("/insight/report", response=ReportOut, summary="The figures of a period")
def list_insight_report(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    shown = _report(request, wanted)
    return {
        "scope": shown.scope.code,
        "starts_on": shown.period.starts_on,
        "ends_on": shown.period.ends_on,
        "is_running": shown.is_running,
        "households": shown.households,
        "complaints_per_10000": shown.complaints_per_10000,
        "now": _numbers(shown.now.total),
        "before": _numbers(shown.before.total),
        "year_ago": _numbers(shown.year_ago.total),
        "by": {str(dimension): _by_value(shown.now.by[dimension]) for dimension in Dimension},
        "aid_given": shown.aid_given,
    }


@router.get("/insight/matters", response=ListedMattersOut, summary="The very matters behind a figure")
def list_insight_matters(
    request: HttpRequest,
    wanted: Query[Behind],
    narrowed: Query[Narrowed],
    page: PageNo = 1,
    page_size: PageSize = 20,
) -> dict[str, Any]:
    """`total` is the figure. Raises NotFound for a figure there is not."""
    figure = wanted.figure
    if figure not in FIGURES:
        raise NotFound(_("没有这项指标。"), field="figure")
    given = {name: str(value) for name, value in narrowed.model_dump().items() if value}
    of = reports.slice_of(_scope(request, wanted), _period(wanted), at=now(), **given)
    is_cases = FIGURES[figure].subject is Subject.CASES
    behind: Any = cases_behind if is_cases else orders_behind
    return paged(request, page_of(behind(FIGURES[figure], of), str(page), size=page_size), _matter) | {"figure": figure}


@router.get("/insight/hot-spots", response=list[HotSpotOut], summary="Buildings by their cases, the most first")
def list_insight_hot_spots(
    request: HttpRequest, wanted: Query[Wanted], category: Category | None = None
) -> list[dict[str, Any]]:
    of = reports.slice_of(_scope(request, wanted), _period(wanted), at=now())
    spots = reports.hot_spots(of, kinds=(PlaceKind.BUILDING,), category=category or "", limit=1000)
    return [{"code": s.code, "label": s.label, "path": s.path, "number": s.number} for s in spots]


@router.get("/insight/analysis", response=list[SentenceOut], summary="The analysis of a period")
def list_insight_analysis(request: HttpRequest, wanted: Query[Wanted]) -> list[dict[str, Any]]:
    return [
        {
            "part": one.part,
            "tone": one.tone,
            "rule": one.rule,
            "text": one.text,
            "figure": one.figure,
            "narrowed": dict(one.narrowed),
        }
        for one in sentences_of(_report(request, wanted))
    ]


def _scope(request: HttpRequest, wanted: Wanted) -> Scope:
    actor = actor_of(request)
    actor.require(SEE_REPORTS)
    return scope_named(actor, wanted.scope or next((one.code for one in scopes_of(actor)), ""))


def _period(wanted: Wanted) -> Period:
    return Period.of(wanted.rhythm, wanted.on or day_of(now()))


def _report(request: HttpRequest, wanted: Wanted) -> reports.Report:
    return reports.report(_scope(request, wanted), _period(wanted), at=now())


def _numbers(tally: Tally) -> dict[str, Any]:
    return {"figures": tally.count, "sums": tally.total, "rates": {code: tally.rate(code) for code in RATES}}


def _by_value(tallies: Mapping[Any, Tally]) -> dict[str, Any]:
    return {
        value.isoformat() if isinstance(value, datetime) else str(value): _numbers(tally)
        for value, tally in tallies.items()
    }


def _matter(row: Case | WorkOrder) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": Subject.CASES if isinstance(row, Case) else Subject.ORDERS,
        "site": row.site.code,
        "category": row.category,
        "urgency": row.urgency,
        "state": row.state,
        "place": row.place.code if row.place else None,
        "opened_at": row.opened_at,
    }
