"""A report: the figures of a period beside those of the period before and of the same last year."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from zhongshu.estate.kinds import AccountKind, PlaceKind, Usage
from zhongshu.estate.models import Account
from zhongshu.insight.kinds import Dimension
from zhongshu.insight.policies.figures import FIGURES, RATES, REPEATED
from zhongshu.insight.policies.periods import Period
from zhongshu.insight.queries.matters import CASES, Slice, rows_of
from zhongshu.insight.queries.scopes import Scope
from zhongshu.insight.queries.tallies import Tallies, Tally, tallied
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.periods import in_force

HOT_SPOTS, CALLERS = 10, 10
PER_HOUSEHOLDS = 10_000


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A place with the number of matters at it or below it; `of` so many at all places of the kinds asked for."""

    place_id: int
    site_id: int
    code: str
    label: str
    path: str
    kind: str
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who reported often: by the dwelling, never by the number. `case` is one of theirs."""

    label: str
    case: str
    number: int


@dataclass(frozen=True, slots=True)
class Report:
    """`now` with all breakdowns; `before` and `year_ago` as a whole, of a like part when the period still runs."""

    scope: Scope
    period: Period
    at: datetime
    now: Tallies
    before: Tallies
    year_ago: Tallies
    households: int
    hot_spots: list[HotSpot]
    callers: list[Caller]
    aid_given: Mapping[str, int]

    @property
    def is_running(self) -> bool:
        return self.period.is_running(self.at)

    @property
    def complaints_per_10000(self) -> float | None:
        """Complaints of the period per 10,000 households."""
        return self.now.total.n("complaints") * PER_HOUSEHOLDS / self.households if self.households else None


def slice_of(scope: Scope, period: Period, *, at: datetime, **narrowed: Any) -> Slice:
    """The matters of a period."""
    return Slice(scope.site_ids, period.span, at, period.bucket, narrowed)


def report(scope: Scope, period: Period, *, at: datetime) -> Report:
    """Ten statements, whatever the size."""
    whole = slice_of(scope, period, at=at)
    return Report(
        scope=scope,
        period=period,
        at=at,
        now=tallied(whole),
        before=_earlier(whole, period.before, period),
        year_ago=_earlier(whole, period.year_ago, period),
        households=households(scope.site_ids, on=min(period.last_on, day_of(at))),
        hot_spots=hot_spots(whole, kinds=(PlaceKind.BUILDING,), limit=HOT_SPOTS),
        callers=repeat_callers(whole),
        aid_given=aid_given(whole),
    )


def _earlier(whole: Slice, earlier: Period, period: Period) -> Tallies:
    span = earlier.as_far_as(period, whole.at)
    return tallied(replace(whole, span=span), dimensions=(Dimension.CATEGORY, Dimension.TEAM))


def households(site_ids: tuple[int, ...], *, on: date) -> int:
    """Dwellings with a running account of an owner (the developer's stock is none)."""
    accounts = Account.objects.filter(in_force(on), site_id__in=site_ids, kind=AccountKind.ORDINARY)
    return accounts.exclude(unit__usage__in=(Usage.SHOP, Usage.OFFICE, Usage.STORAGE)).count()


def hot_spots(of: Slice, *, kinds: tuple[PlaceKind, ...], category: str = "", limit: int = 100_000) -> list[HotSpot]:
    """Places of those kinds with the cases at them or below, the most first. One statement."""
    narrowed = replace(of, narrowed={**of.narrowed, **({"category": category} if category else {})})
    values = narrowed.values | {"kinds": [str(kind) for kind in kinds], "limit": limit}
    return [HotSpot(*row) for row in rows_of(_HOT.replace("{condition}", narrowed.condition), values)]


# Codes are unique within a site, and a path is the codes from the root down: each step of it names a place.
_HOT = f"""
    SELECT spot.id, spot.site_id, spot.code, spot.label, spot.path, spot.kind, count(*) AS number,
        sum(count(*)) OVER ()::int
    FROM ({CASES}) AS matter
    CROSS JOIN LATERAL unnest(string_to_array(matter.path, '/')) AS step (code)
    JOIN estate_place spot ON spot.site_id = matter.site_id AND spot.code = step.code
    WHERE spot.kind = ANY(%(kinds)s) AND {{condition}}
    GROUP BY spot.id ORDER BY number DESC, spot.site_id, spot.path_as_counted LIMIT %(limit)s
"""


def repeat_callers(of: Slice) -> list[Caller]:
    """Who reported at least three times, the most first. One statement."""
    return [Caller(*row) for row in rows_of(_CALLERS, of.values)]


_CALLERS = f"""
    SELECT coalesce(max(unit.label), max(home.label), ''), min(matter.number), count(*) AS said
    FROM ({CASES}) AS matter
    LEFT JOIN estate_account account ON account.id = matter.account_id
    LEFT JOIN estate_place unit ON unit.id = account.unit_id
    LEFT JOIN estate_place home ON home.site_id = matter.site_id AND home.path = matter.path
    WHERE matter.spoke >= {REPEATED} GROUP BY matter.site_id, matter.speaker
    ORDER BY said DESC, min(matter.number) LIMIT {CALLERS}
"""


def aid_given(of: Slice) -> dict[str, int]:
    """Minutes given to other teams' orders, by the kind of the helpers' own team. One statement."""
    return {team: int(minutes) for team, minutes in rows_of(_AID, of.values)}


_AID = """
    SELECT coalesce(team.kind, ''), sum(spell.minutes) FROM work_workorder o
    JOIN work_aidspell spell ON spell.order_id = o.id LEFT JOIN people_team team ON team.id = spell.from_team_id
    WHERE o.site_id = ANY(%(sites)s) AND o.opened_at >= %(since)s AND o.opened_at < %(until)s AND spell.minutes > 0
    GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure or a rate of a report beside earlier ones; None: there was nothing to take a share of."""

    code: str
    label: str
    meaning: str
    now: float | None
    before: float | None
    year_ago: float | None
    is_rate: bool
    drill: str
    good: int

    @property
    def change(self) -> float | None:
        """Against the period before: of a count as a share of it, of a rate in points."""
        if self.now is None or self.before is None or (not self.is_rate and not self.before):
            return None
        return self.now - self.before if self.is_rate else (self.now - self.before) / self.before


HEADLINES = (
    "opened", "urgent", "orders", "late", "complaints", "upheld", "reopened", "referred", "repeated",
    "closure", "first_time_fix", "acknowledge_on_time", "arrive_on_time", "finish_on_time",
    "follow_up", "satisfaction", "reply",
)  # fmt: skip
_LESS_IS_BETTER = frozenset({"late", "complaints", "upheld", "reopened", "repeated", "urgent"})


def lines_of(shown: Report) -> list[Line]:
    """The headlines of a report, in their order."""
    totals = (shown.now.total, shown.before.total, shown.year_ago.total)
    return [_rate_line(code, totals) if code in RATES else _count_line(code, totals) for code in HEADLINES]


def _count_line(code: str, totals: tuple[Tally, Tally, Tally]) -> Line:
    figure = FIGURES[code]
    good = -1 if code in _LESS_IS_BETTER else 0
    now, before, year_ago = (float(tally.n(code)) for tally in totals)
    return Line(code, str(figure.label), str(figure.meaning), now, before, year_ago, False, code, good)


def _rate_line(code: str, totals: tuple[Tally, Tally, Tally]) -> Line:
    rate = RATES[code]
    part, whole = FIGURES[rate.part], FIGURES[rate.whole]
    meaning = f"{part.label} ÷ {whole.label}"
    now, before, year_ago = (tally.rate(code) for tally in totals)
    return Line(code, str(rate.label), meaning, now, before, year_ago, True, rate.part, rate.good)
