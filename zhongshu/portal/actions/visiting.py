"""A resident agrees when somebody comes."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.portal.queries import matter, order_to_visit
from zhongshu.work import actions as work
from zhongshu.work.errors import SlotUnsuitable
from zhongshu.work.kinds import BookedBy
from zhongshu.work.models import VisitSlot
from zhongshu.work.permissions import vouched


def book_visit(*, actor: Actor, at: datetime, number: str, slot: str) -> VisitSlot:
    """Book or rebook the visit for one's own matter; `slot` as `FreeSlot.key` names it.

    Raises NotFound, Invalid, SlotUnsuitable, SlotFull.
    """
    order = order_to_visit(matter(actor, number, at=at))
    if order is None:
        raise SlotUnsuitable(_("这件事现在不需要预约上门。"))
    window_id, _dash, on = slot.partition("-")
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise Invalid(_("请选一个时段。"), field="slot") from error
    if not window_id.isdecimal() or len(window_id) > 18:
        raise Invalid(_("请选一个时段。"), field="slot")
    return work.book_visit(
        actor=vouched(actor),
        at=at,
        order_id=order.pk,
        window_id=int(window_id),
        on=day,
        channel=BookedBy.PORTAL,
    )
