"""Deposits that are given back, whole or less what is deducted."""

from django.db import models

from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS
from zhongshu.billing.models import Charge, Payment
from zhongshu.cashier.lifecycle import RELEASE_LABELS, ReleaseState
from zhongshu.cashier.models.shifts import Shift
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import ZERO, amount_field
from zhongshu.ledger.models import Entry


class DepositRelease(models.Model):
    """What is given back of a paid deposit (`charge`), asked for by one person and approved by another.

    `amount` leaves the deposit: `deducted` of it pays charges of the account, the rest goes back to the payer.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="releases")
    amount = amount_field()
    deducted = amount_field(default=ZERO)
    method = models.CharField(max_length=14, choices=choices(PAYMENT_METHOD_LABELS))
    reference = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=choices(RELEASE_LABELS), default=ReleaseState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=300, blank=True)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, related_name="releases")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, deducted__gte=0, deducted__lte=models.F("amount")),
                name="release_within_amount",
            )
        ]
        indexes = [models.Index(fields=["site", "state", "proposed_at"], name="release_by_state")]


class Deduction(models.Model):
    """So much of a deposit is kept, and for what: a charge is made of it and paid at once."""

    release = models.ForeignKey(DepositRelease, on_delete=models.PROTECT, related_name="deductions")
    item_code = models.CharField(max_length=20)
    amount = amount_field()
    reason = models.CharField(max_length=300)
    charge = models.OneToOneField(Charge, on_delete=models.PROTECT, null=True, related_name="deduction")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="deduction")
