"""Targets, the clocks that run towards them, and the steps of escalation."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import day_range
from zhongshu.work.kinds import ESCALATION_ROLE_LABELS, STAGE_LABELS, URGENCY_LABELS
from zhongshu.work.models.orders import WorkOrder


class SlaPolicy(models.Model):
    """The targets of an urgency from a day on. The most particular row counts: a site's before the company's own
    (site null), then one that names the kind of order, then one that names the category; empty means any.

    Minutes; null: no such target. `office_hours`: minutes of the work calendar, else round the clock.
    `finish_by_midnight`: done by 24:00 of the day, but never less than `finish_minutes` (P2).
    `follow_up_same_day`: called back about by 24:00 of the day it was done, whatever `follow_up_hours` says.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True)
    kind = models.CharField(max_length=12, blank=True)
    category = models.CharField(max_length=30, blank=True)
    urgency = models.CharField(max_length=2, choices=choices(URGENCY_LABELS))
    acknowledge_minutes = models.PositiveIntegerField(null=True)
    arrive_minutes = models.PositiveIntegerField(null=True)
    finish_minutes = models.PositiveIntegerField(null=True)
    close_minutes = models.PositiveIntegerField(null=True)
    finish_by_midnight = models.BooleanField(default=False)
    follow_up_hours = models.PositiveIntegerField(default=24)
    follow_up_percent = models.PositiveSmallIntegerField(default=100)
    follow_up_same_day = models.BooleanField(default=False)
    office_hours = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="sla_policy_no_overlap",
                expressions=[
                    (Coalesce("site_id", 0), RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    ("urgency", RangeOperators.EQUAL),
                    (day_range(), RangeOperators.OVERLAPS),
                ],
            )
        ]


class SlaClock(models.Model):
    """One target of one order. Runs from `started_at`; `stopped_at` is when it was met or given up.

    While on hold `paused_at` is set and the steps not yet due are called off; resuming moves start,
    target and those steps by the pause and puts them back.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="clocks")
    stage = models.CharField(max_length=12, choices=choices(STAGE_LABELS))
    policy = models.ForeignKey(SlaPolicy, on_delete=models.PROTECT, null=True)
    started_at = models.DateTimeField()
    target_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "stage"], name="sla_clock_running_once", condition=models.Q(stopped_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(
                fields=["site", "target_at"], name="sla_clock_running", condition=models.Q(stopped_at__isnull=True)
            )
        ]


class EscalationStep(models.Model):
    """A step that is due at an instant known from the start.

    `cancelled_at`: the clock stopped or paused before it was due. What was due before that stays due, however late
    the tick comes. `told` lists the users who were told.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    clock = models.ForeignKey(SlaClock, on_delete=models.CASCADE, related_name="steps")
    percent = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=14, choices=choices(ESCALATION_ROLE_LABELS))
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    told = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "percent"], name="escalation_step_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="escalation_pending",
                condition=models.Q(fired_at__isnull=True, cancelled_at__isnull=True),
            )
        ]
