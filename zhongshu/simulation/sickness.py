"""Staff fall ill and take leave: somebody takes over what they had in hand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.cases import actions as cases
from zhongshu.cases.models import Case
from zhongshu.cases.queries import possible_owners
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.people import actions as people
from zhongshu.people.kinds import AbsenceReason
from zhongshu.people.models import Absence, Staff
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour, midnight, minutes
from zhongshu.simulation.rosters import ROSTERING
from zhongshu.simulation.workers import LEADING, somebody
from zhongshu.work import actions as work
from zhongshu.work.lifecycle import IN_HAND
from zhongshu.work.models import WorkOrder

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

#: Chances of one person on one day.
SICK, LEAVE = 0.004, 0.006


class Sickness:
    """`day/sick/NUMBER` and `day/leave/NUMBER`."""

    def __init__(self, world: "World") -> None:
        rows = Staff.objects.filter(site=world.site, left_on__isnull=True).select_related("user", "team")
        self.staff = list(rows.order_by("employee_no"))

    def plan_day(self, world: "World", day: date) -> None:
        dice = world.happening(f"{day}/absences").dice("who")
        for staff in self.staff:
            chance = dice.random()
            if chance < SICK:
                by = world.happening(f"{day}/sick/{staff.employee_no}")
                world.plan(at_hour(day, 6.5), by.id, partial(_fall_ill, world, by, staff))
            elif chance < SICK + LEAVE:
                by = world.happening(f"{day}/leave/{staff.employee_no}")
                world.plan(at_hour(day, 15), by.id, partial(_take_leave, world, by, staff))


def _fall_ill(world: "World", by: Happening, staff: Staff, at: datetime) -> None:
    chief = somebody(world, ROSTERING, at, by.dice("chief"))
    days = by.dice("days").choice((1, 1, 2, 3, 5))
    until = midnight(day_of(at) + timedelta(days=days))
    if chief is None or not _put_down(world, by, Away(staff, at, until, AbsenceReason.SICK), chief, at):
        return
    world.later(at + minutes(by.dice("handover").uniform(30, 180)), by, partial(_take_over, world, by, staff))
    if days > 1 and by.dice("is well again").random() < 0.25:
        world.later(at + timedelta(days=days - 1), by, partial(_come_back, world, by, staff))


def _take_leave(world: "World", by: Happening, staff: Staff, at: datetime) -> None:
    """A few days in the coming weeks; nobody needs to take anything over."""
    dice = by.dice("days")
    chief = somebody(world, ROSTERING, at, by.dice("chief"))
    starts_at = midnight(day_of(at) + timedelta(days=dice.randint(7, 21)))
    away = Away(staff, starts_at, starts_at + timedelta(days=dice.randint(1, 4)), AbsenceReason.ANNUAL)
    if chief is not None:
        _put_down(world, by, away, chief, at)


@dataclass(frozen=True, slots=True)
class Away:
    """Who is away when, and why."""

    staff: Staff
    starts_at: datetime
    ends_at: datetime
    reason: AbsenceReason


def _put_down(world: "World", by: Happening, away: Away, chief: Actor, at: datetime) -> bool:
    done = world.do_once(
        by,
        lambda absence: {"absence": absence.pk},
        people.absent,
        actor=chief,
        at=at,
        staff=away.staff,
        starts_at=away.starts_at,
        ends_at=away.ends_at,
        reason=away.reason,
    )
    if done is not None:
        world.tell(at, by, f"{away.staff} away ({away.reason}) until {away.ends_at:%Y-%m-%d}")
    return done is not None


def _take_over(world: "World", by: Happening, staff: Staff, at: datetime) -> None:
    """Orders go to the best of the others, open cases to another owner."""
    chief = somebody(world, LEADING, at, by.dice("lead"))
    if chief is None:
        return
    orders = WorkOrder.objects.filter(assignee=staff, state__in=IN_HAND).order_by("number")
    for order_id in list(orders.values_list("pk", flat=True)):
        said: dict[str, Any] = {"order_id": order_id, "reason": "请假，转交他人"}
        world.do_once(by, lambda order: {"order": order.number}, work.reassign, actor=chief, at=at, **said)
    for case in Case.objects.filter(owner=staff.user, closed_at__isnull=True).order_by("number"):
        _hand_over(world, by, case, chief, at)


def _hand_over(world: "World", by: Happening, case: Case, chief: Actor, at: datetime) -> None:
    heirs = list(possible_owners(case, at=at).filter(staff__team__kind="customer_service").order_by("username"))
    if heirs:
        heir = by.dice("heir").choice(heirs)
        world.do(by, cases.hand_over, actor=chief, at=at, case_id=case.pk, to_user_id=heir.pk, reason="负责人请假")


def _come_back(world: "World", by: Happening, staff: Staff, at: datetime) -> None:
    chief = somebody(world, ROSTERING, at, by.dice("chief"))
    absence = Absence.objects.filter(staff=staff, starts_at__lt=at, ends_at__gt=at).first()
    if chief is not None and absence is not None:
        world.do(by, people.back, actor=chief, at=at, absence=absence)
