"""What stands on the wall: numbers and places of the house, nothing about persons unless they are asked for."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.insight.kinds import Rhythm
from zhongshu.insight.models import WallScreen
from zhongshu.insight.permissions import MANAGE_WALLS
from zhongshu.insight.policies.periods import Period
from zhongshu.insight.queries.matters import Slice, rows_of
from zhongshu.insight.queries.scopes import Scope
from zhongshu.insight.queries.tallies import Tally, tallied
from zhongshu.kernel.clock import day_of
from zhongshu.work.lifecycle import IN_HAND, State

SOON = timedelta(minutes=30)
MOST_URGENT = 6
RUNNING = sorted([*IN_HAND, State.NEW, State.REOPENED])


@dataclass(frozen=True, slots=True)
class Lane:
    """A team, or on the company's wall a site: running orders by their clocks, and who is there."""

    name: str
    running: int
    soon: int
    late: int
    waiting: int
    on_shift: int
    free: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Urgent:
    """A running P1: where (an entrance or coarser, never a room), what, and how long is left."""

    number: str
    site: str
    place: str
    category: str
    state: str
    has_somebody: bool
    target_at: datetime | None

    def seconds_left(self, at: datetime) -> int | None:
        return int((self.target_at - at).total_seconds()) if self.target_at else None


@dataclass(frozen=True, slots=True)
class Wall:
    scope: Scope
    at: datetime
    lanes: list[Lane]
    urgent: list[tuple[Urgent, int | None]]
    last_hour: int
    today: Tally
    is_company: bool = field(default=False)

    @property
    def totals(self) -> dict[str, int]:
        names = ("running", "soon", "late", "waiting", "on_shift", "free")
        return {name: sum(getattr(lane, name) for lane in self.lanes) for name in names}


def wall(scope: Scope, *, at: datetime, with_names: bool = False) -> Wall:
    """Five statements. `with_names`: of those on shift, for a screen where somebody signed in."""
    values = {"sites": list(scope.site_ids), "at": at, "soon": at + SOON, "running": RUNNING, "day": day_of(at)}
    urgent = [Urgent(*row) for row in rows_of(_URGENT, values)]
    today = Slice(scope.site_ids, Period.of(Rhythm.DAY, day_of(at)).span, at)
    return Wall(
        scope=scope,
        at=at,
        lanes=[_lane(row, with_names) for row in rows_of(_LANES if scope.site else _LANES_OF_SITES, values)],
        urgent=[(one, one.seconds_left(at)) for one in urgent],
        last_hour=rows_of(_LAST_HOUR, values | {"since": at - timedelta(hours=1)})[0][0],
        today=tallied(today, dimensions=()).total,
        is_company=scope.site is None,
    )


def _lane(row: tuple[object, ...], with_names: bool) -> Lane:
    *numbers, names = row
    return Lane(*numbers, names=tuple(names or ()) if with_names else ())  # type: ignore[arg-type, misc]


# Each lane once, whether it has orders, people or both. `free`: on shift with nothing in hand.
_LANES_BY = """
    WITH running AS (
        SELECT {key} AS lane, count(*) AS running,
            count(*) FILTER (WHERE clock.target_at >= %(at)s AND clock.target_at < %(soon)s) AS soon,
            count(*) FILTER (WHERE clock.target_at < %(at)s) AS late,
            count(*) FILTER (WHERE o.state IN ('new', 'reopened')) AS waiting
        FROM work_workorder o LEFT JOIN LATERAL (
            SELECT min(k.target_at) AS target_at FROM work_slaclock k
            WHERE k.order_id = o.id AND k.stopped_at IS NULL AND k.paused_at IS NULL
        ) clock ON true
        WHERE o.site_id = ANY(%(sites)s) AND o.state = ANY(%(running)s) GROUP BY 1
    ), shift AS (
        SELECT {staff_key} AS lane, count(*) AS on_shift, count(*) FILTER (WHERE busy.n IS NULL) AS free,
            array_agg(person.name ORDER BY staff.employee_no) FILTER (WHERE busy.n IS NULL) AS names
        FROM people_rosterentry roster JOIN people_staff staff ON staff.id = roster.staff_id
        JOIN identity_user person ON person.id = staff.user_id AND person.is_active
        LEFT JOIN LATERAL (
            SELECT 1 AS n FROM work_workorder o
            WHERE o.assignee_id = staff.id AND o.ended_at IS NULL AND o.state = ANY(%(running)s) LIMIT 1
        ) busy ON true
        WHERE roster.site_id = ANY(%(sites)s) AND roster.duty = 'shift'
            AND roster.starts_at <= %(at)s AND roster.ends_at > %(at)s
            AND staff.joined_on <= %(day)s AND (staff.left_on IS NULL OR staff.left_on > %(day)s)
            AND NOT EXISTS (
                SELECT 1 FROM people_absence away
                WHERE away.staff_id = staff.id AND away.starts_at <= %(at)s AND away.ends_at > %(at)s
            )
        GROUP BY 1
    )
    SELECT coalesce(known.name, ''), coalesce(running, 0), coalesce(soon, 0), coalesce(late, 0),
        coalesce(waiting, 0), coalesce(on_shift, 0), coalesce(free, 0), names
    FROM running FULL JOIN shift ON shift.lane = running.lane
    LEFT JOIN {known} known ON known.id = coalesce(running.lane, shift.lane)
    ORDER BY coalesce(late, 0) DESC, coalesce(running, 0) DESC, known.code
"""
_LANES = _LANES_BY.format(key="coalesce(o.team_id, 0)", staff_key="coalesce(staff.team_id, 0)", known="people_team")
_LANES_OF_SITES = _LANES_BY.format(key="o.site_id", staff_key="staff.site_id", known="identity_site")

# The nearest place above the room: an entrance, a building, or a public place.
_URGENT = f"""
    SELECT o.number, site.name, coalesce(near.label, ''), o.category, o.state, o.assignee_id IS NOT NULL,
        clock.target_at
    FROM work_workorder o JOIN identity_site site ON site.id = o.site_id
    LEFT JOIN estate_place place ON place.id = o.place_id
    LEFT JOIN LATERAL (
        SELECT near.label FROM estate_place near
        WHERE near.site_id = o.site_id AND near.code = ANY(string_to_array(place.path, '/'))
            AND near.kind NOT IN ('unit', 'floor', 'parking')
        ORDER BY length(near.path) DESC LIMIT 1
    ) near ON true
    LEFT JOIN LATERAL (
        SELECT min(k.target_at) AS target_at FROM work_slaclock k
        WHERE k.order_id = o.id AND k.stopped_at IS NULL AND k.paused_at IS NULL
    ) clock ON true
    WHERE o.site_id = ANY(%(sites)s) AND o.state = ANY(%(running)s) AND o.urgency = 'P1'
    ORDER BY clock.target_at NULLS LAST, o.id LIMIT {MOST_URGENT}
"""
_LAST_HOUR = "SELECT count(*) FROM cases_case WHERE site_id = ANY(%(sites)s) AND opened_at >= %(since)s"


def screen_of(digest: str) -> WallScreen | None:
    """The screen with that link, unless it was revoked."""
    return WallScreen.objects.filter(digest=digest, revoked_at__isnull=True).select_related("site").first()


def scope_of_screen(screen: WallScreen) -> Scope:
    """What a screen shows."""
    if screen.site is not None:
        return Scope(f"site-{screen.site.code}", screen.site.name, (screen.site.pk,), screen.site)
    sites = list(Site.objects.select_related("company"))
    return Scope("company", sites[0].company.name if sites else "", tuple(site.pk for site in sites))


def screens_visible(actor: Actor) -> list[WallScreen]:
    """Screens of the sites the actor manages, the newest first; the company's for those who manage everywhere."""
    rows = actor.visible(WallScreen.objects.all(), MANAGE_WALLS)
    return list(rows.select_related("site", "created_by").order_by("-pk")[:200])
