"""Screens on a wall that show figures without anybody signing in."""

from django.db import models

from zhongshu.identity.models import Site, User


class WallScreen(models.Model):
    """A link for one screen: reads only, and nothing about persons. `site` null: the whole company.

    Only the SHA-256 of the link's secret is kept.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
