"""What a site chooses about help on the scene."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.scene.kinds import DANGER_LABELS


class ArrivalTarget(models.Model):
    """Minutes in which back-up should be there against a danger; without a row `policies.TARGET_MINUTES`."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    danger = models.CharField(max_length=10, choices=choices(DANGER_LABELS))
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(60)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "danger"], name="arrival_target_once")]
