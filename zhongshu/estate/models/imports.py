"""Workbooks that were sent in."""

from django.db import models

from zhongshu.identity.models import Company, Site, User


class ColumnMapping(models.Model):
    """What the columns of a header mean to us: one in force for each header; a change ends it and begins another.

    `fingerprint` tells the header (workbooks.mapping.fingerprint_of), `rules` is a workbooks.mapping.Mapping as JSON.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    rules = models.JSONField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "fingerprint"],
                condition=models.Q(ended_at=None),
                name="one_mapping_per_header",
            )
        ]


class EstateImport(models.Model):
    """One workbook: previewed, then taken or refused as a whole.

    `report` is what the preview found (counts per sheet, errors per row); `error_file` the workbook to correct;
    `mappings` are those it was read with, as they stood then.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    file = models.FileField(upload_to="imports/")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    report = models.JSONField(default=dict)
    error_file = models.FileField(upload_to="imports/", blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    created_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    mappings = models.ManyToManyField(ColumnMapping)


class ImportProgress(models.Model):
    """How far a worker has come, 0 to 100: beside the import, whose row is locked while the worker has it."""

    sent = models.OneToOneField(EstateImport, on_delete=models.CASCADE, primary_key=True, related_name="progress")
    percent = models.PositiveSmallIntegerField(default=0)
