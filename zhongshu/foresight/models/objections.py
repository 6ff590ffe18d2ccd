"""Who does not want to be looked at."""

from django.db import models

from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User


class Objection(models.Model):
    """The holder of an account objected: it is neither foreseen nor learned from, until `ended_at`."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], name="objection_once", condition=models.Q(ended_at__isnull=True)
            )
        ]
