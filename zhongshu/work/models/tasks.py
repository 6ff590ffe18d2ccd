"""Work given by managers and head office (交办), tracked to its end."""

from django.db import models

from zhongshu.identity.models import Site, User
from zhongshu.work.models.orders import WorkOrder


class TaskTerms(models.Model):
    """Until when a task is due and how often its giver wants to hear of it. `report_due_at`: the next report."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.OneToOneField(WorkOrder, on_delete=models.CASCADE, related_name="terms")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT)
    due_at = models.DateTimeField(null=True)
    report_hours = models.PositiveSmallIntegerField(null=True)
    report_due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["report_due_at"], name="task_report_due", condition=models.Q(report_due_at__isnull=False)
            )
        ]


class ProgressReport(models.Model):
    """How far a task is, in the words of who does it. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    by_name = models.CharField(max_length=80)
    percent = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="progress_percent", condition=models.Q(percent__gte=0, percent__lte=100))
        ]
