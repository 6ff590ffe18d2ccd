"""The picture under the hot spots of a site."""

from django.db import models

from zhongshu.identity.models import Site, User


class SitePlan(models.Model):
    """An uploaded plan, re-encoded on arrival. Places stand on it by `estate.Place.x` and `.y`, 0–1000 each way."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, primary_key=True)
    picture = models.ImageField(upload_to="plans/")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
