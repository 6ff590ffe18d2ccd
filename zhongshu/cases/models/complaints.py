"""Complaints: what about and against whom, how they were judged, and what everybody who must act has shown."""

from django.db import models

from zhongshu.cases.kinds import COMPLAINT_KIND_LABELS, COMPLAINT_SUBJECT_LABELS, SEVERITY_LABELS
from zhongshu.cases.lifecycle import ANSWER_LABELS
from zhongshu.cases.models.cases import Case
from zhongshu.identity.models import Site, User
from zhongshu.identity.roles import ROLE_LABELS
from zhongshu.kernel.choices import choices
from zhongshu.people.models import Team


class Complaint(models.Model):
    """What makes a case a complaint, a suggestion or a compliment. `against` never judges it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="complaint")
    kind = models.CharField(max_length=12, choices=choices(COMPLAINT_KIND_LABELS))
    subject = models.CharField(max_length=14, choices=choices(COMPLAINT_SUBJECT_LABELS), blank=True)
    against = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="complaints")
    against_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    is_anonymous = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    judge_due_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "-at"], name="complaint_by_time"),
            models.Index(
                fields=["judge_due_at"], name="complaint_unjudged", condition=models.Q(judged_at__isnull=True)
            ),
        ]


class Judgement(models.Model):
    """One judgement, or the reversal of one (`reverses`, with its points given back). Append-only.

    In force is the last one that reverses nothing and is not reversed. `points` are negative, those of a reversal
    positive. `criteria` are words of `kinds.Criterion`.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="judgements")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    by_name = models.CharField(max_length=80)
    upheld = models.BooleanField()
    severity = models.CharField(max_length=10, choices=choices(SEVERITY_LABELS))
    points = models.SmallIntegerField()
    criteria = models.JSONField(default=list)
    note = models.CharField(max_length=500)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")

    class Meta:
        ordering = ["id"]


class ComplaintLine(models.Model):
    """What one role must show before the complaint closes: one line per role of the judgement in force.

    `holder` is who has the role; a person with two of them records once for both. `signed_by`: the next level up has
    signed that the customer is not content.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="complaint_lines")
    role = models.CharField(max_length=20, choices=choices(ROLE_LABELS))
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    explanation = models.CharField(max_length=500, blank=True)
    contact = models.CharField(max_length=500, blank=True)
    feedback = models.CharField(max_length=500, blank=True)
    answer = models.CharField(max_length=12, choices=choices(ANSWER_LABELS), blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    signed_words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "role"], name="complaint_line_once")]


class ComplaintReport(models.Model):
    """The written report on a major complaint, to the site manager with a copy to quality. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    by_name = models.CharField(max_length=80)
    text = models.TextField()
