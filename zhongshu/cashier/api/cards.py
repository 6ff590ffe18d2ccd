"""Cards for programs: the reader at a gate as well as the counter's."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.billing.api.payments import ChargeId, account_of
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.cashier import actions
from zhongshu.cashier.kinds import CardMoveKind
from zhongshu.cashier.lifecycle import CardState
from zhongshu.cashier.models import Card, CardMovement, CardRefund
from zhongshu.cashier.permissions import MANAGE_CARDS, VIEW_CARDS
from zhongshu.cashier.queries.cards import (
    card_by_number,
    card_refunds_visible,
    cards_visible,
    movements_of,
    searched,
)
from zhongshu.estate.queries import found
from zhongshu.identity.api_kit import Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.paging import page_of

router = Router(tags=["cashier"])

CardYuan = Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=2)]
Reference = Annotated[Line, Field(min_length=1, max_length=80)]
RowId = Annotated[int, Field(ge=1, lt=1 << 63)]


class CardOut(Schema):
    """`holder`: id of the customer. `replaced_by`: number of the card that took its balance over."""

    site: str
    number: str
    account: str
    holder: int
    state: CardState
    balance: Decimal
    issued_at: datetime
    replaced_by: str | None


class CardPage(Listed):
    items: list[CardOut]


class CardQuery(Schema):
    """`q`: number of the card or account, code of the dwelling, or the holder's name."""

    site: Line = ""
    q: Line = ""
    state: CardState | None = None


class CardIn(Typed):
    """`account`: its number, or the code of its unit; `holder`: id of one of the household."""

    account: Line
    site: Line
    number: Annotated[Line, Field(min_length=1, max_length=40)]
    holder: RowId


class CardMovementOut(Schema):
    """`amount`: negative when it left the card; `balance` after it. `payment`: number of the payment it made."""

    kind: CardMoveKind
    amount: Decimal
    balance: Decimal
    reference: str
    at: datetime
    method: str
    payment: str | None
    note: str


class CardMovementPage(Listed):
    items: list[CardMovementOut]


class TopUpIn(Typed):
    """Cash and card slips in the caller's open shift. `reference` counts once per site."""

    amount: CardYuan
    method: PaymentMethod
    reference: Reference
    note: Line = ""


class CardPaymentIn(Typed):
    """Never more than is owed. `charges`: ids of those to be paid first. `reference` counts once per site."""

    amount: CardYuan
    reference: Reference
    charges: list[ChargeId] = []


class SpendingIn(Typed):
    """`item`: code of what is charged. `reference` counts once per site."""

    amount: CardYuan
    item: Line
    reference: Reference
    note: Line = ""


class CardStateIn(Typed):
    """`state`: blocked (lost), active (found again) or closed (given up, empty)."""

    state: CardState
    reason: Line


class CardReplacementIn(Typed):
    number: Annotated[Line, Field(min_length=1, max_length=40)]
    reason: Line


class CardRefundIn(Typed):
    amount: CardYuan
    method: PaymentMethod
    reason: Line


class CardRefundOut(Schema):
    """`is_paid`: the money has left."""

    id: int
    site: str
    card: str
    amount: Decimal
    method: PaymentMethod
    reference: str
    reason: str
    state: ProposalState
    is_paid: bool
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None


class CardRefundPage(Listed):
    items: list[CardRefundOut]


class CardRefundQuery(Schema):
    site: Line = ""
    state: ProposalState | None = None


class CardRefundDecisionIn(Typed):
    """`words` are needed for a refusal."""

    approve: bool
    words: Line = ""


class CardPayoutIn(Typed):
    """`reference`: of the transfer; cash needs none."""

    reference: Annotated[Line, Field(max_length=80)] = ""


@router.get("/cards", response=CardPage, summary="Cards")
def list_cards(
    request: HttpRequest, wanted: Query[CardQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first."""
    actor = actor_of(request)
    rows = searched(cards_visible(actor).select_related("replaced_by"), wanted.q)
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, VIEW_CARDS))
    rows = rows.filter(state=wanted.state.value) if wanted.state else rows
    return paged(request, page_of(rows, str(page), size=page_size), _card)


@router.post("/cards", response={201: CardOut}, summary="Issue a card")
def issue_card(request: HttpRequest, said: CardIn) -> Status[dict[str, Any]]:
    """To one of an account's household."""
    actor, at = actor_of(request), now()
    account = account_of(actor, said.site, said.account, MANAGE_CARDS, day_of(at))
    made = actions.issue_card(actor=actor, at=at, account_id=account.pk, holder_id=said.holder, number=said.number)
    return Status(201, _card(_named(request, account.site.code, made.number)))


@router.get("/cards/{site}/{card_number}", response=CardOut, summary="One card")
def get_card(request: HttpRequest, site: Line, card_number: Line) -> dict[str, Any]:
    """With its balance."""
    return _card(_named(request, site, card_number))


@router.get("/cards/{site}/{card_number}/movements", response=CardMovementPage, summary="What moved a card")
def list_card_movements(
    request: HttpRequest, site: Line, card_number: Line, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first."""
    rows = movements_of(_named(request, site, card_number))
    return paged(request, page_of(rows, str(page), size=page_size), _movement)


@router.post("/cards/{site}/{card_number}/top-ups", response={201: CardMovementOut}, summary="Money onto a card")
def top_up_card(request: HttpRequest, site: Line, card_number: Line, said: TopUpIn) -> Status[dict[str, Any]]:
    """The same reference again answers with the first movement."""
    return _moved(request, site, card_number, actions.top_up_card, said.model_dump())


@router.post("/cards/{site}/{card_number}/payments", response={201: CardMovementOut}, summary="A card pays bills")
def pay_with_card(request: HttpRequest, site: Line, card_number: Line, said: CardPaymentIn) -> Status[dict[str, Any]]:
    """The same reference again answers with the first movement."""
    facts = said.model_dump() | {"charges": frozenset(said.charges)}
    return _moved(request, site, card_number, actions.pay_with_card, facts)


@router.post("/cards/{site}/{card_number}/spendings", response={201: CardMovementOut}, summary="A card buys something")
def spend_with_card(request: HttpRequest, site: Line, card_number: Line, said: SpendingIn) -> Status[dict[str, Any]]:
    """Charged as the item and paid at once; the same reference again answers with the first movement."""
    facts = said.model_dump(exclude={"item"}) | {"item_code": said.item}
    return _moved(request, site, card_number, actions.spend_with_card, facts)


@router.post("/cards/{site}/{card_number}/state", response=CardOut, summary="Block, unblock or close a card")
def set_card_state(request: HttpRequest, site: Line, card_number: Line, said: CardStateIn) -> dict[str, Any]:
    """Replaced it becomes by a replacement alone."""
    seen = _named(request, site, card_number)
    acts = {CardState.BLOCKED: actions.block_card, CardState.CLOSED: actions.close_card}
    act = acts.get(said.state, actions.unblock_card)
    act(actor=actor_of(request), at=now(), card_id=seen.pk, reason=said.reason)
    return _card(_named(request, site, card_number))


@router.post("/cards/{site}/{card_number}/replacement", response={201: CardOut}, summary="Another card in its place")
def replace_card(
    request: HttpRequest, site: Line, card_number: Line, said: CardReplacementIn
) -> Status[dict[str, Any]]:
    """The balance moves; the answer is the new card."""
    seen = _named(request, site, card_number)
    new = actions.replace_card(actor=actor_of(request), at=now(), card_id=seen.pk, **said.model_dump())
    return Status(201, _card(_named(request, site, new.number)))


@router.post("/cards/{site}/{card_number}/refunds", response={201: CardRefundOut}, summary="Ask for a balance back")
def propose_card_refund(
    request: HttpRequest, site: Line, card_number: Line, said: CardRefundIn
) -> Status[dict[str, Any]]:
    """Somebody else decides about it."""
    seen = _named(request, site, card_number)
    made = actions.propose_card_refund(actor=actor_of(request), at=now(), card_id=seen.pk, **said.model_dump())
    return Status(201, _refund_seen(request, made.pk))


@router.get("/card-refunds", response=CardRefundPage, summary="Balances asked back")
def list_card_refunds(
    request: HttpRequest, wanted: Query[CardRefundQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first."""
    actor = actor_of(request)
    rows = card_refunds_visible(actor)
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, VIEW_CARDS))
    rows = rows.filter(state=wanted.state.value) if wanted.state else rows
    return paged(request, page_of(rows, str(page), size=page_size), _refund)


@router.post("/card-refunds/{card_refund_id}/decision", response=CardRefundOut, summary="Decide about a balance")
def decide_card_refund(request: HttpRequest, card_refund_id: RowId, said: CardRefundDecisionIn) -> dict[str, Any]:
    """By another person than who asked."""
    facts: dict[str, Any] = {"actor": actor_of(request), "at": now(), "refund_id": card_refund_id}
    if said.approve:
        actions.approve_card_refund(**facts)
    else:
        actions.refuse_card_refund(**facts, decision=said.words)
    return _refund_seen(request, card_refund_id)


@router.post("/card-refunds/{card_refund_id}/withdrawal", response=CardRefundOut, summary="Take a request back")
def withdraw_card_refund(request: HttpRequest, card_refund_id: RowId) -> dict[str, Any]:
    """By who asked, before it is paid."""
    actions.withdraw_card_refund(actor=actor_of(request), at=now(), refund_id=card_refund_id)
    return _refund_seen(request, card_refund_id)


@router.post("/card-refunds/{card_refund_id}/payout", response=CardRefundOut, summary="A balance is paid back")
def pay_card_refund(request: HttpRequest, card_refund_id: RowId, said: CardPayoutIn) -> dict[str, Any]:
    """Cash from the caller's own open shift, or by transfer."""
    actions.pay_card_refund(actor=actor_of(request), at=now(), refund_id=card_refund_id, reference=said.reference)
    return _refund_seen(request, card_refund_id)


def _named(request: HttpRequest, site: str, number: str) -> Card:
    actor = actor_of(request)
    return card_by_number(actor, site_of(actor, site, VIEW_CARDS).pk, number)


def _moved(request: HttpRequest, site: str, number: str, act: Any, facts: dict[str, Any]) -> Status[dict[str, Any]]:
    seen = _named(request, site, number)
    return Status(201, _movement(act(actor=actor_of(request), at=now(), card_id=seen.pk, **facts)))


def _refund_seen(request: HttpRequest, refund_id: int) -> dict[str, Any]:
    return _refund(found(card_refunds_visible(actor_of(request)).filter(pk=refund_id)))


def _card(seen: Card) -> dict[str, Any]:
    heir = getattr(seen, "replaced_by", None)
    return {name: getattr(seen, name) for name in ("number", "state", "balance", "issued_at")} | {
        "site": seen.site.code,
        "account": seen.account.number,
        "holder": seen.holder_id,
        "replaced_by": heir.number if heir else None,
    }


def _movement(move: CardMovement) -> dict[str, Any]:
    plain = ("kind", "amount", "balance", "reference", "at", "method", "note")
    return {name: getattr(move, name) for name in plain} | {"payment": move.payment.number if move.payment else None}


def _refund(refund: CardRefund) -> dict[str, Any]:
    plain = ("amount", "method", "reference", "reason", "state", "proposed_at")
    return {name: getattr(refund, name) for name in plain} | {
        "id": refund.pk,
        "site": refund.site.code,
        "card": refund.card.number,
        "is_paid": refund.paid_at is not None,
        "proposed_by": refund.proposed_by.username if refund.proposed_by else None,
        "decided_by": refund.decided_by.username if refund.decided_by else None,
    }
