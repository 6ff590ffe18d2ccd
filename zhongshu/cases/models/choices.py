"""What a site may choose about its cases."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from zhongshu.identity.models import Site


def _number(default: int, *, most: int) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(default=default, validators=[MinValueValidator(1), MaxValueValidator(most)])


class ServiceRules(models.Model):
    """In force from a day on; a site without a row goes by the defaults.

    `repeat_days`: a matter of the same household or place and category within so many days is the same told again.
    `alike_hours`: cases alike within so many hours may be one incident. `check_back_*`: hours after a referral.
    `judge_hours`: until a complaint is judged. `refusal_months`: so long nobody calls who did not want to be called.
    `sign_remind_days`, `sign_lapse_days`: after the work, when nothing but a signature is missing.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    starts_on = models.DateField()
    repeat_days = _number(7, most=90)
    alike_hours = _number(4, most=72)
    check_back_hours = _number(24, most=168)
    check_back_latest_hours = _number(48, most=336)
    judge_hours = _number(24, most=168)
    refusal_months = _number(6, most=60)
    sign_remind_days = _number(3, most=60)
    sign_lapse_days = _number(7, most=90)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "starts_on"], name="service_rules_once")]
