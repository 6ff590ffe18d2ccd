"""Stored value paid back, by two people."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.billing.errors import AlreadyDecided, SecondPersonNeeded
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.policies.legs import HOME, MONEY
from zhongshu.cashier.engine.cards import checked, locked_card, move, require_balance, require_state
from zhongshu.cashier.engine.drawers import move_cash, own_shift, require_open_day
from zhongshu.cashier.errors import CardNotUsable
from zhongshu.cashier.kinds import CardMoveKind
from zhongshu.cashier.lifecycle import LIVE_CARD, CardState
from zhongshu.cashier.models import CardRefund, Shift
from zhongshu.cashier.permissions import APPROVE_CARD_REFUNDS, MANAGE_CARDS, VIEW_CARDS
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short, stated
from zhongshu.ledger.actions import Leg, post
from zhongshu.ledger.kinds import CARD, EntryKind

PAID_BACK_BY = (PaymentMethod.CASH, PaymentMethod.TRANSFER)
HOLDS_VALUE = (*LIVE_CARD, CardState.CLOSED)
"""A closed card holds something again when a payment made with it bounced."""


@transaction.atomic
def propose_card_refund(
    *, actor: Actor, at: datetime, card_id: int, amount: Decimal, method: PaymentMethod, reason: str
) -> CardRefund:
    """Ask that so much of a card be paid back. Raises NotFound, Invalid, BalanceTooSmall, CardNotUsable (one is under
    way)."""
    yuan, card = checked(amount), locked_card(actor, card_id, MANAGE_CARDS)
    require_state(card, *HOLDS_VALUE)
    require_balance(card, yuan)
    if method not in PAID_BACK_BY:
        raise Invalid(_("余额以现金或转账退还。"), field="method")
    refund = CardRefund(
        site_id=card.site_id, card=card, amount=yuan, method=PaymentMethod(method).value, proposed_at=at,
        proposed_by_id=actor.user_id, reason=stated(reason, field="reason", most=300, what=_("原因")),
    )  # fmt: skip
    try:
        with transaction.atomic():
            refund.save(force_insert=True)
    except IntegrityError:
        raise CardNotUsable(_("这张卡有一笔退款还没有办完，请先付款或撤回。")) from None
    _record(refund, "cashier.propose_card_refund", actor=actor, at=at)
    return refund


@transaction.atomic
def approve_card_refund(*, actor: Actor, at: datetime, refund_id: int) -> CardRefund:
    """Another person agrees; then it may be paid. Raises NotFound, AlreadyDecided, SecondPersonNeeded."""
    refund = _decided(actor, at, refund_id, ProposalState.APPROVED, "")
    _record(refund, "cashier.approve_card_refund", actor=actor, at=at)
    return refund


@transaction.atomic
def refuse_card_refund(*, actor: Actor, at: datetime, refund_id: int, decision: str) -> CardRefund:
    """Another person does not agree. Raises NotFound, AlreadyDecided, SecondPersonNeeded, Invalid."""
    said = stated(decision, field="decision", most=300, what=_("原因"))
    refund = _decided(actor, at, refund_id, ProposalState.REFUSED, said)
    _record(refund, "cashier.refuse_card_refund", actor=actor, at=at)
    return refund


@transaction.atomic
def withdraw_card_refund(*, actor: Actor, at: datetime, refund_id: int) -> CardRefund:
    """Who asked takes it back before it is paid. Raises NotFound, AlreadyDecided."""
    refund = _locked_refund(actor, refund_id)
    actor.require(MANAGE_CARDS, refund.site_id)
    is_open = refund.state in (ProposalState.PROPOSED, ProposalState.APPROVED) and refund.paid_at is None
    if refund.proposed_by_id != actor.user_id or not is_open:
        raise AlreadyDecided(_("只有申请人可以在付款之前撤回。"))
    refund.state, refund.decided_at = ProposalState.WITHDRAWN, at
    refund.save()
    _record(refund, "cashier.withdraw_card_refund", actor=actor, at=at)
    return refund


@transaction.atomic
def pay_card_refund(*, actor: Actor, at: datetime, refund_id: int, reference: str = "") -> CardRefund:
    """The money leaves: cash from the actor's own drawer, or by transfer with its `reference`. Again: the same.

    Raises NotFound, AlreadyDecided, Invalid, NoShift, NotEnoughCash, BalanceTooSmall.
    """
    seen = _seen(actor, refund_id)
    actor.require(MANAGE_CARDS, seen.site_id)
    shift = _drawer(actor, seen, at)
    refund = _locked_refund(actor, refund_id)
    if refund.paid_at:
        return refund
    if refund.state != ProposalState.APPROVED:
        raise AlreadyDecided(_("这笔退款没有批准，不能付款。"))
    refund.reference = _proof(refund, reference)
    refund.paid_at = at
    refund.save()
    if shift:
        move_cash(shift, -refund.amount)
    _leave(refund, shift, actor=actor, at=at)
    _record(refund, "cashier.pay_card_refund", actor=actor, at=at)
    return refund


def _proof(refund: CardRefund, reference: str) -> str:
    if refund.method == PaymentMethod.CASH:
        return short(reference, field="reference", most=80, what=_("凭证号"))
    return stated(reference, field="reference", most=80, what=_("凭证号"))


def _drawer(actor: Actor, refund: CardRefund, at: datetime) -> Shift | None:
    if refund.method != PaymentMethod.CASH or refund.paid_at:
        return None
    require_open_day(refund.site_id, day_of(at))
    return own_shift(actor, refund.site_id)


def _leave(refund: CardRefund, shift: Shift | None, *, actor: Actor, at: datetime) -> None:
    entry = post(
        actor=actor,
        at=at,
        site_id=refund.site_id,
        dated_on=day_of(at),
        kind=EntryKind.CARD,
        source=f"cashier.card_refund:{refund.pk}",
        legs=[Leg(HOME, CARD, refund.amount), Leg(HOME, MONEY[PaymentMethod(refund.method)], -refund.amount)],
        memo=refund.reason,
    )
    move(
        refund.card, CardMoveKind.REFUND, -refund.amount, reference=f"refund:{refund.pk}", actor=actor, at=at,
        entry_id=entry.pk, shift=shift, method=refund.method, note=refund.reference,
    )  # fmt: skip


def _seen(actor: Actor, refund_id: int) -> CardRefund:
    return found(actor.visible(CardRefund.objects.filter(pk=refund_id), VIEW_CARDS))


def _locked_refund(actor: Actor, refund_id: int) -> CardRefund:
    """With its card, held. The row itself needs no lock: whoever writes it holds the card."""
    card = locked_card(actor, _seen(actor, refund_id).card_id, VIEW_CARDS)
    refund = CardRefund.objects.get(pk=refund_id)
    refund.card = card
    return refund


def _decided(actor: Actor, at: datetime, refund_id: int, state: ProposalState, decision: str) -> CardRefund:
    refund = _locked_refund(actor, refund_id)
    actor.require(APPROVE_CARD_REFUNDS, refund.site_id)
    if refund.state != ProposalState.PROPOSED:
        raise AlreadyDecided(_("这项申请已经有了结果。"))
    if refund.proposed_by_id is not None and refund.proposed_by_id == actor.user_id:
        raise SecondPersonNeeded(_("申请人不能自己批准，请由另一位负责人处理。"))
    refund.state, refund.decided_at, refund.decided_by_id = state, at, actor.user_id
    refund.decision = decision
    refund.save()
    return refund


def _record(refund: CardRefund, verb: str, *, actor: Actor, at: datetime) -> None:
    after = {"card": refund.card.number, **audit.values(refund, ("amount", "method", "state", "reason", "reference"))}
    audit.record(actor=actor, at=at, verb=verb, target=refund, after=after)
