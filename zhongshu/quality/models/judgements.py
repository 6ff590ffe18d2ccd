"""Samples of judgements of complaints, and what the department thinks of them."""

from django.db import models

from zhongshu.cases.models import Judgement
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.quality.kinds import VERDICT_LABELS


class JudgementSample(models.Model):
    """A draw among the judgements made at a site in a month (its first day), a share of each judge's. Seed and share
    suffice to draw it again: judgements are append-only.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    seed = models.CharField(max_length=64)
    percent = models.PositiveSmallIntegerField()
    population = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "month"], name="judgements_drawn_once")]


class SampledJudgement(models.Model):
    """A judgement of a sample. `verdict` is empty until somebody of the department has looked at it; `revision`: the
    judgement that took its place.
    """

    sample = models.ForeignKey(JudgementSample, on_delete=models.PROTECT, related_name="judgements")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    judgement = models.OneToOneField(Judgement, on_delete=models.PROTECT, related_name="sampling")
    verdict = models.CharField(max_length=10, choices=choices(VERDICT_LABELS), blank=True)
    words = models.CharField(max_length=500, blank=True)
    revision = models.ForeignKey(Judgement, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["id"]
