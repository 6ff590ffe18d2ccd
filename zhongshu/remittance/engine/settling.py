"""What the provider says of an order or a refund, put into our books: the one place where either ends.

The caller holds the order's row. Whatever is said twice, late, or in the wrong order changes nothing more.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing import actions as billing
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Payment
from zhongshu.billing.policies.allocation import Designation
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel import outbox
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Refusal
from zhongshu.remittance.engine.alerts import raise_alert
from zhongshu.remittance.events import OnlineOrderEnded
from zhongshu.remittance.gateways.base import Return, Trade
from zhongshu.remittance.kinds import AlertKind, Provider, Verdict
from zhongshu.remittance.lifecycle import OrderState, RefundState, may_move
from zhongshu.remittance.models import OnlineOrder, OnlineRefund

METHOD_OF = {Provider.WECHAT: PaymentMethod.WECHAT, Provider.ALIPAY: PaymentMethod.ALIPAY}


def locked_order(order_id: int) -> OnlineOrder:
    """The order's row, held until the transaction ends."""
    return OnlineOrder.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=order_id)


def settle(order: OnlineOrder, trade: Trade, *, actor: Actor, at: datetime) -> Verdict:
    """Money came: book it, once. Another sum than asked for is never booked by itself; late money is, and told of."""
    if order.transaction_id == trade.transaction_id:
        return Verdict.REPLAYED
    if order.transaction_id is not None:
        return _alerted(order, AlertKind.PAID_TWICE, trade, at=at)
    is_late = order.state == OrderState.CLOSED
    order.transaction_id, order.paid_amount = trade.transaction_id, trade.amount
    order.paid_at = trade.paid_at or at
    if trade.amount != order.amount:
        end(order, OrderState.FAILED, actor=actor, at=at)
        return _alerted(order, AlertKind.WRONG_AMOUNT, trade, at=at)
    try:
        with transaction.atomic():
            order.payment = book(order, actor=actor, at=at, received_on=min(day_of(order.paid_at), day_of(at)))
    except Refusal as refusal:
        end(order, OrderState.FAILED, actor=actor, at=at, fault=refusal.message)
        return _alerted(order, AlertKind.NOT_BOOKED, trade, at=at)
    end(order, OrderState.PAID, actor=actor, at=at)
    return _alerted(order, AlertKind.LATE, trade, at=at) if is_late else Verdict.TAKEN


def book(order: OnlineOrder, *, actor: Actor, at: datetime, received_on: date) -> Payment:
    """The order's money as a payment: what it was for first, the rest as the account's credit."""
    return billing.receive(
        actor=actor,
        at=at,
        account_id=order.account_id,
        amount=order.paid_amount or Decimal(0),
        method=METHOD_OF[Provider(order.provider)],
        reference=order.transaction_id or "",
        received_on=received_on,
        designation=Designation(charges=frozenset(order.charge_ids), keeps_rest=True),
        note=_("在线支付订单 %(number)s") % {"number": order.number},
    )


def move(order: OnlineOrder, state: OrderState, *, actor: Actor, at: datetime, fault: str = "") -> None:
    """Raises ValueError for what is no move (`lifecycle.MOVES`)."""
    if not may_move(order.state, state):
        raise ValueError(f"{order.number}: {order.state} → {state}")
    before, order.state = order.state, state
    order.ended_at, order.next_ask_at, order.fault = at, None, fault[:300]
    order.save()
    after = {"state": state, "transaction_id": order.transaction_id, "paid_amount": order.paid_amount}
    audit.record(actor=actor, at=at, verb="remittance.move_order", target=order, before={"state": before}, after=after)


def end(order: OnlineOrder, state: OrderState, *, actor: Actor, at: datetime, fault: str = "") -> None:
    """A move after which the provider is not asked any more, told to others."""
    move(order, state, actor=actor, at=at, fault=fault)
    told = {"order_id": order.pk, "provider": order.provider, "state": str(state), "amount": order.amount}
    outbox.publish(OnlineOrderEnded.of(site_id=order.site_id, **told), at=at)


def finish_refund(order: OnlineOrder, refund: OnlineRefund, back: Return, *, actor: Actor, at: datetime) -> Verdict:
    """The provider has decided: the payment is undone in the books, or the order stands as before and finance hears."""
    if refund.state != RefundState.SENDING:
        return Verdict.REPLAYED
    refund.provider_id, refund.fault = back.provider_id[:64], back.said[:300]
    if back.is_done is None:
        refund.save()
        return Verdict.ASKED
    if back.is_done and order.payment_id:
        billing.bounce_payment(actor=actor, at=at, payment_id=order.payment_id, on=day_of(at), reason=refund.reason)
    refund.state = RefundState.DONE if back.is_done else RefundState.FAILED
    refund.ended_at, refund.next_ask_at = at, None
    refund.save()
    after = {"state": refund.state, "said": back.said}
    audit.record(actor=actor, at=at, verb="remittance.finish_refund", target=refund, after=after)
    if back.is_done:
        end(order, OrderState.REFUNDED, actor=actor, at=at)
        return Verdict.TAKEN
    move(order, OrderState.PAID if order.payment_id else OrderState.FAILED, actor=actor, at=at, fault=back.said)
    alerted = {"order": order, "amount": refund.amount, "said": back.said}
    raise_alert(order.merchant, AlertKind.REFUND_FAILED, at=at, key=refund.number, **alerted)
    return Verdict.ALERTED


def _alerted(order: OnlineOrder, kind: AlertKind, trade: Trade, *, at: datetime) -> Verdict:
    said = f"{trade.transaction_id} {trade.amount}"
    raise_alert(order.merchant, kind, at=at, key=trade.transaction_id, amount=trade.amount, order=order, said=said)
    return Verdict.ALERTED
