"""A call for help, who was called and came, and the log that cannot be changed afterwards."""

from datetime import UTC

from django.db import models

from zhongshu.cases.models import Case
from zhongshu.estate.models import Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.scene.kinds import DANGER_LABELS, ENTRY_LABELS, WHY_LABELS
from zhongshu.scene.lifecycle import OPEN, STATE_LABELS
from zhongshu.work.models import WorkOrder


class Assistance(models.Model):
    """A call for help (支援求助). `key` is the sender's own, so that a telephone without a line may send it again.

    `target_at`: by when back-up should be there; `arrived_at`: when the first was. `next_call_at`: when the call goes
    wider; null once somebody has accepted. Written by the app's actions alone.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    number = models.CharField(max_length=40, unique=True)
    danger = models.CharField(max_length=10, choices=choices(DANGER_LABELS))
    words = models.CharField(max_length=500, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, null=True, related_name="assistances")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="assistances")
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assistances")
    raised_at = models.DateTimeField()
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=choices(STATE_LABELS))
    round = models.PositiveSmallIntegerField(default=1)
    target_at = models.DateTimeField()
    next_call_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    harmed_name = models.CharField(max_length=40, blank=True)
    harmed = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="harmed_in")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["raised_by", "key"], name="assistance_key_once"),
            models.UniqueConstraint(
                fields=["raised_by"],
                name="assistance_open_once",
                condition=models.Q(state__in=sorted(state.value for state in OPEN)),
            ),
        ]
        indexes = [
            models.Index(fields=["site", "-raised_at"], name="assistance_by_time"),
            models.Index(
                fields=["next_call_at"], name="assistance_to_widen", condition=models.Q(next_call_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Helper(models.Model):
    """Somebody who was called, or came by themselves, and what they answered. `place` in the ranking of its round."""

    assistance = models.ForeignKey(Assistance, on_delete=models.PROTECT, related_name="helpers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="helps")
    why = models.CharField(max_length=14, choices=choices(WHY_LABELS))
    round = models.PositiveSmallIntegerField()
    called_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["assistance", "user"], name="helper_once")]


class Entry(models.Model):
    """A line of the log: what happened, evidence, police. Append-only; `hash` chains it to the line before.

    `nth` counts the lines of one call from 1. `facts` are further words by name (a witness's name and number, the
    police report's number …). Of a photo `original` is what the telephone sent and `file` what pages show; of a sound
    recording both are one. `sha256` is that of what was sent.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    assistance = models.ForeignKey(Assistance, on_delete=models.PROTECT, related_name="entries")
    nth = models.PositiveIntegerField()
    kind = models.CharField(max_length=14, choices=choices(ENTRY_LABELS))
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    by_name = models.CharField(max_length=80)
    text = models.CharField(max_length=2000, blank=True)
    facts = models.JSONField(default=dict)
    file = models.FileField(upload_to="scene/%Y/%m/", blank=True)
    original = models.FileField(upload_to="scene/%Y/%m/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["nth"]
        constraints = [
            models.UniqueConstraint(fields=["assistance", "nth"], name="scene_entry_nth_once"),
            models.UniqueConstraint(
                fields=["assistance", "sha256"], name="scene_file_once", condition=~models.Q(sha256="")
            ),
        ]

    @property
    def said(self) -> dict[str, str]:
        """What the hash covers."""
        at = self.at.astimezone(UTC).isoformat()
        plain = {"nth": str(self.nth), "kind": str(self.kind), "at": at, "by": self.by_name}
        return plain | {"text": self.text, "sha256": self.sha256} | {f"facts.{k}": v for k, v in self.facts.items()}


class Report(models.Model):
    """The written report; what comes to light later is a supplement, a report of its own. Append-only.

    `body` is written from the log; `conclusion` and `measures` are the manager's words. `last_hash`: of the log as the
    report found it.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    assistance = models.ForeignKey(Assistance, on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    by_name = models.CharField(max_length=80)
    body = models.TextField()
    conclusion = models.CharField(max_length=2000)
    measures = models.CharField(max_length=2000)
    last_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
