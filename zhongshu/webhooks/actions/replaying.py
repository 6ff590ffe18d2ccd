"""Telling once more what was told, or could not be."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.webhooks.actions._parts import locked_endpoint
from zhongshu.webhooks.engine.asking import ask
from zhongshu.webhooks.errors import EndpointIsPaused, NothingToReplay
from zhongshu.webhooks.kinds import WebhookDeliveryState
from zhongshu.webhooks.models import Delivery, Endpoint
from zhongshu.webhooks.queries import delivery_seen


@transaction.atomic
def replay(*, actor: Actor, at: datetime, delivery_id: int) -> Delivery:
    """One delivery, under the same id. Raises NotFound, EndpointIsPaused."""
    delivery = delivery_seen(actor, delivery_id)
    endpoint = _ready(actor, delivery.endpoint_id)
    _again(Delivery.objects.filter(pk=delivery.pk), at)
    after = {"delivery": delivery.pk}
    audit.record(actor=actor, at=at, verb="webhooks.replay", target=endpoint, after=after)
    return delivery_seen(actor, delivery_id)


@transaction.atomic
def replay_failed(*, actor: Actor, at: datetime, endpoint_id: int) -> int:
    """Everything that was given up; how many. Raises NotFound, EndpointIsPaused, NothingToReplay."""
    endpoint = _ready(actor, endpoint_id)
    count = _again(endpoint.deliveries.filter(state=WebhookDeliveryState.FAILED), at)
    audit.record(actor=actor, at=at, verb="webhooks.replay_failed", target=endpoint, after={"count": count})
    return count


@transaction.atomic
def replay_period(*, actor: Actor, at: datetime, endpoint_id: int, since: datetime, before: datetime) -> int:
    """Everything noted in `[since, before)`, also what was delivered; how many.

    Raises NotFound, EndpointIsPaused, NothingToReplay.
    """
    endpoint = _ready(actor, endpoint_id)
    count = _again(endpoint.deliveries.filter(created_at__gte=since, created_at__lt=before), at)
    after = {"since": since, "before": before, "count": count}
    audit.record(actor=actor, at=at, verb="webhooks.replay_period", target=endpoint, after=after)
    return count


def _ready(actor: Actor, endpoint_id: int) -> Endpoint:
    endpoint = locked_endpoint(actor, endpoint_id)
    if endpoint.paused_at is not None:
        raise EndpointIsPaused(_("端点已暂停，请先恢复。"))
    Endpoint.objects.filter(pk=endpoint.pk).update(quiet_until=None)
    return endpoint


def _again(deliveries: QuerySet[Delivery], at: datetime) -> int:
    """From the first try on. What is being sent at this moment is passed by: its sender may wait for our endpoint."""
    free = deliveries.select_for_update(skip_locked=True).order_by("created_at", "pk")
    ids = list(free.values_list("pk", flat=True))
    if not ids:
        raise NothingToReplay(_("没有可以重新推送的记录。"))
    Delivery.objects.filter(pk__in=ids).update(
        state=WebhookDeliveryState.WAITING, tries=0, next_try_at=at, delivered_at=None
    )
    ask(ids)
    return len(ids)
