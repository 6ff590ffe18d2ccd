"""Giving an order's money back: one person proposes it, another approves, the provider does it."""

from datetime import datetime
from secrets import token_hex

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor, system_actor
from zhongshu.identity.guards import absent
from zhongshu.kernel.clock import local
from zhongshu.kernel.errors import Invalid
from zhongshu.remittance.engine.settling import finish_refund, locked_order, move
from zhongshu.remittance.errors import IllegalMove, SamePerson
from zhongshu.remittance.gateways import gateway_of
from zhongshu.remittance.gateways.base import Gateway, GatewayDown, GatewayRefused, Return
from zhongshu.remittance.lifecycle import OrderState, RefundState
from zhongshu.remittance.models import OnlineOrder, OnlineRefund
from zhongshu.remittance.permissions import APPROVE_REFUNDS, PROPOSE_REFUNDS
from zhongshu.remittance.policies.asking import next_ask
from zhongshu.remittance.queries.online import order_seen

REASON_LENGTH = 200


@transaction.atomic
def propose_refund(*, actor: Actor, at: datetime, number: str, reason: str) -> OnlineRefund:
    """The whole of what came for the order. Raises NotFound, Invalid, IllegalMove."""
    order = locked_order(order_seen(actor, number, PROPOSE_REFUNDS).pk)
    if actor.user_id is None:
        raise absent()
    if not reason.strip() or len(reason) > REASON_LENGTH:
        raise Invalid(_("请写明退款原因，最多 %(most)s 个字。") % {"most": REASON_LENGTH}, field="reason")
    if order.paid_amount is None or order.state not in (OrderState.PAID, OrderState.FAILED):
        raise IllegalMove(_("这笔订单没有可以退的钱。"))
    if order.refunds.filter(state=RefundState.PROPOSED).exists():
        raise IllegalMove(_("这笔订单已有一个待复核的退款。"))
    refund = OnlineRefund.objects.create(
        site_id=order.site_id,
        order=order,
        number=f"ZR{local(at):%Y%m%d%H%M%S}{token_hex(6)}",
        amount=order.paid_amount,
        reason=reason.strip(),
        proposed_by_id=actor.user_id,
        proposed_at=at,
    )
    after = audit.values(refund, ["number", "amount", "reason"]) | {"order": order.number}
    audit.record(actor=actor, at=at, verb="remittance.propose_refund", target=refund, after=after)
    return refund


def approve_refund(*, actor: Actor, at: datetime, refund_id: int) -> OnlineRefund:
    """By somebody else; the provider is told at once. Raises NotFound, SamePerson, IllegalMove."""
    _approve(actor, at, refund_id)
    return ask_refund(actor=system_actor(actor.origin), at=at, refund_id=refund_id)


@transaction.atomic
def allow_refund(*, actor: Actor, at: datetime, refund_id: int) -> OnlineRefund:
    """The same, but a worker tells the provider. Raises as `approve_refund` does."""
    _approve(actor, at, refund_id)
    OnlineRefund.objects.filter(pk=refund_id).update(next_ask_at=at)
    return OnlineRefund.objects.select_related("order").get(pk=refund_id)


@transaction.atomic
def decline_refund(*, actor: Actor, at: datetime, refund_id: int) -> OnlineRefund:
    """The money stays; whoever proposed it may take it back so, too. Raises NotFound, IllegalMove."""
    _order, refund = _locked(actor, refund_id)
    _decide(refund, RefundState.DECLINED, actor, at)
    refund.ended_at = at
    refund.save()
    return refund


def ask_refund(*, actor: Actor, at: datetime, refund_id: int) -> OnlineRefund:
    """Send a refund on its way, or ask how far it is: the same number is the same refund, however often it is sent."""
    refund = OnlineRefund.objects.select_related("order__merchant").get(pk=refund_id)
    try:
        back, fault = _sent_or_asked(gateway_of(refund.order.merchant), refund), ""
    except GatewayDown as error:
        back, fault = None, str(error)
    return _noted(actor, at, refund, back, fault)


@transaction.atomic
def _approve(actor: Actor, at: datetime, refund_id: int) -> None:
    order, refund = _locked(actor, refund_id)
    if refund.proposed_by_id == actor.user_id:
        raise SamePerson(_("自己提的退款要由另一个人复核。"))
    _decide(refund, RefundState.SENDING, actor, at)
    refund.next_ask_at = next_ask(asked=1, at=at)
    refund.save()
    move(order, OrderState.REFUNDING, actor=actor, at=at)


def _locked(actor: Actor, refund_id: int) -> tuple[OnlineOrder, OnlineRefund]:
    """The order first, always."""
    seen = actor.visible(OnlineRefund.objects.all(), APPROVE_REFUNDS).filter(pk=refund_id).first()
    if seen is None:
        raise absent()
    order = locked_order(seen.order_id)
    return order, OnlineRefund.objects.select_for_update().get(pk=refund_id)


def _decide(refund: OnlineRefund, state: RefundState, actor: Actor, at: datetime) -> None:
    if refund.state != RefundState.PROPOSED:
        raise IllegalMove(_("这个退款已经有人处理过了。"))
    refund.state, refund.decided_by_id, refund.decided_at = state, actor.user_id, at
    after = {"state": state, "amount": refund.amount}
    audit.record(actor=actor, at=at, verb="remittance.decide_refund", target=refund, after=after)


def _sent_or_asked(gateway: Gateway, refund: OnlineRefund) -> Return:
    """Once the provider has taken it, only a clear answer ends it. Raises GatewayDown."""
    order, number = refund.order, refund.number
    try:
        if refund.provider_id:
            return gateway.query_refund(number=order.number, refund_number=number)
        sums = {"amount": refund.amount, "total": order.paid_amount or refund.amount}
        back = gateway.refund(number=order.number, refund_number=number, reason=refund.reason, **sums)
        return back if back.is_done is not None else gateway.query_refund(number=order.number, refund_number=number)
    except GatewayRefused as refusal:
        if refund.provider_id:
            raise GatewayDown(str(refusal)) from refusal
        return Return(number=number, order_number=order.number, is_done=False, said=str(refusal))


@transaction.atomic
def _noted(actor: Actor, at: datetime, refund: OnlineRefund, back: Return | None, fault: str) -> OnlineRefund:
    order = locked_order(refund.order_id)
    held = OnlineRefund.objects.select_for_update().get(pk=refund.pk)
    if back is not None:
        finish_refund(order, held, back, actor=actor, at=at)
    if held.state == RefundState.SENDING:
        held.asked += 1
        held.next_ask_at, held.fault = next_ask(asked=held.asked, at=at), fault[:300]
        held.save()
    return held
