"""Orders: opened for what is owed, offered by the provider, asked about until they end."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing.queries.debts import OpenCharge
from zhongshu.estate.models import Account
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor, system_actor
from zhongshu.kernel.clock import day_of, local
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import ZERO
from zhongshu.remittance.engine.asking import ask_to_offer
from zhongshu.remittance.engine.links import notify_url
from zhongshu.remittance.engine.settling import end, locked_order, settle
from zhongshu.remittance.errors import NoMerchant, NothingOwed, ProviderAway, ProviderRefused
from zhongshu.remittance.gateways import gateway_of
from zhongshu.remittance.gateways.base import Gateway, GatewayDown, GatewayRefused, Trade, TradeState, Wanted
from zhongshu.remittance.kinds import KINDS_OF, PayKind, Provider
from zhongshu.remittance.lifecycle import OrderState
from zhongshu.remittance.models import OnlineOrder, PayCode, ProviderAccount
from zhongshu.remittance.permissions import OPEN_ORDERS
from zhongshu.remittance.policies.asking import LIFETIME, is_in_vain, next_ask_of_order
from zhongshu.remittance.queries.online import account_seen, code_view, merchants_at, order_seen, owed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How somebody wants to pay. `home`: our address as the payer knows it; `back`: the path they come back to."""

    provider: Provider
    kind: PayKind
    home: str
    back: str = ""
    ip: str = ""


def open_order(
    *, actor: Actor, at: datetime, account_id: int, way: Way, charge_ids: Collection[int] = ()
) -> OnlineOrder:
    """An order for certain open charges of an account, or all of them, with their late fees to date.

    Raises NotFound, Invalid, NothingOwed, NoMerchant, ProviderAway, ProviderRefused.
    """
    return _offered(_wanted(actor, at, account_id, way, charge_ids), way, at)


@transaction.atomic
def request_order(
    *, actor: Actor, at: datetime, account_id: int, way: Way, charge_ids: Collection[int] = ()
) -> OnlineOrder:
    """The same for who may ask again: a worker tells the provider, `pay_url` is empty until then.

    What is in a transaction must not wait for a provider, nor be undone when it has answered. Raises NotFound, Invalid,
    NothingOwed, NoMerchant.
    """
    order = _wanted(actor, at, account_id, way, charge_ids)
    ask_to_offer(order.pk, home=way.home, ip=way.ip)
    return order


@audit.unaudited("the order was audited when it was opened")
def offer_order(*, at: datetime, order_id: int, home: str, ip: str) -> None:
    """Tell the provider of an order that it has not heard of; where it gives no answer, the order ends by itself."""
    order = OnlineOrder.objects.select_related("merchant", "site", "account__unit").get(pk=order_id)
    if order.state != OrderState.CREATED or order.pay_url:
        return
    way = Way(provider=Provider(order.provider), kind=PayKind(order.kind), home=home, ip=ip)
    with suppress(ProviderAway, ProviderRefused):
        _offered(order, way, at)


def open_order_by_code(*, actor: Actor, at: datetime, token: str, way: Way) -> OnlineOrder:
    """The same by whoever has a dwelling's code, for all it owes. Raises as `open_order` does."""
    seen = code_view(token, at=at)
    if seen.account is None:
        raise NothingOwed(_("这里现在没有要交的费用。"))
    order = _written(seen.account, seen.owed.charges, way, actor=actor, at=at, code=seen.code)
    return _offered(order, way, at)


def ask_order(*, actor: Actor, at: datetime, order_id: int) -> OnlineOrder:
    """Ask the provider about an order and do what follows: book the money, close it, or ask again later."""
    order = OnlineOrder.objects.select_related("merchant").get(pk=order_id)
    try:
        trade = _asked_and_closed(gateway_of(order.merchant), order, at)
        fault = ""
    except (GatewayDown, GatewayRefused) as error:
        trade, fault = None, str(error)
    return _noted(actor, at, order_id, trade, fault)


def ask_order_now(*, actor: Actor, at: datetime, number: str) -> OnlineOrder:
    """The same because somebody waits for it; what comes of it the program books. Raises NotFound."""
    return ask_order(actor=system_actor(actor.origin), at=at, order_id=order_seen(actor, number, OPEN_ORDERS).pk)


def _wanted(actor: Actor, at: datetime, account_id: int, way: Way, charge_ids: Collection[int]) -> OnlineOrder:
    account = account_seen(actor, account_id)
    actor.require(OPEN_ORDERS, account.site_id)
    wanted = _chosen(owed_by(account.pk, day_of(at)).charges, charge_ids)
    return _written(account, wanted, way, actor=actor, at=at)


def _chosen(charges: Collection[OpenCharge], charge_ids: Collection[int]) -> list[OpenCharge]:
    wanted = [charge for charge in charges if charge.charge_id in charge_ids] if charge_ids else list(charges)
    if len(wanted) < len(set(charge_ids)):
        raise Invalid(_("所选费用里有已经交清或不属于这户的，请重新选择。"), field="charges")
    return wanted


@transaction.atomic
def _written(
    account: Account,
    charges: Collection[OpenCharge],
    way: Way,
    *,
    actor: Actor,
    at: datetime,
    code: PayCode | None = None,
) -> OnlineOrder:
    """The order stands here before the provider hears of it: whatever it says later is about something we know."""
    amount = sum((charge.owed for charge in charges), ZERO)
    if amount <= 0:
        raise NothingOwed(_("这里现在没有要交的费用。"))
    merchant = _merchant(account.site_id, way)
    order = OnlineOrder.objects.create(
        site_id=account.site_id,
        merchant=merchant,
        account=account,
        number=f"ZS{local(at):%Y%m%d%H%M%S}{token_hex(6)}",
        provider=way.provider,
        kind=way.kind,
        amount=amount,
        charge_ids=sorted(charge.charge_id for charge in charges),
        created_at=at,
        created_by_id=actor.user_id,
        code=code,
        expires_at=at + LIFETIME,
        next_ask_at=next_ask_of_order(asked=0, expires_at=at + LIFETIME, at=at),
    )
    after = audit.values(order, ["number", "provider", "kind", "amount", "charge_ids"])
    audit.record(actor=actor, at=at, verb="remittance.open_order", target=order, after=after)
    return order


def _merchant(site_id: int, way: Way) -> ProviderAccount:
    if way.kind not in KINDS_OF[way.provider]:
        raise Invalid(_("这家支付平台没有这种付款方式。"), field="kind")
    merchant = merchants_at(site_id).filter(provider=way.provider).first()
    if merchant is None:
        raise NoMerchant(_("本项目还没有开通这种支付。"), field="provider")
    return merchant


def _offered(order: OnlineOrder, way: Way, at: datetime) -> OnlineOrder:
    """Where to pay it. An order whose offer got lost is closed when it has run out, or paid if somebody could."""
    wanted = Wanted(
        number=order.number,
        kind=PayKind(order.kind),
        amount=order.amount,
        subject=_("%(site)s %(unit)s 物业费用") % {"site": order.site.name, "unit": order.account.unit or ""},
        expires_at=order.expires_at,
        notify_url=notify_url(order.merchant, way.home),
        back_url=f"{way.home}{way.back}{order.number}" if way.back else "",
        payer_ip=way.ip,
    )
    try:
        pay_url = gateway_of(order.merchant).create(wanted)
    except GatewayDown as error:
        OnlineOrder.objects.filter(pk=order.pk, state=OrderState.CREATED).update(fault=str(error)[:300])
        raise ProviderAway(_("支付平台暂时没有回应，请稍后再试。")) from error
    except GatewayRefused as error:
        OnlineOrder.objects.filter(pk=order.pk, state=OrderState.CREATED).update(
            state=OrderState.FAILED, fault=str(error)[:300], ended_at=at, next_ask_at=None
        )
        raise ProviderRefused(_("支付平台没有接受这笔订单：%(why)s") % {"why": error}) from error
    OnlineOrder.objects.filter(pk=order.pk).update(pay_url=pay_url)
    OnlineOrder.objects.filter(pk=order.pk, state=OrderState.CREATED).update(state=OrderState.WAITING)
    order.refresh_from_db()
    return order


def _asked_and_closed(gateway: Gateway, order: OnlineOrder, at: datetime) -> Trade:
    """What the provider says; an order that has run out is closed there first. Raises GatewayDown, GatewayRefused."""
    trade = gateway.query(order.number)
    if trade.state in (TradeState.PAID, TradeState.CLOSED) or at < order.expires_at:
        return trade
    try:
        gateway.close(order.number)
    except GatewayRefused:  # paid in this very moment
        return gateway.query(order.number)
    return Trade(number=order.number, state=TradeState.CLOSED)


@transaction.atomic
def _noted(actor: Actor, at: datetime, order_id: int, trade: Trade | None, fault: str) -> OnlineOrder:
    order = locked_order(order_id)
    state = trade.state if trade else None
    if trade is not None and state is TradeState.PAID:
        settle(order, trade, actor=actor, at=at)
    elif order.is_open and state is TradeState.CLOSED:
        end(order, OrderState.CLOSED, actor=actor, at=at)
    elif order.is_open and is_in_vain(expires_at=order.expires_at, at=at):
        end(order, OrderState.FAILED, actor=actor, at=at, fault=fault or _("一直问不到结果"))
    if order.next_ask_at is not None:
        _ask_again(order, at, fault)
    return order


def _ask_again(order: OnlineOrder, at: datetime, fault: str) -> None:
    """An open order until it ends; one that has ended only while the provider gives no answer."""
    is_over = not order.is_open and (not fault or is_in_vain(expires_at=order.expires_at, at=at))
    order.asked += 1
    order.next_ask_at = None if is_over else next_ask_of_order(asked=order.asked, expires_at=order.expires_at, at=at)
    order.fault = fault[:300]
    order.save(update_fields=["asked", "next_ask_at", "fault"])
