"""The report of a period, and the matters behind each of its figures."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.insight.engine import papers, sheets
from zhongshu.insight.engine.wording import narrowing_of, value_name
from zhongshu.insight.kinds import DIMENSION_LABELS, RHYTHM_LABELS, Dimension, Subject
from zhongshu.insight.permissions import SEE_REPORTS
from zhongshu.insight.policies.figures import FIGURES
from zhongshu.insight.queries import reports
from zhongshu.insight.queries.matters import cases_behind, orders_behind
from zhongshu.insight.queries.tallies import counted
from zhongshu.insight.views._looking import Looking, looking
from zhongshu.kernel.errors import NotFound
from zhongshu.web import excel, paper
from zhongshu.web.paging import page_of

MOST_EXPORTED = 20_000


@page(SEE_REPORTS)
def report(request: SignedInRequest) -> HttpResponse:
    """Figures of a period with plots and breakdowns; `export` gives the workbook or the paper."""
    seen = looking(request)
    shown = reports.report(seen.scope, seen.period, at=seen.at)
    name = f"report-{seen.scope.code}-{seen.period.rhythm}-{seen.period.starts_on}"
    if request.GET.get("export") == "xlsx":
        return excel.download(name, sheets.report_sheets(shown))
    if request.GET.get("export") == "pdf":
        return paper.download(name, papers.report_pdf(shown))
    return render(request, "insight/report.html", _context(seen) | {"report": shown, **_tables(shown)})


def _context(seen: Looking) -> dict[str, Any]:
    return {"seen": seen, "scope": seen.scope, "period": seen.period, "rhythm_labels": RHYTHM_LABELS}


def _tables(shown: reports.Report) -> dict[str, Any]:
    dimensions = [Dimension.CATEGORY, Dimension.CHANNEL, Dimension.URGENCY, Dimension.TEAM]
    if len(shown.scope.site_ids) > 1:
        dimensions.insert(0, Dimension.SITE)
    sites = sheets.sites_of(shown)
    return {
        "lines": reports.lines_of(shown),
        "breakdowns": [sheets.breakdown(shown, dimension, sites) for dimension in dimensions],
        "teams": sheets.team_rows(shown),
        "plots": sheets.plots(shown),
    }


@page(SEE_REPORTS)
def matters(request: SignedInRequest) -> HttpResponse:
    """The very matters that a figure counts; their number is the figure."""
    seen = looking(request)
    figure = FIGURES.get(request.GET.get("figure", "opened"))
    if figure is None:
        raise NotFound(_("没有这项指标。"), field="figure")
    narrowed = narrowing_of(request.GET)
    of = reports.slice_of(seen.scope, seen.period, at=seen.at, **narrowed)
    is_cases = figure.subject is Subject.CASES
    rows: QuerySet[Any] = cases_behind(figure, of) if is_cases else orders_behind(figure, of)
    if request.GET.get("export") == "xlsx":
        return excel.download("matters", [sheets.matters_sheet(figure, rows[:MOST_EXPORTED].iterator(2000))])
    context = {
        "figure": figure,
        "tally": counted(figure, of),
        "page": page_of(rows, request.GET.get("page")),
        "is_cases": is_cases,
        "narrowed": _named(narrowed),
    }
    return render(request, "insight/matters.html", _context(seen) | context)


def _named(narrowed: dict[str, Any]) -> list[tuple[str, str]]:
    """What the list is narrowed to, in words."""
    dimensions = {str(dimension): dimension for dimension in Dimension}
    words = {"place": _("位置"), "caller": _("来电人")}
    return [
        (str(DIMENSION_LABELS[dimensions[name]]) if name in dimensions else words[name], _value(name, value))
        for name, value in narrowed.items()
    ]


def _value(name: str, value: Any) -> str:
    if name == "place":
        return str(value).rsplit("/", 1)[-1]
    if name == "caller":
        return _("与 %(number)s 同一来电人") % {"number": value}
    return value_name(Dimension(name), value)
