"""A new order: numbered, timed and dispatched at once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.estate.models import Account, Place
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.composed import insert
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.numbers import next_number
from zhongshu.people.models import Staff
from zhongshu.work.actions.tasks import check_terms, set_terms
from zhongshu.work.engine import clocks
from zhongshu.work.engine.dispatching import Choice, by_hand, choose, hand_out, team_meant
from zhongshu.work.errors import PlaceUnsuitable, StaffUnsuitable
from zhongshu.work.kinds import TASK_CATEGORY, OrderKind
from zhongshu.work.lifecycle import State
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import DISPATCH_ORDERS

TITLE_LENGTH = 120


@transaction.atomic
def give_task(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    title: str,
    description: str,
    urgency: str,
    team_kind: str,
    place: Place | None = None,
    assignee: Staff | None = None,
    due_at: datetime | None = None,
    report_hours: int | None = None,
) -> WorkOrder:
    """Work given by head office or a manager: an order like any other, signed off by who gave it.

    `due_at` replaces the target of finishing; every `report_hours` its giver wants to hear how far it is. Raises
    NotFound without the right, and what `open_order` raises.
    """
    actor.require(DISPATCH_ORDERS, site.pk)
    check_terms(at=at, due_at=due_at, report_hours=report_hours)
    order = open_order(
        actor=actor,
        at=at,
        site=site,
        kind=OrderKind.TASK,
        category=TASK_CATEGORY,
        urgency=urgency,
        title=title,
        description=description,
        place=place,
        team_kind=team_kind,
        assignee=assignee,
    )
    if actor.user_id is not None:
        set_terms(order, given_by=actor.user_id, at=at, due_at=due_at, report_hours=report_hours)
    return order


def open_order(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    kind: str,
    category: str,
    urgency: str,
    title: str,
    description: str = "",
    place: Place | None = None,
    account: Account | None = None,
    contact_name: str = "",
    contact_phone: str = "",
    team_kind: str,
    assignee: Staff | None = None,
    booked_at: datetime | None = None,
) -> WorkOrder:
    """Open an order, start its clocks and dispatch it, all in one transaction.

    The result is `dispatched`; it stays `new` where the team's work waits to be claimed or sent on, and when nobody at
    all is there: then head office is told.
    Whether the actor may ask for work is the caller's rule (a case's, a task's, a machine's). Raises Invalid,
    PlaceUnsuitable, StaffUnsuitable, TargetsMissing.
    """
    if not title.strip():
        raise Invalid(_("请写明要做什么。"), field="title")
    if place is not None and place.site_id != site.pk:
        raise PlaceUnsuitable(_("这个位置不在本项目。"), field="place")
    check_staff(assignee, site_id=site.pk)
    order = WorkOrder(
        site=site,
        kind=kind,
        category=category,
        urgency=urgency,
        title=title.strip()[:TITLE_LENGTH],
        description=description,
        place=place,
        account=account,
        contact_name=contact_name,
        contact_phone=contact_phone,
        team=team_meant(site_id=site.pk, team_kind=team_kind),
        state=State.NEW,
        opened_at=at,
        opened_by_id=actor.user_id,
        booked_at=booked_at,
    )
    choice = by_hand(assignee) if assignee else choose(order, at=at)
    with transaction.atomic(savepoint=False):
        return _started(order, choice, actor=actor, at=at)


def check_staff(staff: Staff | None, *, site_id: int) -> None:
    """Raises StaffUnsuitable for somebody of another site, or who has left."""
    if staff is not None and (staff.site_id != site_id or staff.left_on is not None or not staff.user.is_active):
        raise StaffUnsuitable(_("该员工不在本项目，或已离职。"), field="staff_id")


def _started(order: WorkOrder, choice: Choice, *, actor: Actor, at: datetime) -> WorkOrder:
    # The row of the series stays locked from here to the end: the search for somebody lies behind us.
    order.number = next_number(prefix="GD", site_code=order.site.code, at=at)
    insert(order)
    audit.record(
        actor=actor,
        at=at,
        verb="work.open_order",
        target=order,
        after=audit.values(order, ["number", "kind", "category", "urgency", "title", "place_id", "account_id"]),
    )
    clocks.start_all(order, at=at)
    hand_out(order, choice, actor=actor, at=at)
    return order
