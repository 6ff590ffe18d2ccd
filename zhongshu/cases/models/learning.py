"""What the classifier learned from the corrections of staff."""

from django.db import models

from zhongshu.identity.models import User


class LearnedModel(models.Model):
    """One retraining: how it did beside the model in use then, and, where it was better, the model itself.

    `quality` and `quality_before` are `classification.quality.Quality` on the stored hold-out as plain data. The newest
    adopted row is in use; `packed` is empty where the attempt was not adopted. Append-only.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    corrected_cases = models.PositiveIntegerField()
    sentences = models.PositiveIntegerField()
    quality = models.JSONField()
    quality_before = models.JSONField()
    is_adopted = models.BooleanField()
    reason = models.CharField(max_length=200)
    packed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["-id"], name="learned_in_use", condition=models.Q(is_adopted=True))]
