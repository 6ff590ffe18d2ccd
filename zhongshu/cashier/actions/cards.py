"""A card: issued, lost, found again, replaced, given up."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.cashier.engine.cards import locked_card, move, require_settled, require_state
from zhongshu.cashier.errors import CardNotUsable, NumberTaken
from zhongshu.cashier.kinds import CardMoveKind
from zhongshu.cashier.lifecycle import LIVE_CARD, CardState
from zhongshu.cashier.models import Card
from zhongshu.cashier.permissions import MANAGE_CARDS
from zhongshu.cashier.queries.cards import household_of
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import stated

_NUMBER = re.compile(r"[0-9A-Za-z-]{1,40}", re.ASCII)


@transaction.atomic
def issue_card(*, actor: Actor, at: datetime, account_id: int, holder_id: int, number: str) -> Card:
    """Give a card to one of the account's household. Raises NotFound, Invalid, NumberTaken, CardNotUsable (the person
    has one of the account already).
    """
    account = found(actor.visible(Account.objects.select_related("site").filter(pk=account_id), MANAGE_CARDS))
    if account.ends_on and account.ends_on <= day_of(at):
        raise Invalid(_("这个户账已经终止，不能发卡。"), field="account")
    if not household_of(account, day_of(at)).filter(pk=holder_id).exists():
        raise Invalid(_("持卡人应是这一户的业主或成员。"), field="holder")
    card = Card(
        site_id=account.site_id, number=_number(number), account=account, holder_id=holder_id, issued_at=at,
        issued_by_id=actor.user_id, state_at=at,
    )  # fmt: skip
    _save_new(card)
    after = audit.values(card, ("number", "account_id", "holder_id"))
    audit.record(actor=actor, at=at, verb="cashier.issue_card", target=card, after=after)
    return card


def _number(said: str) -> str:
    number = stated(said, field="number", most=40, what=_("卡号"))
    if not _NUMBER.fullmatch(number):
        raise Invalid(_("卡号只能是字母、数字和横线。"), field="number")
    return number


def _save_new(card: Card) -> None:
    try:
        with transaction.atomic():
            card.save(force_insert=True)
    except IntegrityError as error:
        if "card_live_once" in str(error):
            raise CardNotUsable(_("持卡人在这一户已经有一张卡，请换卡或先销卡。"), field="holder") from None
        raise NumberTaken(_("卡号“%(number)s”已经有了。") % {"number": card.number}, field="number") from None


@transaction.atomic
def block_card(*, actor: Actor, at: datetime, card_id: int, reason: str) -> Card:
    """Lost or stolen: nothing more is spent with it. Again: the same. Raises NotFound, CardNotUsable, Invalid."""
    card = locked_card(actor, card_id, MANAGE_CARDS)
    require_state(card, *LIVE_CARD)
    return _now(card, CardState.BLOCKED, reason, "cashier.block_card", actor=actor, at=at)


@transaction.atomic
def unblock_card(*, actor: Actor, at: datetime, card_id: int, reason: str) -> Card:
    """It was found again. Raises NotFound, CardNotUsable, Invalid."""
    card = locked_card(actor, card_id, MANAGE_CARDS)
    require_state(card, *LIVE_CARD)
    return _now(card, CardState.ACTIVE, reason, "cashier.unblock_card", actor=actor, at=at)


@transaction.atomic
def close_card(*, actor: Actor, at: datetime, card_id: int, reason: str) -> Card:
    """Nobody needs it any more; it is empty. Raises NotFound, CardNotUsable, Invalid."""
    card = locked_card(actor, card_id, MANAGE_CARDS)
    require_state(card, *LIVE_CARD)
    require_settled(card)
    if card.balance:
        raise CardNotUsable(_("卡内还有 %(balance)s 元，请先退款。") % {"balance": card.balance})
    return _now(card, CardState.CLOSED, reason, "cashier.close_card", actor=actor, at=at)


@transaction.atomic
def replace_card(*, actor: Actor, at: datetime, card_id: int, number: str, reason: str) -> Card:
    """Another card for the same holder; the balance moves there.

    Raises NotFound, CardNotUsable, Invalid, NumberTaken.
    """
    old = locked_card(actor, card_id, MANAGE_CARDS)
    require_state(old, *LIVE_CARD)
    require_settled(old)
    _now(old, CardState.REPLACED, reason, "cashier.replace_card", actor=actor, at=at)
    new = Card(
        site_id=old.site_id, number=_number(number), account=old.account, holder_id=old.holder_id, replaces=old,
        issued_at=at, issued_by_id=actor.user_id, state_at=at,
    )  # fmt: skip
    _save_new(new)
    if amount := old.balance:
        move(old, CardMoveKind.MOVED_OUT, -amount, reference=new.number, actor=actor, at=at)
        move(new, CardMoveKind.MOVED_IN, amount, reference=old.number, actor=actor, at=at)
    after = {**audit.values(new, ("number", "account_id", "holder_id", "balance")), "replaces": old.number}
    audit.record(actor=actor, at=at, verb="cashier.issue_card", target=new, after=after)
    return new


def _now(card: Card, state: CardState, reason: str, verb: str, *, actor: Actor, at: datetime) -> Card:
    said = stated(reason, field="reason", most=300, what=_("原因"))
    before = audit.values(card, ("state",))
    card.state, card.state_at, card.state_reason = state, at, said
    card.save(update_fields=["state", "state_at", "state_reason"])
    after = audit.values(card, ("state", "state_reason"))
    audit.record(actor=actor, at=at, verb=verb, target=card, before=before, after=after)
    return card
