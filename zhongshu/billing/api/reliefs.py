"""Charges and what clears them without money, refunds, disputes: for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from zhongshu.billing import actions
from zhongshu.billing.api.payments import Yuan, account_of
from zhongshu.billing.kinds import Payer, PaymentMethod, ReliefKind
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import Charge, Dispute, Refund, Relief
from zhongshu.billing.permissions import RECEIVE, RUN_BILLS, VIEW_BILLING
from zhongshu.billing.queries.money import charges_visible, refunds_visible, reliefs_visible
from zhongshu.estate.queries import found
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import now
from zhongshu.web.paging import page_of

router = Router(tags=["billing"])


class ChargeOut(Schema):
    """`late_fee_of`: the charge whose late fee this is. `detail` tells how it came about."""

    id: int
    site: str
    account: str
    place: str | None
    item: str
    period_start: date
    period_end: date
    due_on: date
    issued_on: date
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    vat_rate: Decimal
    vat_amount: Decimal
    late_fee_rate: Decimal
    open_amount: Decimal
    payer: Payer
    late_fee_of: int | None
    revision: int
    detail: dict[str, Any]


class ChargePage(Listed):
    items: list[ChargeOut]


class ChargeQuery(Schema):
    """`period`: any day of a month, for the charges whose period begins in it."""

    site: Line = ""
    account: Line = ""
    item: Line = ""
    period: Day | None = None
    is_open: bool | None = None


class ReversalIn(Typed):
    reason: Line


class ChargeReliefIn(Typed):
    """`kind`: waiver, discount or write_off."""

    kind: ReliefKind
    amount: Yuan
    reason: Line


class ChargeReliefOut(Schema):
    id: int
    site: str
    account: str
    charge: int
    item: str
    kind: ReliefKind
    amount: Decimal
    reason: str
    on: date
    state: ProposalState
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: str


class ReliefPage(Listed):
    items: list[ChargeReliefOut]


class RefundIn(Typed):
    account: Line
    site: Line = ""
    amount: Yuan
    method: PaymentMethod
    reference: Line
    on: Day
    reason: Line


class RefundOut(Schema):
    """`is_paid`: the money has left."""

    id: int
    site: str
    account: str
    amount: Decimal
    method: PaymentMethod
    reference: str
    reason: str
    on: date
    state: ProposalState
    is_paid: bool
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class RefundPage(Listed):
    items: list[RefundOut]


class StateQuery(Schema):
    site: Line = ""
    state: ProposalState | None = None


class DecisionIn(Typed):
    """`words` are needed for a refusal."""

    approve: bool
    words: Line = ""


class CreditRefundDecisionIn(Typed):
    approve: bool


class PaidIn(Typed):
    on: Day


class DisputeIn(Typed):
    starts_on: Day
    reason: Line
    case_number: Line = ""


class DisputeEndIn(Typed):
    ends_on: Day
    outcome: Line


class DisputeOut(Schema):
    id: int
    charge: int
    starts_on: date
    ends_on: date | None
    reason: str
    case_number: str
    outcome: str


class LateFeesIn(Typed):
    site: Line
    on: Day


class LateFeesOut(Schema):
    count: int


@router.get("/charges", response=ChargePage, summary="Charges")
def list_charges(
    request: HttpRequest, wanted: Query[ChargeQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest due first."""
    actor = actor_of(request)
    rows = charges_visible(actor)
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, VIEW_BILLING))
    rows = rows.filter(account__number=wanted.account) if wanted.account else rows
    rows = rows.filter(item__code=wanted.item) if wanted.item else rows
    if wanted.period:
        rows = rows.filter(period_start__year=wanted.period.year, period_start__month=wanted.period.month)
    if wanted.is_open is not None:
        rows = rows.filter(open_amount__gt=0) if wanted.is_open else rows.filter(open_amount=0)
    return paged(request, page_of(rows, str(page), size=page_size), _charge)


@router.get("/charges/{charge_id}", response=ChargeOut, summary="One charge")
def get_charge(request: HttpRequest, charge_id: int) -> dict[str, Any]:
    """With how it came about."""
    return _charge(found(charges_visible(actor_of(request)).filter(pk=charge_id)))


@router.post("/charges/{charge_id}/reversal", response={201: ChargeReliefOut}, summary="A charge was wrong")
def reverse_charge(request: HttpRequest, charge_id: int, said: ReversalIn) -> Status[dict[str, Any]]:
    """All of it counts no longer; money that had cleared it goes to other debts or to credit."""
    actor = actor_of(request)
    made = actions.reverse_charge(actor=actor, at=now(), charge_id=charge_id, reason=said.reason)
    return Status(201, _relief_seen(request, made.pk))


@router.post("/charges/{charge_id}/reliefs", response={201: ChargeReliefOut}, summary="Ask for a waiver or write-off")
def propose_relief(request: HttpRequest, charge_id: int, said: ChargeReliefIn) -> Status[dict[str, Any]]:
    """Somebody else decides about it."""
    actor = actor_of(request)
    made = actions.propose_relief(actor=actor, at=now(), charge_id=charge_id, **said.model_dump())
    return Status(201, _relief_seen(request, made.pk))


@router.get("/reliefs", response=ReliefPage, summary="Reversals, waivers, discounts, write-offs")
def list_reliefs(
    request: HttpRequest, wanted: Query[StateQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first."""
    actor = actor_of(request)
    rows = reliefs_visible(actor)
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, VIEW_BILLING))
    rows = rows.filter(state=wanted.state.value) if wanted.state else rows
    return paged(request, page_of(rows, str(page), size=page_size), _relief)


@router.post("/reliefs/{relief_id}/decision", response=ChargeReliefOut, summary="Decide about a relief")
def decide_relief(request: HttpRequest, relief_id: int, said: DecisionIn) -> dict[str, Any]:
    """By another person than who asked."""
    decide = actions.approve_relief if said.approve else actions.refuse_relief
    decide(actor=actor_of(request), at=now(), relief_id=relief_id, decision=said.words)
    return _relief_seen(request, relief_id)


@router.post("/reliefs/{relief_id}/withdrawal", response=ChargeReliefOut, summary="Take a request back")
def withdraw_relief(request: HttpRequest, relief_id: int) -> dict[str, Any]:
    """By who asked."""
    actions.withdraw_relief(actor=actor_of(request), at=now(), relief_id=relief_id)
    return _relief_seen(request, relief_id)


@router.post("/refunds", response={201: RefundOut}, summary="Ask for credit to be paid back")
def add_refund(request: HttpRequest, said: RefundIn) -> Status[dict[str, Any]]:
    """Somebody else approves it; then it is paid."""
    actor = actor_of(request)
    account = account_of(actor, said.site, said.account, RECEIVE, said.on)
    facts = said.model_dump(exclude={"account", "site"})
    made = actions.refund_credit(actor=actor, at=now(), account_id=account.pk, **facts)
    return Status(201, _refund_seen(request, made.pk))


@router.get("/refunds", response=RefundPage, summary="Refunds of account credit")
def list_refunds(
    request: HttpRequest, wanted: Query[StateQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first."""
    actor = actor_of(request)
    rows = refunds_visible(actor)
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, VIEW_BILLING))
    rows = rows.filter(state=wanted.state.value) if wanted.state else rows
    return paged(request, page_of(rows, str(page), size=page_size), _refund)


@router.post("/refunds/{credit_refund_id}/decision", response=RefundOut, summary="Decide about a refund")
def decide_refund(request: HttpRequest, credit_refund_id: int, said: CreditRefundDecisionIn) -> dict[str, Any]:
    """By another person than who asked."""
    decide = actions.approve_refund if said.approve else actions.refuse_refund
    decide(actor=actor_of(request), at=now(), refund_id=credit_refund_id)
    return _refund_seen(request, credit_refund_id)


@router.post("/refunds/{credit_refund_id}/withdrawal", response=RefundOut, summary="Take a refund back")
def withdraw_refund(request: HttpRequest, credit_refund_id: int) -> dict[str, Any]:
    """By who asked, before it is paid."""
    actions.withdraw_refund(actor=actor_of(request), at=now(), refund_id=credit_refund_id)
    return _refund_seen(request, credit_refund_id)


@router.post("/refunds/{credit_refund_id}/payout", response=RefundOut, summary="A refund is paid out")
def pay_refund(request: HttpRequest, credit_refund_id: int, said: PaidIn) -> dict[str, Any]:
    """The money leaves."""
    actions.pay_refund(actor=actor_of(request), at=now(), refund_id=credit_refund_id, on=said.on)
    return _refund_seen(request, credit_refund_id)


@router.post("/charges/{charge_id}/disputes", response={201: DisputeOut}, summary="A charge is disputed")
def open_dispute(request: HttpRequest, charge_id: int, said: DisputeIn) -> Status[dict[str, Any]]:
    """Its late fee stands still where the site's policy says so."""
    actor = actor_of(request)
    made = actions.open_dispute(actor=actor, at=now(), charge_id=charge_id, **said.model_dump())
    return Status(201, _dispute(made))


@router.post("/disputes/{dispute_id}/ending", response=DisputeOut, summary="A dispute is over")
def end_dispute(request: HttpRequest, dispute_id: int, said: DisputeEndIn) -> dict[str, Any]:
    """From that day on late days count again."""
    return _dispute(actions.end_dispute(actor=actor_of(request), at=now(), dispute_id=dispute_id, **said.model_dump()))


@router.post("/late-fees", response=LateFeesOut, summary="Post a site's late fees")
def post_late_fees(request: HttpRequest, said: LateFeesIn) -> dict[str, Any]:
    """Everything that has accrued by the day becomes charges."""
    actor = actor_of(request)
    site = site_of(actor, said.site, RUN_BILLS)
    return {"count": actions.post_late_fees(actor=actor, at=now(), site_id=site.pk, on=said.on)}


def _charge(row: Charge) -> dict[str, Any]:
    plain = ("period_start", "period_end", "due_on", "issued_on", "quantity", "unit_price", "amount", "vat_rate")
    more = ("vat_amount", "late_fee_rate", "open_amount", "payer", "revision", "detail")
    return {name: getattr(row, name) for name in (*plain, *more)} | {
        "id": row.pk,
        "site": row.site.code,
        "account": row.account.number,
        "place": row.place.code if row.place else None,
        "item": row.item.code,
        "late_fee_of": row.late_fee_of_id,
    }


def _relief_seen(request: HttpRequest, relief_id: int) -> dict[str, Any]:
    return _relief(found(reliefs_visible(actor_of(request)).filter(pk=relief_id)))


def _relief(row: Relief) -> dict[str, Any]:
    plain = ("kind", "amount", "reason", "on", "state", "proposed_at", "decided_at", "decision")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk,
        "site": row.site.code,
        "account": row.charge.account.number,
        "charge": row.charge_id,
        "item": row.charge.item.code,
        "proposed_by": row.proposed_by.name if row.proposed_by else None,
        "decided_by": row.decided_by.name if row.decided_by else None,
    }


def _refund_seen(request: HttpRequest, credit_refund_id: int) -> dict[str, Any]:
    return _refund(found(refunds_visible(actor_of(request)).filter(pk=credit_refund_id)))


def _refund(row: Refund) -> dict[str, Any]:
    plain = ("amount", "method", "reference", "reason", "on", "state", "proposed_at", "decided_at")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk,
        "site": row.site.code,
        "account": row.account.number,
        "is_paid": row.entry_id is not None,
        "proposed_by": row.proposed_by.name if row.proposed_by else None,
        "decided_by": row.decided_by.name if row.decided_by else None,
    }


def _dispute(row: Dispute) -> dict[str, Any]:
    plain = ("starts_on", "ends_on", "reason", "case_number", "outcome")
    return {name: getattr(row, name) for name in plain} | {"id": row.pk, "charge": row.charge_id}
