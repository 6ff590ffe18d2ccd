"""Set-based work: noting what is to be told, asking again where a job was lost, forgetting."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from zhongshu.kernel.outbox import DomainEvent, told
from zhongshu.webhooks.engine.asking import ask
from zhongshu.webhooks.events import EndpointTested
from zhongshu.webhooks.models import Delivery, Endpoint
from zhongshu.webhooks.policies import KEPT, group_of
from zhongshu.webhooks.queries import due

OVERDUE = timedelta(minutes=2)
BATCH = 500

_NOTE = """
    WITH noted AS (
        INSERT INTO webhooks_delivery (endpoint_id, event_id, key, state, created_at, tries, next_try_at)
        SELECT e.id, %(event)s, gen_random_uuid(), 'waiting', %(at)s, 0, %(at)s
        FROM webhooks_endpoint e
        WHERE e.deleted_at IS NULL AND {wanted}
        RETURNING id, endpoint_id
    )
    SELECT noted.id FROM noted JOIN webhooks_endpoint e ON e.id = noted.endpoint_id WHERE e.paused_at IS NULL
"""
_SUBSCRIBED = "e.events && %(names)s::varchar[] AND (e.site_id IS NULL OR e.site_id = %(site)s)"
_TESTED = "e.id = %(endpoint)s"


def note(happened: DomainEvent, event_id: int, at: datetime) -> None:
    """Write down whom to tell of an event, in the transaction in which it happened: one statement.

    For endpoints that are paused too: they are told once they are resumed.
    """
    names = [happened.name, group_of(happened.name)]
    known: dict[str, Any] = {"event": event_id, "at": at, "names": names, "site": happened.site_id}
    if isinstance(happened, EndpointTested):
        _note(_TESTED, known | {"endpoint": happened.endpoint_id})
    elif told(type(happened)):
        _note(_SUBSCRIBED, known)


def sweep(*, at: datetime) -> int:
    """Ask again for what should have been sent by now: its job was lost. The number of deliveries asked for."""
    overdue = list(due(at - OVERDUE).order_by("next_try_at").values_list("pk", flat=True)[:BATCH])
    Delivery.objects.filter(pk__in=overdue).update(next_try_at=at)
    ask(overdue)
    return len(overdue)


def forget(*, at: datetime) -> int:
    """Deliveries are kept for a month; endpoints that were deleted go with all that was theirs."""
    count, _by_table = Delivery.objects.filter(created_at__lt=at - KEPT).delete()
    Endpoint.objects.filter(deleted_at__lt=at - OVERDUE).delete()
    return count


def _note(wanted: str, known: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NOTE.format(wanted=wanted), known)
        ask([delivery_id for (delivery_id,) in cursor.fetchall()])
