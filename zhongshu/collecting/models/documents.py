"""The words of documents, who may sign as a lawyer, and what is printed together."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from zhongshu.collecting.kinds import DOCUMENT_LABELS, PRINT_SUBJECT_LABELS
from zhongshu.collecting.lifecycle import PRINT_LABELS, PrintState
from zhongshu.identity.models import Company, Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import day_range, no_overlap


class DunningTemplate(models.Model):
    """The words of one kind of document from a day on; of a site, or (null) of the company's sites without their own.

    Plain text with placeholders such as {户名}; never executed. A version that has begun is never changed.
    """  # matter

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=choices(DOCUMENT_LABELS))
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=60)
    text = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "site", "kind", "version"], name="dunning_template_once", nulls_distinct=False
            ),
            ExclusionConstraint(
                name="dunning_template_no_overlap",
                expressions=[
                    ("company", RangeOperators.EQUAL),
                    (Coalesce("site_id", 0), RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (day_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Lawyer(models.Model):
    """Who may sign lawyer's letters for a site, from–to: a licensed lawyer of a licensed firm (律师法 13)."""  # matter

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    licence = models.CharField(max_length=40)
    firm = models.CharField(max_length=80)
    firm_licence = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("lawyer_no_overlap", "site")]

    def __str__(self) -> str:
        return self.name


class PrintRun(models.Model):
    """Documents made into one file by a worker. `what`: the ids of the notices, or the accounts or the run of bills.

    `done` of `total` documents are set; a worker that was killed goes on after them. `posted_at`: they were put into
    the letter boxes.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=10, choices=choices(PRINT_SUBJECT_LABELS))
    what = models.JSONField(default=dict)
    on = models.DateField()
    state = models.CharField(max_length=10, choices=choices(PRINT_LABELS), default=PrintState.WORKING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="collecting/%Y/%m/", max_length=300, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "-asked_at"], name="print_run_by_time")]
