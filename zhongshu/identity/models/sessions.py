"""Who is signed in, on which device."""

from hashlib import sha256

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from zhongshu.identity.models.users import User
from zhongshu.kernel.clock import now


class DeviceSession(AbstractBaseSession):
    """A browser's session; `user` is empty until somebody has signed in. `browser` is what it calls itself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    began_at = models.DateTimeField(default=now)
    last_seen_at = models.DateTimeField(default=now)
    ip = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=300, blank=True)

    @property
    def handle(self) -> str:
        """Names the session on pages: its key opens it and is shown to nobody."""
        return sha256(self.session_key.encode()).hexdigest()[:16]
