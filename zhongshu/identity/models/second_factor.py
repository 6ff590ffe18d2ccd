"""What people have besides their password."""

from django.db import models

from zhongshu.identity.models.users import User


class SecondFactor(models.Model):
    """A telephone that shows codes. `secret` lies sealed (`kernel.secrets`); `used_step` is the step of the last code
    that was taken, so that none is taken twice."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    secret = models.TextField()
    enrolled_at = models.DateTimeField()
    used_step = models.BigIntegerField(null=True)


class RecoveryCode(models.Model):
    """Opens once in place of a code. Only its SHA-256 is kept: enough for what is random."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]
