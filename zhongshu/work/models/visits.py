"""Visits: the windows a site offers, what is booked in them, and the plan of a day."""

from django.db import models

from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.people.models import Staff, Team
from zhongshu.work.kinds import BOOKED_BY_LABELS
from zhongshu.work.models.orders import WorkOrder


class SlotWindow(models.Model):
    """A time of the day in which a team makes up to `capacity` visits, on days `[starts_on, ends_on)`."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="windows")
    opens = models.TimeField()
    closes = models.TimeField()
    capacity = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        ordering = ["team", "opens"]
        constraints = [
            models.CheckConstraint(name="slot_window_forward", condition=models.Q(closes__gt=models.F("opens")))
        ]


class VisitSlot(models.Model):
    """A visit booked in a window of a day. `released_at`: rebooked, or no longer needed."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="visits")
    window = models.ForeignKey(SlotWindow, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=choices(BOOKED_BY_LABELS))
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    released_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], name="visit_booked_once", condition=models.Q(released_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(fields=["window", "on"], name="visit_taken", condition=models.Q(released_at__isnull=True)),
            models.Index(
                fields=["starts_at"],
                name="visit_to_remind",
                condition=models.Q(released_at__isnull=True, reminded_at__isnull=True),
            ),
        ]


class PlannedVisit(models.Model):
    """Where an order stands in somebody's round of a day, as the accepted plan has it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.OneToOneField(WorkOrder, on_delete=models.CASCADE, related_name="plan")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="rounds")
    on = models.DateField()
    position = models.PositiveSmallIntegerField()
    arrive_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)

    class Meta:
        ordering = ["staff", "on", "position"]
        indexes = [models.Index(fields=["site", "on"], name="planned_by_day")]
