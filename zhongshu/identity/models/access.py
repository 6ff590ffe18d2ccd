"""How people and programs get in."""

from enum import StrEnum

from django.db import models

from zhongshu.identity.models.users import User


class Step(StrEnum):
    """What was tried: the password, or then the code of the second factor."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    CODE = "code"


class SignInAttempt(models.Model):
    """Every try to sign in, either step; the lock-outs are computed from these rows."""

    username = models.CharField(max_length=40)
    ip = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    succeeded = models.BooleanField()
    step = models.CharField(max_length=10, default=Step.PASSWORD)

    class Meta:
        indexes = [
            models.Index(fields=["username", "at"], name="sign_in_by_username"),
            models.Index(fields=["ip", "at"], name="sign_in_by_ip"),
        ]


class ApiToken(models.Model):
    """A program's key. Only its SHA-256 is kept; `scopes` are codes of rights."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
