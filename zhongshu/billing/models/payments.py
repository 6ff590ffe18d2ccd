"""Money received and money paid back. Append-only; the database keeps what is not yet allocated."""

from django.db import models

from zhongshu.billing.kinds import OUTFLOW_LABELS, PAYMENT_METHOD_LABELS
from zhongshu.billing.lifecycle import PROPOSAL_LABELS, ProposalState
from zhongshu.billing.models.items import ChargeItem
from zhongshu.estate.models import Account, Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import amount_field
from zhongshu.ledger.models import Entry


class Payment(models.Model):
    """Money received for an account on a day. `reference` is unique per site and method: the same money counts once.

    `unallocated` (written by triggers on Allocation and Outflow alone) is account credit; the account's credit is the
    sum of it over its payments, drawn oldest first. `item`: the payer's wish that it be kept for one charge item.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payments")
    amount = amount_field()
    method = models.CharField(max_length=14, choices=choices(PAYMENT_METHOD_LABELS))
    reference = models.CharField(max_length=80)
    received_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    payer_name = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)
    item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, null=True, related_name="+")
    unallocated = amount_field()
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "method", "reference"], name="payment_reference_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, unallocated__gte=0, unallocated__lte=models.F("amount")),
                name="payment_unallocated_within_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "-received_on", "-id"], name="payment_by_day"),
            models.Index(fields=["site", "account"], name="payment_credit", condition=models.Q(unallocated__gt=0)),
        ]


class Refund(models.Model):
    """Account credit to be paid back: asked for by one person, approved by another, then paid out (Outflow rows)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="refunds")
    amount = amount_field()
    method = models.CharField(max_length=14, choices=choices(PAYMENT_METHOD_LABELS))
    reference = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    on = models.DateField()
    state = models.CharField(max_length=10, choices=choices(PROPOSAL_LABELS), default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "method", "reference"], name="refund_reference_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_positive"),
        ]


class Outflow(models.Model):
    """Money of a payment that left again: it bounced, or was refunded. A trigger takes it from Payment.unallocated."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="outflows")
    kind = models.CharField(max_length=8, choices=choices(OUTFLOW_LABELS))
    amount = amount_field()
    on = models.DateField()
    recorded_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="outflows")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="outflow_positive"),
            models.UniqueConstraint(fields=["payment"], name="bounced_once", condition=models.Q(kind="bounce")),
        ]


class Prepayment(models.Model):
    """So many whole months of an item paid ahead at an agreed price: `paid_amount` for `list_amount`.

    The money is the payment's credit, kept for the item; each month's charge draws its share (largest remainder) and is
    relieved of the rest as a discount. Ended early (`ended_on`), the months not served go back pro rata of what was
    paid: 12 months for 2,391.49, 8 served: 797.16.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="prepayments")
    place = models.ForeignKey(Place, on_delete=models.PROTECT)
    item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, related_name="+")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="prepayment")
    starts_on = models.DateField()
    ends_on = models.DateField()
    months = models.PositiveSmallIntegerField()
    list_amount = amount_field()
    paid_amount = amount_field()
    ended_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["site", "account", "starts_on"], name="prepayment_by_account")]
