"""The table of the score: every choice a field, versioned, dated, never edited."""

from datetime import date, time
from decimal import Decimal

from django.db import models

from zhongshu.care.policies.table import arrears_tiers, bands, complaint_bands
from zhongshu.identity.models import Site, User
from zhongshu.kernel.money import amount_field


class Policy(models.Model):
    """One version of the table, in force from a day on until the next begins; of the company, or (`site`) of one site
    instead of it.

    `tiers`, `bands` and `complaint_bands` have the shapes of `policies.table`. `complaint_life` and `arrears_life`:
    months an entry counts (null: for ever). `answer_days`: within which a task is to be done.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField()
    starts_on = models.DateField(default=date(2000, 1, 1))
    initial_score = models.SmallIntegerField(default=100)
    tiers = models.JSONField(default=arrears_tiers)
    bands = models.JSONField(default=bands)
    complaint_bands = models.JSONField(default=complaint_bands)
    ignore_below = amount_field(default=Decimal("1.00"))
    grace_days = models.PositiveSmallIntegerField(default=30)
    repeat_deducts = models.BooleanField(default=True)
    dispute_hold = models.BooleanField(default=True)
    dispute_hold_days = models.PositiveSmallIntegerField(default=60)
    complaint_life = models.PositiveSmallIntegerField(default=12, null=True)
    arrears_life = models.PositiveSmallIntegerField(default=12, null=True)
    prepaid_points = models.SmallIntegerField(default=20)
    prepaid_months = models.PositiveSmallIntegerField(default=12)
    legal_repeat_days = models.PositiveSmallIntegerField(default=60)
    opening_per_keeper_day = models.PositiveSmallIntegerField(default=5)
    improvement_days = models.PositiveSmallIntegerField(default=7)
    answer_days = models.PositiveSmallIntegerField(default=7)
    evaluate_at = models.TimeField(default=time(6, 0))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "version"], name="care_policy_version", nulls_distinct=False),
            models.UniqueConstraint(fields=["site", "starts_on"], name="care_policy_start", nulls_distinct=False),
        ]


class BackTest(models.Model):
    """What a table would have done to the months `[from_on, to_on)`, beside the one in force.

    Nothing else is written. `choices`: what differs from the table in force, by the names of `Policy`. `result`:
    written by the job; its shape is that of `engine.back_test`.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    choices = models.JSONField(default=dict)
    from_on = models.DateField()
    to_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True)
