"""A form sent twice acts once: the token in the form remembers what was answered the first time."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from zhongshu.kernel.models import IdempotentRequest

_CLAIM = """
    INSERT INTO kernel_idempotentrequest (scope, key, fingerprint, created_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (scope, key) DO NOTHING
"""


def new_token() -> str:
    """For the hidden field of a form that is shown afresh."""
    return uuid4().hex


def once(*, scope: str, token: str, at: datetime, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `act` answers (JSON-able), or what it answered when a form with this token was first sent.

    The claim and the act are one transaction: a rival waits for the first to end, and acts itself if that failed.
    """
    with transaction.atomic():
        if _claim(scope, token or new_token(), at):
            answer = act()
            IdempotentRequest.objects.filter(scope=scope, key=token).update(answer=answer, status=200)
            return answer
        remembered: dict[str, Any] = IdempotentRequest.objects.get(scope=scope, key=token).answer or {}
        return remembered


def _claim(scope: str, token: str, at: datetime) -> bool:
    fingerprint = sha256(token.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [scope, token, fingerprint, at])
        return bool(cursor.rowcount == 1)
