"""Incidents: one outage or works for many, with one notice, one repair, and everybody answered."""

from django.db import models

from zhongshu.cases.kinds import ANSWER_WAY_LABELS, NOTICE_KIND_LABELS
from zhongshu.cases.lifecycle import INCIDENT_STATE_LABELS
from zhongshu.cases.models.cases import Case
from zhongshu.estate.models import Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.work.kinds import URGENCY_LABELS
from zhongshu.work.models import WorkOrder


class Incident(models.Model):
    """`place` and all below it are affected (None: the whole site). `order` is the one repair, if it is ours.

    Planned works have a period; they run from `planned_from` on. `overdue_told_at`: the owner heard that the period
    is over and nobody has said that all is well again.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=60)
    category = models.CharField(max_length=30)
    urgency = models.CharField(max_length=2, choices=choices(URGENCY_LABELS))
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True)
    order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, null=True, related_name="incident")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="owned_incidents")
    state = models.CharField(max_length=10, choices=choices(INCIDENT_STATE_LABELS))
    planned_from = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    restored_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    overdue_told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "-opened_at"], name="incident_by_time"),
            models.Index(fields=["site"], name="incident_open", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.number


class IncidentNotice(models.Model):
    """What was told to everybody affected: `text` was sent, `spoken` can be read out. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=choices(NOTICE_KIND_LABELS))
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    text = models.CharField(max_length=500)
    spoken = models.CharField(max_length=500)
    customer_count = models.PositiveIntegerField()


class IncidentAnswer(models.Model):
    """The tick: whoever reported this case was told that it is over. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="answers")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="incident_answers")
    way = models.CharField(max_length=10, choices=choices(ANSWER_WAY_LABELS))
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "case"], name="incident_answer_once")]
