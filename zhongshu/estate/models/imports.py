"""Workbooks that were sent in."""

from django.db import models

from zhongshu.identity.models import Site, User


class EstateImport(models.Model):
    """One workbook: previewed, then taken or refused as a whole.

    `report` is what the preview found (counts per sheet, errors per row); `error_file` the workbook to correct.
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
