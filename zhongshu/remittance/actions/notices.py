"""What the providers call us with. Every callback is kept, with what became of it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from zhongshu.identity.actor import Actor
from zhongshu.kernel.money import ZERO
from zhongshu.remittance.engine.alerts import raise_alert
from zhongshu.remittance.engine.settling import finish_refund, locked_order, settle
from zhongshu.remittance.gateways import gateway_of
from zhongshu.remittance.gateways.base import Answer, Callback, Forged, Heard, Return, Trade, TradeState
from zhongshu.remittance.kinds import AlertKind, Verdict
from zhongshu.remittance.models import OnlineNotice, OnlineOrder, OnlineRefund, ProviderAccount

KEPT = 64 * 1024
KEPT_OF_FORGED = 2000


def hear(*, actor: Actor, at: datetime, merchant: ProviderAccount, callback: Callback) -> Answer:
    """Verify a callback, act on it once, and keep it. The provider's thanks for everything that it did sign, also for
    what we do not know: sent again it would be no better."""
    gateway = gateway_of(merchant)
    try:
        heard = gateway.hear(callback, at=at)
    except Forged as forged:
        _keep(actor, at, merchant, callback, Verdict.FORGED, said=str(forged))
        return gateway.sorry(401)
    with transaction.atomic():
        order = _order_of(merchant, heard)
        verdict = _done(actor, at, merchant, order, heard)
        _keep(actor, at, merchant, callback, verdict, order=order, said=_summary(heard))
    return gateway.thanks()


def _order_of(merchant: ProviderAccount, heard: Heard) -> OnlineOrder | None:
    """The order that it is about, held; None for one that this merchant account never had."""
    number = heard.trade.number if heard.trade else heard.refund.order_number if heard.refund else ""
    order_id = OnlineOrder.objects.filter(merchant=merchant, number=number).values_list("pk", flat=True).first()
    return locked_order(order_id) if order_id else None


def _done(actor: Actor, at: datetime, merchant: ProviderAccount, order: OnlineOrder | None, heard: Heard) -> Verdict:
    if order is None:
        return _unknown(at, merchant, heard)
    verdict = Verdict.REPLAYED
    if heard.trade and heard.trade.state is TradeState.PAID:
        verdict = settle(order, heard.trade, actor=actor, at=at)
    if heard.refund is None:
        return verdict
    of_refund = _given_back(actor, at, order, heard.refund)
    return verdict if of_refund is Verdict.REPLAYED else of_refund


def _given_back(actor: Actor, at: datetime, order: OnlineOrder, back: Return) -> Verdict:
    """Where the callback does not decide, or money goes whose coming we have not heard of, the provider is asked."""
    refund = OnlineRefund.objects.select_for_update().filter(order=order, number=back.number).first()
    if refund is None:
        said: dict[str, Any] = {"order": order, "amount": back.amount, "said": f"{back.number} {back.provider_id}"}
        raise_alert(order.merchant, AlertKind.UNKNOWN_REFUND, at=at, key=f"{back.number}:{back.provider_id}", **said)
        if order.transaction_id is None:
            OnlineOrder.objects.filter(pk=order.pk).update(next_ask_at=at)
        return Verdict.ALERTED
    if refund.ended_at is None and back.is_done is None:
        OnlineRefund.objects.filter(pk=refund.pk).update(next_ask_at=at)
        return Verdict.ASKED
    return finish_refund(order, refund, back, actor=actor, at=at)


def _unknown(at: datetime, merchant: ProviderAccount, heard: Heard) -> Verdict:
    trade, back = heard.trade, heard.refund
    said: dict[str, Any]
    if trade and trade.state is TradeState.PAID:
        said = {"amount": trade.amount, "said": f"{trade.number} {trade.transaction_id}"}
        raise_alert(merchant, AlertKind.UNKNOWN_ORDER, at=at, key=trade.transaction_id, **said)
    elif back:
        said = {"amount": back.amount, "said": f"{back.order_number} {back.number}"}
        raise_alert(merchant, AlertKind.UNKNOWN_REFUND, at=at, key=f"{back.number}:{back.provider_id}", **said)
    return Verdict.UNKNOWN


def _summary(heard: Heard) -> str:
    """Without what it tells of the payer."""
    return " ".join(filter(None, [_of_trade(heard.trade), _of_refund(heard.refund)]))


def _of_trade(trade: Trade | None) -> str:
    return f"{trade.number} {trade.state} {trade.transaction_id} {trade.amount}" if trade else ""


def _of_refund(back: Return | None) -> str:
    return f"{back.order_number} {back.number} {back.said} {back.amount or ZERO}" if back else ""


def _keep(
    actor: Actor,
    at: datetime,
    merchant: ProviderAccount,
    callback: Callback,
    verdict: Verdict,
    *,
    order: OnlineOrder | None = None,
    said: str = "",
) -> None:
    most = KEPT_OF_FORGED if verdict is Verdict.FORGED else KEPT
    body = callback.body[:most].decode(errors="replace").replace("\0", "�")
    OnlineNotice.objects.create(
        site_id=merchant.site_id,
        merchant=merchant,
        order=order,
        at=at,
        ip=actor.ip,
        verdict=verdict,
        said=said[:300].replace("\0", "�"),
        body=body,
    )
