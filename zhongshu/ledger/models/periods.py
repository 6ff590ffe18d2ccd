"""Months that are closed."""

from django.db import models
from django.db.models import F, Q

from zhongshu.identity.models import Site, User


class Period(models.Model):
    """The closing of a site's month: everything up to its last day takes no entry any more.

    Append-only but for one thing: it may be reopened, once, by somebody else, with a reason. Closed again it gets a row
    of its own, so these rows are the history too. `month` is the month's first day.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_by_name = models.CharField(max_length=80)
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reopened_by_name = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-month", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "month"], name="ledger_period_closed_once", condition=Q(reopened_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="ledger_period_is_a_month"),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reason="") | (Q(reopened_at__isnull=False) & ~Q(reason="")),
                name="ledger_period_reopened_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(reopened_by__isnull=True) | ~Q(reopened_by=F("closed_by")),
                name="ledger_period_reopened_by_another",
            ),
        ]
