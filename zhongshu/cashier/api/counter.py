"""The counter for programs: shifts, payments, closed days, deposits and their release."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.billing.api.payments import ChargeId, Yuan, account_of
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Charge
from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.billing.policies.allocation import Designation
from zhongshu.cashier import actions
from zhongshu.cashier.kinds import CashGoes
from zhongshu.cashier.lifecycle import ReleaseState, ShiftState
from zhongshu.cashier.models import DailyClose, DepositRelease, Shift, Taken
from zhongshu.cashier.permissions import CLOSE_DAY, COUNTER, VIEW_SHIFTS
from zhongshu.cashier.queries.days import DayFigures, close_of, closes_seen
from zhongshu.cashier.queries.deposits import deposits_listed, release_by_number, releases_seen
from zhongshu.cashier.queries.shifts import shift_by_number, shifts_seen
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.paging import page_of

router = Router(tags=["cashier"])

Held = Annotated[Decimal, Field(ge=0, max_digits=11, decimal_places=2)]
Pieces = Annotated[int, Field(ge=0, le=100_000)]


class CashierShiftOut(Schema):
    """`cash`: what should be in the drawer now, yuan."""

    number: str
    site: str
    cashier: str
    is_stand_in: bool
    state: ShiftState
    opened_at: datetime
    opening_cash: Decimal
    cash: Decimal
    closed_at: datetime | None


class CashierShiftPage(Listed):
    items: list[CashierShiftOut]


class ShiftQuery(Schema):
    site: Line = ""
    state: ShiftState | None = None


class OpeningIn(Typed):
    """`follows`: number of the shift whose cash in the drawer is taken over; `opening_cash` is what was counted."""

    site: Line
    opening_cash: Held = Decimal(0)
    follows: Line = ""


class CountIn(Typed):
    """`notes`: pieces by denomination ("100", "0.5"); `slips`: yuan by other method; a difference needs a reason."""

    notes: dict[Line, Pieces]
    slips: dict[PaymentMethod, Held] = {}
    reason: Line = ""


class ShiftCountOut(Schema):
    expected: Decimal
    counted: Decimal
    difference: Decimal
    reason: str


class CashHandoverIn(Typed):
    """`to`: id of the colleague; `reference`: the bank's slip."""

    goes: CashGoes
    amount: Held
    to: Annotated[int, Field(ge=1, lt=1 << 63)] | None = None
    reference: Line = ""


class HandoverOut(Schema):
    id: int
    shift: str
    goes: CashGoes
    amount: Decimal
    reference: str


class TakingIn(Typed):
    """As POST /payments, received today in the caller's own open shift. `tendered` of cash, for the change."""

    account: Line
    site: Line = ""
    amount: Yuan
    method: PaymentMethod
    reference: Annotated[Line, Field(min_length=1, max_length=80)]
    tendered: Yuan | None = None
    designation: Line | list[ChargeId] | None = None
    payer_name: Line = ""
    note: Line = ""


class TakenOut(Schema):
    payment: str
    shift: str
    amount: Decimal
    change: Decimal


class DailyCloseOut(Schema):
    """`books`: cash by the ledger; `held`: cash that lies somewhere; `taken` at the counter, yuan by method."""

    site: str
    day: date
    closed_at: datetime
    note: str
    taken: dict[str, Decimal]
    books: Decimal
    held: Decimal
    difference: Decimal


class DailyClosePage(Listed):
    items: list[DailyCloseOut]


class DailyCloseIn(Typed):
    site: Line
    day: Day
    note: Line = ""


class DepositOut(Schema):
    """`held`: what was paid and not given back, yuan."""

    charge: int
    account: str
    item: str
    place: str | None
    since: date
    held: Decimal


class DepositPage(Listed):
    items: list[DepositOut]


class DepositQuery(Schema):
    """`least_months`: held at least so long."""

    site: Line
    q: Line = ""
    least_months: Annotated[int, Field(ge=0, le=999)] = 0


class KeptIn(Typed):
    item: Line
    amount: Yuan
    reason: Line


class ReleaseIn(Typed):
    """`kept`: what of it pays charges of the account instead of going back."""

    charge: ChargeId
    amount: Yuan
    method: PaymentMethod
    reason: Line
    reference: Line = ""
    kept: Annotated[list[KeptIn], Field(max_length=20)] = []


class ReleaseOut(Schema):
    number: str
    site: str
    account: str
    charge: int
    amount: Decimal
    deducted: Decimal
    method: PaymentMethod
    state: ReleaseState
    reason: str
    is_paid: bool


class ReleasePage(Listed):
    items: list[ReleaseOut]


class ReleaseQuery(Schema):
    site: Line = ""
    state: ReleaseState | None = None


class ReleaseDecisionIn(Typed):
    agreed: bool
    decision: Line = ""


class ReleasePaymentIn(Typed):
    reference: Line = ""


@router.get("/counter/shifts", response=CashierShiftPage, summary="Shifts at the counter")
def list_cashier_shifts(
    request: HttpRequest, wanted: Query[ShiftQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """One's own and those one oversees, the latest first."""
    actor = actor_of(request)
    rows = shifts_seen(actor)
    rows = rows.filter(site=site_of(actor, wanted.site, COUNTER)) if wanted.site else rows
    rows = rows.filter(state=wanted.state.value) if wanted.state else rows
    return paged(request, page_of(rows, str(page), size=page_size), _shift)


@router.post("/counter/shifts", response={201: CashierShiftOut}, summary="A shift begins")
def open_cashier_shift(request: HttpRequest, said: OpeningIn) -> Status[dict[str, Any]]:
    """The one already open is answered."""
    actor = actor_of(request)
    site = site_of(actor, said.site, COUNTER)
    left = shift_by_number(actor, said.follows).pk if said.follows else None
    made = actions.open_shift(actor=actor, at=now(), site_id=site.pk, opening_cash=said.opening_cash, follows_id=left)
    return Status(201, _shift(made))


@router.get("/counter/shifts/{shift_number}", response=CashierShiftOut, summary="One shift")
def get_cashier_shift(request: HttpRequest, shift_number: Line) -> dict[str, Any]:
    return _shift(shift_by_number(actor_of(request), shift_number))


@router.post("/counter/shifts/{shift_number}/counts", response={201: ShiftCountOut}, summary="The drawer is counted")
def count_cashier_shift(request: HttpRequest, shift_number: Line, said: CountIn) -> Status[Any]:
    actor = actor_of(request)
    seen = shift_by_number(actor, shift_number)
    facts = {"notes": said.notes, "slips": {each.value: yuan for each, yuan in said.slips.items()}}
    made = actions.count_shift(actor=actor, at=now(), shift_id=seen.pk, reason=said.reason, **facts)  # type: ignore[arg-type]
    return Status(201, made)


@router.post("/counter/shifts/{shift_number}/handovers", response={201: HandoverOut}, summary="Cash is handed over")
def hand_over_cash(request: HttpRequest, shift_number: Line, said: CashHandoverIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    seen = shift_by_number(actor, shift_number)
    facts = said.model_dump(include={"goes", "amount", "reference"})
    made = actions.hand_over(actor=actor, at=now(), shift_id=seen.pk, to_id=said.to, **facts)
    plain = {name: getattr(made, name) for name in ("goes", "amount", "reference")}
    return Status(201, {"id": made.pk, "shift": seen.number, **plain})


@router.post("/counter/payments", response={201: TakenOut}, summary="Money over the counter")
def take_at_counter(request: HttpRequest, said: TakingIn) -> Status[dict[str, Any]]:
    """The same reference of the method again: what was taken first."""
    at, actor = now(), actor_of(request)
    account = account_of(actor, said.site, said.account, COUNTER, day_of(at))
    plain = said.model_dump(include={"amount", "method", "reference", "tendered", "payer_name", "note"})
    made = actions.take_payment(actor=actor, at=at, account_id=account.pk, designation=_wish(said), **plain)
    return Status(201, taken_told(made))


@router.get("/counter/closes", response=DailyClosePage, summary="Closed days of the counter")
def list_daily_closes(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    """The latest first."""
    actor = actor_of(request)
    rows = closes_seen(actor, site_of(actor, site, VIEW_SHIFTS).pk)
    return paged(request, page_of(rows, str(page), size=page_size), _close)


@router.post("/counter/closes", response={201: DailyCloseOut}, summary="A day of the counter is closed")
def close_counter_day(request: HttpRequest, said: DailyCloseIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    site = site_of(actor, said.site, CLOSE_DAY)
    made = actions.close_day(actor=actor, at=now(), site_id=site.pk, day=said.day, note=said.note)
    return Status(201, _close(close_of(actor, site.pk, made.day)))


@router.get("/counter/deposits", response=DepositPage, summary="Deposits that are held")
def list_deposits(
    request: HttpRequest, wanted: Query[DepositQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The oldest first."""
    actor = actor_of(request)
    site = site_of(actor, wanted.site, VIEW_BILLING)
    facts = {"text": wanted.q, "least_months": wanted.least_months}
    rows = deposits_listed(actor, site_id=site.pk, on=day_of(now()), **facts)  # type: ignore[arg-type]
    return paged(request, page_of(rows, str(page), size=page_size), _deposit)


@router.get("/counter/releases", response=ReleasePage, summary="Deposits asked back")
def list_deposit_releases(
    request: HttpRequest, wanted: Query[ReleaseQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first."""
    actor = actor_of(request)
    rows = releases_seen(actor)
    rows = rows.filter(site=site_of(actor, wanted.site, VIEW_BILLING)) if wanted.site else rows
    rows = rows.filter(state=wanted.state.value) if wanted.state else rows
    return paged(request, page_of(rows, str(page), size=page_size), _release)


@router.post("/counter/releases", response={201: ReleaseOut}, summary="A deposit is asked back")
def propose_deposit_release(request: HttpRequest, said: ReleaseIn) -> Status[dict[str, Any]]:
    """A second person decides."""
    actor = actor_of(request)
    made = actions.propose_release(
        actor=actor,
        at=now(),
        charge_id=said.charge,
        deductions=[actions.Kept(each.item, each.amount, each.reason) for each in said.kept],
        **said.model_dump(include={"amount", "method", "reason", "reference"}),
    )
    return Status(201, _release(release_by_number(actor, made.number)))


@router.post("/counter/releases/{release_number}/decision", response=ReleaseOut, summary="A release is decided")
def decide_deposit_release(request: HttpRequest, release_number: Line, said: ReleaseDecisionIn) -> dict[str, Any]:
    """By somebody else than who asked."""
    actor = actor_of(request)
    seen = release_by_number(actor, release_number)
    decide = actions.approve_release if said.agreed else actions.refuse_release
    decide(actor=actor, at=now(), release_id=seen.pk, decision=said.decision)
    return _release(release_by_number(actor, release_number))


@router.post("/counter/releases/{release_number}/payment", response=ReleaseOut, summary="A release is paid")
def pay_deposit_release(request: HttpRequest, release_number: Line, said: ReleasePaymentIn) -> dict[str, Any]:
    """In cash from the caller's own open shift, or by transfer with its reference."""
    actor = actor_of(request)
    seen = release_by_number(actor, release_number)
    actions.pay_release(actor=actor, at=now(), release_id=seen.pk, reference=said.reference)
    return _release(release_by_number(actor, release_number))


def _wish(said: TakingIn) -> Designation | None:
    match said.designation:
        case str() as code if code:
            return Designation(item=code)
        case list() as ids if ids:
            return Designation(charges=frozenset(ids))
    return None


def _shift(made: Shift) -> dict[str, Any]:
    plain = ("number", "state", "opened_at", "opening_cash", "cash", "closed_at")
    who = {"site": made.site.code, "cashier": made.cashier.name, "is_stand_in": made.stand_in_id is not None}
    return {name: getattr(made, name) for name in plain} | who


def taken_told(made: Taken) -> dict[str, Any]:
    """As `TakenOut`."""
    return {
        "payment": made.payment.number,
        "shift": made.shift.number,
        "amount": made.payment.amount,
        "change": made.change,
    }


def _close(made: DailyClose) -> dict[str, Any]:
    figures = DayFigures.of(made.figures)
    cash = figures.cash
    return {
        "site": made.site.code,
        "day": made.day,
        "closed_at": made.at,
        "note": made.note,
        "taken": {line.method: line.taken for line in figures.methods},
        "books": cash.books,
        "held": cash.held,
        "difference": cash.difference,
    }


def _deposit(row: Charge) -> dict[str, Any]:
    place = row.place or row.account.unit
    return {
        "charge": row.pk,
        "account": row.account.number,
        "item": row.item.code,
        "place": place.code if place else None,
        "since": row.issued_on,
        "held": row.held,  # type: ignore[attr-defined]  # annotated
    }


def _release(made: DepositRelease) -> dict[str, Any]:
    plain = ("number", "amount", "deducted", "method", "state", "reason")
    return {name: getattr(made, name) for name in plain} | {
        "site": made.site.code,
        "account": made.charge.account.number,
        "charge": made.charge_id,
        "is_paid": made.entry_id is not None,
    }
