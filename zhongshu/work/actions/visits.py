"""Visits: the windows a site offers, booking in them, the plan of a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.periods import not_ended
from zhongshu.people.models import Staff, Team
from zhongshu.people.queries import on_duty
from zhongshu.work import queries
from zhongshu.work.actions.dispatching import WAITING
from zhongshu.work.actions.opening import check_staff
from zhongshu.work.engine import clocks, telling
from zhongshu.work.engine.dated import end_today
from zhongshu.work.engine.dispatching import Choice, assign, dispatch_anew
from zhongshu.work.engine.moves import locked
from zhongshu.work.errors import NotYourOrder, PlanStale, SlotFull, SlotUnsuitable
from zhongshu.work.events import VisitBooked
from zhongshu.work.kinds import BookedBy, Level, Urgency
from zhongshu.work.lifecycle import State, Verb
from zhongshu.work.models import PlannedVisit, SlotWindow, VisitSlot, WorkOrder
from zhongshu.work.permissions import ARRANGE_WORK, CORRECT_ORDERS, DISPATCH_ORDERS
from zhongshu.work.permissions import is_assignee as is_theirs
from zhongshu.work.queries import FreeSlot

MOST_IN_A_WINDOW = 200
OFFERED = 3
NOT_BEGUN = frozenset({State.NEW, State.REOPENED, State.DISPATCHED, State.ACCEPTED, State.ON_HOLD})


@transaction.atomic
def add_window(
    *, actor: Actor, at: datetime, team: Team, opens: time, closes: time, capacity: int, starts_on: date
) -> SlotWindow:
    """Offer a time of the day in which the team makes so many visits. Raises NotFound, Invalid."""
    actor.require(ARRANGE_WORK, team.site_id)
    if opens >= closes:
        raise Invalid(_("时段的结束须晚于开始。"), field="closes")
    if not 1 <= capacity <= MOST_IN_A_WINDOW:
        raise Invalid(_("每个时段可约 1 至 %(most)d 户。") % {"most": MOST_IN_A_WINDOW}, field="capacity")
    Team.objects.select_for_update().get(pk=team.pk)
    clash = SlotWindow.objects.filter(not_ended(starts_on), team=team, opens__lt=closes, closes__gt=opens)
    if clash.exists():
        raise Invalid(_("与已有的时段重叠；请先停用旧时段。"), field="opens")
    window = SlotWindow.objects.create(
        site_id=team.site_id, team=team, opens=opens, closes=closes, capacity=capacity, starts_on=starts_on
    )
    after = {"team_id": team.pk, "opens": str(opens), "closes": str(closes), "capacity": capacity}
    audit.record(actor=actor, at=at, verb="work.add_window", target=window, after=after)
    return window


@transaction.atomic
def end_window(*, actor: Actor, at: datetime, window_id: int) -> SlotWindow:
    """Offer it no longer from today on; what is booked stays booked. Raises NotFound."""
    rows, missing = SlotWindow.objects.filter(pk=window_id), _("没有找到这个时段，或者您无权修改。")
    return end_today(rows, verb="work.end_window", missing=missing, actor=actor, at=at)


@transaction.atomic
def book_visit(
    *, actor: Actor, at: datetime, order_id: int, window_id: int, on: date, channel: str = BookedBy.DESK
) -> VisitSlot:
    """Agree a visit; an earlier one is let go. The target of arriving is the end of the window from now on.

    Raises OrderNotFound, NotYourOrder, SlotUnsuitable, SlotFull (which offers the next free ones).
    """
    order = _bookable(order_id, actor=actor)
    # Whoever books in this window waits here: the count below is then true.
    window = SlotWindow.objects.select_for_update().filter(pk=window_id, team=order.team).first()
    slot = _slot(window, on, at=at)
    before = queries.visit_of(order)
    _check_room(order, slot, before, at=at)
    order.visits.filter(released_at__isnull=True).update(released_at=at)
    visit = VisitSlot.objects.create(
        site_id=order.site_id,
        order=order,
        window=slot.window,
        on=on,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        channel=BookedBy(channel),
        booked_at=at,
        booked_by_id=actor.user_id,
    )
    _agreed(order, slot, before, actor=actor, at=at)
    return visit


@transaction.atomic
def release_visit(*, actor: Actor, at: datetime, order_id: int) -> WorkOrder:
    """The visit is called off, the order stays. Raises OrderNotFound, NotYourOrder, SlotUnsuitable."""
    order = _bookable(order_id, actor=actor)
    before = queries.visit_of(order)
    if before is None:
        raise SlotUnsuitable(_("这张工单没有预约。"))
    order.visits.filter(released_at__isnull=True).update(released_at=at)
    _agreed(order, None, before, actor=actor, at=at)
    return order


def _bookable(order_id: int, *, actor: Actor) -> WorkOrder:
    order = locked(order_id, actor=actor)
    if not (actor.may(CORRECT_ORDERS, order.site_id) or is_theirs(actor, order)):
        raise NotYourOrder(_("您不能为这张工单预约上门。"))
    if order.urgency == Urgency.P1:
        raise SlotUnsuitable(_("特急工单立即处理，不预约。"))
    if order.state not in NOT_BEGUN:
        raise SlotUnsuitable(_("工单已经开始或已结束，不能再预约。"))
    return order


def _slot(window: SlotWindow | None, on: date, *, at: datetime) -> FreeSlot:
    is_offered = window is not None and window.starts_on <= on and (window.ends_on is None or on < window.ends_on)
    if window is None or not is_offered:
        raise SlotUnsuitable(_("这个班组当天没有这个时段。"), field="slot")
    slot = FreeSlot(window, on, window.capacity)
    if slot.starts_at <= at:
        raise SlotUnsuitable(_("这个时段已经开始，请选以后的时段。"), field="slot")
    return slot


def _check_room(order: WorkOrder, slot: FreeSlot, before: VisitSlot | None, *, at: datetime) -> None:
    taken = VisitSlot.objects.filter(window=slot.window, on=slot.on, released_at__isnull=True).exclude(order=order)
    if taken.count() < slot.window.capacity:
        return
    free = queries.free_slots(order.team, at=at)
    later = [one for one in free if one.starts_at > slot.starts_at] or free
    offered = "、".join(str(one) for one in later[:OFFERED]) or _("两周内都已约满")
    raise SlotFull(_("这个时段已约满。最近可约：%(offered)s。") % {"offered": offered}, field="slot")


def _agreed(order: WorkOrder, slot: FreeSlot | None, before: VisitSlot | None, *, actor: Actor, at: datetime) -> None:
    order.booked_at = slot.starts_at if slot else None
    order.booked_until = slot.ends_at if slot else None
    order.save(update_fields=["booked_at", "booked_until"])
    clocks.rebook(order)
    earlier = {"booked_at": before.starts_at if before else None}
    later = {"booked_at": order.booked_at, "booked_until": order.booked_until}
    audit.record(actor=actor, at=at, verb="work.book_visit", target=order, before=earlier, after=later)
    times = {"starts_at": order.booked_at, "ends_at": order.booked_until}
    publish(VisitBooked(site_id=order.site_id, order_id=order.pk, **times), at=at)
    if slot is None or not _goes_to_others(order, slot, actor=actor, at=at):
        telling.visit_changed(order, at=at)


def _goes_to_others(order: WorkOrder, slot: FreeSlot, *, actor: Actor, at: datetime) -> bool:
    """Who has not accepted yet and is off shift then is spared the visit."""
    if order.state != State.DISPATCHED or order.assignee is None:
        return False
    if on_duty(site_id=order.site_id, at=slot.starts_at).filter(pk=order.assignee.pk).exists():
        return False
    return dispatch_anew(order, actor=actor, at=at, reason=_("预约在 %(slot)s") % {"slot": slot}) is not None


@dataclass(frozen=True, slots=True)
class Planned:
    """A line of a plan as it was shown: who goes where, as which of their stops, and when."""

    order_id: int
    staff_id: int
    position: int
    arrive_at: datetime


@transaction.atomic
def accept_plan(*, actor: Actor, at: datetime, team: Team, on: date, lines: Iterable[Planned]) -> list[PlannedVisit]:
    """Give the orders of a plan to whom it names, all or none; an order of an earlier plan is planned anew.

    Raises NotFound without the right, PlanStale when an order has moved on since, StaffUnsuitable.
    """
    actor.require(DISPATCH_ORDERS, team.site_id)
    wanted = sorted(lines, key=lambda line: line.order_id)
    if not wanted:
        raise PlanStale(_("计划里没有工单。"))
    staff = {one.pk: one for one in Staff.objects.select_related("user", "team").filter(site_id=team.site_id)}
    rows = [_planned(line, staff.get(line.staff_id), team, on, actor=actor, at=at) for line in wanted]
    after = {"on": on, "orders": [line.order_id for line in wanted]}
    audit.record(actor=actor, at=at, verb="work.accept_plan", target=team, after=after)
    return rows


def _planned(line: Planned, staff: Staff | None, team: Team, on: date, *, actor: Actor, at: datetime) -> PlannedVisit:
    order = locked(line.order_id, actor=actor)
    if staff is None or order.team_id != team.pk or order.state not in queries.PLANNABLE or order.waits_for:
        raise PlanStale(_("工单 %(number)s 已有变化，请重新生成计划。") % {"number": order.number})
    check_staff(staff, site_id=order.site_id)
    if order.assignee_id != staff.pk or State(order.state) in WAITING:
        verb = Verb.DISPATCH if State(order.state) in WAITING else Verb.REASSIGN
        assign(order, Choice(Level.PLANNED, staff), verb, actor=actor, at=at)
    facts = {"site_id": order.site_id, "staff": staff, "on": on, "position": line.position}
    row, _new = PlannedVisit.objects.update_or_create(
        order=order, defaults=facts | {"arrive_at": line.arrive_at, "by_id": actor.user_id}
    )
    return row


def instant(on: date, minute: int) -> datetime:
    """The instant of that minute of the day at the sites."""
    return datetime.combine(on, time(minute // 60, minute % 60), SITE_ZONE)
