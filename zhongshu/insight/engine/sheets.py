"""A report as tables and plots, for the page, the workbook and the paper alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.identity.models import Site
from zhongshu.insight.engine.wording import amount, bucket_name, change, hours, share, value_name
from zhongshu.insight.kinds import DIMENSION_LABELS, Dimension, Subject
from zhongshu.insight.policies.figures import FIGURES, RATES, Figure
from zhongshu.insight.queries.reports import HotSpot, Line, Report, lines_of
from zhongshu.insight.queries.tallies import Tally
from zhongshu.web.excel import Sheet
from zhongshu.work.kinds import category_name

COUNTS = ("opened", "complaints", "repeated")
SHARES = ("closure", "first_time_fix", "satisfaction")
TEAM_SHARES = ("acknowledge_on_time", "arrive_on_time", "finish_on_time")


@dataclass(frozen=True, slots=True)
class Row:
    """A value of a breakdown. `narrowed` leads to its matters: the parameter and its value."""

    name: str
    value: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Breakdown:
    dimension: Dimension
    label: str
    rows: list[Row]


def sites_of(shown: Report) -> dict[int, Site]:
    """The sites of a report; one statement, none for a single site."""
    if shown.scope.site is not None:
        return {shown.scope.site.pk: shown.scope.site}
    return Site.objects.in_bulk(shown.scope.site_ids)


def breakdown(shown: Report, dimension: Dimension, sites: Mapping[int, Site]) -> Breakdown:
    """The values that have cases, the most cases first. A site's value is its code."""
    found = [(key, tally) for key, tally in shown.now.by[dimension].items() if key is not None and tally.n("opened")]
    found.sort(key=lambda pair: (-pair[1].n("opened"), str(pair[0])))
    if dimension is Dimension.SITE:
        rows = [Row(sites[key].name, sites[key].code, tally) for key, tally in found]
    else:
        rows = [Row(value_name(dimension, key), str(key), tally) for key, tally in found]
    return Breakdown(dimension, str(DIMENSION_LABELS[dimension]), rows)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A kind of team: its orders, how they were kept, hours on site and hours given to others."""

    name: str
    team: str
    tally: Tally
    aid_given: int


def team_rows(shown: Report) -> list[TeamRow]:
    """Teams that had orders or helped, the most orders first."""
    by_team = shown.now.by[Dimension.TEAM]
    teams = {key for key, tally in by_team.items() if tally.n("orders")} | set(shown.aid_given)
    rows = [
        TeamRow(value_name(Dimension.TEAM, team), team, by_team.get(team, Tally()), shown.aid_given.get(team, 0))
        for team in teams
    ]
    return sorted(rows, key=lambda row: (-row.tally.n("orders"), row.team))


def plots(shown: Report) -> dict[str, Any]:
    """What the page draws: intake over the period, the categories, the teams' promptness."""
    by_bucket, starts = shown.now.by[Dimension.BUCKET], shown.period.buckets()
    tallies = [by_bucket.get(start, Tally()) for start in starts]
    categories = breakdown(shown, Dimension.CATEGORY, {}).rows[:8]
    teams = [row for row in team_rows(shown) if row.tally.n("orders")]
    return {
        "trend": {
            "labels": [bucket_name(shown.period, start) for start in starts],
            "series": [
                {"name": str(FIGURES[code].label), "data": [tally.n(code) for tally in tallies]}
                for code in ("opened", "closed", "complaints")
            ],
        },
        "categories": {
            "labels": [row.name for row in categories],
            "data": [row.tally.n("opened") for row in categories],
        },
        "teams": {
            "labels": [row.name for row in teams],
            "series": [
                {"name": str(RATES[code].label), "data": [_percent(row.tally.rate(code)) for row in teams]}
                for code in TEAM_SHARES
            ],
        },
    }


def _percent(value: float | None) -> float | None:
    return None if value is None else round(value * 100, 1)


def report_sheets(shown: Report) -> list[Sheet]:
    """The workbook of a report: the headlines, then a sheet per breakdown, places, callers."""
    sites = sites_of(shown)
    dimensions = [Dimension.SITE, Dimension.CATEGORY, Dimension.CHANNEL, Dimension.URGENCY]
    return [
        Sheet(
            _("指标"), headline_header(), [headline_cells(line) for line in lines_of(shown)] + [_per_households(shown)]
        ),
        *(breakdown_sheet(breakdown(shown, dimension, sites)) for dimension in dimensions),
        Sheet(_("班组"), team_header(), [team_cells(row) for row in team_rows(shown)]),
        Sheet(_("热点楼栋"), [_("位置"), _("报事")], [[spot.label, spot.number] for spot in shown.hot_spots]),
        Sheet(_("重复来电"), [_("位置"), _("报事")], [[one.label, one.number] for one in shown.callers]),
    ]


def headline_header() -> list[str]:
    return [_("指标"), _("本期"), _("上期"), _("去年同期"), _("比上期"), _("口径")]


def headline_cells(line: Line) -> list[str]:
    shown = [amount(line, value) for value in (line.now, line.before, line.year_ago)]
    return [line.label, *shown, change(line), line.meaning]


def _per_households(shown: Report) -> list[str]:
    value = shown.complaints_per_10000
    return [
        _("每万户投诉"), "" if value is None else f"{value:.1f}", "", "", "",
        _("投诉 ÷ 在住户数 %(n)d × 10000") % {"n": shown.households},
    ]  # fmt: skip


def breakdown_sheet(of: Breakdown) -> Sheet:
    """A breakdown as a table."""
    header = [of.label, *(str(FIGURES[code].label) for code in COUNTS), *(str(RATES[code].label) for code in SHARES)]
    return Sheet(_("按%(dimension)s") % {"dimension": of.label}, header, [breakdown_cells(row) for row in of.rows])


def breakdown_cells(row: Row) -> list[Any]:
    return [row.name, *(row.tally.n(code) for code in COUNTS), *(share(row.tally.rate(code)) for code in SHARES)]


def team_header() -> list[str]:
    rates = [str(RATES[code].label) for code in TEAM_SHARES]
    return [_("班组"), _("工单"), *rates, _("现场工时（小时）"), _("支援他组（小时）")]


def team_cells(row: TeamRow) -> list[Any]:
    rates = [share(row.tally.rate(code)) for code in TEAM_SHARES]
    return [row.name, row.tally.n("orders"), *rates, hours(row.tally.total.get("worked", 0)), hours(row.aid_given)]


def matters_sheet(figure: Figure, rows: Iterable[Any]) -> Sheet:
    """The matters behind a figure."""
    if figure.subject is Subject.CASES:
        header = [_("单号"), _("项目"), _("受理时间"), _("状态"), _("紧急程度"), _("类别"), _("渠道"), _("位置")]
        return Sheet(_("报事"), header, ([*_common(row), row.get_channel_display(), _where(row)] for row in rows))
    header = [_("单号"), _("项目"), _("开单时间"), _("状态"), _("紧急程度"), _("类别"), _("班组"), _("位置")]
    return Sheet(_("工单"), header, ([*_common(row), row.team.name if row.team else "", _where(row)] for row in rows))


def _common(row: Any) -> list[Any]:
    state = str(row.get_state_display())
    return [row.number, row.site.name, row.opened_at, state, row.urgency, category_name(row.category)]


def _where(row: Any) -> str:
    return row.place.label if row.place else ""


def spot_names(spots: Iterable[HotSpot]) -> list[tuple[str, int]]:
    return [(spot.label, spot.number) for spot in spots]
