"""How figures are said on pages, in workbooks and on papers: names of values, shares, changes, addresses of matters."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from zhongshu.cases.lifecycle import CHANNEL_LABELS
from zhongshu.insight.kinds import Dimension, Rhythm
from zhongshu.insight.policies.figures import FIGURES
from zhongshu.insight.policies.periods import Period
from zhongshu.insight.queries.reports import Line
from zhongshu.insight.queries.scopes import Scope
from zhongshu.kernel.errors import Invalid
from zhongshu.people.kinds import TEAM_KIND_LABELS
from zhongshu.work.kinds import URGENCY_LABELS, category_name

NOTHING = "—"
OLDEST, NEWEST = date(2000, 1, 1), date(2999, 1, 1)


def value_name(dimension: Dimension, value: Any) -> str:
    """What people call a value of a breakdown; of one no longer used, its code."""
    match dimension:
        case Dimension.CATEGORY:
            return category_name(value)
        case Dimension.CHANNEL:
            return str(CHANNEL_LABELS.get(value, value))
        case Dimension.URGENCY:
            return f"{value} {URGENCY_LABELS.get(value, '')}".strip()
        case Dimension.TEAM:
            return str(TEAM_KIND_LABELS.get(value, value or _("未分班组")))
        case _:
            return str(value)


def bucket_name(period: Period, start: datetime) -> str:
    """A stretch of a plot: 14:00, 11-04, 11-02 起, 2026-11."""
    return start.strftime({"hour": "%H:00", "day": "%m-%d", "week": "%m-%d", "month": "%Y-%m"}[period.bucket])


def share(value: float | None) -> str:
    """0.873 → 87.3%."""
    return NOTHING if value is None else f"{value:.1%}"


def hours(minutes: int) -> str:
    """95 → 1.6."""
    return f"{minutes / 60:.1f}"


def amount(line: Line, value: float | None) -> str:
    """A figure or a rate as it is shown."""
    if line.is_rate:
        return share(value)
    return NOTHING if value is None else f"{value:,.0f}"


def change(line: Line) -> str:
    """Against the period before: +12.0%, −3.4 个百分点."""
    if line.change is None:
        return NOTHING
    if line.is_rate:
        return _("%(points)+.1f 个百分点") % {"points": line.change * 100}
    return f"{line.change:+.1%}"


def mood(line: Line) -> str:
    """Whether the change is for better or for worse: a word for the colour beside the sign."""
    if not line.change or not line.good:
        return "even"
    return "better" if line.change * line.good > 0 else "worse"


def matters_url(figure: str, scope: Scope, period: Period, **narrowed: Any) -> str:
    """The list of the very matters behind a figure."""
    wanted = {"figure": figure, "scope": scope.code, "rhythm": period.rhythm, "on": period.starts_on.isoformat()}
    return reverse("insight:matters") + "?" + urlencode(wanted | {k: v for k, v in narrowed.items() if v is not None})


def period_of(query: Any, *, today: date, default: Rhythm = Rhythm.MONTH) -> Period:
    """From an address: `rhythm` and a day `on` in it; what makes no sense is the period of today."""
    rhythm = Rhythm(query["rhythm"]) if query.get("rhythm") in set(Rhythm) else default
    try:
        on = date.fromisoformat(query.get("on") or today.isoformat())
    except ValueError:
        on = today
    return Period.of(rhythm, on if OLDEST <= on < NEWEST else today)


NARROWING = ("channel", "category", "urgency", "team", "bucket", "place", "caller")


def narrowing_of(query: Any) -> dict[str, Any]:
    """From an address: what a list of matters is narrowed to. Raises Invalid for a time that is none."""
    found: dict[str, Any] = {name: query[name] for name in NARROWING if name in query}
    if "bucket" in found:
        try:
            found["bucket"] = parse_datetime(found["bucket"])
        except ValueError:
            found["bucket"] = None
        if found["bucket"] is None or found["bucket"].tzinfo is not None:
            raise Invalid(_("这不是一个时间，请写成 2026-03-05T14:00 这样。"), field="bucket")
    return found


def figure_label(code: str) -> str:
    return str(FIGURES[code].label)


def with_query(address: str, query: Mapping[str, Any], **more: Any) -> str:
    """An address with a query; None is left out, an empty word is not."""
    return address + "?" + urlencode({name: value for name, value in (dict(query) | more).items() if value is not None})
