"""Writing the audit: one line per write, in the transaction of the write."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Cast

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import AuditEntry

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


def last_change(model: type[models.Model]) -> Subquery:
    """For an annotation of rows of the model: when they were last written to, as the audit knows it."""
    key = Cast(OuterRef("pk"), models.CharField())
    lines = AuditEntry.objects.filter(target_type=model._meta.label_lower, target_id=key)
    return Subquery(lines.order_by("-at").values("at")[:1])


def changed_since(model: type[models.Model], since: datetime) -> models.Q:
    """Rows of the model that were written to at that instant or later, as the audit knows it."""
    lines = AuditEntry.objects.filter(target_type=model._meta.label_lower, at__gte=since)
    return models.Q(pk__in=lines.annotate(key=Cast("target_id", models.BigIntegerField())).values("key"))


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
