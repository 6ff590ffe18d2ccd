"""How a case ends: called back about, answered, closed."""

from django.db import models

from zhongshu.cases.kinds import CALL_REASON_LABELS
from zhongshu.cases.lifecycle import ANSWER_LABELS
from zhongshu.cases.models.cases import Case
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices


class FollowUp(models.Model):
    """A call to make. `done_at` is set by the attempt that settles it; `reason` is a `kinds.CallReason`.

    When overdue, the owner is told, then the level above: once each, at the instants kept here.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    reason = models.CharField(max_length=100, choices=choices(CALL_REASON_LABELS))
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    overdue_told_at = models.DateTimeField(null=True)
    overdue_lead_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="follow_up_open_once", condition=models.Q(done_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(fields=["site", "due_at"], name="follow_up_due", condition=models.Q(done_at__isnull=True))
        ]


class FollowUpAttempt(models.Model):
    """One try: the answer, a score of 1–5 and the words. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    answer = models.CharField(max_length=12, choices=choices(ANSWER_LABELS))
    score = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=500, blank=True)


class CaseClosure(models.Model):
    """A closed case has a closure; reopening leaves it standing and a later closure follows. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closures")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=12, choices=choices(ANSWER_LABELS), blank=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
