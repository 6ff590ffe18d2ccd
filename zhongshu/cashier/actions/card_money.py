"""Money onto a card, and off it again for what is owed or bought."""

from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.billing import actions as billing
from zhongshu.billing.errors import NotEnough
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Charge, Payment
from zhongshu.billing.policies.allocation import Designation
from zhongshu.billing.policies.legs import HOME, MONEY
from zhongshu.billing.queries import open_charges
from zhongshu.cashier.engine.cards import (
    checked,
    locked_card,
    move,
    of_reference,
    require_balance,
    require_state,
    used,
)
from zhongshu.cashier.engine.drawers import move_cash, own_shift, require_open_day
from zhongshu.cashier.kinds import CardMoveKind
from zhongshu.cashier.lifecycle import CardState, ShiftState
from zhongshu.cashier.models import Card, CardMovement, Shift
from zhongshu.cashier.permissions import MANAGE_CARDS
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor, system_actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.words import short, stated
from zhongshu.ledger.actions import Leg, post
from zhongshu.ledger.kinds import CARD, EntryKind

TOPPED_UP_BY = (PaymentMethod.CASH, PaymentMethod.POS, PaymentMethod.TRANSFER)


@transaction.atomic
def top_up_card(
    *, actor: Actor, at: datetime, card_id: int, amount: Decimal, method: PaymentMethod, reference: str, note: str = ""
) -> CardMovement:
    """Money onto a card: cash and card slips in the actor's open shift, transfers also without one.

    `reference` counts once per site: the same again returns the first. Raises NotFound, Invalid, NoShift, DayClosed,
    CardNotUsable, ReferenceUsed.
    """
    yuan, said = checked(amount), _reference(reference)
    shift = _shift(actor, card_id, PaymentMethod(method), at)
    card = locked_card(actor, card_id, MANAGE_CARDS)
    if earlier := of_reference(card, CardMoveKind.TOP_UP, said, yuan):
        return earlier
    require_state(card, CardState.ACTIVE)
    entry = post(
        actor=actor,
        at=at,
        site_id=card.site_id,
        dated_on=day_of(at),
        kind=EntryKind.CARD,
        source=f"cashier.top_up:{said}",
        legs=[Leg(HOME, MONEY[PaymentMethod(method)], yuan), Leg(HOME, CARD, -yuan)],
        memo=card.number,
    )
    movement = move(
        card, CardMoveKind.TOP_UP, yuan, reference=said, actor=actor, at=at, entry_id=entry.pk, shift=shift,
        method=PaymentMethod(method).value, note=_note(note),
    )  # fmt: skip
    if shift and method == PaymentMethod.CASH:
        move_cash(shift, yuan)
    _record(movement, "cashier.top_up_card", actor=actor, at=at)
    return movement


def _shift(actor: Actor, card_id: int, method: PaymentMethod, at: datetime) -> Shift | None:
    """The shift in which the money is taken, held; None for a transfer that needs none."""
    if method not in TOPPED_UP_BY:
        raise Invalid(_("充值请用现金、刷卡或转账。"), field="method")
    site_id = found(actor.visible(Card.objects.filter(pk=card_id), MANAGE_CARDS)).site_id
    mine = Shift.objects.filter(site_id=site_id, cashier_id=actor.user_id or 0, state=ShiftState.OPEN)
    if method == PaymentMethod.TRANSFER and not mine.exists():
        return None
    require_open_day(site_id, day_of(at))
    return own_shift(actor, site_id)


@transaction.atomic
def pay_with_card(
    *,
    actor: Actor,
    at: datetime,
    card_id: int,
    amount: Decimal,
    reference: str,
    charges: frozenset[int] = frozenset(),
) -> CardMovement:
    """The card pays what its account owes, never more: the named charges first, the rest by the site's order.

    `reference` counts once per site: the same again returns the first. Raises NotFound, Invalid, CardNotUsable,
    BalanceTooSmall, NotEnough (more than is owed), ReferenceUsed.
    """
    yuan, said = checked(amount), _reference(reference)
    card = locked_card(actor, card_id, MANAGE_CARDS)
    if earlier := of_reference(card, CardMoveKind.PAYMENT, said, -yuan):
        return earlier
    _require_purse(card, yuan, said)
    owed = sum((charge.owed for charge in open_charges(card.account_id, day_of(at))), ZERO)
    if yuan > owed:
        raise NotEnough(_("应缴只有 %(owed)s 元，一卡通不多扣。") % {"owed": owed}, field="amount")
    wish = Designation(charges=charges) if charges else None
    movement = _pay(card, CardMoveKind.PAYMENT, yuan, said, wish, actor=actor, at=at)
    _record(movement, "cashier.pay_with_card", actor=actor, at=at)
    return movement


@transaction.atomic
def spend_with_card(
    *, actor: Actor, at: datetime, card_id: int, amount: Decimal, item_code: str, reference: str, note: str = ""
) -> CardMovement:
    """Something is bought at a point (parking, access …): charged as the item and paid at once.

    `reference` counts once per site: the same again returns the first. Raises NotFound, Invalid, CardNotUsable,
    BalanceTooSmall, ReferenceUsed.
    """
    yuan, said = checked(amount), _reference(reference)
    card = locked_card(actor, card_id, MANAGE_CARDS)
    if earlier := of_reference(card, CardMoveKind.SPENDING, said, -yuan):
        return earlier
    _require_purse(card, yuan, said)
    key, words = _reserved_key(), _note(note)
    charge = _bought(card, yuan, item_code, key, {"card": card.number, "reference": said, "note": words}, at=at)
    wish = Designation(charges=frozenset({charge.pk}), keeps_rest=True)
    movement = _pay(card, CardMoveKind.SPENDING, yuan, said, wish, actor=actor, at=at, pk=key, note=words)
    _record(movement, "cashier.spend_with_card", actor=actor, at=at)
    return movement


def _require_purse(card: Card, yuan: Decimal, reference: str) -> None:
    require_state(card, CardState.ACTIVE)
    require_balance(card, yuan)
    before = Payment.objects.filter(site_id=card.site_id, method=PaymentMethod.CARD, reference=reference)
    if before.exists():  # by the other of the two ways of spending
        raise used(reference)


def _bought(card: Card, yuan: Decimal, item_code: str, key: int, detail: dict[str, str], *, at: datetime) -> Charge:
    """The program itself charges: who spends has the right to, and prices are no decision of the cashier's.

    Its source is negative: a movement's key is never taken for that of a meter, a contract or a deduction.
    """
    today = day_of(at)
    return billing.charge_once(
        actor=system_actor(),
        at=at,
        account_id=card.account_id,
        item_code=item_code,
        amount=yuan,
        due_on=today,
        period_start=today,
        source_id=-key,
        detail=detail,
    )


def _pay(
    card: Card,
    kind: CardMoveKind,
    yuan: Decimal,
    reference: str,
    wish: Designation | None,
    *,
    actor: Actor,
    at: datetime,
    **facts: object,
) -> CardMovement:
    payment = billing.receive(
        actor=actor,
        at=at,
        account_id=card.account_id,
        amount=yuan,
        method=PaymentMethod.CARD,
        reference=reference,
        received_on=day_of(at),
        designation=wish,
        note=card.number,
    )
    return move(
        card, kind, -yuan, reference=reference, actor=actor, at=at, payment=payment, entry_id=payment.entry_id,
        method=PaymentMethod.CARD.value, **facts,
    )  # fmt: skip


def _reserved_key() -> int:
    """The key of the movement to come: the charge names it first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('cashier_cardmovement', 'id'))")
        return int(cursor.fetchone()[0])


def _reference(said: str) -> str:
    return stated(said, field="reference", most=80, what=_("凭证号"))


def _note(said: str) -> str:
    return short(said, field="note", most=300, what=_("备注"))


def _record(movement: CardMovement, verb: str, *, actor: Actor, at: datetime) -> None:
    after = {"card": movement.card.number, **audit.values(movement, ("amount", "balance", "method", "reference"))}
    audit.record(actor=actor, at=at, verb=verb, target=movement, after=after)
