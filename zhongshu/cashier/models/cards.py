"""One card (一卡通): a household's stored value, and everything that moved it."""

from django.db import models

from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS
from zhongshu.billing.lifecycle import PROPOSAL_LABELS, ProposalState
from zhongshu.billing.models import Payment
from zhongshu.cashier.kinds import CARD_MOVE_LABELS, CardMoveKind
from zhongshu.cashier.lifecycle import CARD_LABELS, LIVE_CARD, CardState
from zhongshu.cashier.models.shifts import Shift
from zhongshu.estate.models import Account, Customer
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import ZERO, amount_field
from zhongshu.ledger.models import Entry


class Card(models.Model):
    """Stored value of an account, in the hand of one of its household. `balance` (yuan) is written by a trigger on
    CardMovement alone. `replaces`: the card whose balance it took over.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="cards")
    holder = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="cards")
    state = models.CharField(max_length=8, choices=choices(CARD_LABELS), default=CardState.ACTIVE)
    balance = amount_field(default=ZERO)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    state_at = models.DateTimeField()
    state_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="card_number_once"),
            models.UniqueConstraint(
                fields=["account", "holder"], name="card_live_once", condition=models.Q(state__in=LIVE_CARD)
            ),
            models.CheckConstraint(condition=models.Q(balance__gte=0), name="card_balance_not_negative"),
        ]

    def __str__(self) -> str:
        return self.number


class CardRefund(models.Model):
    """Stored value to be paid back: asked for by one person, approved by another, then paid out."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="refunds")
    amount = amount_field()
    method = models.CharField(max_length=14, choices=choices(PAYMENT_METHOD_LABELS))
    reference = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=choices(PROPOSAL_LABELS), default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=300, blank=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="card_refund_positive"),
            models.UniqueConstraint(
                fields=["card"],
                name="card_refund_one_at_a_time",
                condition=models.Q(state__in=(ProposalState.PROPOSED, ProposalState.APPROVED), paid_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["site", "state", "proposed_at"], name="card_refund_by_state")]


class CardMovement(models.Model):
    """So much went onto the card, or off it when negative. Append-only; `balance` after it is written by a trigger.

    `reference` is unique per site and kind: the same movement counts once. `entry`: how it stands in the ledger; what
    moves from a card to the one that replaces it does not touch the ledger. `payment`: the payment made with the card.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="movements", db_index=False)
    kind = models.CharField(max_length=10, choices=choices(CARD_MOVE_LABELS))
    amount = amount_field()
    balance = amount_field()
    reference = models.CharField(max_length=80)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    method = models.CharField(max_length=14, choices=choices(PAYMENT_METHOD_LABELS), blank=True)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, related_name="card_movements")
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name="card_movements", db_index=False
    )
    note = models.CharField(max_length=300, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "kind", "reference"], name="card_movement_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="card_movement_moves"),
            models.UniqueConstraint(
                fields=["payment"], name="card_paid_once", condition=models.Q(payment__isnull=False, amount__lt=0)
            ),
            models.UniqueConstraint(
                fields=["payment"], name="card_returned_once", condition=models.Q(payment__isnull=False, amount__gt=0)
            ),
            models.CheckConstraint(
                condition=models.Q(entry__isnull=False)
                | models.Q(kind__in=(CardMoveKind.MOVED_OUT, CardMoveKind.MOVED_IN)),
                name="card_movement_in_ledger",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=(CardMoveKind.PAYMENT, CardMoveKind.SPENDING, CardMoveKind.RETURN))
                | models.Q(payment__isnull=False),
                name="card_movement_of_payment",
            ),
        ]
        indexes = [models.Index(fields=["card", "-id"], name="card_movement_by_card")]
