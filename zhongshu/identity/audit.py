"""Writing the audit: one line per write, in the transaction of the write."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from zhongshu.identity.actor import Actor

F = TypeVar("F", bound=Callable[..., Any])

_INSERT = """
    INSERT INTO identity_auditentry
        (at, recorded_at, user_id, actor_name, origin, ip, site_id, verb, target_type, target_id, before, after)
    VALUES (%s, now(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def record(
    *,
    actor: Actor,
    at: datetime,
    verb: str,
    target: models.Model,
    site_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """`verb` is `app.action`; `before`/`after` hold the values that changed (None: nothing there)."""
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                at,
                actor.user_id,
                actor.name,
                actor.origin,
                actor.ip,
                site_id if site_id is not None else getattr(target, "site_id", None),
                verb,
                target._meta.label_lower,
                str(target.pk),
                _as_json(before),
                _as_json(after),
            ],
        )


def values(target: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The named columns of a row, for `before` or `after`."""
    return {name: getattr(target, name) for name in fields}


def unaudited(reason: str) -> Callable[[F], F]:
    """Marks the rare action that leaves no line in the audit, and says why; a test asks every other for one."""

    def mark(action: F) -> F:
        action.__unaudited__ = reason  # type: ignore[attr-defined]
        return action

    return mark


def _as_json(changed: Mapping[str, Any] | None) -> str | None:
    return None if changed is None else DjangoJSONEncoder(ensure_ascii=False).encode(dict(changed))
