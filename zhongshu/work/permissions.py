"""Who may see and move work orders."""

from dataclasses import replace

from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import right
from zhongshu.identity.roles import FIELD, STAFF, Role
from zhongshu.work.kinds import TASK_CATEGORY, OrderKind
from zhongshu.work.lifecycle import State, Verb
from zhongshu.work.models import WorkOrder
from zhongshu.work.policies.operating import ABOVE, ruling_roles, signing_roles

DESK = frozenset({Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.CALL_TAKER, Role.SUPERVISOR})

VIEW_ORDERS = right("work.view_orders", STAFF)
WORK_ORDERS = right("work.work_orders", STAFF)
DISPATCH_ORDERS = right("work.dispatch_orders", DESK)
RULE_ORDERS = right("work.rule_orders", {Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.SUPERVISOR})
CORRECT_ORDERS = right("work.correct_orders", DESK | {Role.KEEPER})
SIGN_OFF_ORDERS = right("work.sign_off_orders", DESK | {Role.KEEPER, Role.QUALITY})

# Price lists, windows for visits, checklists, contractors: what a site works with.
ARRANGE_WORK = right("work.arrange_work", {Role.ADMINISTRATOR, Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.SERVICE_LEAD})
ADOPT_STANDARDS = right("work.adopt_standards", {Role.HEAD_OFFICE, Role.QUALITY})

BY_ASSIGNEE = frozenset({Verb.ACCEPT, Verb.OBJECT, Verb.TRAVEL, Verb.ARRIVE, Verb.FINISH, Verb.HOLD, Verb.RESUME})
BY_RIGHT = {
    Verb.DISPATCH: DISPATCH_ORDERS,
    Verb.REASSIGN: DISPATCH_ORDERS,
    Verb.HOLD: DISPATCH_ORDERS,
    Verb.RESUME: DISPATCH_ORDERS,
    Verb.WITHDRAW: DISPATCH_ORDERS,
    Verb.OVERRULE: RULE_ORDERS,
    Verb.SIGN_OFF: SIGN_OFF_ORDERS,
    Verb.CLOSE: SIGN_OFF_ORDERS,
    Verb.REOPEN: SIGN_OFF_ORDERS,
}

# Field staff see what is theirs or their team's; all other staff see every order of the sites their role covers.
SEES_ALL = STAFF - FIELD


def vouched(actor: Actor) -> Actor:
    """The same person, for whom an app above has already answered the question of rights.

    The case owner or the customer signs an order off by the right of the case; the audit keeps their name.
    """
    return replace(actor, is_system=True, scopes=None)


def is_assignee(actor: Actor, order: WorkOrder) -> bool:
    """Whether the order is with this very person (a colleague of the team is somebody else)."""
    return order.assignee is not None and actor.user_id is not None and order.assignee.user_id == actor.user_id


def may_move(actor: Actor, order: WorkOrder, verb: Verb) -> bool:
    """Whether the person may make that move, be it legal now or not. Nobody rules on their own objection.

    Who rules and who signs is as the site works; a task is signed off by who gave it, or head office.
    """
    if actor.is_system:
        return True
    mine = is_assignee(actor, order)
    if verb in BY_ASSIGNEE and mine:
        return actor.may(WORK_ORDERS, order.site_id)
    right = BY_RIGHT.get(verb)
    if right is None or not actor.may(right, order.site_id):
        return False
    if order.state == State.OBJECTED and verb in (Verb.REASSIGN, Verb.OVERRULE):
        return not mine and _may_rule(actor, order)
    return verb not in (Verb.SIGN_OFF, Verb.CLOSE) or _may_sign(actor, order)


def _may_rule(actor: Actor, order: WorkOrder) -> bool:
    """Once overruled, an objection is ruled on by the next above."""
    rulers = [role for role in ruling_roles(order.site.operating_model) if role in ABOVE or not was_overruled(order)]
    return actor.may(RULE_ORDERS, order.site_id) and actor.holds(*rulers, site_id=order.site_id)


def was_overruled(order: WorkOrder) -> bool:
    """Whether an objection has been ruled on since the order last went to its assignee."""
    since = order.dispatched_at or order.opened_at
    return order.moves.filter(verb=Verb.OVERRULE, at__gte=since).exists()


def _may_sign(actor: Actor, order: WorkOrder) -> bool:
    if is_given(order) and order.opened_by_id is not None:
        return order.opened_by_id == actor.user_id or actor.holds(Role.HEAD_OFFICE, site_id=order.site_id)
    return actor.holds(*signing_roles(order.site.operating_model), site_id=order.site_id)


def may_record(actor: Actor, order: WorkOrder) -> bool:
    """Whether the person may write down what is used, agreed and found: who does it, who helps, who dispatches."""
    if is_assignee(actor, order) or actor.may(CORRECT_ORDERS, order.site_id):
        return True
    return order.aid_spells.filter(staff__user=actor.user_id or 0, left_at__isnull=True).exists()


def is_given(order: WorkOrder) -> bool:
    """Whether head office or a manager gave it, rather than a customer's matter leading to it."""
    return order.kind == OrderKind.TASK and order.category == TASK_CATEGORY


def may_correct(actor: Actor, order: WorkOrder) -> bool:
    """Whether the person may put the order's place right: who is sent there finds out."""
    return actor.may(CORRECT_ORDERS, order.site_id) or (is_assignee(actor, order) and actor.may(WORK_ORDERS))
