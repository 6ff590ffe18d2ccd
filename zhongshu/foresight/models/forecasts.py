"""What was foreseen of whom."""

from django.db import models

from zhongshu.estate.models import Account
from zhongshu.foresight.models.learning import Learning
from zhongshu.identity.models import Site, User


class Forecast(models.Model):
    """As of the morning of `on`, an account with `months` (0 to 2) in arrears reaches 3 within six months with this
    probability. `reasons`: `[feature, value, pull]` each, what pulls hardest first, as `policies.formula` gives them.
    `keeper`: who looked after the account then. `happened`: whether it did, once the six months are over (null before).
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    keeper = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    learning = models.ForeignKey(Learning, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    months = models.PositiveSmallIntegerField()
    probability = models.FloatField()
    reasons = models.JSONField(default=list)
    happened = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "on", "account"], name="forecast_once"),
            models.CheckConstraint(
                condition=models.Q(probability__gte=0, probability__lte=1), name="forecast_probability"
            ),
        ]
