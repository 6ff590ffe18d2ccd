"""Webhooks over `/api/v1`: endpoints, their secrets, deliveries and replays."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.identity.api_kit import Day, Instant, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import now
from zhongshu.web.days import Days
from zhongshu.web.paging import page_of
from zhongshu.webhooks import actions, queries
from zhongshu.webhooks.engine.bodies import public_id
from zhongshu.webhooks.kinds import Pause, WebhookDeliveryState, WebhookFault
from zhongshu.webhooks.models import Delivery, Endpoint
from zhongshu.webhooks.permissions import MANAGE_WEBHOOKS

router = Router(tags=["webhooks"])


class EndpointOut(Schema):
    """`site` null: of every site. `paused` says why nothing is sent; null while something is."""

    endpoint_id: int
    site: str | None
    url: str
    description: str
    events: list[str]
    created_at: datetime
    paused: Pause | None
    failing_since: datetime | None
    old_secret_until: datetime | None


class EndpointsOut(Listed):
    items: list[EndpointOut]


class EndpointIn(Typed):
    """`events`: names (`work.order_moved`) and groups (`work`)."""

    url: str = Field(max_length=500, pattern=r"^[^\x00]*$")
    description: Line = ""
    events: list[Line] = Field(max_length=100)


class NewEndpointIn(EndpointIn):
    site: Line | None = Field(description="null: every site")


class NewEndpointOut(EndpointOut):
    secret: str = Field(description="told this once")


class RotatedOut(Schema):
    """The one before signs along until `old_secret_until`."""

    secret: str = Field(description="told this once")
    old_secret_until: datetime


class AttemptOut(Schema):
    """`status` null: there was no answer, and `fault` says why."""

    at: datetime
    milliseconds: int
    status: int | None
    fault: WebhookFault | None
    answer: str = Field(description="its first 500 characters")


class DeliveryOut(Schema):
    """`message_id` is what the receiver got as `webhook-id`."""

    delivery_id: int
    message_id: str
    endpoint_id: int
    event: str
    state: WebhookDeliveryState
    created_at: datetime
    tries: int
    next_try_at: datetime | None
    delivered_at: datetime | None


class DeliveryDetail(DeliveryOut):
    attempts: list[AttemptOut] = Field(description="the latest first")


class DeliveriesOut(Listed):
    items: list[DeliveryOut]


class DeliveryFilters(Schema):
    """`since` and `until` are days, both inclusive."""

    endpoint: int | None = Field(None, ge=1, lt=2**63)
    event: Line = ""
    state: WebhookDeliveryState | None = None
    since: Day | None = None
    until: Day | None = None


class PeriodIn(Typed):
    """`[since, before)`: when the deliveries were noted."""

    since: Instant
    before: Instant


class CountOut(Schema):
    count: int


@router.get("/webhooks/endpoints", response=EndpointsOut, summary="Programs that are told what happens")
def list_endpoints(request: HttpRequest, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(MANAGE_WEBHOOKS)
    return paged(request, page_of(queries.endpoints_visible(actor), str(page), size=page_size), _endpoint)


@router.post("/webhooks/endpoints", response={201: NewEndpointOut}, summary="Have a program told")
def add_endpoint(request: HttpRequest, said: NewEndpointIn) -> Status[dict[str, Any]]:
    """The secret that its messages are signed with is in this answer only."""
    actor = actor_of(request)
    actor.require(MANAGE_WEBHOOKS)
    site = site_of(actor, said.site, MANAGE_WEBHOOKS) if said.site is not None else None
    words = said.model_dump(exclude={"site"})
    endpoint, secret = actions.add_endpoint(actor=actor, at=now(), site=site, **words)
    return Status(201, _endpoint(endpoint) | {"secret": secret})


@router.get("/webhooks/endpoints/{endpoint_id}", response=EndpointOut, summary="One endpoint")
def get_endpoint(request: HttpRequest, endpoint_id: int) -> dict[str, Any]:
    return _endpoint(queries.endpoint_seen(actor_of(request), endpoint_id))


@router.put("/webhooks/endpoints/{endpoint_id}", response=EndpointOut, summary="Where to, and of what")
def edit_endpoint(request: HttpRequest, endpoint_id: int, said: EndpointIn) -> dict[str, Any]:
    """What waits goes to the new address."""
    actions.edit_endpoint(actor=actor_of(request), at=now(), endpoint_id=endpoint_id, **said.model_dump())
    return get_endpoint(request, endpoint_id)


@router.delete("/webhooks/endpoints/{endpoint_id}", response={204: None}, summary="Tell it nothing any more")
def delete_endpoint(request: HttpRequest, endpoint_id: int) -> Status[None]:
    actions.delete_endpoint(actor=actor_of(request), at=now(), endpoint_id=endpoint_id)
    return Status(204, None)


@router.post("/webhooks/endpoints/{endpoint_id}/secret", response=RotatedOut, summary="A new secret")
def rotate_secret(request: HttpRequest, endpoint_id: int) -> dict[str, Any]:
    """For a day messages are signed with both."""
    secret = actions.rotate_secret(actor=actor_of(request), at=now(), endpoint_id=endpoint_id)
    until = queries.endpoint_seen(actor_of(request), endpoint_id).old_secret_until
    return {"secret": secret, "old_secret_until": until}


@router.post("/webhooks/endpoints/{endpoint_id}/test", response={202: None}, summary="Send a test")
def send_test(request: HttpRequest, endpoint_id: int) -> Status[None]:
    """A message without content, to this endpoint alone."""
    actions.send_test(actor=actor_of(request), at=now(), endpoint_id=endpoint_id)
    return Status(202, None)


@router.post("/webhooks/endpoints/{endpoint_id}/pause", response=EndpointOut, summary="Send nothing for now")
def pause_endpoint(request: HttpRequest, endpoint_id: int) -> dict[str, Any]:
    """What happens meanwhile waits."""
    return _endpoint(actions.pause_endpoint(actor=actor_of(request), at=now(), endpoint_id=endpoint_id))


@router.post("/webhooks/endpoints/{endpoint_id}/resumption", response=EndpointOut, summary="Send again")
def resume_endpoint(request: HttpRequest, endpoint_id: int) -> dict[str, Any]:
    """First what has waited."""
    return _endpoint(actions.resume_endpoint(actor=actor_of(request), at=now(), endpoint_id=endpoint_id))


@router.post("/webhooks/endpoints/{endpoint_id}/replay", response=CountOut, summary="Tell a period once more")
def replay_period(request: HttpRequest, endpoint_id: int, said: PeriodIn) -> dict[str, int]:
    """Also what was delivered, under the same ids."""
    actor = actor_of(request)
    count = actions.replay_period(actor=actor, at=now(), endpoint_id=endpoint_id, **said.model_dump())
    return {"count": count}


@router.post("/webhooks/endpoints/{endpoint_id}/failed/replay", response=CountOut, summary="Tell what failed once more")
def replay_failed(request: HttpRequest, endpoint_id: int) -> dict[str, int]:
    return {"count": actions.replay_failed(actor=actor_of(request), at=now(), endpoint_id=endpoint_id)}


@router.get("/webhooks/deliveries", response=DeliveriesOut, summary="What was told, the latest first")
def list_deliveries(
    request: HttpRequest, wanted: Query[DeliveryFilters], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(MANAGE_WEBHOOKS)
    days = Days(wanted.since, wanted.until)
    rows = queries.deliveries_visible(
        actor,
        endpoint_id=wanted.endpoint,
        event=wanted.event,
        state=wanted.state or "",
        since=days.starts_at,
        before=days.ends_at,
    )
    return paged(request, page_of(rows, str(page), size=page_size), _delivery)


@router.get("/webhooks/deliveries/{delivery_id}", response=DeliveryDetail, summary="One delivery with its tries")
def get_delivery(request: HttpRequest, delivery_id: int) -> dict[str, Any]:
    return _detail(queries.delivery_seen(actor_of(request), delivery_id))


@router.post("/webhooks/deliveries/{delivery_id}/replay", response=DeliveryDetail, summary="Tell it once more")
def replay_delivery(request: HttpRequest, delivery_id: int) -> dict[str, Any]:
    """Under the same id."""
    return _detail(actions.replay(actor=actor_of(request), at=now(), delivery_id=delivery_id))


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "endpoint_id": endpoint.pk,
        "site": endpoint.site.code if endpoint.site else None,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": endpoint.events,
        "created_at": endpoint.created_at,
        "paused": endpoint.pause or None,
        "failing_since": endpoint.failing_since,
        "old_secret_until": endpoint.old_secret_until,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": delivery.pk,
        "message_id": public_id(delivery),
        "endpoint_id": delivery.endpoint_id,
        "event": delivery.event.name,
        "state": delivery.state,
        "created_at": delivery.created_at,
        "tries": delivery.tries,
        "next_try_at": delivery.next_try_at,
        "delivered_at": delivery.delivered_at,
    }


def _detail(delivery: Delivery) -> dict[str, Any]:
    attempts = [
        {
            "at": attempt.at,
            "milliseconds": attempt.milliseconds,
            "status": attempt.status,
            "fault": attempt.fault or None,
            "answer": attempt.answer,
        }
        for attempt in delivery.attempts.all()
    ]
    return _delivery(delivery) | {"attempts": attempts}
