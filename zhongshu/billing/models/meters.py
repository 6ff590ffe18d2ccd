"""Meters, their readings, and costs shared by many."""

from decimal import Decimal

from django.db import models

from zhongshu.billing.kinds import READING_SOURCE_LABELS, SHARING_BASIS_LABELS
from zhongshu.billing.lifecycle import SHARED_COST_LABELS, SharedCostState
from zhongshu.billing.models.items import ChargeItem
from zhongshu.estate.models import Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import amount_field, rate_field


class Meter(models.Model):
    """A meter at a place, from the day it was fitted until (exclusive) the day it was taken off.

    It shows `digits` whole digits and rolls over to zero; `multiplier` turns its count into units of usage.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="meters")
    item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, related_name="meters")
    number = models.CharField(max_length=40)
    digits = models.PositiveSmallIntegerField(default=5)
    multiplier = rate_field(default=Decimal(1))
    starts_on = models.DateField()
    start_value = rate_field()
    ends_on = models.DateField(null=True)
    end_value = rate_field(null=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "item", "number"], name="meter_number_once")]
        indexes = [models.Index(fields=["site", "place"], name="meter_by_place")]


class Reading(models.Model):
    """What a meter showed on a day. Never edited: a wrong one is reversed by naming it (`reversed_at`), then read anew.

    `usage` since the reading before, in units of usage; `has_rolled_over`: the meter passed its last digit in between.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="readings")
    read_on = models.DateField()
    value = rate_field()
    usage = rate_field()
    has_rolled_over = models.BooleanField(default=False)
    source = models.CharField(max_length=10, choices=choices(READING_SOURCE_LABELS))
    photo = models.FileField(upload_to="readings/%Y/%m/", blank=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reversal_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meter", "read_on"], name="reading_once_a_day", condition=models.Q(reversed_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["site", "read_on"], name="reading_by_day")]


class SharedCost(models.Model):
    """A cost of common parts (公摊) below `place` for a period, shared by its units on a basis.

    `floor_factors` for that basis: `[{"from": 1, "factor": "0"}, {"from": 2, "factor": "0.8"}, …]`, ascending.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, related_name="shared_costs")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    basis = models.CharField(max_length=14, choices=choices(SHARING_BASIS_LABELS))
    quantity = rate_field(null=True)
    unit_price = rate_field(null=True)
    amount = amount_field()
    floor_factors = models.JSONField(default=list)
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=choices(SHARED_COST_LABELS), default=SharedCostState.READY)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "item", "place", "period_start"],
                name="shared_cost_once",
                condition=~models.Q(state=SharedCostState.CANCELLED),
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="shared_cost_positive"),
        ]


class SharedShare(models.Model):
    """What of a shared cost falls to a unit: `weight` on the cost's basis, `amount` yuan. Decided once, when split."""

    cost = models.ForeignKey(SharedCost, on_delete=models.PROTECT, related_name="shares", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    weight = rate_field()
    amount = amount_field()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cost", "place"], name="shared_share_once")]
