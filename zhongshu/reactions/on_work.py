"""When a work order moved."""

from datetime import datetime
from decimal import Decimal

from zhongshu.billing.actions import charge_repair
from zhongshu.cases.actions import settle
from zhongshu.cases.models import CaseOrder
from zhongshu.identity.actor import system_actor
from zhongshu.kernel.outbox import reacts_to
from zhongshu.messaging.actions import withdraw
from zhongshu.work.events import OrderMoved, PriceDue
from zhongshu.work.lifecycle import State, Verb
from zhongshu.work.models import WorkOrder

#: Other states leave the case where it is: somebody is at work.
SETTLING = frozenset({State.DONE, State.SIGNED_OFF, State.CLOSED, State.WITHDRAWN, State.REOPENED})

#: After these somebody is no longer wanted who was told to come.
TAKING_AWAY = frozenset({Verb.REASSIGN, Verb.WITHDRAW})
COME = ("order_assigned", "order_changed", "order_overruled")


@reacts_to(OrderMoved, when=lambda happened: happened.verb in TAKING_AWAY)
def withdraw_what_is_unsent(happened: OrderMoved, *, at: datetime) -> None:
    """Who is no longer wanted is not told to come by what has not gone out yet."""
    order = WorkOrder.objects.select_related("assignee").get(pk=happened.order_id)
    still_wanted = [order.assignee.user_id] if order.assignee and happened.verb != Verb.WITHDRAW else []
    withdraw(key_begins=f"order:{order.pk}:", kinds=COME, at=at, besides=still_wanted)


@reacts_to(OrderMoved, when=lambda happened: happened.to_state in SETTLING)
def settle_the_case(happened: OrderMoved, *, at: datetime) -> None:
    """The case of the order follows its orders: called back about, closed, or opened again."""
    case_id = CaseOrder.objects.filter(order_id=happened.order_id).values_list("case_id", flat=True).first()
    if case_id is not None:
        settle(actor=system_actor(), at=at, case_id=case_id)


@reacts_to(PriceDue, when=lambda happened: happened.account_id is not None)
def charge_the_household(happened: PriceDue, *, at: datetime) -> None:
    """What was agreed is owed by the account of the order."""
    if happened.account_id is not None:
        amount = Decimal(happened.amount)
        charge_repair(
            actor=system_actor(), at=at, order_id=happened.order_id, account_id=happened.account_id, amount=amount
        )
