"""Contracts of the diversified operations: advertising, rent of premises, kiosks."""

from django.db import models

from zhongshu.billing.kinds import CONTRACT_KIND_LABELS, CYCLE_LABELS, Cycle
from zhongshu.billing.lifecycle import CONTRACT_STATE_LABELS, ContractState
from zhongshu.billing.models.items import ChargeItem
from zhongshu.estate.models import Account, Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import amount_field


class Contract(models.Model):
    """`account`: the counterparty's (an account of kind business). The term is half-open, charged by `cycle`."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=choices(CONTRACT_KIND_LABELS))
    title = models.CharField(max_length=120)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="contracts")
    item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, related_name="contracts")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    cycle = models.CharField(max_length=10, choices=choices(CYCLE_LABELS), default=Cycle.MONTH)
    warn_days = models.PositiveSmallIntegerField(default=60)
    warned_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=choices(CONTRACT_STATE_LABELS), default=ContractState.ACTIVE)
    ended_on = models.DateField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="contract_number_once"),
            models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="contract_term"),
        ]
        indexes = [models.Index(fields=["site", "state", "ends_on"], name="contract_by_end")]


class ContractStep(models.Model):
    """The month's amount from a day on, until the next step."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="steps")
    starts_on = models.DateField()
    monthly_amount = amount_field()

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "starts_on"], name="contract_step_once"),
            models.CheckConstraint(condition=models.Q(monthly_amount__gte=0), name="contract_step_not_negative"),
        ]
