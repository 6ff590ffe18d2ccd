"""How a case ends: called back about, answered, closed."""

from django.db import models

from zhongshu.cases.kinds import CALL_REASON_LABELS
from zhongshu.cases.lifecycle import ANSWER_LABELS
from zhongshu.cases.models.cases import Case
from zhongshu.estate.models import Customer
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices


class FollowUp(models.Model):
    """A call to make. `done_at` is set by the attempt that settles it; `reason` is a `kinds.CallReason`.

    `caller` is who is to call by the site's operating model; None: the desk. When overdue, that person (else the
    owner) is told, then the level above: once each, at the instants kept here.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    reason = models.CharField(max_length=100, choices=choices(CALL_REASON_LABELS))
    caller = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="calls_to_make")
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


class CallRefusal(models.Model):
    """Somebody does not want to be called back: respected until `until_on`. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="refusals")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True)
    phone = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    until_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["site", "phone"], name="call_refusal_by_phone")]


class RainDay(models.Model):
    """A day on which it rained at the site: customers of mended leaks are asked the day after."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    on = models.DateField()
    millimetres = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "on"], name="rain_day_once")]
