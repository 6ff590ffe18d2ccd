"""All reads of work."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Place
from zhongshu.identity.actor import Actor
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.models import AuditEntry, RoleGrant
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.composed import Composed, given
from zhongshu.kernel.periods import in_force
from zhongshu.people.kinds import Duty, Handing
from zhongshu.people.models import Staff, Team
from zhongshu.people.queries import employed, employed_on, on_duty, on_duty_that_day
from zhongshu.work.errors import OrderNotFound, TargetsMissing
from zhongshu.work.kinds import STAGE_LABELS, EscalationRole, Level, Stage
from zhongshu.work.lifecycle import IN_HAND, VERB_LABELS, State, Verb, possible
from zhongshu.work.models import DispatchDecision, OrderMove, SlaClock, SlaPolicy, WorkOrder
from zhongshu.work.permissions import DISPATCH_ORDERS, SEES_ALL, VIEW_ORDERS, may_move, was_overruled
from zhongshu.work.policies.clockwork import Colour, Face, face
from zhongshu.work.policies.nearness import nearness
from zhongshu.work.policies.operating import answering_team, has_team_walls, prefers_keeper, ruling_roles
from zhongshu.work.policies.ranking import Candidate
from zhongshu.work.policies.targets import FollowUpRule, SlaTarget

LOADED = IN_HAND - {State.ON_HOLD}
SERVED = frozenset({State.DONE, State.SIGNED_OFF, State.CLOSED})
A_WEEK = timedelta(days=7)


def orders_visible(actor: Actor) -> QuerySet[WorkOrder]:
    """What the person may see: all of their sites; field staff their own, their team's and what they asked for."""
    orders = WorkOrder.objects.all()
    if actor.is_system:
        return orders
    if not actor.may(VIEW_ORDERS):
        return orders.none()
    wide = {grant.site_id for grant in actor.grants if grant.role in SEES_ALL}
    if None in wide:
        return orders
    me = Staff.objects.filter(user=actor.user_id or 0)
    theirs = Q(assignee__in=me.values("pk")) | Q(team__in=me.values("team_id")) | Q(opened_by=actor.user_id)
    return actor.visible(orders, VIEW_ORDERS).filter(Q(site__in=wide) | theirs)


def order_by_number(actor: Actor, number: str) -> WorkOrder:
    """Raises OrderNotFound when there is none that the person may see."""
    related = ("site", "place", "account", "team__lead__user", "assignee__user", "opened_by")
    order = orders_visible(actor).select_related(*related).filter(number=number).first()
    if order is None:
        raise not_found()
    return order


def not_found() -> OrderNotFound:
    """The one answer for what is absent and for what is not yours."""
    return OrderNotFound(_("没有找到这张工单，或者您无权查看。"))


def my_orders(actor: Actor) -> QuerySet[WorkOrder]:
    """What is in the person's hands, the most urgent first."""
    mine = orders_visible(actor).filter(assignee__user=actor.user_id, state__in=IN_HAND, ended_at__isnull=True)
    clocks = Prefetch("clocks", queryset=SlaClock.objects.filter(stopped_at__isnull=True).order_by("target_at"))
    return mine.select_related("place", "team").prefetch_related(clocks).order_by("urgency", "opened_at", "pk")


def possible_moves(actor: Actor, order: WorkOrder) -> tuple[Verb, ...]:
    """The moves that are legal now and that this person may make."""
    return tuple(verb for verb in possible(State(order.state)) if may_move(actor, order, verb))


# Targets


def policy_for(*, site_id: int, kind: str, category: str, urgency: str, on: date) -> SlaPolicy:
    """The most particular row in force. Raises TargetsMissing."""
    row = _POLICY.first(site=site_id, kind=kind, category=category, urgency=urgency, on=on)
    if row is None:
        raise TargetsMissing(_("没有为 %(urgency)s 设定有效的时限，请联系系统管理员。") % {"urgency": urgency})
    return row


def _policies(site_id: int, kind: str, category: str, urgency: str, on: date) -> QuerySet[SlaPolicy]:
    rows = SlaPolicy.objects.filter(in_force(on), Q(site_id=site_id) | Q(site__isnull=True), urgency=urgency)
    rows = rows.filter(kind__in=["", kind], category__in=["", category])
    return rows.order_by(F("site").desc(nulls_last=True), "-kind", "-category")


_POLICY = Composed(
    lambda: _policies(given("site"), given("kind"), given("category"), given("urgency"), given("on"))[:1]
)


def sla_of(policy: SlaPolicy) -> SlaTarget:
    """The row as the rules take it."""
    return SlaTarget(
        acknowledge_minutes=policy.acknowledge_minutes,
        arrive_minutes=policy.arrive_minutes,
        finish_minutes=policy.finish_minutes,
        close_minutes=policy.close_minutes,
        finish_by_midnight=policy.finish_by_midnight,
        office_hours=policy.office_hours,
    )


def follow_up_rule(site_id: int, kind: str, urgency: str, on: date) -> FollowUpRule:
    """How often and how soon customers are called back about orders of that kind and urgency."""
    policy = policy_for(site_id=site_id, kind=kind, category="", urgency=urgency, on=on)
    return FollowUpRule(policy.follow_up_percent, policy.follow_up_hours, policy.follow_up_same_day)


# Who could do it


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order needs, as far as the search for somebody goes. `comes_at`: when a later visit is booked; `model`:
    how the site works."""

    site_id: int
    team_kind: str
    category: str
    place: Place | None
    account_id: int | None
    excluded: frozenset[int] = frozenset()
    model: str = OperatingModel.CENTRE
    comes_at: datetime | None = None


def candidates(wanted: Wanted, at: datetime) -> dict[Candidate, Staff]:
    """Staff of that team on shift then who have the skill; where nobody of the team has it, the whole team.

    Without team walls everybody on shift; where the keeper comes first and is there, only they.
    """
    present = _present(wanted, wanted.comes_at or at)
    if not present:
        return {}
    way, keeper_id = way_and_keeper(wanted.place, day_of(at))
    staff = {one.pk: one for one in _eligible(wanted, present, keeper_id)}
    has_walls = has_team_walls(wanted.model)
    found = {}
    for staff_id, load, urgent, recent, has_served in _work_of(list(staff), wanted, at):
        one = staff[staff_id]
        candidate = Candidate(
            staff_id=staff_id,
            name=one.user.name,
            capacity=one.capacity,
            load=load,
            urgent=urgent,
            recent=recent,
            has_served=has_served,
            nearness=nearness(way, one.last_place.path if one.last_place else ""),
            is_keeper=one.user_id == keeper_id,
            is_lead=one.team is not None and one.team.lead_id == one.pk,
            has_skill=None if has_walls else one.has_skill,  # type: ignore[attr-defined]  # annotated
            in_team=None if has_walls else _in_team(one, wanted.team_kind),
        )
        found[candidate] = one
    return found


def way_and_keeper(place: Place | None, on: date) -> tuple[list[tuple[str, PlaceKind]], int | None]:
    """Path and kind of every node from the root down to the place, and the user who keeps the nearest territory."""
    if place is None:
        return [], None
    codes = place.path.split("/")
    paths = ["/".join(codes[: depth + 1]) for depth in range(len(codes))]
    with connection.cursor() as cursor:
        cursor.execute(_WAY, {"site": place.site_id, "paths": paths, "on": on})
        rows = cursor.fetchall()
    keepers = [keeper_id for _path, _kind, keeper_id in rows if keeper_id is not None]
    return [(path, PlaceKind(kind)) for path, kind, _keeper in rows], keepers[-1] if keepers else None


_WAY = """
    SELECT place.path, place.kind, held.keeper_id FROM estate_place AS place
    LEFT JOIN estate_keeperterritory AS held ON held.place_id = place.id
        AND held.starts_on <= %(on)s AND (held.ends_on IS NULL OR held.ends_on > %(on)s)
    WHERE place.site_id = %(site)s AND place.path = ANY(%(paths)s) ORDER BY place.path
"""


def _present(wanted: Wanted, at: datetime) -> list[Staff]:
    """Who is on shift: of the team, or of every team where another's people may be sent."""
    facts = {"site": wanted.site_id, "kind": wanted.team_kind, "category": wanted.category}
    within_team = has_team_walls(wanted.model) and not prefers_keeper(wanted.model, wanted.team_kind)
    on_shift = (_TEAM_ON_SHIFT if within_team else _ON_SHIFT).all(**facts, at=at, day=day_of(at))
    return [one for one in on_shift if one.pk not in wanted.excluded]


def _eligible(wanted: Wanted, present: list[Staff], keeper_id: int | None) -> list[Staff]:
    if not has_team_walls(wanted.model):
        return present
    if prefers_keeper(wanted.model, wanted.team_kind):
        keeper = [one for one in present if one.user_id == keeper_id]
        on_duty_team = [one for one in present if _in_team(one, answering_team(wanted.model))]
        return keeper or _skilled(present, wanted.team_kind) or on_duty_team
    return _skilled(present, wanted.team_kind)


def _skilled(present: list[Staff], team_kind: str) -> list[Staff]:
    team = [one for one in present if _in_team(one, team_kind)]
    return [one for one in team if one.has_skill or not one.somebody_has_it]  # type: ignore[attr-defined]


def _in_team(one: Staff, team_kind: str | None) -> bool:
    return one.team is not None and one.team.kind == team_kind


def _on_shift(site_id: int, team_kind: str, category: str, at: datetime, day: date) -> QuerySet[Staff]:
    """Each with whether they have the skill, and whether anybody of the team has it, on shift or not."""
    skill = Staff.skills.through.objects.filter(skill__code=category)
    team = skill.filter(employed_on(day, prefix="staff__"), staff__site_id=site_id, staff__team__kind=team_kind)
    rows = on_duty_that_day(site_id=site_id, at=at, day=day).select_related("last_place")
    has_skill = Exists(skill.filter(staff_id=OuterRef("pk")))
    return rows.annotate(has_skill=has_skill, somebody_has_it=Exists(team)).order_by()


def _shift_given() -> QuerySet[Staff]:
    return _on_shift(given("site"), given("kind"), given("category"), given("at"), given("day"))


_ON_SHIFT = Composed(_shift_given)
_TEAM_ON_SHIFT = Composed(lambda: _shift_given().filter(team__kind=given("kind")))


# One person's work: written out, for the ORM takes longer to compose it than the database to answer.
# What was done for an account or a place is found by these, not among all that somebody ever did.
_WORK = """
    WITH served AS NOT MATERIALIZED (
        SELECT * FROM work_workorder WHERE site_id = %(site)s AND state = ANY(%(served)s)
    )
    SELECT person.id, hand.orders, hand.urgent, week.orders, CASE WHEN %(account)s::bigint IS NULL
        THEN EXISTS (SELECT FROM served AS o WHERE o.assignee_id = person.id AND o.place_id = %(place)s)
        ELSE EXISTS (SELECT FROM served AS o WHERE o.assignee_id = person.id AND o.account_id = %(account)s) END
    FROM unnest(%(staff)s::bigint[]) AS person (id),
    LATERAL (
        SELECT count(*) AS orders, count(*) FILTER (WHERE o.urgency = 'P1') AS urgent FROM work_workorder AS o
        WHERE o.assignee_id = person.id AND o.ended_at IS NULL AND o.state = ANY(%(loaded)s)
    ) AS hand,
    LATERAL (
        SELECT count(*) AS orders FROM work_workorder AS o
        WHERE o.assignee_id = person.id AND o.opened_at > %(since)s AND o.opened_at <= %(at)s
    ) AS week
"""


def _work_of(staff_ids: list[int], wanted: Wanted, at: datetime) -> list[tuple[int, int, int, int, bool]]:
    """Of each: orders in hand, the P1 among them, orders of the last seven days, whether they served the account."""
    facts: dict[str, Any] = {
        "staff": staff_ids,
        "site": wanted.site_id,
        "account": wanted.account_id,
        "place": wanted.place.pk if wanted.place else None,
        "served": [state.value for state in SERVED],
        "loaded": [state.value for state in LOADED],
        "since": at - A_WEEK,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WORK, facts)
        return list(cursor.fetchall())


# What waits to be claimed


def pool(actor: Actor, *, site_id: int, at: datetime) -> QuerySet[WorkOrder]:
    """What the person may claim at the site now, the most urgent first; who dispatches sees all that waits there."""
    waiting = WorkOrder.objects.filter(site_id=site_id, state__in=[State.NEW, State.REOPENED], waits_for=Handing.POOL)
    rows = with_running_clocks(waiting).order_by("urgency", "opened_at", "pk")
    me = on_duty(site_id=site_id, at=at).filter(user=actor.user_id or 0).first()
    if actor.may(DISPATCH_ORDERS, site_id):
        return rows
    return rows.filter(pk__in=[order.pk for order in rows if me and is_eligible(me, order)]) if me else rows.none()


def claimer(actor: Actor, order: WorkOrder, *, at: datetime) -> Staff | None:
    """The person as one of those who may claim the order: on shift, of its team, with the skill; else None."""
    me = on_duty(site_id=order.site_id, at=at).filter(user=actor.user_id or 0).first()
    return me if me is not None and is_eligible(me, order) else None


def is_eligible(staff: Staff, order: WorkOrder) -> bool:
    """Whether the order is meant for people like them."""
    if not has_team_walls(order.site.operating_model):
        return True
    skilled = Staff.objects.filter(team=order.team, skills__code=order.category, left_on__isnull=True)
    return staff.team_id == order.team_id and (not skilled.exists() or skilled.filter(pk=staff.pk).exists())


def sent_on_by(actor: Actor, *, site_id: int) -> QuerySet[WorkOrder]:
    """What waits for a lead to send it on: that of their own team; who is above the leads sees all."""
    waiting = WorkOrder.objects.filter(site_id=site_id, state__in=[State.NEW, State.REOPENED], waits_for=Handing.LEAD)
    if actor.holds(Role.SITE_MANAGER, Role.HEAD_OFFICE, Role.SERVICE_LEAD, site_id=site_id):
        return with_running_clocks(waiting).order_by("waits_until", "pk")
    return with_running_clocks(waiting.filter(team__lead__user=actor.user_id or 0)).order_by("waits_until", "pk")


def stand_in(wanted: Wanted, at: datetime) -> tuple[Level, Staff] | None:
    """When no candidate is there: the duty officer, else the control room, else the site manager; None: nobody."""
    for level, duty in ((Level.DUTY_OFFICER, Duty.DUTY_OFFICER), (Level.CONTROL_ROOM, Duty.CONTROL_ROOM)):
        staff = on_duty(site_id=wanted.site_id, at=at, duty=duty).exclude(pk__in=wanted.excluded).first()
        if staff is not None:
            return level, staff
    managers = people_holding([Role.SITE_MANAGER], [wanted.site_id], day_of(at))
    at_site = Staff.objects.filter(employed(at), site_id=wanted.site_id, user__in=managers.values("user_id"))
    manager = at_site.exclude(pk__in=wanted.excluded).select_related("user", "team").first()
    return (Level.SITE_MANAGER, manager) if manager else None


def people_holding(roles: Collection[Role], site_ids: Collection[int], on: date) -> QuerySet[RoleGrant]:
    """Grants of those roles in force that day which cover one of the sites, of people who can still sign in."""
    rows = RoleGrant.objects.filter(in_force(on), role__in=roles, user__is_active=True)
    return rows.filter(Q(site__in=site_ids) | Q(site__isnull=True))


# Who is told


class Ladder:
    """Who stands on which rung for the orders of some sites. One statement for all of them."""

    RUNGS = {
        Role.SITE_MANAGER: EscalationRole.SITE_MANAGER,
        Role.QUALITY: EscalationRole.QUALITY,
        Role.HEAD_OFFICE: EscalationRole.HEAD_OFFICE,
    }

    def __init__(self, site_ids: Collection[int], on: date) -> None:
        roles = [*self.RUNGS, Role.ADMINISTRATOR]
        rows = people_holding(roles, site_ids, on).values_list("role", "site_id", "user_id")
        self._grants = [(Role(role), site_id, user_id) for role, site_id, user_id in rows]

    def holders(self, role: Role, site_id: int) -> frozenset[int]:
        """Users with that role at the site."""
        return frozenset(u for r, s, u in self._grants if r == role and s in (None, site_id))

    def of(self, order: WorkOrder, stage: Stage) -> dict[EscalationRole, frozenset[int]]:
        """The users on each rung. For a ruling, the one who has to act is the team's lead, where leads rule."""
        rungs = {rung: self.holders(role, order.site_id) for role, rung in self.RUNGS.items()}
        if not rungs[EscalationRole.HEAD_OFFICE]:
            rungs[EscalationRole.HEAD_OFFICE] = self.holders(Role.ADMINISTRATOR, order.site_id)
        assignee = order.assignee.user_id if order.assignee else None
        lead = order.team.lead.user_id if order.team and order.team.lead else None
        if stage == Stage.RULING:
            return rungs | _rulers(order, lead, rungs[EscalationRole.SITE_MANAGER] - _one(assignee))
        rungs[EscalationRole.ASSIGNEE] = _one(assignee)
        # A lead who has the order in hand cannot oversee themselves: the next above does.
        rungs[EscalationRole.SUPERVISOR] = _one(lead if lead != assignee else None)
        return rungs

    def top(self, site_id: int) -> frozenset[int]:
        """Head office and the administrators: told when there is nobody at all to send."""
        return self.holders(Role.HEAD_OFFICE, site_id) | self.holders(Role.ADMINISTRATOR, site_id)


def _rulers(order: WorkOrder, lead: int | None, managers: frozenset[int]) -> dict[EscalationRole, frozenset[int]]:
    """Who rules on an objection: the lead, or where leads do not rule, or have ruled before, the site manager."""
    first = managers if rules_above(order) else _one(lead)
    managed = {EscalationRole.SITE_MANAGER: managers}
    return managed | {EscalationRole.ASSIGNEE: first, EscalationRole.SUPERVISOR: first}


def rules_above(order: WorkOrder) -> bool:
    """Whether an objection is beyond the team's lead: on a small site, and the second time."""
    return Role.SUPERVISOR not in ruling_roles(order.site.operating_model) or was_overruled(order)


def _one(user_id: int | None) -> frozenset[int]:
    return frozenset() if user_id is None else frozenset({user_id})


# Clocks, board, timeline


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A clock with its face at an instant."""

    clock: SlaClock
    face: Face

    @property
    def label(self) -> str:
        return str(STAGE_LABELS[Stage(self.clock.stage)])


def reading(clock: SlaClock, at: datetime) -> ClockReading:
    """How the clock stands at `at`."""
    shown = face(
        started_at=clock.started_at,
        target_at=clock.target_at,
        stopped_at=clock.stopped_at,
        paused_at=clock.paused_at,
        at=at,
    )
    return ClockReading(clock, shown)


def clock_readings(order: WorkOrder, at: datetime) -> list[ClockReading]:
    """All clocks of an order, in the order in which they were started."""
    return [reading(clock, at) for clock in order.clocks.order_by("started_at", "target_at")]


def next_reading(order: WorkOrder, at: datetime) -> ClockReading | None:
    """The running clock (prefetched) that is due first; None when none runs."""
    running = [clock for clock in order.clocks.all() if clock.stopped_at is None]
    return reading(min(running, key=lambda clock: clock.target_at), at) if running else None


def with_running_clocks(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """The orders with what a list shows of them, in two statements."""
    running = SlaClock.objects.filter(stopped_at__isnull=True).order_by("target_at")
    related = orders.select_related("site", "place", "team", "assignee__user")
    return related.prefetch_related(Prefetch("clocks", queryset=running))


@dataclass(frozen=True, slots=True)
class BoardOrder:
    """An order on the board with the clock that is due first. One without anybody is red, unless it can be claimed."""

    order: WorkOrder
    clock: ClockReading | None

    @property
    def colour(self) -> Colour:
        if self.order.assignee_id is None and not self.order.waits_for:
            return Colour.RED
        return self.clock.face.colour if self.clock else Colour.GREY


@dataclass(frozen=True, slots=True)
class BoardLane:
    """The open orders of one team (None: without a team), the most pressing first."""

    team: Team | None
    orders: tuple[BoardOrder, ...]

    @property
    def late(self) -> int:
        return sum(entry.colour == Colour.RED for entry in self.orders)

    @property
    def waiting(self) -> int:
        return sum(entry.order.state == State.DISPATCHED for entry in self.orders)


def board(site_id: int, at: datetime) -> tuple[BoardLane, ...]:
    """Everything open at the site and not yet done, by team; three statements."""
    rows = WorkOrder.objects.filter(site_id=site_id, state__in=[*IN_HAND, State.NEW, State.REOPENED])
    entries = [BoardOrder(order, next_reading(order, at)) for order in with_running_clocks(rows)]
    entries.sort(key=_pressing)
    teams = {team.pk: team for team in Team.objects.filter(site_id=site_id)}
    lanes = [BoardLane(team, _in_lane(entries, pk)) for pk, team in teams.items()]
    homeless = _in_lane(entries, None)
    return (*([BoardLane(None, homeless)] if homeless else []), *lanes)


def _in_lane(entries: Iterable[BoardOrder], team_id: int | None) -> tuple[BoardOrder, ...]:
    return tuple(entry for entry in entries if entry.order.team_id == team_id)


def _pressing(entry: BoardOrder) -> tuple[bool, timedelta, int]:
    remaining = entry.clock.face.remaining if entry.clock else timedelta.max
    return entry.order.assignee_id is not None, remaining, entry.order.pk


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of an order's history."""

    at: datetime
    what: str
    by_name: str
    reason: str = ""
    place: str = ""
    assignee: str = ""


def timeline(order: WorkOrder) -> list[TimelineEntry]:
    """Every move and every correction, oldest first; two statements."""
    moves = OrderMove.objects.filter(order=order).select_related("place", "assignee__user")
    lines = [_move_line(move) for move in moves]
    corrections = AuditEntry.objects.filter(
        target_type="work.workorder", target_id=str(order.pk), verb__in=["work.put_place", "work.set_urgency"]
    )
    lines += [_correction_line(entry) for entry in corrections.order_by("pk")]
    return sorted(lines, key=lambda line: line.at)


def _move_line(move: OrderMove) -> TimelineEntry:
    return TimelineEntry(
        at=move.at,
        what=str(VERB_LABELS[Verb(move.verb)]),
        by_name=move.by_name,
        reason=move.reason,
        place=move.place.label if move.place else "",
        assignee=move.assignee.user.name if move.assignee and move.verb in (Verb.DISPATCH, Verb.REASSIGN) else "",
    )


def _correction_line(entry: AuditEntry) -> TimelineEntry:
    what = _("更正位置") if entry.verb == "work.put_place" else _("调整紧急程度")
    after = entry.after or {}
    shown = after.get("place_label") or after.get("urgency") or ""
    return TimelineEntry(at=entry.at, what=what, by_name=entry.actor_name, reason=after.get("reason", ""), place=shown)


def latest_decision(order: WorkOrder) -> DispatchDecision | None:
    """Why the order is with whom it is."""
    return order.decisions.select_related("chosen__user").order_by("-pk").first()


def waiting_order_ids(at: datetime) -> list[int]:
    """Orders that nobody could be found for, or that nobody took in time, the most urgent first."""
    rows = WorkOrder.objects.filter(state__in=[State.NEW, State.REOPENED], opened_at__lte=at)
    rows = rows.filter(Q(waits_until__isnull=True) | Q(waits_until__lte=at))
    return list(rows.order_by("urgency", "opened_at", "pk").values_list("pk", flat=True))


def held_until(on: date) -> list[int]:
    """Orders on hold whose day to resume is not after `on`, by that day."""
    rows = WorkOrder.objects.filter(state=State.ON_HOLD, resume_on__lte=on)
    return list(rows.order_by("resume_on", "pk").values_list("pk", flat=True))
