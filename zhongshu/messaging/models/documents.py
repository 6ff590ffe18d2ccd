"""Files that are sent to staff, such as a month's report."""

from django.db import models


class Document(models.Model):
    """Written once for an occasion (`dedupe_key`), sent to everybody it is for."""

    dedupe_key = models.CharField(max_length=160, unique=True)
    name = models.CharField(max_length=120)
    file = models.FileField(upload_to="documents/%Y/%m/", max_length=300)
    created_at = models.DateTimeField()
