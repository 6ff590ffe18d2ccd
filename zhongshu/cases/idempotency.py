"""A request that carries a key is done once: its repetition gets the answer of the first time."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.cases.errors import KeyReused
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.models import IdempotentRequest

KEY_LENGTH = 200
Answer = dict[str, Any]

_CLAIM = """
    INSERT INTO kernel_idempotentrequest (scope, key, fingerprint, created_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (scope, key) DO NOTHING
"""


def once(*, scope: str, key: str, body: bytes, at: datetime, act: Callable[[], Answer]) -> Answer:
    """What `act` answers, or answered when the key first came; without a key `act` simply runs.

    Claim and act are one transaction: of two at once the second waits, then gets the first one's answer, or acts
    itself if that failed. Raises KeyReused when the key came with another body, Invalid for a key that is none.
    """
    if not key:
        return act()
    if len(key) > KEY_LENGTH or not key.isprintable():
        raise Invalid(_("Idempotency-Key 最多 %(most)s 个可见字符。") % {"most": KEY_LENGTH}, field="Idempotency-Key")
    fingerprint = sha256(body).hexdigest()
    with transaction.atomic():
        if not _is_first(scope, key, fingerprint, at):
            return _remembered(scope, key, fingerprint)
        answer = act()
        IdempotentRequest.objects.filter(scope=scope, key=key).update(answer=answer, status=201)
        return answer


def _is_first(scope: str, key: str, fingerprint: str, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [scope, key, fingerprint, at])
        return bool(cursor.rowcount == 1)


def _remembered(scope: str, key: str, fingerprint: str) -> Answer:
    row = IdempotentRequest.objects.get(scope=scope, key=key)
    if row.fingerprint != fingerprint:
        raise KeyReused(_("这个 Idempotency-Key 已用于另一个请求，请换一个。"), field="Idempotency-Key")
    return row.answer or {}
