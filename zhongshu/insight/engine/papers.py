"""Reports and analyses on paper. Templates are typst files in `insight/papers`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.insight.engine import sheets
from zhongshu.insight.kinds import RHYTHM_LABELS, Dimension
from zhongshu.insight.policies.analysis import Part, Sentence, analysis
from zhongshu.insight.queries.analyses import facts_of
from zhongshu.insight.queries.reports import Report, lines_of
from zhongshu.kernel.clock import local
from zhongshu.web.paper import pdf

FOLDER = Path(__file__).resolve().parents[1] / "papers"
MOST_VALUES = 12


def report_pdf(shown: Report) -> bytes:
    """A report of one to three pages."""
    return pdf(FOLDER / "report.typ", _report(shown), at=shown.at)


def analysis_pdf(shown: Report) -> bytes:
    """The analysis of a period, one or two pages."""
    said = sentences_of(shown)
    labels = part_labels()
    parts = [[labels[part], [one.text for one in said if one.part is part]] for part in Part]
    data = heading(shown, _("运行分析")) | {"parts": [part for part in parts if part[1]]}
    return pdf(FOLDER / "analysis.typ", data, at=shown.at)


def sentences_of(shown: Report) -> tuple[Sentence, ...]:
    """What the analysis of a report says."""
    return analysis(facts_of(shown))


def part_labels() -> dict[Part, str]:
    return {
        Part.VOLUME: _("受理"),
        Part.PROMISES: _("承诺与兑现"),
        Part.QUALITY: _("办理质量"),
        Part.PLACES: _("楼栋与来电人"),
        Part.PROPOSALS: _("建议"),
    }


def heading(shown: Report, what: str) -> dict[str, Any]:
    """Title and the line beneath it."""
    made = _("%(time)s 生成") % {"time": local(shown.at).strftime("%Y-%m-%d %H:%M")}
    running = _("期间未结束，与前期同样长的一段相比") if shown.is_running else ""
    return {
        "title": f"{shown.scope.name} {what} {shown.period.title}",
        "sub": " · ".join(filter(None, [made, running])),
    }


def _report(shown: Report) -> dict[str, Any]:
    sites = sheets.sites_of(shown)
    dimensions = [Dimension.CATEGORY, Dimension.CHANNEL, Dimension.URGENCY]
    if shown.scope.site is None:
        dimensions.insert(0, Dimension.SITE)
    per = shown.complaints_per_10000
    complaints = {"value": "—" if per is None else f"{per:.1f}", "n": shown.households}
    return heading(shown, str(RHYTHM_LABELS[shown.period.rhythm])) | {
        "headline": [sheets.headline_header()[:5], [sheets.headline_cells(line)[:5] for line in lines_of(shown)]],
        "headline_title": _("指标"),
        "note": _("每万户投诉 %(value)s 件；在住 %(n)d 户") % complaints,
        "trend_title": _("受理趋势"),
        "trend": [[label, n] for label, n in _trend(shown)],
        "breakdowns": [_table(sheets.breakdown(shown, dimension, sites)) for dimension in dimensions],
        "teams_title": _("班组"),
        "teams": [sheets.team_header(), [_texts(sheets.team_cells(row)) for row in sheets.team_rows(shown)]],
        "spots_title": _("热点楼栋"),
        "spots": [[name, number] for name, number in sheets.spot_names(shown.hot_spots)],
        "callers_title": _("重复来电"),
        "callers": [[caller.label or "—", caller.number] for caller in shown.callers],
        "meanings_title": _("口径"),
        "meanings": [[line.label, line.meaning] for line in lines_of(shown)],
    }


def _trend(shown: Report) -> list[tuple[str, int]]:
    drawn = sheets.plots(shown)["trend"]
    return list(zip(drawn["labels"], drawn["series"][0]["data"], strict=True))


def _table(of: sheets.Breakdown) -> list[Any]:
    sheet = sheets.breakdown_sheet(of)
    return [sheet.title, list(sheet.header), [_texts(row) for row in list(sheet.rows)[:MOST_VALUES]]]


def _texts(cells: Iterable[Any]) -> list[str]:
    return [str(cell) for cell in cells]
