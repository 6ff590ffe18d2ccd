"""What residents read of their money, over `/api/v1/resident`: bills, payments, credit, readings of their homes."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from zhongshu.billing.kinds import OrderUsed, Part, PaymentMethod, ReliefKind
from zhongshu.billing.models import Allocation, Charge, Payment
from zhongshu.billing.queries.money import ReceiptLine
from zhongshu.identity.actor import Actor
from zhongshu.identity.api_kit import Listed, PageNo, PageSize, actor_of, paged
from zhongshu.kernel.clock import now
from zhongshu.portal import money, queries
from zhongshu.portal.permissions import USE_PORTAL
from zhongshu.web.paging import page_of

router = Router()


class BillBrief(Schema):
    """In yuan; `open_amount` is still to be paid. `is_reversed`: it was found wrong."""

    id: int
    account: str
    item: str
    place: str | None
    period_start: date
    period_end: date
    due_on: date
    amount: Decimal
    open_amount: Decimal
    is_reversed: bool


class FactOut(Schema):
    label: str
    text: str


class ClearedOut(Schema):
    """By a payment (its number) or by a relief (and why). `is_undone`: it counts no more."""

    on: date
    amount: Decimal
    payment: str | None
    relief: ReliefKind | None
    reason: str
    is_undone: bool


class BillOut(BillBrief):
    """`how`: how it came about, line by line, in the language asked for. `late_fees`: the bills of its late fees."""

    vat_amount: Decimal
    how: list[FactOut]
    cleared: list[ClearedOut]
    late_fees: list[int]


class MyPaymentBrief(Schema):
    number: str
    account: str
    amount: Decimal
    method: PaymentMethod
    received_on: date


class PaidLine(Schema):
    """`rule`: by which rule the money went to this bill."""

    bill: int
    item: str
    part: Part
    amount: Decimal
    rule: OrderUsed


class MyPaymentOut(MyPaymentBrief):
    """What it cleared when it came; `credit` was left over."""

    lines: list[PaidLine]
    credit: Decimal


class BillsOut(Listed):
    items: list[BillBrief]


class PaymentsOut(Listed):
    items: list[MyPaymentBrief]


class AheadOut(Schema):
    item: str
    place: str
    months: int
    starts_on: date
    ends_on: date


class MyCreditOut(Schema):
    """`credit` in yuan, months paid ahead included."""

    account: str
    credit: Decimal
    ahead: list[AheadOut]


class MyReadingOut(Schema):
    read_on: date
    value: Decimal
    usage: Decimal


class MyMeterOut(Schema):
    """The latest reading first, since one lives there."""

    number: str
    item: str
    place: str
    readings: list[MyReadingOut]


@router.get("/bills", response=BillsOut, summary="My bills")
def get_my_bills(request: HttpRequest, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    rows = money.bills(resident(request), at=now())
    return paged(request, page_of(rows, str(page), size=page_size), lambda row: _bill(row, row.is_reversed))


@router.get("/bills/{charge_id}", response=BillOut, summary="How a bill of mine came about")
def get_my_bill(request: HttpRequest, charge_id: int) -> dict[str, Any]:
    view = money.bill(resident(request), charge_id, at=now())
    return _bill(view.charge, view.is_reversed) | {
        "vat_amount": view.charge.vat_amount,
        "how": [{"label": fact.label, "text": fact.text} for fact in view.how],
        "cleared": [_cleared(row) for row in view.cleared],
        "late_fees": [row.pk for row in view.late_fees],
    }


@router.get("/payments", response=PaymentsOut, summary="What I paid")
def get_my_payments(request: HttpRequest, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    rows = money.payments(resident(request), at=now())
    return paged(request, page_of(rows, str(page), size=page_size), _payment)


@router.get("/payments/{payment_number}", response=MyPaymentOut, summary="What a payment of mine cleared")
def get_my_payment(request: HttpRequest, payment_number: str) -> dict[str, Any]:
    view = money.payment(resident(request), payment_number, at=now())
    lines = [_line(line) for line in view.facts.lines]
    return _payment(view.payment) | {"lines": lines, "credit": view.facts.credit}


@router.get("/credit", response=list[MyCreditOut], summary="My credit and months paid ahead")
def get_my_credit(request: HttpRequest) -> list[dict[str, Any]]:
    at = now()
    homes = queries.homes(resident(request), at=at)
    found = money.credits_of(homes, at=at)
    return [_credit(home.number, found[home.pk]) for home in homes]


@router.get("/meters", response=list[MyMeterOut], summary="What my meters showed")
def get_my_meters(request: HttpRequest) -> list[dict[str, Any]]:
    return [_meter(view) for view in money.meters(resident(request), at=now())]


def resident(request: HttpRequest) -> Actor:
    """Whoever asks, if they may use the residents' pages."""
    actor = actor_of(request)
    actor.require(USE_PORTAL)
    return actor


def _bill(row: Charge, is_reversed: bool) -> dict[str, Any]:
    plain = ("period_start", "period_end", "due_on", "amount", "open_amount")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk,
        "account": row.account.number,
        "item": row.item.name,
        "place": row.place.label if row.place else None,
        "is_reversed": is_reversed,
    }


def _cleared(row: Allocation) -> dict[str, Any]:
    return {
        "on": row.on,
        "amount": row.amount,
        "payment": row.payment.number if row.payment else None,
        "relief": row.relief.kind if row.relief else None,
        "reason": row.relief.reason if row.relief else "",
        "is_undone": hasattr(row, "undone"),
    }


def _payment(row: Payment) -> dict[str, Any]:
    plain = ("number", "amount", "method", "received_on")
    return {name: getattr(row, name) for name in plain} | {"account": row.account.number}


def _line(line: ReceiptLine) -> dict[str, Any]:
    return {
        "bill": line.charge_id,
        "item": line.item_name,
        "part": line.part,
        "amount": line.amount,
        "rule": line.rule,
    }


def _credit(number: str, found: money.Credit) -> dict[str, Any]:
    ahead = [
        {"item": each.item.name, "place": each.place.label}
        | {name: getattr(each, name) for name in ("months", "starts_on", "ends_on")}
        for each in found.ahead
    ]
    return {"account": number, "credit": found.amount, "ahead": ahead}


def _meter(view: money.MeterView) -> dict[str, Any]:
    names = ("read_on", "value", "usage")
    readings = [{name: getattr(each, name) for name in names} for each in view.readings]
    facts = {"number": view.meter.number, "item": view.meter.item.name, "place": view.meter.place.label}
    return facts | {"readings": readings}
