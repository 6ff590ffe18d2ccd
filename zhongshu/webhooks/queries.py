"""All reads of webhooks."""

from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, User
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.outbox import known_events, told
from zhongshu.kernel.periods import in_force
from zhongshu.webhooks.kinds import WebhookDeliveryState
from zhongshu.webhooks.models import Attempt, Delivery, Endpoint
from zhongshu.webhooks.permissions import MANAGE_WEBHOOKS
from zhongshu.webhooks.policies import group_of


def offered_events() -> list[str]:
    """The names of the events one can subscribe to: those of which anything may leave the house."""
    return [name for name, (cls, _reactions) in known_events().items() if told(cls)]


def offered_groups() -> list[str]:
    """The groups of those events."""
    return sorted({group_of(name) for name in offered_events()})


def endpoints_visible(actor: Actor) -> QuerySet[Endpoint]:
    """The endpoints the actor may manage: of their sites; those of the whole company where they may everywhere."""
    return actor.visible(Endpoint.objects.filter(deleted_at__isnull=True).select_related("site"), MANAGE_WEBHOOKS)


def endpoints_counted(actor: Actor) -> QuerySet[Endpoint]:
    """The same, each with `waiting` and `failed` (deliveries) and `last_delivered_at`."""
    return endpoints_visible(actor).annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=WebhookDeliveryState.WAITING)),
        failed=Count("deliveries", filter=Q(deliveries__state=WebhookDeliveryState.FAILED)),
        last_delivered_at=Max("deliveries__delivered_at"),
    )


def endpoint_seen(actor: Actor, endpoint_id: int) -> Endpoint:
    """Raises NotFound."""
    return _one(endpoints_visible(actor), endpoint_id)


def endpoint_counted(actor: Actor, endpoint_id: int) -> Endpoint:
    """The same with its counts. Raises NotFound."""
    return _one(endpoints_counted(actor), endpoint_id)


def _one(endpoints: QuerySet[Endpoint], endpoint_id: int) -> Endpoint:
    endpoint = endpoints.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound(_("没有这个推送端点，或者您无权管理。"))
    return endpoint


def deliveries_visible(
    actor: Actor,
    *,
    endpoint_id: int | None = None,
    event: str = "",
    state: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
) -> QuerySet[Delivery]:
    """Deliveries to the actor's endpoints, the latest first; `[since, before)` is when they were noted."""
    rows = Delivery.objects.filter(endpoint__in=endpoints_visible(actor)).select_related("endpoint", "event")
    wanted = {"endpoint_id": endpoint_id, "event__name": event, "state": state}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if since:
        rows = rows.filter(created_at__gte=since)
    if before:
        rows = rows.filter(created_at__lt=before)
    return rows.order_by("-created_at", "-pk")


def delivery_seen(actor: Actor, delivery_id: int) -> Delivery:
    """One delivery with its tries, the latest first. Raises NotFound."""
    tries = Prefetch("attempts", Attempt.objects.order_by("-pk"))
    delivery = deliveries_visible(actor).prefetch_related(tries).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_("没有这次推送，或者您无权查看。"))
    return delivery


def managers_of(endpoint: Endpoint, *, at: datetime) -> QuerySet[User]:
    """Active users who may manage the endpoint."""
    covering = Q(site__isnull=True) | Q(site_id=endpoint.site_id or 0)
    held = RoleGrant.objects.filter(in_force(day_of(at)), covering, user=OuterRef("pk"), role__in=MANAGE_WEBHOOKS.roles)
    return User.objects.filter(Exists(held), is_active=True)


def due(at: datetime) -> QuerySet[Delivery]:
    """What waits for its try, except for endpoints that are paused or deleted."""
    waiting = Delivery.objects.filter(state=WebhookDeliveryState.WAITING, next_try_at__lte=at)
    return waiting.filter(endpoint__paused_at__isnull=True, endpoint__deleted_at__isnull=True)
