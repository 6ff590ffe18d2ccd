"""Samples of closed cases, and what the reviewers found."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from zhongshu.cases.models import Case
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import day_range
from zhongshu.quality.kinds import CONSEQUENCE_LABELS
from zhongshu.quality.models.inquiries import Inquiry


class SamplingRate(models.Model):
    """How many in a hundred closed cases are drawn, from a day on; of one site, or (null) of all that have no own."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True)
    percent = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="sampling_rate_no_overlap",
                expressions=[
                    (Coalesce("site_id", 0), RangeOperators.EQUAL),
                    (day_range(), RangeOperators.OVERLAPS),
                ],
            )
        ]


class Sample(models.Model):
    """A draw among the cases closed in `[closed_from, closed_until)`. Seed and shares suffice to draw it again."""

    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    closed_from = models.DateField()
    closed_until = models.DateField()
    seed = models.CharField(max_length=64)
    percents = models.JSONField()
    population = models.PositiveIntegerField()

    class Meta:
        ordering = ["-id"]


class SampledCase(models.Model):
    """A case of a sample. `points` by criterion (1–5), `percent` what they amount to; empty until reviewed."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="cases")
    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="samplings")
    category = models.CharField(max_length=30)
    points = models.JSONField(default=dict)
    percent = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=1000, blank=True)
    consequence = models.CharField(max_length=10, choices=choices(CONSEQUENCE_LABELS), blank=True)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, null=True, related_name="samplings")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["site", "category", "id"]
        constraints = [models.UniqueConstraint(fields=["sample", "case"], name="sampled_case_once")]
        indexes = [
            models.Index(fields=["site"], name="sampled_to_review", condition=models.Q(reviewed_at__isnull=True))
        ]
