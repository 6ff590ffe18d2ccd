"""The one table of the simulation: how far the demo's past has been lived."""

from django.db import models

from zhongshu.identity.models import Site


class Past(models.Model):
    """The money of a demo's site, lived after the fact: the days `[starts_on, lived_until)` are, up to `ends_on`."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, primary_key=True, related_name="+")
    seed = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    lived_until = models.DateField()
    lived_at = models.DateTimeField()
    seconds = models.FloatField(default=0)

    @property
    def is_whole(self) -> bool:
        return self.lived_until >= self.ends_on

    @property
    def percent(self) -> int:
        return 100 * (self.lived_until - self.starts_on).days // max(1, (self.ends_on - self.starts_on).days)
