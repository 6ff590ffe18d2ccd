"""Telephone calls as the telephone system tells of them, and callers who are owed a call."""

from django.db import models

from zhongshu.cases.models import Case
from zhongshu.channels.kinds import CALL_STATE_LABELS, OUTCOME_LABELS, CallEvent, CallState
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.people.models import Staff


class Extension(models.Model):
    """Who sits at an extension."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    number = models.CharField(max_length=20)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="extensions")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="extension_once")]

    def __str__(self) -> str:
        return self.number


class CallBack(models.Model):
    """A caller who found the line engaged, or whom nobody answered: owed a call. One per number while it is open.

    `outcome` is empty until `done_at`. `overdue_told_at`: when those above were told that nobody had called.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    number = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=choices(OUTCOME_LABELS), blank=True)
    overdue_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "number"], name="call_back_open_once", condition=models.Q(done_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(fields=["site", "due_at"], name="call_back_due", condition=models.Q(done_at__isnull=True))
        ]


class Call(models.Model):
    """An incoming call. All columns but `case` and `call_back` follow from what was told (`policies.calls`)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    call_id = models.CharField(max_length=80)
    number = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=8, choices=choices(CALL_STATE_LABELS), default=CallState.RINGING)
    extension = models.CharField(max_length=20, blank=True)
    agent = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="calls")
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    recording_url = models.CharField(max_length=500, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="calls")
    call_back = models.ForeignKey(CallBack, on_delete=models.PROTECT, null=True, related_name="calls")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "call_id"], name="call_once")]
        indexes = [
            models.Index(fields=["site", "-started_at"], name="call_by_time"),
            models.Index(fields=["site", "number", "-started_at"], name="call_by_number"),
            models.Index(fields=["agent", "-answered_at"], name="call_by_agent"),
        ]

    def __str__(self) -> str:
        return self.call_id


class CallTold(models.Model):
    """What the telephone system told, once per call, event and extension. Append-only."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="told")
    event = models.CharField(max_length=10, choices=[(str(event), event) for event in CallEvent])
    extension = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "event", "extension"], name="call_told_once")]


class CallBackTry(models.Model):
    """One try to reach the caller. Append-only."""

    call_back = models.ForeignKey(CallBack, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    outcome = models.CharField(max_length=12, choices=choices(OUTCOME_LABELS))
    words = models.CharField(max_length=500, blank=True)
