"""Which service standard a site took on, from when."""

from django.db import models

from zhongshu.identity.models import Site, User


class StandardAdoption(models.Model):
    """`policy_ids`: the rows of targets that came with it; `replaced`: those that end with it, by id, and the day on
    which they would have ended. `undone_at`: taken back before its day."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    stars = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    policy_ids = models.JSONField()
    replaced = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "starts_on"], name="adoption_once", condition=models.Q(undone_at__isnull=True)
            )
        ]
