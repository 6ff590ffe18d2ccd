"""What was learned from the past, how well it judged what it had not seen, and where it is used."""

from django.db import models

from zhongshu.identity.models import Site, User


class Learning(models.Model):
    """One try at learning from the months before `on`. Append-only; the newest adopted row is in use.

    `formula`: plain numbers, as `policies.formula.Formula` reads them. `quality`: how it did in the last months, which
    it had not seen, as `policies.quality` measures it. `is_adopted`: it was better than the base rate, and no worse
    than the one in use before.
    """

    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accounts = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    formula = models.JSONField()
    quality = models.JSONField()
    is_adopted = models.BooleanField()
    reason = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="foresight_in_use", condition=models.Q(is_adopted=True))]


class Switch(models.Model):
    """Foresight was switched on or off: for the company (site null) or for one site. Append-only; the newest counts."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    is_on = models.BooleanField()
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
