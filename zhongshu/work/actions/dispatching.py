"""Who has the order: reassigning, objecting, ruling on objections."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.people.kinds import Handing, TeamKind
from zhongshu.people.models import Staff
from zhongshu.work.actions.opening import check_staff
from zhongshu.work.engine import telling
from zhongshu.work.engine.dispatching import Choice, assign, by_hand, choose, team_meant
from zhongshu.work.engine.moves import check_legal, check_may, given, locked, locked_for, move
from zhongshu.work.errors import (
    AlreadyAssigned,
    AlreadyClaimed,
    IllegalMove,
    MayNotClaim,
    ObjectionTooLate,
    RightTeamMissing,
    StaffUnsuitable,
)
from zhongshu.work.kinds import EscalationRole, Level, Stage
from zhongshu.work.lifecycle import State, Verb
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import WORK_ORDERS, vouched
from zhongshu.work.policies.escalation import recipients
from zhongshu.work.policies.targets import may_object
from zhongshu.work.queries import Ladder, claimer, not_found

MOST_RULINGS = 2
WAITING = frozenset({State.NEW, State.REOPENED})


@transaction.atomic
def reassign(
    *,
    actor: Actor,
    at: datetime,
    order_id: int,
    reason: str,
    staff_id: int | None = None,
    team_kind: str | None = None,
) -> WorkOrder:
    """Give the order to somebody else: to `staff_id`, else to the best of `team_kind`, else of the present team; of an
    order that was handed back, of the team which the objection names.

    An order that waits for somebody is dispatched by it. The time to acknowledge starts anew. Raises IllegalMove,
    NotYourOrder, ReasonMissing, StaffUnsuitable, AlreadyAssigned, NobodyAvailable.
    """
    order = locked(order_id, actor=actor)
    verb = Verb.DISPATCH if State(order.state) in WAITING else Verb.REASSIGN
    check_may(actor, order, verb)
    check_legal(order, verb)
    why = given(reason)
    team_kind = team_kind or _named_by_objection(order)
    choice = _named(order, staff_id) if staff_id else _best(order, team_kind, at=at)
    team = team_meant(site_id=order.site_id, team_kind=team_kind)
    assign(order, choice, verb, actor=actor, at=at, reason=why, team=team)
    return order


@transaction.atomic
def reassign_several(
    *, actor: Actor, at: datetime, order_ids: Iterable[int], reason: str, staff_id: int
) -> list[WorkOrder]:
    """Give several orders to one person, all or none; locked in the order of their ids.

    Raises what `reassign` raises, with the number of the order that cannot be given.
    """
    given_over = []
    for order_id in sorted(set(order_ids)):
        try:
            given_over.append(reassign(actor=actor, at=at, order_id=order_id, reason=reason, staff_id=staff_id))
        except IllegalMove as refusal:
            number = WorkOrder.objects.values_list("number", flat=True).get(pk=order_id)
            raise IllegalMove(f"{number} {refusal.message}") from refusal
    return given_over


@transaction.atomic
def claim(*, actor: Actor, at: datetime, order_id: int) -> WorkOrder:
    """Take an order out of the pool: the first one gets it, accepted. Raises NotFound, MayNotClaim, AlreadyClaimed."""
    order = WorkOrder.objects.select_related("site").filter(pk=order_id).first()
    if order is None or not actor.may(WORK_ORDERS, order.site_id):
        raise not_found()
    staff = claimer(actor, order, at=at)
    if staff is None:
        raise MayNotClaim(_("只有当班、属于该班组并有这项技能的人可以抢这张单。"))
    # Counted: of rivals who come at once one changes a row, the others none.
    if not WorkOrder.objects.filter(pk=order_id, waits_for=Handing.POOL).update(waits_for=""):
        raise AlreadyClaimed(_("这张单已被抢走，或已派出。"))
    order = locked(order_id, actor=vouched(actor))
    assign(order, Choice(Level.CLAIMED, staff), Verb.DISPATCH, actor=actor, at=at)
    move(order, Verb.ACCEPT, actor=actor, at=at)
    return order


@transaction.atomic
def object_to(*, actor: Actor, at: datetime, order_id: int, reason: str, right_team_kind: str) -> WorkOrder:
    """Hand the order back within 15 minutes of getting it, naming the right team; the supervisor rules in another 15.

    Overruled, they may object once more in the same way: then the next above rules, and that is the end of it.
    Raises IllegalMove, NotYourOrder, ReasonMissing, RightTeamMissing, ObjectionTooLate.
    """
    order = locked_for(order_id, Verb.OBJECT, actor=actor)
    why = given(reason)
    team_kind = _right_team(order, right_team_kind)
    _check_early_enough(order, at=at)
    row = move(order, Verb.OBJECT, actor=actor, at=at, reason=why, team_kind=team_kind)
    rungs = Ladder([order.site_id], day_of(at)).of(order, Stage.RULING)
    telling.objected(order, row, recipients(EscalationRole.SUPERVISOR, rungs), at=at)
    return order


@transaction.atomic
def overrule(*, actor: Actor, at: datetime, order_id: int, reason: str) -> WorkOrder:
    """The order stays with the assignee after all. Raises IllegalMove, NotYourOrder, ReasonMissing."""
    order = locked_for(order_id, Verb.OVERRULE, actor=actor)
    row = move(order, Verb.OVERRULE, actor=actor, at=at, reason=given(reason))
    telling.overruled(order, row, at=at)
    return order


def _named(order: WorkOrder, staff_id: int) -> Choice:
    staff = Staff.objects.select_related("user", "team").filter(pk=staff_id, site_id=order.site_id).first()
    if staff is None:
        raise StaffUnsuitable(_("该员工不在本项目，或已离职。"), field="staff_id")
    check_staff(staff, site_id=order.site_id)
    if staff.pk == order.assignee_id and order.state != State.REOPENED:
        raise AlreadyAssigned(_("工单已经在 %(name)s 手上。") % {"name": staff.user.name}, field="staff_id")
    return by_hand(staff)


def _best(order: WorkOrder, team_kind: str, *, at: datetime) -> Choice:
    present = frozenset({order.assignee_id} if order.assignee_id else ())
    return choose(order, at=at, team_kind=team_kind, excluded=present)


def _right_team(order: WorkOrder, team_kind: str) -> str:
    if team_kind not in set(TeamKind) or (order.team is not None and order.team.kind == team_kind):
        raise RightTeamMissing(_("退单须写明应由哪个部门处理，且不能是现在的部门。"), field="right_team_kind")
    return team_kind


def _named_by_objection(order: WorkOrder) -> str:
    """The team named by the objection that waits for a ruling; empty when none does."""
    if order.state != State.OBJECTED:
        return ""
    return order.moves.filter(verb=Verb.OBJECT).order_by("-pk").values_list("team_kind", flat=True)[0]


def _check_early_enough(order: WorkOrder, *, at: datetime) -> None:
    since = order.dispatched_at or order.opened_at
    rulings = list(order.moves.filter(verb=Verb.OVERRULE, at__gte=since).values_list("at", flat=True))
    if len(rulings) >= MOST_RULINGS:
        raise ObjectionTooLate(_("退单已被驳回过两次，请接单，或联系主管转派。"))
    if not may_object(dispatched_at=max([since, *rulings]), at=at):
        raise ObjectionTooLate(_("派单或裁定已超过 15 分钟，不能再退单；请联系主管转派。"))
