"""Money received and account credit, for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from zhongshu.billing import actions
from zhongshu.billing.kinds import BY_ITSELF, OrderUsed, Part, PaymentMethod
from zhongshu.billing.models import Payment, Prepayment
from zhongshu.billing.permissions import RECEIVE, VIEW_BILLING
from zhongshu.billing.policies.allocation import Designation
from zhongshu.billing.queries.credit import credit_of
from zhongshu.billing.queries.debts import OpenCharge, open_charges
from zhongshu.billing.queries.money import (
    ReceiptFacts,
    account_named,
    payment_by_number,
    payments_visible,
    receipt,
    used,
)
from zhongshu.estate.models import Account
from zhongshu.estate.queries import place_by_code
from zhongshu.identity.actor import Actor
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.money import ZERO
from zhongshu.web.paging import page_of

router = Router(tags=["billing"])


def _from_outside(method: PaymentMethod) -> PaymentMethod:
    if method in BY_ITSELF:
        raise ValueError(_("一卡通和押金在收费台办理。"))
    return method


ByHand = Annotated[PaymentMethod, AfterValidator(_from_outside)]
Yuan = Annotated[Decimal, Field(gt=0, max_digits=11, decimal_places=2)]
ChargeId = Annotated[int, Field(ge=1, lt=1 << 63)]


class PaymentIn(Typed):
    """`account`: its number, or the code of its unit; `site` where several sites have it. `designation`: the payer's
    wish, the code of a charge item or the ids of charges; `keeps_rest`: what is left after them (without them: after
    what is due) stays as credit. `reference` counts once per site and method.
    """

    account: Line
    site: Line = ""
    amount: Yuan
    method: ByHand
    reference: Annotated[Line, Field(min_length=1, max_length=80)]
    received_on: Day
    designation: Line | list[ChargeId] | None = None
    keeps_rest: bool = False
    payer_name: Line = ""
    note: Line = ""


class AllocationOut(Schema):
    """`charge`: also of a late fee the charge it is of. `rule` put the money there."""

    charge: int
    item: str
    period_start: date
    period_end: date
    part: Part
    amount: Decimal
    rule: OrderUsed


class PaymentBrief(Schema):
    number: str
    site: str
    account: str
    amount: Decimal
    method: PaymentMethod
    reference: str
    received_on: date
    recorded_at: datetime
    payer_name: str
    note: str
    designated_item: str | None


class PaymentOut(PaymentBrief):
    """`order_used`: the rule by which money went to the first of the debts (each says its own), null when it went to
    none; `credit`: what is left over."""

    allocations: list[AllocationOut]
    credit: Decimal
    order_used: OrderUsed | None


class PaymentPage(Listed):
    items: list[PaymentBrief]


class PaymentQuery(Schema):
    """`received_from` until (exclusive) `received_until`."""

    site: Line = ""
    account: Line = ""
    method: PaymentMethod | None = None
    received_from: Day | None = None
    received_until: Day | None = None


class BounceIn(Typed):
    on: Day
    reason: Line


class BounceOut(Schema):
    payment: str
    amount: Decimal
    on: date
    reason: str


class OpenChargeOut(Schema):
    """`late_fee`: to the day asked about, posted or not."""

    charge: int
    item: str
    item_name: str
    place: str
    period_start: date
    period_end: date
    due_on: date
    amount: Decimal
    principal: Decimal
    late_fee: Decimal
    is_disputed: bool


class AccountMoneyOut(Schema):
    """What an account owes on a day, and its credit."""

    account: str
    site: str
    on: date
    principal: Decimal
    late_fee: Decimal
    owed: Decimal
    credit: Decimal
    charges: list[OpenChargeOut]


class DrawnOut(Schema):
    drawn: Decimal


class PrepaymentIn(Typed):
    """Whole months of an item, `monthly` yuan each by the list; the site's discount comes off."""

    account: Line
    site: Line = ""
    place: Line = Field(description="code of the place")
    item: Line
    starts_on: Day
    months: int = Field(ge=1, le=12)
    monthly: Yuan
    method: ByHand
    reference: Annotated[Line, Field(min_length=1, max_length=80)]
    received_on: Day


class PrepaymentOut(Schema):
    id: int
    payment: str
    account: str
    item: str
    starts_on: date
    ends_on: date
    months: int
    list_amount: Decimal
    paid_amount: Decimal
    ended_on: date | None
    credit: Decimal


class EndPrepaymentIn(Typed):
    """The month in which `on` lies is the first not served."""

    on: Day


@router.post("/payments", response={200: PaymentOut, 201: PaymentOut}, summary="Money was received")
def add_payment(request: HttpRequest, said: PaymentIn) -> Status[dict[str, Any]]:
    """Records it, allocates it, posts it. The same reference with the same facts again answers 200 as the first time;
    with others 409.
    """
    at, actor = now(), actor_of(request)
    account = account_of(actor, said.site, said.account, RECEIVE, said.received_on)
    made = actions.receive(
        actor=actor,
        at=at,
        account_id=account.pk,
        designation=_wish(said),
        **said.model_dump(include={"amount", "method", "reference", "received_on", "payer_name", "note"}),
    )
    return Status(201 if made.recorded_at == at else 200, _payment(made, receipt(made)))


@router.get("/payments", response=PaymentPage, summary="Payments")
def list_payments(
    request: HttpRequest, wanted: Query[PaymentQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first."""
    actor = actor_of(request)
    rows = payments_visible(actor)
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, VIEW_BILLING))
    rows = rows.filter(account__number=wanted.account) if wanted.account else rows
    rows = rows.filter(method=wanted.method.value) if wanted.method else rows
    rows = rows.filter(received_on__gte=wanted.received_from) if wanted.received_from else rows
    rows = rows.filter(received_on__lt=wanted.received_until) if wanted.received_until else rows
    return paged(request, page_of(rows, str(page), size=page_size), _brief)


@router.get("/payments/{payment_number}", response=PaymentOut, summary="One payment")
def get_payment(request: HttpRequest, payment_number: Line) -> dict[str, Any]:
    """With what it clears now."""
    made = payment_by_number(actor_of(request), payment_number)
    return _payment(made, used(made))


@router.post("/payments/{payment_number}/bounce", response={201: BounceOut}, summary="A payment never came")
def bounce_payment(request: HttpRequest, payment_number: Line, said: BounceIn) -> Status[dict[str, Any]]:
    """What it had cleared is open again."""
    actor = actor_of(request)
    made = payment_by_number(actor, payment_number)
    out = actions.bounce_payment(actor=actor, at=now(), payment_id=made.pk, on=said.on, reason=said.reason)
    return Status(201, {"payment": made.number, "amount": out.amount, "on": out.on, "reason": out.reason})


@router.get("/accounts/{site}/{number}/charges", response=AccountMoneyOut, summary="What an account owes")
def get_account_charges(request: HttpRequest, site: Line, number: Line, on: Day | None = None) -> dict[str, Any]:
    """Open charges with late fee to the day (today if none is given), and account credit."""
    day = on or day_of(now())
    account = account_of(actor_of(request), site, number, VIEW_BILLING, day)
    owed = open_charges(account.pk, day)
    return {
        "account": account.number,
        "site": account.site.code,
        "on": day,
        "principal": sum((one.principal for one in owed), ZERO),
        "late_fee": sum((one.late_fee for one in owed), ZERO),
        "owed": sum((one.owed for one in owed), ZERO),
        "credit": credit_of(account.pk),
        "charges": [_open(one) for one in owed],
    }


@router.post("/accounts/{site}/{number}/drawings", response=DrawnOut, summary="Draw account credit")
def draw_credit(request: HttpRequest, site: Line, number: Line) -> dict[str, Any]:
    """The account's credit clears what it owes."""
    at, actor = now(), actor_of(request)
    account = account_of(actor, site, number, RECEIVE, day_of(at))
    return {"drawn": actions.draw_credit(actor=actor, at=at, account_id=account.pk)}


@router.post("/prepayments", response={201: PrepaymentOut}, summary="Months are paid ahead")
def add_prepayment(request: HttpRequest, said: PrepaymentIn) -> Status[dict[str, Any]]:
    """The money is kept for these months; each month's charge draws its share and is relieved of the discount."""
    actor = actor_of(request)
    account = account_of(actor, said.site, said.account, RECEIVE, said.received_on)
    made = actions.prepay(
        actor=actor,
        at=now(),
        account_id=account.pk,
        place_id=place_by_code(account.site_id, said.place).pk,
        item_code=said.item,
        **said.model_dump(exclude={"account", "site", "place", "item"}),
    )
    return Status(201, _prepayment(made))


@router.post("/prepayments/{prepayment_id}/ending", response=PrepaymentOut, summary="A prepayment ends early")
def end_prepayment(request: HttpRequest, prepayment_id: int, said: EndPrepaymentIn) -> dict[str, Any]:
    """What was paid for the months not served is credit that may be refunded."""
    actor = actor_of(request)
    return _prepayment(actions.end_prepayment(actor=actor, at=now(), prepayment_id=prepayment_id, on=said.on))


def account_of(actor: Actor, site: str, name: str, right: Right, on: date) -> Account:
    site_id = site_of(actor, site, right).pk if site else None
    return account_named(actor, name, right, on=on, site_id=site_id)


def _wish(said: PaymentIn) -> Designation | None:
    match said.designation:
        case str() as code if code:
            return Designation(item=code, keeps_rest=said.keeps_rest)
        case list() as ids if ids:
            return Designation(charges=frozenset(ids), keeps_rest=said.keeps_rest)
    return Designation(keeps_rest=True) if said.keeps_rest else None


def _brief(made: Payment) -> dict[str, Any]:
    plain = ("number", "amount", "method", "reference", "received_on", "recorded_at", "payer_name", "note")
    return {name: getattr(made, name) for name in plain} | {
        "site": made.account.site.code,
        "account": made.account.number,
        "designated_item": made.item.code if made.item else None,
    }


def _payment(made: Payment, facts: ReceiptFacts) -> dict[str, Any]:
    lines = [
        {name: getattr(line, name) for name in ("item", "period_start", "period_end", "part", "amount", "rule")}
        | {"charge": line.charge_id}
        for line in facts.lines
    ]
    return _brief(made) | {"allocations": lines, "credit": facts.credit, "order_used": facts.order_used}


def _open(one: OpenCharge) -> dict[str, Any]:
    plain = ("item", "item_name", "place", "period_start", "period_end", "due_on", "amount", "principal", "late_fee")
    return {name: getattr(one, name) for name in (*plain, "is_disputed")} | {"charge": one.charge_id}


def _prepayment(made: Prepayment) -> dict[str, Any]:
    plain = ("starts_on", "ends_on", "months", "list_amount", "paid_amount", "ended_on")
    made.payment.refresh_from_db(fields=["unallocated"])
    return {name: getattr(made, name) for name in plain} | {
        "id": made.pk,
        "payment": made.payment.number,
        "account": made.account.number,
        "item": made.item.code,
        "credit": made.payment.unallocated,
    }
