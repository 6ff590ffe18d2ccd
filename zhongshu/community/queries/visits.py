"""Who is to be visited, who was, and how far each keeper has come."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from zhongshu.community.kinds import VisitManner
from zhongshu.community.models import DrawnVisit, Visit, VisitDraw
from zhongshu.community.permissions import RECORD_VISITS, VIEW_COMMUNITY, sees_all
from zhongshu.community.policies.drawing import Candidate, drawn
from zhongshu.community.policies.quarters import quarter_after, quarter_before, quarter_of
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.kernel.sql import statement


@dataclass(frozen=True, slots=True)
class Scored:
    """A scored, occupied account, who looks after it and in which building it is."""

    account_id: int
    keeper_id: int | None
    building: str


def scored(site_id: int, on: date) -> list[Scored]:
    """All of the site that day, in the order of counting."""
    with connection.cursor() as cursor:
        cursor.execute(statement("community", "scored"), {"site": site_id, "on": on})
        return [Scored(*row) for row in cursor.fetchall()]


def visited(site_id: int, quarter: date) -> set[int]:
    """The accounts at whose door somebody was in the quarter."""
    return set(_at_door(site_id, quarter).values_list("account_id", flat=True))


def _at_door(site_id: int, quarter: date) -> QuerySet[Visit]:
    rows = Visit.objects.filter(site_id=site_id, manner=VisitManner.DOOR)
    return rows.filter(on__gte=quarter, on__lt=quarter_after(quarter))


def drawn_or_visited(site_id: int, quarter: date) -> set[int]:
    """The accounts that are not drawn any more in the quarter."""
    drawn_ones = DrawnVisit.objects.filter(site_id=site_id, quarter=quarter).values_list("account_id", flat=True)
    return visited(site_id, quarter) | set(drawn_ones)


def candidates(site_id: int, quarter: date, pool: Collection[Scored], *, taken: Collection[int]) -> list[Candidate]:
    """Those of the pool that are neither drawn nor visited yet; skipped: not visited in the quarter before."""
    before = quarter_before(quarter)
    seen_before = visited(site_id, before)
    had_a_draw = VisitDraw.objects.filter(site_id=site_id, quarter=before).exists()
    free = [one for one in pool if one.account_id not in taken]
    return [Candidate(one.account_id, one.building, had_a_draw and one.account_id not in seen_before) for one in free]


def shown_again(draw: VisitDraw) -> list[int]:
    """The draw made once more from its seed and its candidates: the accounts drawn, in drawing order."""
    return drawn([Candidate(*row) for row in draw.candidates], draw.count, seed=draw.seed)


def account_to_visit(actor: Actor, pk: int) -> Account:
    """For those who record visits. Raises NotFound."""
    rows = actor.visible(Account.objects.filter(pk=pk), RECORD_VISITS)
    return found(rows.select_related("unit", "customer", "site"))


def visits_to(account: Account) -> QuerySet[Visit]:
    """The last visits and calls, the latest first."""
    return Visit.objects.filter(account=account).order_by("-on", "-pk")[:10]


def visit_with_photo(actor: Actor, pk: int) -> Visit:
    """Raises NotFound, also where no photo was taken."""
    return found(actor.visible(Visit.objects.filter(pk=pk), VIEW_COMMUNITY).exclude(photo=""))


def to_visit(actor: Actor, site_id: int, on: date, *, keeper_id: int | None = None) -> QuerySet[DrawnVisit]:
    """What is open on a day: planned by then in its quarter, and nobody was at the door. A keeper sees their own."""
    quarter = quarter_of(on)
    done = _at_door(site_id, quarter).filter(account=OuterRef("account"))
    rows = DrawnVisit.objects.filter(~Exists(done), site_id=site_id, quarter=quarter, planned_on__lte=on)
    rows = rows.filter(keeper_id=keeper_id) if keeper_id else rows
    rows = _of_actor(actor, actor.visible(rows, VIEW_COMMUNITY), site_id)
    return rows.select_related("account__unit", "account__customer", "keeper").order_by(
        "planned_on", "account__unit__path_as_counted", "pk"
    )


def _of_actor(actor: Actor, rows: QuerySet[DrawnVisit], site_id: int) -> QuerySet[DrawnVisit]:
    return rows if sees_all(actor, site_id) else rows.filter(keeper_id=actor.user_id)


@dataclass(frozen=True, slots=True)
class Coverage:
    """A keeper in a quarter: `accounts` to look after on its first day, how many drawn, visited, only telephoned."""

    keeper: User | None
    accounts: int
    drawn: int
    visited: int
    telephoned: int
    busiest_day: int

    @property
    def percent(self) -> float:
        return round(100 * self.visited / self.accounts, 1) if self.accounts else 0.0


def coverage(actor: Actor, site_id: int, quarter: date) -> list[Coverage]:
    """As it was reached, by keeper; a keeper sees their own. Accounts that nobody looks after stand last."""
    mine: dict[int | None, list[int]] = defaultdict(list)
    for one in scored(site_id, quarter):
        mine[one.keeper_id].append(one.account_id)
    if not sees_all(actor, site_id):
        mine = defaultdict(list, {key: ids for key, ids in mine.items() if key == actor.user_id})
    keepers = User.objects.in_bulk([key for key in mine if key])
    counted = _Counted(site_id, quarter)
    rows = [counted.of(keepers.get(key or 0), ids) for key, ids in mine.items()]
    return sorted(rows, key=lambda row: (row.keeper is None, row.keeper.name if row.keeper else ""))


class _Counted:
    """What a quarter's draws and visits come to: three statements for the whole site."""

    def __init__(self, site_id: int, quarter: date) -> None:
        within = Visit.objects.filter(site_id=site_id, on__gte=quarter, on__lt=quarter_after(quarter))
        self.visited = visited(site_id, quarter)
        self.called = (
            set(within.filter(manner=VisitManner.TELEPHONE).values_list("account_id", flat=True)) - self.visited
        )
        self.planned = dict(
            DrawnVisit.objects.filter(site_id=site_id, quarter=quarter).values_list("account_id", "planned_on")
        )

    def of(self, keeper: User | None, account_ids: list[int]) -> Coverage:
        ids = set(account_ids)
        days = [self.planned[pk] for pk in ids & set(self.planned)]
        busiest = max(map(days.count, days), default=0)
        return Coverage(keeper, len(ids), len(days), len(ids & self.visited), len(ids & self.called), busiest)


def draws_listed(actor: Actor, site_id: int, quarter: date) -> QuerySet[VisitDraw]:
    """The quarter's draws."""
    rows = actor.visible(VisitDraw.objects.filter(site_id=site_id, quarter=quarter), VIEW_COMMUNITY)
    return rows.select_related("keeper").order_by("month", "keeper__name")


def drawn_by(draw: VisitDraw) -> QuerySet[DrawnVisit]:
    """Whom a draw chose, as planned, each with `is_done`."""
    done = _at_door(draw.site_id, draw.quarter).filter(account=OuterRef("account"))
    rows = draw.visits.annotate(is_done=Exists(done)).select_related("account__unit", "keeper")
    return rows.order_by("planned_on", "account__unit__path_as_counted", "pk")


def draw_by_id(actor: Actor, pk: int) -> VisitDraw:
    """Raises NotFound."""
    rows = actor.visible(VisitDraw.objects.filter(pk=pk), VIEW_COMMUNITY)
    row = found(rows.select_related("keeper", "site"))
    if not sees_all(actor, row.site_id):
        return found(rows.filter(keeper_id=actor.user_id).select_related("keeper", "site"))
    return row
