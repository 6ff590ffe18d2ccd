"""When a work order moved."""

from datetime import datetime

from zhongshu.cases.actions import settle
from zhongshu.cases.models import CaseOrder
from zhongshu.identity.actor import system_actor
from zhongshu.kernel.outbox import reacts_to
from zhongshu.work.events import OrderMoved
from zhongshu.work.lifecycle import State

#: Other states leave the case where it is: somebody is at work.
SETTLING = frozenset({State.DONE, State.SIGNED_OFF, State.CLOSED, State.WITHDRAWN, State.REOPENED})


@reacts_to(OrderMoved, when=lambda happened: happened.to_state in SETTLING)
def settle_the_case(happened: OrderMoved, *, at: datetime) -> None:
    """The case of the order follows its orders: called back about, closed, or opened again."""
    case_id = CaseOrder.objects.filter(order_id=happened.order_id).values_list("case_id", flat=True).first()
    if case_id is not None:
        settle(actor=system_actor(), at=at, case_id=case_id)
