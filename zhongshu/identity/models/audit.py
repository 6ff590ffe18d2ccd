"""Who did what, when, from where, with what before and after. Append-only: the database refuses anything else."""

from django.db import models

from zhongshu.identity.models.users import User


class AuditEntry(models.Model):
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    actor_name = models.CharField(max_length=80)
    origin = models.CharField(max_length=12)
    ip = models.GenericIPAddressField(null=True)
    site_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["site_id", "-at"], name="audit_by_site"),
            models.Index(fields=["target_type", "target_id"], name="audit_by_target"),
        ]


class PhoneReveal(models.Model):
    """Somebody looked at a masked number, and why."""

    at = models.DateTimeField()
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    site_id = models.BigIntegerField(null=True)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
