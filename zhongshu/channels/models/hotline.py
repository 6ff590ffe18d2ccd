"""Order sheets of the 12345 hotline: the city's clock, what was answered, objected to, and said of us."""

from django.db import models

from zhongshu.cases.models import Case
from zhongshu.channels.kinds import (
    GROUNDS_LABELS,
    HOTLINE_KIND_LABELS,
    HOTLINE_STAGE_LABELS,
    HOTLINE_STATE_LABELS,
    RULING_LABELS,
    SATISFACTION_LABELS,
)
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices


class HotlineSheet(models.Model):
    """One order sheet and its case. `repeats` counts how often the hotline pressed (催办).

    `is_solved` and `satisfaction` are what the hotline heard when it asked the caller; null and empty before.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=choices(HOTLINE_KIND_LABELS))
    state = models.CharField(max_length=8, choices=choices(HOTLINE_STATE_LABELS))
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="hotline_sheet")
    transferred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    sign_due_at = models.DateTimeField()
    contact_due_at = models.DateTimeField()
    reply_due_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    repeats = models.PositiveSmallIntegerField(default=0)
    is_solved = models.BooleanField(null=True)
    satisfaction = models.CharField(max_length=12, choices=choices(SATISFACTION_LABELS), blank=True)
    result_words = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="hotline_sheet_once")]
        indexes = [models.Index(fields=["site", "state", "reply_due_at"], name="hotline_by_due")]

    def __str__(self) -> str:
        return self.number


class HotlineRepeat(models.Model):
    """The same number with another text. Append-only; `digest` is of the text."""

    sheet = models.ForeignKey(HotlineSheet, on_delete=models.PROTECT, related_name="pressed")
    text = models.TextField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "digest"], name="hotline_repeat_once")]


class HotlineReply(models.Model):
    """A reply written for the hotline, and what the manager said to it. One waits at a time."""

    sheet = models.ForeignKey(HotlineSheet, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ruled_at = models.DateTimeField(null=True)
    ruled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_approved = models.BooleanField(null=True)
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], name="hotline_reply_waits_once", condition=models.Q(ruled_at__isnull=True)
            )
        ]


class HotlineObjection(models.Model):
    """We say that the sheet is not ours, and the hotline rules. One waits at a time."""

    sheet = models.ForeignKey(HotlineSheet, on_delete=models.PROTECT, related_name="objections")
    grounds = models.CharField(max_length=14, choices=choices(GROUNDS_LABELS))
    words = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ruling = models.CharField(max_length=8, choices=choices(RULING_LABELS), blank=True)
    ruled_at = models.DateTimeField(null=True)
    ruling_words = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], name="hotline_objection_waits_once", condition=models.Q(ruled_at__isnull=True)
            )
        ]


class HotlineAlert(models.Model):
    """A step of the clock, known from the start. `cancelled_at`: the stage was done before it was due."""

    sheet = models.ForeignKey(HotlineSheet, on_delete=models.CASCADE, related_name="alerts")
    stage = models.CharField(max_length=8, choices=choices(HOTLINE_STAGE_LABELS))
    percent = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "stage", "percent"], name="hotline_alert_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="hotline_alert_pending",
                condition=models.Q(fired_at__isnull=True, cancelled_at__isnull=True),
            )
        ]
