"""A request that carries a key is done once: its repetition gets the answer of the first time.

Programs send the key of their choice (`Idempotency-Key`); a form carries one in a hidden field, made when it is shown.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from json import dumps
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Invalid, Refusal
from zhongshu.kernel.models import IdempotentRequest

KEY_LENGTH = 200
REMEMBERED = timedelta(days=7)
Answer = dict[str, Any]

_CLAIM = """
    INSERT INTO kernel_idempotentrequest (scope, key, fingerprint, created_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (scope, key) DO NOTHING
"""


class KeyReused(Refusal):
    """The key belongs to another request."""

    code = "idempotency_key_reused"


def new_key() -> str:
    """For the hidden field of a form that is shown afresh, or shown again because it was refused."""
    return uuid4().hex


def once(*, scope: str, key: str, said: bytes | Mapping[str, Any], at: datetime, act: Callable[[], Answer]) -> Answer:
    """What `act` answers (JSON-able), or answered when the key first came; without a key `act` simply runs.

    `said` is what the request wants: its body, or the fields of the form. Claim and act are one transaction: of two at
    once the second waits, then gets the first one's answer, or acts itself if that failed. Raises KeyReused when the
    key came before with something else, Invalid for a key that is none.
    """
    if not key:
        return act()
    with transaction.atomic():
        earlier = claim(scope=scope, key=key, said=said, at=at)
        if earlier is not None:
            return earlier
        answer = act()
        keep(scope=scope, key=key, answer=answer)
        return answer


def claim(*, scope: str, key: str, said: bytes | Mapping[str, Any], at: datetime) -> Answer | None:
    """The answer kept for the key; None: the caller is the first, is to act, and to `keep` its answer, all in the
    transaction in which this is called. Raises as `once` does.
    """
    if not 0 < len(key) <= KEY_LENGTH or not (key.isascii() and key.isprintable()):
        sentence = _("Idempotency-Key 应是 1 到 %(most)s 个可见的英文字符。") % {"most": KEY_LENGTH}
        raise Invalid(sentence, field="Idempotency-Key")
    fingerprint = _fingerprint(said)
    return None if _is_first(scope, key, fingerprint, at) else _remembered(scope, key, fingerprint)


def keep(*, scope: str, key: str, answer: Answer) -> None:
    """Remember the answer for the key's repetition."""
    IdempotentRequest.objects.filter(scope=scope, key=key).update(answer=answer)


def forget(*, at: datetime) -> int:
    """Keys are remembered for a week; how many were forgotten."""
    count, _by_table = IdempotentRequest.objects.filter(created_at__lt=at - REMEMBERED).delete()
    return count


def _fingerprint(said: bytes | Mapping[str, Any]) -> str:
    plain = said if isinstance(said, bytes) else dumps(said, sort_keys=True, default=str).encode()
    return sha256(plain).hexdigest()


def _is_first(scope: str, key: str, fingerprint: str, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [scope, key, fingerprint, at])
        return bool(cursor.rowcount == 1)


def _remembered(scope: str, key: str, fingerprint: str) -> Answer:
    row = IdempotentRequest.objects.get(scope=scope, key=key)
    if row.fingerprint != fingerprint:
        raise KeyReused(
            _("刚才已用同一凭证提交过另一份内容；如要另报一件，请重新提交。"),
            field="Idempotency-Key",
        )
    return row.answer or {}
