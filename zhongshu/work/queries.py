"""All reads of work."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Place
from zhongshu.identity.actor import Actor
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.models import AuditEntry, RoleGrant, Site
from zhongshu.identity.roles import Role
from zhongshu.identity.tokens import digest_of
from zhongshu.kernel.clock import SITE_ZONE, day_of
from zhongshu.kernel.composed import Composed, given
from zhongshu.kernel.periods import in_force, not_ended
from zhongshu.people.kinds import Duty, Handing, TeamKind
from zhongshu.people.models import RosterEntry, Staff, Team
from zhongshu.people.queries import available, employed, employed_on, on_duty, on_duty_that_day
from zhongshu.work.errors import LinkOver, OrderNotFound, TargetsMissing
from zhongshu.work.kinds import STAGE_LABELS, TASK_CATEGORY, AidState, EscalationRole, Level, OrderKind, Stage, Urgency
from zhongshu.work.lifecycle import IN_HAND, JOB_OPEN, VERB_LABELS, State, Verb, possible
from zhongshu.work.models import (
    AidRequest,
    AidSpell,
    ChecklistEntry,
    ChecklistTemplate,
    Contractor,
    ContractorJob,
    DispatchDecision,
    OrderChecklist,
    OrderMaterial,
    OrderMove,
    PriceAgreement,
    PriceItem,
    ProgressReport,
    SlaClock,
    SlaPolicy,
    SlotWindow,
    TaskTerms,
    VisitSlot,
    WorkOrder,
)
from zhongshu.work.permissions import DISPATCH_ORDERS, SEES_ALL, VIEW_ORDERS, is_given, may_move, was_overruled
from zhongshu.work.policies import checklists, prices
from zhongshu.work.policies.checklists import Item
from zhongshu.work.policies.clockwork import Colour, Face, face
from zhongshu.work.policies.nearness import nearness
from zhongshu.work.policies.operating import answering_team, has_team_walls, prefers_keeper, ruling_roles
from zhongshu.work.policies.prices import Used
from zhongshu.work.policies.ranking import Candidate
from zhongshu.work.policies.targets import FollowUpRule, SlaTarget
from zhongshu.work.policies.visits import FROM, UNTIL, Visit, Walker, by_day

LOADED = IN_HAND - {State.ON_HOLD}
SERVED = frozenset({State.DONE, State.SIGNED_OFF, State.CLOSED})
A_WEEK = timedelta(days=7)
AN_HOUR, NOON = timedelta(hours=1), timedelta(hours=12)
PLANNABLE = frozenset({State.NEW, State.REOPENED, State.DISPATCHED, State.ACCEPTED})
MOST_PLANNED = 120


def orders_visible(actor: Actor) -> QuerySet[WorkOrder]:
    """What the person may see: all of their sites; field staff their own, their team's, what they asked for
    and what they are asked to help with."""
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
    theirs |= Q(pk__in=AidRequest.objects.filter(staff__in=me.values("pk")).values("order_id"))
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
    how the site works; `kind`: of order."""

    site_id: int
    team_kind: str
    category: str
    place: Place | None
    account_id: int | None
    excluded: frozenset[int] = frozenset()
    model: str = OperatingModel.CENTRE
    comes_at: datetime | None = None
    kind: str = ""

    @property
    def is_for_keeper(self) -> bool:
        return prefers_keeper(self.model, self.team_kind, self.kind)


def candidates(wanted: Wanted, at: datetime) -> dict[Candidate, Staff]:
    """Staff of that team on shift then who have the skill; where nobody of the team has it, the whole team.

    Without team walls everybody on shift, but for complaints; where the keeper comes first and is there, only they.
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
    within_team = has_team_walls(wanted.model) and not wanted.is_for_keeper
    on_shift = (_TEAM_ON_SHIFT if within_team else _ON_SHIFT).all(**facts, at=at, day=day_of(at))
    return [one for one in on_shift if one.pk not in wanted.excluded]


def _eligible(wanted: Wanted, present: list[Staff], keeper_id: int | None) -> list[Staff]:
    keeper = [one for one in present if one.user_id == keeper_id] if wanted.is_for_keeper else []
    is_complaint = wanted.kind == OrderKind.COMPLAINT
    if keeper or not (has_team_walls(wanted.model) or is_complaint):
        return keeper or present
    team = _skilled(present, wanted.team_kind)
    if team or not wanted.is_for_keeper:
        return team
    # Complaints stay with those who serve customers; where there are none, the manager stands in.
    instead = TeamKind.CUSTOMER_SERVICE if is_complaint else answering_team(wanted.model)
    return [one for one in present if _in_team(one, instead)]


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


# What belongs to an order


def template_of(order: WorkOrder) -> ChecklistTemplate | None:
    """The version of a checklist that the order is worked by: the one kept with it, else the one in force when it was
    opened. The site's comes before the company's, then one for the kind, then one for the category."""
    kept = OrderChecklist.objects.filter(order=order).select_related("template").first()
    if kept is not None:
        return kept.template
    rows = ChecklistTemplate.objects.filter(Q(site_id=order.site_id) | Q(site__isnull=True))
    rows = rows.filter(kind__in=["", order.kind], category__in=["", order.category], starts_at__lte=order.opened_at)
    rows = rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=order.opened_at))
    return rows.order_by(F("site").desc(nulls_last=True), "-kind", "-category").first()


def entries_of(order: WorkOrder) -> dict[str, ChecklistEntry]:
    """What was entered in the order's checklist, by key."""
    rows = ChecklistEntry.objects.filter(checklist__order=order).select_related("photo", "by")
    return {entry.key: entry for entry in rows}


def materials_of(order: WorkOrder) -> QuerySet[OrderMaterial]:
    """What was used and not struck."""
    return order.materials.filter(struck_at__isnull=True)


def charged(order: WorkOrder) -> Decimal:
    """What the customer would pay for what was used so far."""
    return prices.charged(Used(row.quantity, row.unit_price, row.is_charged) for row in materials_of(order))


def agreement_of(order: WorkOrder) -> PriceAgreement | None:
    """What the customer agreed to last."""
    return order.agreements.order_by("-pk").first()


def price_list(site_id: int, on: date) -> QuerySet[PriceItem]:
    """The site's prices that day."""
    return PriceItem.objects.filter(in_force(on), site_id=site_id)


def job_of(order: WorkOrder) -> ContractorJob | None:
    """The contractor's part of the order, the latest if there were several."""
    return order.contractor_jobs.select_related("contractor").first()


def contractors_for(order: WorkOrder, on: date) -> list[Contractor]:
    """Who is under contract for work like this."""
    rows = Contractor.objects.filter(in_force(on), site_id=order.site_id)
    return [one for one in rows if suits(one, order)]


def suits(contractor: Contractor, order: WorkOrder) -> bool:
    """Whether the contract covers work of that kind and category."""
    of_kind = not contractor.kinds or order.kind in contractor.kinds
    return of_kind and (not contractor.categories or order.category in contractor.categories)


def contractor_jobs(actor: Actor, *, site_id: int) -> QuerySet[ContractorJob]:
    """What was handed to contractors at the site, the latest first."""
    rows = actor.visible(ContractorJob.objects.filter(site_id=site_id), VIEW_ORDERS)
    return rows.select_related("order__place", "contractor")


def job_by_token(token: str) -> ContractorJob:
    """The job whose link carries this token, while it is open. Raises LinkOver: guessed and over sound the same."""
    related = ("contractor", "order__site", "order__place", "order__assignee__user", "order__team")
    rows = ContractorJob.objects.select_related(*related)
    job = rows.filter(digest=digest_of(token), state__in=JOB_OPEN).first()
    if job is None:
        raise LinkOver(_("链接无效，或委托已经结束。"))
    return job


@dataclass(frozen=True, slots=True)
class Belongings:
    """What belongs to an order besides its moves, as its pages show it."""

    materials: list[OrderMaterial]
    agreement: PriceAgreement | None
    name: str
    items: list[tuple[Item, ChecklistEntry | None]]
    visit: VisitSlot | None
    aid: list[AidRequest]
    spells: list[AidSpell]
    job: ContractorJob | None
    terms: TaskTerms | None
    reports: list[ProgressReport]

    @property
    def total(self) -> Decimal:
        """What the customer would pay for what was used."""
        return prices.charged(Used(row.quantity, row.unit_price, row.is_charged) for row in self.materials)

    @property
    def beyond(self) -> Decimal:
        """By how much that lies beyond what was agreed to."""
        return prices.beyond(self.total, self.agreement.amount if self.agreement else None)

    @property
    def missing(self) -> int:
        """How many items must still be answered."""
        return sum(item.is_mandatory and entry is None for item, entry in self.items)

    @property
    def entered(self) -> int:
        return sum(entry is not None for _item, entry in self.items)


def belongings(order: WorkOrder) -> Belongings:
    """Nine statements; a task given takes two more."""
    template = template_of(order)
    entries = entries_of(order) if template else {}
    items = checklists.items_of(template.items) if template else ()
    is_task = is_given(order)
    return Belongings(
        materials=list(materials_of(order)),
        agreement=agreement_of(order),
        name=template.name if template else "",
        items=[(item, entries.get(item.key)) for item in items],
        visit=visit_of(order),
        aid=list(order.aid_requests.select_related("staff__user", "staff__team")),
        spells=list(order.aid_spells.select_related("staff__user", "from_team")),
        job=job_of(order),
        terms=TaskTerms.objects.filter(order=order).select_related("given_by").first() if is_task else None,
        reports=list(order.reports.order_by("-pk")) if is_task else [],
    )


# Mutual aid


def aid_requests_to(actor: Actor) -> QuerySet[AidRequest]:
    """What the person is asked to help with, or helps with."""
    rows = AidRequest.objects.filter(staff__user=actor.user_id or 0, state__in=[AidState.ASKED, AidState.ACCEPTED])
    return rows.select_related("order__place", "order__assignee__user", "asked_by").order_by("-pk")


def helps_at(actor: Actor) -> set[int]:
    """Ids of the orders at which the person helps just now."""
    spells = AidSpell.objects.filter(staff__user=actor.user_id or 0, left_at__isnull=True)
    return set(spells.values_list("order_id", flat=True))


def aid_spells(actor: Actor, *, site_id: int, since: datetime, until: datetime) -> QuerySet[AidSpell]:
    """Help given at the site that began in that time."""
    rows = AidSpell.objects.filter(site_id=site_id, joined_at__gte=since, joined_at__lt=until)
    return actor.visible(rows, VIEW_ORDERS).select_related("staff__user", "from_team", "order__team")


def month_of(first: date) -> tuple[datetime, datetime]:
    """The first instant of the month that begins on that day, and the first of the next."""
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return datetime.combine(first, time.min, SITE_ZONE), datetime.combine(following, time.min, SITE_ZONE)


@dataclass(frozen=True, slots=True)
class Credit:
    """Hours somebody gave to other teams: whole minutes of ended spells."""

    staff_id: int
    name: str
    team: str
    spells: int
    minutes: int

    @property
    def hours(self) -> Decimal:
        return (Decimal(self.minutes) / 60).quantize(Decimal("0.1"))


def credits_of(actor: Actor, *, site_id: int, since: datetime, until: datetime) -> list[Credit]:
    """By person, who gave most first. One statement."""
    rows = aid_spells(actor, site_id=site_id, since=since, until=until).filter(left_at__isnull=False)
    summed = rows.values("staff_id", "staff__user__name", "from_team__name").annotate(n=Count("pk"), m=Sum("minutes"))
    found = [Credit(r["staff_id"], r["staff__user__name"], r["from_team__name"] or "", r["n"], r["m"]) for r in summed]
    return sorted(found, key=lambda credit: (-credit.minutes, credit.staff_id))


# Visits


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A window of a day with room left."""

    window: SlotWindow
    on: date
    free: int

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.on, self.window.opens, SITE_ZONE)

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.on, self.window.closes, SITE_ZONE)

    @property
    def key(self) -> str:
        """As forms and addresses name it."""
        return f"{self.window.pk}-{self.on.isoformat()}"

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.window.opens:%H:%M}–{self.window.closes:%H:%M}"


def free_slots(team: Team | None, *, at: datetime, days: int = 14) -> list[FreeSlot]:
    """The windows of the team that still begin in the future and have room, the earliest first. Two statements."""
    if team is None:
        return []
    today = day_of(at)
    windows = list(SlotWindow.objects.filter(not_ended(today), team=team))
    taken = taken_in([window.pk for window in windows], today, today + timedelta(days=days))
    dates = [today + timedelta(days=n) for n in range(days)]
    slots = [
        FreeSlot(window, on, window.capacity - taken.get((window.pk, on), 0))
        for on in dates
        for window in windows
        if window.starts_on <= on and (window.ends_on is None or on < window.ends_on)
    ]
    return sorted((s for s in slots if s.free > 0 and s.starts_at > at), key=lambda s: (s.starts_at, s.window.pk))


def taken_in(window_ids: Collection[int], since: date, until: date) -> dict[tuple[int, date], int]:
    """How many visits stand in those windows on days `[since, until)`."""
    rows = VisitSlot.objects.filter(window__in=window_ids, released_at__isnull=True, on__gte=since, on__lt=until)
    counted = rows.values_list("window_id", "on").annotate(n=Count("pk"))
    return {(window_id, on): n for window_id, on, n in counted.order_by()}


def visit_of(order: WorkOrder) -> VisitSlot | None:
    """The visit that is booked for the order."""
    return order.visits.filter(released_at__isnull=True).select_related("window").first()


def to_be_visited(team: Team, on: date) -> list[WorkOrder]:
    """What a plan of that day is about: visits booked for it, what the team has that is neither begun nor booked."""
    rows = _to_plan(on).filter(team=team).select_related("place", "account", "assignee__user", "site")
    return list(rows.order_by("booked_at", "urgency", "opened_at", "pk")[:MOST_PLANNED])


def teams_to_visit(teams: Sequence[Team], on: date) -> list[Team]:
    """Those of them that have something to visit that day. One statement."""
    busy = set(_to_plan(on).filter(team__in=teams).order_by().values_list("team_id", flat=True).distinct())
    return [team for team in teams if team.pk in busy]


def _to_plan(on: date) -> QuerySet[WorkOrder]:
    start = datetime.combine(on, time.min, SITE_ZONE)
    booked = Q(booked_at__gte=start, booked_at__lt=start + timedelta(days=1))
    rows = WorkOrder.objects.filter(booked | Q(booked_at__isnull=True), state__in=PLANNABLE, waits_for="")
    return rows.exclude(urgency=Urgency.P1)


def walkers(team: Team, on: date, *, at: datetime) -> list[Walker]:
    """The people of the team on shift that day, each for the stretch with most of the visiting hours. Of today, what is
    left."""
    start = datetime.combine(on, time.min, SITE_ZONE)
    end = start + timedelta(days=1)
    shifts = RosterEntry.objects.filter(staff__team=team, duty=Duty.SHIFT, starts_at__lt=end, ends_at__gt=start)
    seen_at = at if on == day_of(at) else start + NOON
    here = shifts.filter(staff__in=available(site_id=team.site_id, at=seen_at)).order_by("starts_at", "staff_id")
    found: dict[int, Walker] = {}
    for shift in here.select_related("staff__user", "staff__last_place").prefetch_related("staff__skills"):
        begins, ends = max(shift.starts_at, start, at), min(shift.ends_at, end)
        walker = _walker(shift.staff, _minute(begins - start), _minute(ends - start))
        before = found.get(shift.staff_id)
        if by_day(walker) > (by_day(before) if before else 0):
            found[shift.staff_id] = walker
    return list(found.values())


def _walker(staff: Staff, starts: int, ends: int) -> Walker:
    return Walker(
        staff_id=staff.pk,
        name=staff.user.name,
        starts=starts,
        ends=ends,
        capacity=staff.capacity,
        path=staff.last_place.path if staff.last_place else "",
        skills=frozenset(skill.code for skill in staff.skills.all()),
    )


def _minute(since_midnight: timedelta) -> int:
    return -(-int(since_midnight.total_seconds()) // 60)


def visits_of(orders: Iterable[WorkOrder], on: date) -> list[Visit]:
    """The orders as the rules of planning take them. One statement for all."""
    orders = list(orders)
    start = datetime.combine(on, time.min, SITE_ZONE)
    accounts = {order.account_id for order in orders if order.account_id}
    served = WorkOrder.objects.filter(account__in=accounts, state__in=SERVED, assignee__isnull=False)
    known: dict[int, set[int]] = defaultdict(set)
    for account_id, staff_id in served.values_list("account_id", "assignee_id").distinct():
        if account_id is not None and staff_id is not None:
            known[account_id].add(staff_id)
    return [_visit(order, start, frozenset(known.get(order.account_id or 0, ()))) for order in orders]


def _visit(order: WorkOrder, start: datetime, known_to: frozenset[int]) -> Visit:
    path = order.place.path if order.place else ""
    if order.booked_at is None:
        return Visit(order_id=order.pk, path=path, category=order.category, opens=FROM, closes=UNTIL, known_to=known_to)
    return Visit(
        order_id=order.pk,
        path=path,
        category=order.category,
        opens=_minute(order.booked_at - start),
        closes=_minute((order.booked_until or order.booked_at + AN_HOUR) - start),
        is_booked=True,
        known_to=known_to,
    )


# Work given


def tasks_given(
    actor: Actor,
    *,
    site_id: int | None,
    given_by: int | None = None,
    also_ended: bool = False,
    late_at: datetime | None = None,
) -> QuerySet[WorkOrder]:
    """Work given by managers and head office, with its terms and reports, what is due first on top.

    `site_id` None: at every site of the actor's. `late_at`: only what is open, and it or its report was due by then.
    """
    rows = orders_visible(actor).filter(kind=OrderKind.TASK, category=TASK_CATEGORY)
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    if given_by is not None:
        rows = rows.filter(opened_by=given_by)
    if late_at is not None:
        rows = rows.filter(Q(terms__due_at__lt=late_at) | Q(terms__report_due_at__lt=late_at))
    if late_at is not None or not also_ended:
        rows = rows.filter(ended_at__isnull=True)
    reports = Prefetch("reports", queryset=ProgressReport.objects.order_by("-pk"))
    shown = rows.select_related("terms", "opened_by", "assignee__user", "team", "place", "site")
    return shown.prefetch_related(reports).order_by("terms__due_at", "pk")


def reports_due(at: datetime) -> list[int]:
    """Ids of terms whose next report is due."""
    return list(TaskTerms.objects.filter(report_due_at__lte=at).order_by("report_due_at").values_list("pk", flat=True))


# After a switch of the operating model


def unfitting(site: Site) -> QuerySet[WorkOrder]:
    """Open orders whose holder the present model would not have chosen: of another team, where walls stand.

    Nothing happens to them by itself; who is next is chosen by the model when they move on.
    """
    rows = WorkOrder.objects.filter(site=site, ended_at__isnull=True, assignee__isnull=False, team__isnull=False)
    if not has_team_walls(site.operating_model):
        return with_running_clocks(rows.none())
    rows = rows.filter(state__in=IN_HAND).exclude(assignee__team=F("team"))
    latest = DispatchDecision.objects.filter(order=OuterRef("pk")).order_by("-pk").values("level")[:1]
    chosen_freely = rows.annotate(level=Subquery(latest)).filter(level__in=[Level.CANDIDATE, Level.CLAIMED])
    return with_running_clocks(chosen_freely).order_by("urgency", "pk")


def awaiting_ruling(site_id: int) -> QuerySet[WorkOrder]:
    """Orders handed back that wait for a ruling."""
    rows = WorkOrder.objects.filter(site_id=site_id, state=State.OBJECTED)
    return with_running_clocks(rows).select_related("team__lead__user").order_by("pk")


def on_hold(actor: Actor, *, site_id: int) -> QuerySet[WorkOrder]:
    """Orders on hold, by the day on which they go on, with the reason of the hold."""
    held = OrderMove.objects.filter(order=OuterRef("pk"), verb=Verb.HOLD).order_by("-pk")
    rows = orders_visible(actor).filter(site_id=site_id, state=State.ON_HOLD)
    rows = rows.annotate(held_for=Subquery(held.values("reason")[:1]), held_at=Subquery(held.values("at")[:1]))
    return rows.select_related("place", "team", "assignee__user").order_by("resume_on", "pk")
