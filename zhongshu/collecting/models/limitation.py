"""Warnings that a debt is about to become time-barred."""

from django.db import models

from zhongshu.billing.models import Charge
from zhongshu.identity.models import Site


class LimitationAlert(models.Model):
    """Somebody was told that `months` have passed since the clock of the charge began to run on `since`; once each."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateField()
    months = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["charge", "since", "months"], name="limitation_alert_once")]
