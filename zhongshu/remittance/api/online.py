"""Paying online, for programs: orders, refunds by two people, what finance has to look at, the daily reconciliation.

A provider is never waited for here: what it has to be told goes to a worker, and its answer shows when asked again.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.estate.queries import account_by_number
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.identity.middleware import client_ip
from zhongshu.kernel.clock import now
from zhongshu.remittance import actions
from zhongshu.remittance.kinds import AlertKind, LineNature, LineVerdict, PayKind, Provider
from zhongshu.remittance.lifecycle import BillState, OrderState, RefundState
from zhongshu.remittance.models import OnlineAlert, OnlineOrder, OnlineRefund, ProviderBill, ProviderBillLine
from zhongshu.remittance.permissions import OPEN_ORDERS, RECONCILE, SETTLE_ALERTS, VIEW_ONLINE
from zhongshu.remittance.queries import online as queries
from zhongshu.web.days import Days
from zhongshu.web.links import home_of
from zhongshu.web.paging import page_of

router = Router(tags=["remittance"])


class OnlineOrderIn(Typed):
    """`account`: its number. `charge_ids`: open charges of it; none for all of them."""

    site: Line
    account: Line
    provider: Provider
    kind: PayKind
    charge_ids: list[int] = Field([], max_length=500)


class OnlineOrderOut(Schema):
    """`pay_url`: what the code to scan shows, or where the payer's browser goes; empty until the provider has answered.
    `paid_amount`: what came, also when it is not what was asked for. `payment`: number of the receipt."""

    number: str
    site: str
    account: str
    provider: Provider
    kind: PayKind
    amount: Decimal
    state: OrderState
    pay_url: str
    created_at: datetime
    expires_at: datetime
    transaction_id: str | None
    paid_amount: Decimal | None
    paid_at: datetime | None
    payment: str | None
    fault: str


class OnlineOrderPage(Listed):
    items: list[OnlineOrderOut]


class OnlineOrderQuery(Schema):
    state: OrderState | None = None
    provider: Provider | None = None
    since: Day | None = None
    until: Day | None = None


class OnlineRefundIn(Typed):
    reason: Line


class OnlineRefundOut(Schema):
    id: int
    number: str
    order: str
    amount: Decimal
    reason: str
    state: RefundState
    proposed_at: datetime
    decided_at: datetime | None
    ended_at: datetime | None
    fault: str


class RefundDecisionIn(Typed):
    """Approving takes another person than the one who proposed it."""

    decision: Literal["approve", "decline"]


class OnlineAlertOut(Schema):
    id: int
    site: str
    kind: AlertKind
    order: str | None
    amount: Decimal
    said: str
    raised_at: datetime
    settled_at: datetime | None
    note: str


class OnlineAlertPage(Listed):
    items: list[OnlineAlertOut]


class AlertSettlementIn(Typed):
    """`book`: the sum that came is booked for the order's account; `note`: what else was done about it."""

    book: bool = False
    note: Line = ""


class ProviderBillIn(Typed):
    site: Line
    provider: Provider
    day: Day


class ProviderBillOut(Schema):
    id: int
    site: str
    provider: Provider
    day: date
    state: BillState
    matched: int
    differing: int
    read_at: datetime | None
    fault: str


class ProviderBillPage(Listed):
    items: list[ProviderBillOut]


class ProviderBillLineOut(Schema):
    """`there`: the amount in the provider's bill; `here`: ours."""

    verdict: LineVerdict
    nature: LineNature
    number: str
    transaction_id: str
    refund_number: str
    there: Decimal | None
    here: Decimal | None
    fee: Decimal
    at: datetime | None


class ProviderBillLinePage(Listed):
    items: list[ProviderBillLineOut]


@router.get("/online-orders", response=OnlineOrderPage, summary="Online orders, the latest first")
def list_online_orders(
    request: HttpRequest, wanted: Query[OnlineOrderQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    days = Days(wanted.since, wanted.until)
    said = {"state": wanted.state or "", "provider": wanted.provider or ""}
    actor = actor_of(request)
    actor.require(VIEW_ONLINE)
    rows = queries.orders_visible(actor, **said, since=days.starts_at, before=days.ends_at)
    return paged(request, page_of(rows.select_related("payment"), str(page), size=page_size), _order)


@router.post("/online-orders", response={201: OnlineOrderOut}, summary="Open an order for what an account owes")
def open_online_order(request: HttpRequest, said: OnlineOrderIn) -> Status[dict[str, Any]]:
    """The sum is ours to say. `pay_url` comes a moment later: ask for the order again."""
    actor = actor_of(request)
    account = account_by_number(site_of(actor, said.site, OPEN_ORDERS).pk, said.account)
    way = actions.Way(provider=said.provider, kind=said.kind, home=home_of(request), ip=client_ip(request) or "")
    order = actions.request_order(actor=actor, at=now(), account_id=account.pk, way=way, charge_ids=said.charge_ids)
    return Status(201, _order(order))


@router.get("/online-orders/{online_number}", response=OnlineOrderOut, summary="One online order")
def get_online_order(request: HttpRequest, online_number: str) -> dict[str, Any]:
    return _order(queries.order_seen(actor_of(request), online_number))


@router.post(
    "/online-orders/{online_number}/refunds", response={201: OnlineRefundOut}, summary="Propose to give it back"
)
def propose_online_refund(request: HttpRequest, online_number: str, said: OnlineRefundIn) -> Status[dict[str, Any]]:
    """The whole of what came; a second person decides."""
    refund = actions.propose_refund(actor=actor_of(request), at=now(), number=online_number, reason=said.reason)
    return Status(201, _refund(refund))


@router.post("/online-refunds/{refund_id}/decision", response=OnlineRefundOut, summary="Approve or decline a refund")
def decide_online_refund(request: HttpRequest, refund_id: int, said: RefundDecisionIn) -> dict[str, Any]:
    """A worker tells the provider of an approved one within seconds."""
    decide = actions.allow_refund if said.decision == "approve" else actions.decline_refund
    return _refund(decide(actor=actor_of(request), at=now(), refund_id=refund_id))


@router.get("/online-alerts", response=OnlineAlertPage, summary="Money that did not come as it was asked for")
def list_online_alerts(
    request: HttpRequest, is_open: bool = True, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The oldest open ones first; of the settled ones the latest."""
    actor = actor_of(request)
    actor.require(SETTLE_ALERTS)
    rows = queries.alerts_visible(actor, is_open=is_open)
    return paged(request, page_of(rows, str(page), size=page_size), _alert)


@router.post("/online-alerts/{alert_id}/settlement", response=OnlineAlertOut, summary="Settle an alert")
def settle_online_alert(request: HttpRequest, alert_id: int, said: AlertSettlementIn) -> dict[str, Any]:
    about: dict[str, Any] = {"actor": actor_of(request), "at": now(), "alert_id": alert_id}
    return _alert(actions.accept_money(**about) if said.book else actions.settle_alert(**about, note=said.note))


@router.get("/provider-bills", response=ProviderBillPage, summary="Days that were reconciled, the latest first")
def list_provider_bills(request: HttpRequest, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(RECONCILE)
    return paged(request, page_of(queries.bills_visible(actor), str(page), size=page_size), _bill)


@router.post("/provider-bills", response={202: ProviderBillOut}, summary="Have the bill of a day read and compared")
def want_provider_bill(request: HttpRequest, said: ProviderBillIn) -> Status[dict[str, Any]]:
    """A past day within three months; a worker fetches it within seconds."""
    actor = actor_of(request)
    site = site_of(actor, said.site, RECONCILE)
    merchant = queries.merchant_at(site.pk, said.provider)
    bill = actions.want_bill(actor=actor, at=now(), merchant_id=merchant.pk, day=said.day)
    return Status(202, _bill(queries.bill_seen(actor, bill.pk)))


@router.get("/provider-bills/{bill_id}/lines", response=ProviderBillLinePage, summary="A day, line by line")
def list_provider_bill_lines(
    request: HttpRequest, bill_id: int, only_differing: bool = False, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    bill = queries.bill_seen(actor_of(request), bill_id)
    rows = queries.lines_of(bill, only_differing=only_differing)
    return paged(request, page_of(rows, str(page), size=page_size), _line)


def _order(order: OnlineOrder) -> dict[str, Any]:
    same = ["number", "provider", "kind", "amount", "state", "pay_url", "created_at", "expires_at"]
    same += ["transaction_id", "paid_amount", "paid_at", "fault"]
    payment = order.payment.number if order.payment else None
    said = {"site": order.site.code, "account": order.account.number, "payment": payment}
    return {name: getattr(order, name) for name in same} | said


def _refund(refund: OnlineRefund) -> dict[str, Any]:
    same = ("id", "number", "amount", "reason", "state", "proposed_at", "decided_at", "ended_at", "fault")
    return {name: getattr(refund, name) for name in same} | {"order": refund.order.number}


def _alert(alert: OnlineAlert) -> dict[str, Any]:
    same = ("id", "kind", "amount", "said", "raised_at", "settled_at", "note")
    order = alert.order.number if alert.order else None
    return {name: getattr(alert, name) for name in same} | {"site": alert.site.code, "order": order}


def _bill(bill: ProviderBill) -> dict[str, Any]:
    same = ("id", "day", "state", "matched", "differing", "read_at", "fault")
    said = {"site": bill.site.code, "provider": bill.merchant.provider}
    return {name: getattr(bill, name) for name in same} | said


def _line(line: ProviderBillLine) -> dict[str, Any]:
    same = ("verdict", "nature", "number", "transaction_id", "refund_number", "there", "here", "fee", "at")
    return {name: getattr(line, name) for name in same}
