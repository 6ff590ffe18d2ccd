"""What is owed, and what cleared it. Charges and allocations are append-only; the database keeps the open amounts."""

from decimal import Decimal

from django.db import models

from zhongshu.billing.kinds import PAYER_LABELS, RELIEF_LABELS, Payer
from zhongshu.billing.lifecycle import PROPOSAL_LABELS, ProposalState
from zhongshu.billing.models.items import ChargeItem, Tariff
from zhongshu.billing.models.payments import Payment
from zhongshu.billing.models.runs import BillRun
from zhongshu.estate.models import Account, Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import amount_field, rate_field
from zhongshu.ledger.models import Entry


class Charge(models.Model):
    """One line owed by an account for `[period_start, period_end)` of an item. Never edited, never deleted.

    `amount` includes VAT (`vat_amount` of it). `quantity × unit_price` and `detail` (formula, inputs, tiers, days,
    share of a common cost …) tell how it came about. `source_id`: the meter, contract, shared cost or charge (of a
    late fee) it comes from; 0 for none. `revision` counts the charges of the same key that were reversed before.
    `open_amount` is written by a trigger on Allocation alone. Late fees are charges of their own: `late_fee_of`.

    Rows arrive by the million in one statement that reads account, place, item and tariff itself: foreign keys to them
    are not checked again by the database (docs/adr on foreign keys of charges).
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="charges"
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False)
    item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False)
    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    source_id = models.BigIntegerField(default=0)
    late_fee_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, db_index=False, related_name="late_fees"
    )
    revision = models.PositiveSmallIntegerField(default=0)
    period_start = models.DateField()
    period_end = models.DateField()
    due_on = models.DateField()
    issued_on = models.DateField()
    recorded_at = models.DateTimeField()
    quantity = rate_field()
    unit_price = rate_field()
    amount = amount_field()
    vat_rate = rate_field(default=Decimal(0))
    vat_amount = amount_field(default=Decimal(0))
    late_fee_rate = rate_field(default=Decimal(0))
    payer = models.CharField(max_length=10, choices=choices(PAYER_LABELS), default=Payer.OWNER)
    open_amount = amount_field()
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "item", "period_start", "account", "place", "source_id", "revision"],
                name="charge_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, open_amount__gte=0, open_amount__lte=models.F("amount")),
                name="charge_open_within_amount",
            ),
            models.CheckConstraint(condition=models.Q(period_end__gt=models.F("period_start")), name="charge_period"),
        ]
        indexes = [
            models.Index(fields=["site", "account", "due_on"], name="charge_by_account"),
            models.Index(fields=["site", "account"], name="charge_open", condition=models.Q(open_amount__gt=0)),
            models.Index(
                fields=["site", "due_on"],
                include=["account", "place", "item", "open_amount", "late_fee_of"],
                name="charge_open_by_day",
                condition=models.Q(open_amount__gt=0),
            ),
            models.Index(
                fields=["late_fee_of"], name="charge_late_fees", condition=models.Q(late_fee_of__isnull=False)
            ),
        ]


class Relief(models.Model):
    """A charge cleared without money: reversed as wrong, waived, written off, discounted. Only the approved ones count.

    `amount` of the charge's open amount. Waivers and write-offs are decided by another person than the proposer.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="reliefs")
    kind = models.CharField(max_length=10, choices=choices(RELIEF_LABELS))
    amount = amount_field()
    reason = models.CharField(max_length=300)
    on = models.DateField()
    state = models.CharField(max_length=10, choices=choices(PROPOSAL_LABELS), default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=300, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="relief_positive"),
            models.UniqueConstraint(
                fields=["charge"], name="charge_reversed_once", condition=models.Q(kind="reversal", state="approved")
            ),
        ]
        indexes = [models.Index(fields=["site", "state", "proposed_at"], name="relief_by_state")]


class Allocation(models.Model):
    """So much of a payment, or of a relief, cleared so much of a charge. Negative: it is undone (`undoes`).

    `on`: the day it counts from (money: the day received, or the day credit was drawn). `order_used`: which rule put
    it here, as it stands on the receipt: `wish`, `contract`, `law`, `credit`, `prepayment`.
    A trigger keeps Charge.open_amount and Payment.unallocated, and refuses money of one account on another's charge.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="allocations")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="allocations")
    relief = models.ForeignKey(Relief, on_delete=models.PROTECT, null=True, related_name="allocations")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone")
    amount = amount_field()
    on = models.DateField()
    recorded_at = models.DateTimeField()
    order_used = models.CharField(max_length=12, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(payment__isnull=True, relief__isnull=False)
                | models.Q(payment__isnull=False, relief__isnull=True),
                name="allocation_from_one",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, undoes__isnull=True) | models.Q(amount__lt=0, undoes__isnull=False),
                name="allocation_sign",
            ),
        ]
        indexes = [models.Index(fields=["site", "on"], include=["charge", "amount"], name="allocation_by_day")]


class Dispute(models.Model):
    """A charge is disputed from a day on: its late fee stands still where the site's policy says so."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="disputes")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.CharField(max_length=300)
    case_number = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["site", "ends_on"], name="dispute_by_end")]
