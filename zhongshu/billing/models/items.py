"""What is charged, at which price, for which places, and how the site settles debts."""

from decimal import Decimal

from django.db import models

from zhongshu.billing.kinds import (
    BILLING_MODE_LABELS,
    CYCLE_LABELS,
    METHOD_LABELS,
    PAYER_LABELS,
    SETTLE_ORDER_LABELS,
    TIMING_LABELS,
    BillingMode,
    Cycle,
    Payer,
    SettleOrder,
    Timing,
)
from zhongshu.billing.lifecycle import PROPOSAL_LABELS, ProposalState
from zhongshu.estate.models import Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import rate_field
from zhongshu.kernel.periods import no_overlap
from zhongshu.ledger.kinds import FUND_LABELS, Fund


class ChargeItem(models.Model):
    """A charge item. `is_everywhere`: every place of `place_kinds` and (units) `usages` is charged unless an ItemTerm
    exempts it; otherwise only places with an ItemTerm. Empty lists: units, whatever their usage.

    Due: in the first month of the period (advance) or its last (arrears), `due_months` later, on `due_day` (31: the
    month's last day). `is_prorated`: broken months by day. `is_recurring`: counts as service for months in arrears.
    `security`: how well secured the debt is (民法典 560: the least secured first).
    """  # matter

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    fund = models.CharField(max_length=20, choices=choices(FUND_LABELS), default=Fund.OPERATING)
    method = models.CharField(max_length=10, choices=choices(METHOD_LABELS))
    cycle = models.CharField(max_length=10, choices=choices(CYCLE_LABELS), default=Cycle.MONTH)
    timing = models.CharField(max_length=8, choices=choices(TIMING_LABELS), default=Timing.ADVANCE)
    due_months = models.PositiveSmallIntegerField(default=0)
    due_day = models.PositiveSmallIntegerField(default=31)
    is_prorated = models.BooleanField(default=True)
    is_recurring = models.BooleanField(default=True)
    is_everywhere = models.BooleanField(default=True)
    place_kinds = models.JSONField(default=list)
    usages = models.JSONField(default=list)
    payer = models.CharField(max_length=10, choices=choices(PAYER_LABELS), default=Payer.OWNER)
    security = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["site", "code"]
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="charge_item_code_once")]

    def __str__(self) -> str:
        return self.name


class Tariff(models.Model):
    """The price of an item from a day on (half-open); proposed by one person, approved by another, then never changed.

    `unit_price` yuan per m², unit of usage or period (a month's amount for fixed); `formula` for Method.FORMULA as
    typed; `tiers` for meters: `[{"up_to": "180", "price": "0.56"}, …, {"up_to": null, "price": "0.86"}]`, usage
    counted from the start of `tier_cycle`. `late_fee_rate` per day (0.0005 is 0.5‰), `vacant_factor` of the price for
    a vacant unit, `vat_rate` included in the price.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, related_name="tariffs")
    version = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    unit_price = rate_field(default=Decimal(0))
    formula = models.CharField(max_length=400, blank=True)
    tiers = models.JSONField(default=list)
    tier_cycle = models.CharField(max_length=10, choices=choices(CYCLE_LABELS), default=Cycle.YEAR)
    late_fee_rate = rate_field(default=Decimal(0))
    vacant_factor = rate_field(default=Decimal(1))
    vat_rate = rate_field(default=Decimal(0))
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=choices(PROPOSAL_LABELS), default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["item", "version"]
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="tariff_version_once"),
            no_overlap("tariff_no_overlap", "item", condition=models.Q(state=ProposalState.APPROVED)),
        ]


class ItemTerm(models.Model):
    """What holds for one place and one item from a day on: charged at all, own price, coefficient, quantity, payer."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, related_name="terms")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="item_terms")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    is_exempt = models.BooleanField(default=False)
    unit_price = rate_field(null=True)
    coefficient = rate_field(default=Decimal(1))
    quantity = rate_field(null=True)
    surcharge = rate_field(default=Decimal(0))
    payer = models.CharField(max_length=10, choices=choices(PAYER_LABELS), blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [no_overlap("item_term_no_overlap", "item", "place")]


class BillingPolicy(models.Model):
    """How a site settles debts, from a day on. Without a row the defaults below hold.

    `contract_order`: codes of items in the order the contract names; empty: the law's (民法典 560).
    `lpr`: the yearly loan prime rate; a late-fee rate above four times it is warned about (民法典 585).
    """  # matter

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    mode = models.CharField(max_length=14, choices=choices(BILLING_MODE_LABELS), default=BillingMode.LUMP_SUM)
    settle_order = models.CharField(
        max_length=16, choices=choices(SETTLE_ORDER_LABELS), default=SettleOrder.PRINCIPAL_FIRST
    )
    contract_order = models.JSONField(default=list)
    freezes_disputed = models.BooleanField(default=True)
    prepay_most_months = models.PositiveSmallIntegerField(default=12)
    prepay_discount = rate_field(default=Decimal(1))
    lpr = rate_field(default=Decimal("0.030"))

    class Meta:
        constraints = [no_overlap("billing_policy_no_overlap", "site")]
