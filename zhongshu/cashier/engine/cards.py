"""A card held while its balance moves, and the movement itself."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.billing.errors import ReferenceUsed
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.cashier.errors import BalanceTooSmall, CardNotUsable
from zhongshu.cashier.events import CardMoved
from zhongshu.cashier.kinds import CardMoveKind
from zhongshu.cashier.lifecycle import CARD_LABELS, CardState
from zhongshu.cashier.models import Card, CardMovement
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import CENT
from zhongshu.kernel.outbox import publish

MOST = Decimal("100000.00")
"""Of one movement, yuan: far more than households store, and a slip of the hand beyond."""


def locked_card(actor: Actor, card_id: int, right: Right) -> Card:
    """The card, held until the transaction ends, after its account, which whatever moves its money holds first.

    Raises NotFound.
    """
    seen = found(actor.visible(Card.objects.filter(pk=card_id), right))
    Account.objects.select_for_update(no_key=True).get(pk=seen.account_id)
    return Card.objects.select_for_update(of=("self",), no_key=True).select_related("site", "account").get(pk=card_id)


def require_state(card: Card, *states: CardState) -> None:
    """Raises CardNotUsable."""
    if card.state not in states:
        raise CardNotUsable(
            _("这张卡的状态是“%(state)s”，不能这样操作。") % {"state": CARD_LABELS[CardState(card.state)]}
        )


def require_settled(card: Card) -> None:
    """Raises CardNotUsable while a refund is asked for or agreed and not paid."""
    waiting = (ProposalState.PROPOSED, ProposalState.APPROVED)
    if card.refunds.filter(state__in=waiting, paid_at__isnull=True).exists():
        raise CardNotUsable(_("这张卡有一笔退款还没有办完，请先付款或撤回。"))


def checked(amount: Decimal) -> Decimal:
    """Raises Invalid unless it is yuan and whole cents, more than nothing and not absurd."""
    if not amount.is_finite() or not 0 < amount <= MOST or amount != amount.quantize(CENT):
        raise Invalid(_("金额应大于0，不超过十万元，最多两位小数。"), field="amount")
    return amount.quantize(CENT)


def of_reference(card: Card, kind: CardMoveKind, reference: str, amount: Decimal) -> CardMovement | None:
    """The movement already made with the reference. Raises ReferenceUsed when that was another one."""
    rows = CardMovement.objects.filter(site_id=card.site_id, kind=kind, reference=reference)
    earlier = rows.select_related("card", "payment").first()
    if earlier and (earlier.card_id, earlier.amount) != (card.pk, amount):
        raise used(reference)
    return earlier


def used(reference: str) -> ReferenceUsed:
    """The refusal of a reference that stands for something else."""
    return ReferenceUsed(_("凭证号“%(reference)s”已经用过。") % {"reference": reference}, field="reference")


def require_balance(card: Card, amount: Decimal) -> None:
    """Raises BalanceTooSmall."""
    if card.balance < amount:
        raise BalanceTooSmall(_("卡内余额只有 %(balance)s 元。") % {"balance": card.balance}, field="amount")


def move(
    card: Card, kind: CardMoveKind, amount: Decimal, *, reference: str, actor: Actor, at: datetime, **facts: Any
) -> CardMovement:
    """So much onto a card that is held, or off it when negative; a trigger moves the balance in the table.

    Raises BalanceTooSmall, and ReferenceUsed for a reference that another card used at the same moment.
    """
    require_balance(card, -amount)
    movement = CardMovement(
        site_id=card.site_id, card=card, kind=kind.value, amount=amount, balance=card.balance + amount,
        reference=reference, on=day_of(at), at=at, by_id=actor.user_id, **facts,
    )  # fmt: skip
    try:
        with transaction.atomic():
            movement.save(force_insert=True)
    except IntegrityError:
        raise used(reference) from None
    card.balance = movement.balance
    publish(
        CardMoved(
            site_id=card.site_id, card=card.number, kind=kind.value, amount=str(amount), balance=str(card.balance)
        ),
        at=at,
    )
    return movement
