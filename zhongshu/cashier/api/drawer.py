"""The counter for programs: months paid ahead, slips of the hand, cash between colleagues, stand-ins."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from zhongshu.billing.api.payments import Yuan, account_of
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.cashier import actions
from zhongshu.cashier.api.counter import TakenOut, taken_told
from zhongshu.cashier.models import Handover, StandIn
from zhongshu.cashier.permissions import AUTHORISE_STAND_INS, COUNTER
from zhongshu.cashier.queries.shifts import handovers_to, stand_ins_seen, taken_by_number
from zhongshu.estate.queries import found, place_by_code
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.paging import page_of

router = Router(tags=["cashier"])

Key = Annotated[int, Field(ge=1, lt=1 << 63)]


class CounterPrepaymentIn(Typed):
    """As POST /prepayments, received today in the caller's own open shift. `tendered` of cash, for the change."""

    account: Line
    site: Line = ""
    place: Line = Field(description="code of the place")
    item: Line
    starts_on: Day
    months: int = Field(ge=1, le=12)
    monthly: Yuan
    method: PaymentMethod
    reference: Annotated[Line, Field(min_length=1, max_length=80)]
    tendered: Yuan | None = None


class CounterReasonIn(Typed):
    reason: Line


class CashSlipIn(Typed):
    """`reference`: number of the bank's slip."""

    reference: Annotated[Line, Field(min_length=1, max_length=80)]


class CancelledOut(Schema):
    """The payment never came: `on` that day its debts are open again."""

    payment: str
    amount: Decimal
    on: date
    reason: str


class CashHandedOut(Schema):
    """Cash that a colleague hands to the caller. `into`: the shift whose drawer took it."""

    id: int
    site: str
    shift: str
    from_name: str
    amount: Decimal
    at: datetime
    accepted_at: datetime | None
    refused_at: datetime | None
    banked_at: datetime | None
    into: str | None
    reason: str
    reference: str


class HandedPage(Listed):
    items: list[CashHandedOut]


class StandInIn(Typed):
    """`user`: id of a colleague at the site, from `starts_on` until (exclusive) `ends_on`; `most` yuan at once."""

    site: Line
    user: Key
    starts_on: Day
    ends_on: Day
    reason: Line
    most: Yuan | None = None


class StandInOut(Schema):
    id: int
    user: int
    name: str
    starts_on: date
    ends_on: date
    most: Decimal | None
    reason: str
    authorised_by: str


class StandInPage(Listed):
    items: list[StandInOut]


@router.post("/counter/prepayments", response={201: TakenOut}, summary="Months paid ahead over the counter")
def prepay_at_counter(request: HttpRequest, said: CounterPrepaymentIn) -> Status[dict[str, Any]]:
    """The same reference of the method again: what was taken first."""
    at, actor = now(), actor_of(request)
    account = account_of(actor, said.site, said.account, COUNTER, day_of(at))
    made = actions.take_prepayment(
        actor=actor,
        at=at,
        account_id=account.pk,
        place_id=place_by_code(account.site_id, said.place).pk,
        item_code=said.item,
        **said.model_dump(exclude={"account", "site", "place", "item"}),
    )
    return Status(201, taken_told(made))


@router.post(
    "/counter/payments/{payment_number}/cancellation", response={201: CancelledOut}, summary="A slip is taken back"
)
def cancel_at_counter(request: HttpRequest, payment_number: Line, said: CounterReasonIn) -> Status[dict[str, Any]]:
    """Of the caller's own open shift; later ones are finance's to undo."""
    actor = actor_of(request)
    seen = taken_by_number(actor, payment_number)
    made = actions.cancel_payment(actor=actor, at=now(), payment_id=seen.payment_id, reason=said.reason)
    told = {"payment": payment_number, "amount": made.amount, "on": made.on, "reason": made.reason}
    return Status(201, told)


@router.get("/counter/handovers", response=HandedPage, summary="Cash handed to the caller")
def list_handovers(request: HttpRequest, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    """The latest first."""
    return paged(request, page_of(handovers_to(actor_of(request)), str(page), size=page_size), _handed)


@router.post("/counter/handovers/{handover_id}/acceptance", response=CashHandedOut, summary="Cash is accepted")
def accept_handover(request: HttpRequest, handover_id: int) -> dict[str, Any]:
    """Into the drawer of the caller's own shift, or else into their hands until it is banked."""
    actions.accept_handover(actor=actor_of(request), at=now(), handover_id=handover_id)
    return _handed_seen(request, handover_id)


@router.post("/counter/handovers/{handover_id}/refusal", response=CashHandedOut, summary="Cash is refused")
def refuse_handover(request: HttpRequest, handover_id: int, said: CounterReasonIn) -> dict[str, Any]:
    """It is the cashier's again."""
    actions.refuse_handover(actor=actor_of(request), at=now(), handover_id=handover_id, reason=said.reason)
    return _handed_seen(request, handover_id)


@router.post("/counter/handovers/{handover_id}/banking", response=CashHandedOut, summary="Accepted cash is banked")
def bank_handover(request: HttpRequest, handover_id: int, said: CashSlipIn) -> dict[str, Any]:
    actions.bank_handover(actor=actor_of(request), at=now(), handover_id=handover_id, reference=said.reference)
    return _handed_seen(request, handover_id)


@router.get("/counter/stand-ins", response=StandInPage, summary="Who may stand in for a cashier")
def list_stand_ins(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    """The latest first."""
    actor = actor_of(request)
    rows = stand_ins_seen(actor, site_of(actor, site, AUTHORISE_STAND_INS).pk)
    return paged(request, page_of(rows, str(page), size=page_size), _stand_in)


@router.post("/counter/stand-ins", response={201: StandInOut}, summary="A colleague may stand in")
def authorise_stand_in(request: HttpRequest, said: StandInIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    site = site_of(actor, said.site, AUTHORISE_STAND_INS)
    facts = said.model_dump(exclude={"site", "user"})
    made = actions.authorise_stand_in(actor=actor, at=now(), site_id=site.pk, user_id=said.user, **facts)
    return Status(201, _stand_in(stand_ins_seen(actor, site.pk).get(pk=made.pk)))


@router.post("/counter/stand-ins/{stand_in_id}/ending", response=StandInOut, summary="A stand-in ends")
def revoke_stand_in(request: HttpRequest, stand_in_id: int) -> dict[str, Any]:
    """From now on no more money; an open shift can still be counted and handed over."""
    actor = actor_of(request)
    ended = actions.revoke_stand_in(actor=actor, at=now(), stand_in_id=stand_in_id)
    return _stand_in(stand_ins_seen(actor, ended.site_id).get(pk=ended.pk))


def _handed_seen(request: HttpRequest, handover_id: int) -> dict[str, Any]:
    return _handed(found(handovers_to(actor_of(request)).filter(pk=handover_id)))


def _handed(row: Handover) -> dict[str, Any]:
    plain = ("amount", "at", "accepted_at", "refused_at", "banked_at", "reason", "reference")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk,
        "site": row.site.code,
        "shift": row.shift.number,
        "from_name": row.shift.cashier.name,
        "into": row.into.number if row.into else None,
    }


def _stand_in(row: StandIn) -> dict[str, Any]:
    plain = ("starts_on", "ends_on", "most", "reason")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk,
        "user": row.user_id,
        "name": row.user.name,
        "authorised_by": row.authorised_by.name if row.authorised_by else "",
    }
