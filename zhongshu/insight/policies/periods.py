"""Periods of reports: a day, a week from Monday, a month, a quarter, a year; half-open."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from zhongshu.insight.kinds import Rhythm
from zhongshu.kernel.clock import SITE_ZONE

BUCKETS = {
    Rhythm.DAY: "hour",
    Rhythm.WEEK: "day",
    Rhythm.MONTH: "day",
    Rhythm.QUARTER: "week",
    Rhythm.YEAR: "month",
}


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant until (exclusive) another."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """`[starts_on, ends_on)` as days of the sites' calendar."""

    rhythm: Rhythm
    starts_on: date
    ends_on: date

    @classmethod
    def of(cls, rhythm: Rhythm, on: date) -> "Period":
        """The period of that rhythm to which the day belongs."""
        starts_on = _start(rhythm, on)
        return cls(rhythm, starts_on, _next(rhythm, starts_on))

    @property
    def before(self) -> "Period":
        return Period.of(self.rhythm, self.starts_on - timedelta(days=1))

    @property
    def after(self) -> "Period":
        return Period.of(self.rhythm, self.ends_on)

    @property
    def year_ago(self) -> "Period":
        """The same last year; of weeks the one 52 weeks earlier, of 29 February the day before it."""
        if self.rhythm is Rhythm.WEEK:
            return Period.of(self.rhythm, self.starts_on - timedelta(weeks=52))
        if (self.starts_on.month, self.starts_on.day) == (2, 29):
            return Period.of(self.rhythm, date(self.starts_on.year - 1, 2, 28))
        return Period.of(self.rhythm, self.starts_on.replace(year=self.starts_on.year - 1))

    @property
    def last_on(self) -> date:
        return self.ends_on - timedelta(days=1)

    @property
    def span(self) -> Span:
        return Span(_midnight(self.starts_on), _midnight(self.ends_on))

    @property
    def bucket(self) -> str:
        """PostgreSQL's name of the stretch by which the period is drawn."""
        return BUCKETS[self.rhythm]

    def is_running(self, at: datetime) -> bool:
        return at < self.span.until

    def as_far_as(self, other: "Period", at: datetime) -> Span:
        """This period's span, cut to as much of it as has passed of `other`: part is compared with a like part."""
        span = self.span
        if not other.is_running(at):
            return span
        return Span(span.since, min(span.until, span.since + max(at - other.span.since, timedelta())))

    @property
    def title(self) -> str:
        """2026-11-04, 2026-11-02 至 2026-11-08, 2026-11, 2026 年第 4 季度, 2026 年."""
        start = self.starts_on
        match self.rhythm:
            case Rhythm.DAY:
                return start.isoformat()
            case Rhythm.WEEK:
                return _("%(first)s 至 %(last)s") % {"first": start, "last": self.last_on}
            case Rhythm.MONTH:
                return f"{start:%Y-%m}"
            case Rhythm.QUARTER:
                return _("%(year)d 年第 %(quarter)d 季度") % {"year": start.year, "quarter": start.month // 3 + 1}
            case Rhythm.YEAR:
                return _("%(year)d 年") % {"year": start.year}

    def buckets(self) -> list[datetime]:
        """The beginnings of the stretches, on the sites' wall clock, without a zone, as `date_trunc` gives them."""
        start, end = datetime.combine(self.starts_on, time()), datetime.combine(self.ends_on, time())
        found = [_trunc(self.bucket, start)]
        while (following := _step(self.bucket, found[-1])) < end:
            found.append(following)
        return found


def latest_complete(rhythm: Rhythm, on: date) -> Period:
    """The last period of that rhythm that was over when the day began."""
    return Period.of(rhythm, on).before


def _start(rhythm: Rhythm, on: date) -> date:
    match rhythm:
        case Rhythm.DAY:
            return on
        case Rhythm.WEEK:
            return on - timedelta(days=on.weekday())
        case Rhythm.MONTH:
            return on.replace(day=1)
        case Rhythm.QUARTER:
            return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
        case Rhythm.YEAR:
            return date(on.year, 1, 1)


def _next(rhythm: Rhythm, start: date) -> date:
    """The first day of the following period: a day beyond its shortest length lies in it for sure."""
    beyond = {Rhythm.DAY: 1, Rhythm.WEEK: 7, Rhythm.MONTH: 31, Rhythm.QUARTER: 92, Rhythm.YEAR: 366}
    return _start(rhythm, start + timedelta(days=beyond[rhythm]))


def _trunc(bucket: str, start: datetime) -> datetime:
    return start - timedelta(days=start.weekday()) if bucket == "week" else start


def _step(bucket: str, start: datetime) -> datetime:
    match bucket:
        case "hour":
            return start + timedelta(hours=1)
        case "day":
            return start + timedelta(days=1)
        case "week":
            return start + timedelta(weeks=1)
        case _:
            return (start + timedelta(days=31)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SITE_ZONE)
