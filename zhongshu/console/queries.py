"""All reads of the home page, the board, the inbox and the phone. Each function says how many statements it costs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import CharField, Count, Prefetch, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case, FollowUp
from zhongshu.cases.queries import calls_due, cases_visible
from zhongshu.cases.queries.repeats import linked_to
from zhongshu.estate.models import KeeperTerritory
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import SITE_ZONE, day_of
from zhongshu.kernel.periods import in_force
from zhongshu.messaging.models import Message
from zhongshu.people.kinds import Duty
from zhongshu.people.models import RosterEntry, Staff
from zhongshu.people.queries import on_duty
from zhongshu.work.kinds import URGENCY_LABELS, Urgency, category_name
from zhongshu.work.lifecycle import ENDED, State
from zhongshu.work.models import DispatchDecision, SlaClock, WorkOrder
from zhongshu.work.queries import BoardLane, BoardOrder, board, reading

CHART_DAYS = 7
TOP_CATEGORIES = 5
QUIET = frozenset({State.DONE, State.SIGNED_OFF}) | ENDED


@dataclass(frozen=True, slots=True)
class Figures:
    """Today's figures of a site."""

    new_today: int
    new_yesterday: int
    open_cases: int
    to_be_placed: int
    closed_today: int
    late_orders: int
    running_orders: int
    calls_due: int
    calls_late: int

    @property
    def change(self) -> int:
        """Against yesterday at the same hour."""
        return self.new_today - self.new_yesterday


def figures(site_id: int, *, at: datetime) -> Figures:
    """Three statements."""
    today = midnight(at)
    yesterday, so_far = today - timedelta(days=1), at - timedelta(days=1)
    cases = Case.objects.filter(Q(opened_at__gte=yesterday) | Q(closed_at__isnull=True) | Q(closed_at__gte=today))
    counted = cases.filter(site_id=site_id).aggregate(
        new_today=Count("pk", filter=Q(opened_at__gte=today)),
        new_yesterday=Count("pk", filter=Q(opened_at__gte=yesterday, opened_at__lt=so_far)),
        open_cases=Count("pk", filter=Q(state=CaseState.OPEN)),
        to_be_placed=Count("pk", filter=Q(state=CaseState.OPEN, needs_person=True)),
        closed_today=Count("pk", filter=Q(closed_at__gte=today)),
    )
    running = SlaClock.objects.filter(site_id=site_id, stopped_at__isnull=True).aggregate(
        running_orders=Count("order_id", distinct=True),
        late_orders=Count("order_id", distinct=True, filter=Q(target_at__lt=at, paused_at__isnull=True)),
    )
    calls = FollowUp.objects.filter(site_id=site_id, done_at__isnull=True).aggregate(
        calls_due=Count("pk"), calls_late=Count("pk", filter=Q(due_at__lt=at))
    )
    return Figures(**counted, **running, **calls)


@dataclass(frozen=True, slots=True)
class Trend:
    """Cases of the last seven days: opened and closed per day, opened per category."""

    days: list[str]
    opened: list[int]
    closed: list[int]
    categories: list[tuple[str, int]]

    @property
    def is_empty(self) -> bool:
        return not any(self.opened) and not any(self.closed)


def trend(site_id: int, *, at: datetime) -> Trend:
    """One statement."""
    days = [day_of(at) - timedelta(days=back) for back in reversed(range(CHART_DAYS))]
    since = datetime.combine(days[0], time(), SITE_ZONE)
    cases = Case.objects.filter(site_id=site_id)
    opened = _per_day(cases.filter(opened_at__gte=since), "opened_at", "opened")
    closed = _per_day(cases.filter(closed_at__gte=since), "closed_at", "closed")
    counts: dict[tuple[str, date], int] = defaultdict(int)
    by_category: dict[str, int] = defaultdict(int)
    for category, day, what, number in opened.union(closed, all=True):
        counts[what, day] += number
        by_category[category] += number if what == "opened" else 0
    return Trend(
        days=[day.strftime("%m-%d") for day in days],
        opened=[counts["opened", day] for day in days],
        closed=[counts["closed", day] for day in days],
        categories=_largest(by_category),
    )


def _per_day(cases: QuerySet[Case], moment: str, what: str) -> "QuerySet[Case, tuple[str, date, str, int]]":
    days = cases.annotate(day=TruncDate(moment, tzinfo=SITE_ZONE), what=Value(what, output_field=CharField()))
    return days.values_list("category", "day", "what").annotate(number=Count("pk")).order_by()


def _largest(by_category: dict[str, int]) -> list[tuple[str, int]]:
    ordered = sorted(((number, code) for code, number in by_category.items() if number), reverse=True)
    named = [(category_name(code), number) for number, code in ordered[:TOP_CATEGORIES]]
    rest = sum(number for number, _code in ordered[TOP_CATEGORIES:])
    return [*named, (_("其他"), rest)] if rest else named


def urgent_orders(site_id: int, *, at: datetime, limit: int = 8) -> list[BoardOrder]:
    """What must not wait: running orders of P1 and P2 and everything late, what is due first on top. One statement."""
    pressing = Q(order__urgency__in=(Urgency.P1, Urgency.P2)) | Q(target_at__lt=at)
    clocks = SlaClock.objects.filter(pressing, site_id=site_id, stopped_at__isnull=True, paused_at__isnull=True)
    clocks = clocks.exclude(order__state__in=QUIET).select_related("order__place", "order__assignee__user")
    found: dict[int, BoardOrder] = {}
    for clock in clocks.order_by("target_at")[: limit * len(Urgency)]:
        found.setdefault(clock.order_id, BoardOrder(clock.order, reading(clock, at)))
    return list(found.values())[:limit]


def colleagues_on_duty(site_id: int, *, at: datetime) -> QuerySet[Staff]:
    """Who is on shift now, with `in_hand`, the number of their running orders. One statement."""
    in_hand = Count("orders", filter=Q(orders__ended_at__isnull=True) & ~Q(orders__state__in=QUIET))
    return on_duty(site_id=site_id, at=at, duty=Duty.SHIFT).annotate(in_hand=in_hand).order_by("-in_hand", "pk")


def own_open_cases(actor: Actor, *, limit: int = 10) -> list[Case]:
    """The cases the person answers for, the most urgent and oldest first. One statement."""
    cases = Case.objects.filter(owner_id=actor.user_id, state__in=(CaseState.OPEN, CaseState.FOLLOW_UP))
    return list(cases.select_related("place").order_by("urgency", "opened_at")[:limit])


def territory_cases(actor: Actor, *, at: datetime, limit: int = 10) -> list[Case]:
    """Open cases of the keeper's territory, the newest first. Two statements."""
    held = KeeperTerritory.objects.filter(in_force(day_of(at)), keeper_id=actor.user_id)
    inside = Q()
    for site_id, path in held.values_list("site_id", "place__path"):
        inside |= Q(site_id=site_id) & (Q(place__path=path) | Q(place__path__startswith=f"{path}/"))
    if not inside:
        return []
    cases = cases_visible(actor).filter(inside, state=CaseState.OPEN).select_related("place", "owner")
    return list(cases.order_by("-opened_at")[:limit])


def calls_to_make(actor: Actor, site_id: int, *, limit: int = 8) -> list[FollowUp]:
    """Customers to be called back, what is due first on top. Two statements."""
    return list(calls_due(actor, site_id)[:limit])


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a board can be narrowed to, with the number of running orders that it would leave."""

    code: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What a board is narrowed to: the code of a team, an urgency, the id of a keeper; empty: any."""

    team: str = ""
    urgency: str = ""
    keeper: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """The lanes shown, what there is to choose from, and who is on duty. `running` and `late` are of the whole site."""

    lanes: list[BoardLane]
    wanted: BoardFilter
    teams: list[Choice]
    urgencies: list[Choice]
    keepers: list[Choice]
    duty: list[RosterEntry]
    running: int
    late: int


def board_of(site_id: int, *, at: datetime, wanted: BoardFilter) -> Board:
    """Running orders by team, narrowed. Idle teams last. Five statements."""
    lanes = list(board(site_id, at))
    territories = _territories(site_id, at)
    entries = [entry for lane in lanes for entry in lane.orders]
    kept = [_narrowed(lane, wanted, territories) for lane in lanes if wanted.team in ("", _team_code(lane))]
    return Board(
        lanes=sorted((lane for lane in kept if lane.orders or lane.team), key=lambda lane: not lane.orders),
        wanted=wanted,
        teams=[Choice(lane.team.code, lane.team.name, len(lane.orders)) for lane in lanes if lane.team],
        urgencies=[_urgency_choice(urgency, entries) for urgency in Urgency],
        keepers=[_keeper_choice(keeper, paths, entries) for keeper, paths in territories.items()],
        duty=duties_now(site_id, at=at),
        running=len(entries),
        late=sum(lane.late for lane in lanes),
    )


Keeper = tuple[str, str]


def _territories(site_id: int, at: datetime) -> dict[Keeper, tuple[str, ...]]:
    """The paths of every keeper's territory today, by id and name. One statement."""
    held = KeeperTerritory.objects.filter(in_force(day_of(at)), site_id=site_id)
    found: dict[Keeper, tuple[str, ...]] = {}
    for keeper_id, name, path in held.order_by("keeper__name").values_list("keeper_id", "keeper__name", "place__path"):
        found[str(keeper_id), name] = (*found.get((str(keeper_id), name), ()), path)
    return found


def _narrowed(lane: BoardLane, wanted: BoardFilter, territories: dict[Keeper, tuple[str, ...]]) -> BoardLane:
    orders = lane.orders
    if wanted.urgency:
        orders = tuple(entry for entry in orders if entry.order.urgency == wanted.urgency)
    if wanted.keeper:
        paths = next((paths for (code, _name), paths in territories.items() if code == wanted.keeper), ())
        orders = tuple(entry for entry in orders if _lies_in(entry, paths))
    return BoardLane(lane.team, orders)


def _lies_in(entry: BoardOrder, paths: Iterable[str]) -> bool:
    place = entry.order.place
    return place is not None and any(f"{place.path}/".startswith(f"{path}/") for path in paths)


def _team_code(lane: BoardLane) -> str | None:
    return lane.team.code if lane.team else None


def _urgency_choice(urgency: Urgency, entries: list[BoardOrder]) -> Choice:
    number = sum(entry.order.urgency == urgency for entry in entries)
    return Choice(urgency, f"{urgency} {URGENCY_LABELS[urgency]}", number)


def _keeper_choice(keeper: Keeper, paths: tuple[str, ...], entries: list[BoardOrder]) -> Choice:
    return Choice(*keeper, sum(_lies_in(entry, paths) for entry in entries))


def duties_now(site_id: int, *, at: datetime) -> list[RosterEntry]:
    """Everybody on the roster now, whatever for, team by team. One statement."""
    entries = RosterEntry.objects.filter(site_id=site_id, starts_at__lte=at, ends_at__gt=at)
    entries = entries.filter(staff__user__is_active=True).select_related("staff__user", "staff__team")
    return list(entries.order_by("staff__team__code", "staff__employee_no"))


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of a matter just taken in: the case, its order, and why that went to whom."""

    case: Case
    order: WorkOrder | None
    decision: DispatchDecision | None
    linked: list[Case]


def opened_case(actor: Actor, number: str) -> Opened | None:
    """The case just opened; None when there is none of that number to be seen. Four statements."""
    rows = cases_visible(actor).filter(number=number).select_related("place", "incident")
    case = rows.first() if number else None
    if case is None:
        return None
    latest = Prefetch("decisions", queryset=DispatchDecision.objects.order_by("-pk"))
    theirs = Q(case_order__case=case) | Q(incident=case.incident_id) if case.incident_id else Q(case_order__case=case)
    orders = WorkOrder.objects.filter(theirs).select_related("assignee__user", "team")
    order = orders.prefetch_related(latest).order_by("pk").first()
    decision = next(iter(order.decisions.all()), None) if order else None
    return Opened(case, order, decision, list(linked_to(case)))


def messages(actor: Actor, *, only_unread: bool = False) -> QuerySet[Message]:
    """What the person was told, the newest first."""
    rows = Message.objects.filter(recipient_id=actor.user_id).select_related("site").order_by("-sent_at", "-pk")
    return rows.filter(read_at__isnull=True) if only_unread else rows


def midnight(at: datetime) -> datetime:
    """The beginning of the day to which an instant belongs."""
    return datetime.combine(day_of(at), time(), SITE_ZONE)
