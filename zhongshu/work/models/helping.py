"""Mutual aid: colleagues of other teams asked for help, and the time they gave."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.people.models import Staff, Team
from zhongshu.work.kinds import AID_STATE_LABELS
from zhongshu.work.models.orders import WorkOrder


class AidRequest(models.Model):
    """Somebody of another team asked to help with an order."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="aid_requests")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="aid_requests")
    state = models.CharField(max_length=10, choices=choices(AID_STATE_LABELS))
    note = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "staff"],
                name="aid_asked_once",
                condition=models.Q(state__in=["asked", "accepted"]),
            )
        ]


class AidSpell(models.Model):
    """Time somebody gave to another team's order, `[joined_at, left_at)`; nobody helps in two places at once.

    `from_team` is the helper's own team then. `minutes` is credited to the helper when they leave.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="aid_spells")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="aid_spells")
    from_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [
            ExclusionConstraint(
                name="aid_no_overlap",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    (
                        models.Func("joined_at", "left_at", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                name="aid_forward",
                condition=models.Q(left_at__isnull=True) | models.Q(left_at__gte=models.F("joined_at")),
            ),
        ]
        indexes = [models.Index(fields=["site", "joined_at"], name="aid_by_time")]
