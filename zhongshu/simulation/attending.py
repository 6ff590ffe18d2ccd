"""How staff attend to an order: whatever it needs next, in their own time, as well as they can."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.cases import actions as cases
from zhongshu.cases.models import Case, CaseOrder
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE, day_of
from zhongshu.people.kinds import Handing, TeamKind
from zhongshu.simulation import extras
from zhongshu.simulation.errands import Errand
from zhongshu.simulation.hours import minutes
from zhongshu.simulation.matters import Scope
from zhongshu.simulation.workers import CLERKS, Nature, nature_of, pace_at, present, somebody
from zhongshu.work import actions as work
from zhongshu.work.kinds import ItemKind, Urgency
from zhongshu.work.lifecycle import State
from zhongshu.work.models import WorkOrder
from zhongshu.work.policies.checklists import TICKED, Item, items_of, missing
from zhongshu.work.policies.operating import ABOVE, ruling_roles
from zhongshu.work.queries import entries_of, is_eligible, rules_above, template_of

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

RULING = (Role.SUPERVISOR, Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.HEAD_OFFICE)
LOOK_AGAIN = timedelta(hours=1)
TRAVEL_MINUTES = (3, 5, 8, 12)
PATIENCE = {
    Urgency.P1: timedelta(minutes=45),
    Urgency.P2: timedelta(hours=4),
    Urgency.P3: timedelta(hours=24),
    Urgency.P4: timedelta(hours=48),
}
NOTES = ("已处理完毕", "已修复，现场试用正常", "更换配件后恢复正常", "已处理并清理现场", "已向业主说明并处理")


@dataclass(frozen=True, slots=True)
class Turn:
    """One look at an order by the person who has it."""

    world: "World"
    errand: Errand
    order: WorkOrder
    me: Actor
    nature: Nature
    at: datetime

    def do(self, action: Callable[..., object], actor: Actor | None = None, **said: object) -> bool:
        """Whether the rules let this person (or `actor`) do that with the order now."""
        with_order = {"actor": actor or self.me, "at": self.at, "order_id": self.order.pk}
        return self.world.do(self.errand.by, action, **with_order, **said)

    def give(self, chief: Actor, reason: str, team_kind: TeamKind | None = None) -> bool:
        """The chief gives it to the best of the others, or of another team. Twice would be to a third person."""
        given = self.world.do_once(
            self.errand.by,
            lambda order: {"order": order.number},
            work.reassign,
            actor=chief,
            at=self.at,
            order_id=self.order.pk,
            reason=reason,
            team_kind=team_kind,
        )
        return given is not None

    def tell(self, words: str) -> None:
        self.world.tell(self.at, self.errand.by, f"{self.order.number} {words}")

    def minutes(self, count: float) -> timedelta:
        """How long this takes this person at this hour."""
        return minutes(count * self.nature.pace * pace_at(self.at))


def attend_soon(world: "World", errand: Errand, order: WorkOrder, at: datetime) -> None:
    """The order has come to somebody, who looks at it when they look at their telephone."""
    if order.pk in errand.attended:
        return
    errand.attended.add(order.pk)
    dice = errand.dice("notices")
    quick = Urgency(order.urgency) in (Urgency.P1, Urgency.P2)
    wait = minutes((dice.expovariate(1 / (1.5 if quick else 7)) + 0.3) * pace_at(at))
    world.later(at + wait, errand.by, partial(attend, world, errand, order.pk))


def attend(world: "World", errand: Errand, order_id: int, at: datetime) -> None:
    """Do the next thing this order needs, and come back for the one after."""
    order = WorkOrder.objects.select_related("assignee__user", "place", "team").get(pk=order_id)
    wait = _next_step(world, errand, order, at)
    if wait is None:
        errand.attended.discard(order_id)
    else:
        world.later(at + wait, errand.by, partial(attend, world, errand, order_id))


def _next_step(world: "World", errand: Errand, order: WorkOrder, at: datetime) -> timedelta | None:
    if order.state in (State.NEW, State.REOPENED):
        return _wait_for_somebody(world, errand, order, at)
    step = _STEPS.get(State(order.state))
    if step is None or order.assignee is None:
        return None
    me = world.actor(order.assignee.user, at)
    return step(Turn(world, errand, order, me, nature_of(world, order.assignee), at))


def _wait_for_somebody(world: "World", errand: Errand, order: WorkOrder, at: datetime) -> timedelta:
    """In the pool somebody claims it; the lead sends it on; else the clock finds somebody."""
    dice = errand.dice("is taken up")
    if order.waits_for == Handing.POOL:
        able = [staff for staff in present(world, at) if is_eligible(staff, order)]
        if able and dice.random() < 0.8:
            claimer = world.actor(dice.choice(able).user, at)
            if world.do(errand.by, work.claim, actor=claimer, at=at, order_id=order.pk):
                world.tell(at, errand.by, f"{order.number} claimed by {claimer.name}")
        return minutes(dice.uniform(2, 8))
    if order.waits_for == Handing.LEAD and (chief := somebody(world, RULING, at, dice)):
        said: dict[str, Any] = {"order_id": order.pk, "reason": "主管派单"}
        world.do_once(errand.by, lambda given: {"order": given.number}, work.reassign, actor=chief, at=at, **said)
        return minutes(dice.uniform(2, 8))
    world.tick(at)
    return LOOK_AGAIN


# --- the steps, by state; each gives how long until the next look


def _take(turn: Turn) -> timedelta:
    errand = turn.errand
    if _is_somebody_elses(turn) and _objects(turn):
        return minutes(errand.dice("ruling").uniform(2, 25))
    if not errand.forgotten and errand.dice("forgets").random() < turn.nature.forgets:
        errand.forgotten = True
        return minutes(errand.dice("remembers").uniform(20, 120))
    if errand.forgotten and errand.dice("is replaced").random() < 0.4:
        _replace(turn)
    turn.do(work.accept)
    return extras.booked(turn) or turn.minutes(errand.dice("accepted").uniform(1, 6))


def _is_somebody_elses(turn: Turn) -> bool:
    right, has = turn.errand.matter.team, turn.order.team
    return right is not None and has is not None and has.kind != right


def _objects(turn: Turn) -> bool:
    if turn.errand.dice("objects").random() > 0.7:
        return False
    right = turn.errand.matter.team
    if not turn.do(work.object_to, reason="不属于本部门职责，请转派", right_team_kind=right):
        return False
    turn.tell(f"objected to, it should be with {right}")
    return True


def _replace(turn: Turn) -> None:
    """The supervisor has noticed, and gives it to the best of the others."""
    chief = somebody(turn.world, RULING, turn.at, turn.errand.dice("chief"))
    if chief is not None and turn.give(chief, "超时未接单，改派"):
        turn.tell("given to somebody else")


def _rule(turn: Turn) -> timedelta:
    """The supervisor rules, never on their own objection: mostly the one who objects is right."""
    dice, to = turn.errand.dice("rules"), turn.errand.matter.team
    roles = ABOVE if rules_above(turn.order) else ruling_roles(turn.world.site.operating_model)
    chief = somebody(turn.world, roles, turn.at, dice, but_not=turn.me.user_id)
    if chief is None:
        return LOOK_AGAIN
    agrees = to is not None and dice.random() > 0.15
    passed_on = agrees and turn.give(chief, "同意退单，转派", to)
    if not passed_on and not turn.do(work.overrule, chief, reason="仍由你部门处理"):
        return LOOK_AGAIN
    return minutes(dice.uniform(1, 10))


def _set_out(turn: Turn) -> timedelta | None:
    if turn.order.place_id is None and turn.errand.matter.scope is Scope.NOWHERE:
        return _finish(turn)
    turn.do(work.travel)
    return minutes(turn.errand.dice("way").choice(TRAVEL_MINUTES) * pace_at(turn.at))


def _arrive(turn: Turn) -> timedelta:
    turn.do(work.arrive, place=turn.order.place)
    return turn.minutes(turn.errand.matter.minutes * turn.errand.dice("work").uniform(0.6, 1.4))


def _work(turn: Turn) -> timedelta | None:
    """On the spot: nobody opens, something must be ordered, help is needed, or it gets done."""
    errand, matter = turn.errand, turn.errand.matter
    dice = errand.dice("on the spot")
    if errand.holds < 3 and matter.scope is Scope.HOME and dice.random() > max(0.6, errand.habits.at_home(turn.at)):
        return _hold(turn, "家中无人，与业主另约时间", days=1)
    if errand.holds == 0 and dice.random() < matter.parts:
        return _hold(turn, "等待配件到货", days=dice.randint(1, 6))
    if matter.helper and dice.random() < 0.35:
        _ask_for_help(turn)
    return extras.helped(turn) or extras.contracted(turn) or _finish(turn)


def _hold(turn: Turn, reason: str, *, days: int) -> timedelta:
    turn.errand.holds += 1
    until = day_of(turn.at) + timedelta(days=days)
    if turn.do(work.hold, reason=reason, resume_on=until):
        turn.tell(f"on hold until {until}")
    return _rest(turn, until, early=days > 1 and turn.errand.dice("comes early").random() < 0.3)


def _rest(turn: Turn, until: date, *, early: bool) -> timedelta:
    morning = datetime.combine(until - timedelta(days=early), time(9), SITE_ZONE)
    return morning - turn.at + turn.minutes(turn.errand.dice("morning").uniform(5, 120))


def _resume(turn: Turn) -> timedelta:
    """What was waited for came before its day; otherwise the tick has resumed it already."""
    turn.do(work.resume)
    return minutes(5)


def _ask_for_help(turn: Turn) -> None:
    """Another team comes along: a second order of the same case."""
    world, errand, at = turn.world, turn.errand, turn.at
    if errand.matter.helper is None:
        return
    team, what = errand.matter.helper
    clerk = somebody(world, CLERKS, at, errand.dice("asks for help"))
    of_case = CaseOrder.objects.filter(order=turn.order, case_id=errand.case_id).exists()
    if clerk is None or len(errand.attended) > 1 or not of_case:
        return
    receipt = world.do_once(
        errand.by,
        lambda order: {"order": order.number},
        cases.request_order,
        actor=clerk,
        at=at,
        case_id=errand.case_id,
        team_kind=team,
        what=what,
        urgency=Urgency(turn.order.urgency),
    )
    if receipt:
        attend_soon(world, errand, WorkOrder.objects.get(number=receipt["order"]), at)
        turn.tell(f"needs help: {receipt['order']}")


def _finish(turn: Turn) -> timedelta | None:
    errand, dice = turn.errand, turn.errand.dice("finishes")
    _fill_checklist(turn)
    extras.priced(turn)
    errand.botched = dice.random() < turn.nature.botches
    errand.late = turn.at - turn.order.opened_at > PATIENCE[Urgency(turn.order.urgency)]
    if not turn.do(work.finish, note=dice.choice(NOTES)):
        extras.agreed_anew(turn)
        return LOOK_AGAIN
    turn.tell(f"finished by {turn.me.name}")
    if errand.botched:
        again = turn.at + timedelta(hours=dice.uniform(6, 120))
        turn.world.later(again, errand.by, partial(fails_again, turn.world, errand))
    return None


def _fill_checklist(turn: Turn) -> None:
    """What must be answered is answered: ticked, measured within its range, said."""
    template = template_of(turn.order)
    items = items_of(template.items) if template else ()
    values = {item.key: _entry(item) for item in missing(items, entries_of(turn.order)) if item.kind != ItemKind.PHOTO}
    if values:
        turn.do(work.enter_checklist, values=values)


def _entry(item: Item) -> str:
    return {ItemKind.TICK: TICKED, ItemKind.NUMBER: item.low or item.high or "1"}.get(item.kind, "正常")


_STEPS: dict[State, Callable[[Turn], timedelta | None]] = {
    State.DISPATCHED: _take,
    State.OBJECTED: _rule,
    State.ACCEPTED: _set_out,
    State.TRAVELLING: _arrive,
    State.ON_SITE: _work,
    State.ON_HOLD: _resume,
}


def fails_again(world: "World", errand: Errand, at: datetime) -> None:
    """Bad work shows: whoever is not too calm calls again, and the case is opened again."""
    dice = errand.dice("fails again")
    case = Case.objects.get(pk=errand.case_id)
    clerk = somebody(world, CLERKS, at, dice)
    if not errand.botched or clerk is None or dice.random() > 0.3 + errand.habits.temper:
        return
    if world.do(errand.by, cases.reopen_case, actor=clerk, at=at, case_id=case.pk, reason="业主来电：又坏了，没有修好"):
        begin_again(world, errand, at)


def begin_again(world: "World", errand: Errand, at: datetime) -> None:
    """The case is open again: its orders are attended to anew."""
    errand.botched = errand.forgotten = False
    case = Case.objects.get(pk=errand.case_id)
    world.ledger.add(errand)
    world.tell(at, errand.by, f"{case.number} opened again")
    for order in WorkOrder.objects.filter(case_order__case=case, ended_at__isnull=True).order_by("number"):
        attend_soon(world, errand, order, at)
