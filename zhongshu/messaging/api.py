"""What went out, over `/api/v1`; by what and in which words it does; and how a customer wants to be told."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged
from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import now
from zhongshu.messaging import actions, queries
from zhongshu.messaging.engine.routing_customers import order_of
from zhongshu.messaging.kinds import CUSTOMER_WAYS, ChannelKind, Fault, Way
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.messaging.models import Delivery, Template
from zhongshu.messaging.permissions import EDIT_TEMPLATES, MANAGE_CHANNELS, RESEND_DELIVERIES, VIEW_DELIVERIES
from zhongshu.web.days import Days
from zhongshu.web.paging import page_of

MOST_CONSENTS = 100
router = Router(tags=["messages"])


class SentOut(Schema):
    """`site` null: the company's. `parts`: text messages it was charged as."""

    delivery_id: int
    site: str | None
    way: Way
    channel: str | None
    address: str = Field(description="masked")
    title: str
    is_urgent: bool
    state: DeliveryState
    created_at: datetime
    tries: int
    parts: int
    next_try_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None


class SentListOut(Listed):
    items: list[SentOut]


class TryOut(Schema):
    """`fault` null: the carrier took it."""

    at: datetime
    milliseconds: int
    fault: Fault | None
    answer: str


class SentDetail(SentOut):
    text: str
    attempts: list[TryOut] = Field(description="the latest first")


class WordsOut(Schema):
    """A version of the company's own words. `kind` empty: for all that have none; `retired_at` null: in force."""

    template_id: int
    kind: str
    way: Way
    language: str
    version: int
    title: str
    text: str
    vendor_id: str
    created_at: datetime
    created_by: str
    retired_at: datetime | None


class WordsListOut(Listed):
    items: list[WordsOut]


class CarrierOut(Schema):
    """`site` null: for every site that has none of its own. `waiting`, `lost`: deliveries. Secrets are never shown."""

    channel_id: int
    site: str | None
    kind: ChannelKind
    way: Way
    name: str
    groups: list[str]
    paused_at: datetime | None
    failing_since: datetime | None
    last_sent_at: datetime | None
    waiting: int
    lost: int


class CarrierListOut(Listed):
    items: list[CarrierOut]


class ConsentOut(Schema):
    """A yes or a no, and on what occasion it was said."""

    way: Way
    is_given: bool
    at: datetime
    by_name: str
    source: str


class ChoicesOut(Schema):
    """`ways`: in the order in which the customer wants to be told; empty: by none. `consents`: the latest first."""

    customer_id: int
    ways: list[Way]
    consents: list[ConsentOut]


class ChoicesIn(Typed):
    ways: list[Way] = Field(max_length=len(CUSTOMER_WAYS), description="the first that is open to us is used")


class ConsentIn(Typed):
    """`address`: with a yes to e-mail or WeChat."""

    way: Way
    is_given: bool
    source: Line = Field(min_length=1)
    address: Line = ""


class SentFilters(Schema):
    """`since` and `until` are days, both inclusive; `text` finds in titles, names and the beginning of addresses."""

    way: Way | None = None
    state: DeliveryState | None = None
    text: Line = ""
    since: Day | None = None
    until: Day | None = None


@router.get("/messages/deliveries", response=SentListOut, summary="What went out, the latest first")
def list_sent(
    request: HttpRequest, wanted: Query[SentFilters], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(VIEW_DELIVERIES)
    days = Days(wanted.since, wanted.until)
    rows = queries.deliveries_visible(
        actor,
        way=wanted.way or "",
        state=wanted.state or "",
        text=wanted.text,
        since=days.starts_at,
        before=days.ends_at,
    )
    return paged(request, page_of(rows, str(page), size=page_size), _sent)


@router.get("/messages/deliveries/{sent_id}", response=SentDetail, summary="One of them with its tries")
def get_sent(request: HttpRequest, sent_id: int) -> dict[str, Any]:
    return _detail(queries.delivery_seen(actor_of(request), sent_id))


@router.post("/messages/deliveries/{sent_id}/resending", response=SentDetail, summary="Send it once more")
def resend(request: HttpRequest, sent_id: int) -> dict[str, Any]:
    """It may arrive twice: that is the caller's decision."""
    actor = actor_of(request)
    actor.require(RESEND_DELIVERIES)
    actions.resend(actor=actor, at=now(), delivery_id=sent_id)
    return _detail(queries.delivery_seen(actor, sent_id))


@router.get("/messages/templates", response=WordsListOut, summary="The company's own words")
def list_templates(
    request: HttpRequest, retired: bool = False, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """`retired`: also the versions that are not in force any more."""
    actor_of(request).require(EDIT_TEMPLATES)
    rows = queries.templates(only_in_force=not retired)
    return paged(request, page_of(rows, str(page), size=page_size), _template)


@router.get("/messages/channels", response=CarrierListOut, summary="By what it goes out")
def list_channels(request: HttpRequest, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(MANAGE_CHANNELS)
    return paged(request, page_of(queries.channels_counted(actor), str(page), size=page_size), _channel)


@router.get("/messages/customers/{customer_id}/choices", response=ChoicesOut, summary="How a customer wants to be told")
def get_choices(request: HttpRequest, customer_id: int) -> dict[str, Any]:
    return _choices(request, customer_id)


@router.put("/messages/customers/{customer_id}/choices", response=ChoicesOut, summary="Set the order of ways")
def put_choices(request: HttpRequest, customer_id: int, said: ChoicesIn) -> dict[str, Any]:
    actions.choose_ways(actor=actor_of(request), at=now(), customer_id=customer_id, ways=said.ways)
    return _choices(request, customer_id)


@router.post(
    "/messages/customers/{customer_id}/consents", response={201: ChoicesOut}, summary="Write down a yes or a no"
)
def add_consent(request: HttpRequest, customer_id: int, said: ConsentIn) -> Status[dict[str, Any]]:
    actions.note_consent(actor=actor_of(request), at=now(), customer_id=customer_id, **said.model_dump())
    return Status(201, _choices(request, customer_id))


def _choices(request: HttpRequest, customer_id: int) -> dict[str, Any]:
    customer = queries.customer_seen(actor_of(request), customer_id)
    said = list(queries.consents_of(customer)[:MOST_CONSENTS])
    return {"customer_id": customer.pk, "ways": order_of(customer), "consents": said}


def _template(row: Template) -> dict[str, Any]:
    plain = (
        "kind",
        "way",
        "language",
        "version",
        "title",
        "text",
        "vendor_id",
        "created_at",
        "created_by",
        "retired_at",
    )
    return {name: getattr(row, name) for name in plain} | {"template_id": row.pk}


def _channel(row: Any) -> dict[str, Any]:
    plain = ("kind", "way", "name", "groups", "paused_at", "failing_since", "last_sent_at", "waiting", "lost")
    shown = {name: getattr(row, name) for name in plain}
    return shown | {"channel_id": row.pk, "site": row.site.code if row.site else None}


def _sent(row: Delivery) -> dict[str, Any]:
    told = row.message or row.notice
    return {
        "delivery_id": row.pk,
        "site": row.site.code if row.site else None,
        "way": row.way,
        "channel": str(row.channel) if row.channel else None,
        "address": masked(row.address),
        "title": told.title if told else "",
        "is_urgent": row.is_urgent,
        "state": row.state,
        "created_at": row.created_at,
        "tries": row.tries,
        "parts": row.parts,
        "next_try_at": row.next_try_at,
        "sent_at": row.sent_at,
        "delivered_at": row.delivered_at,
    }


def _detail(row: Delivery) -> dict[str, Any]:
    tries = [
        {"at": each.at, "milliseconds": each.milliseconds, "fault": each.fault or None, "answer": each.answer}
        for each in row.attempts.all()
    ]
    return _sent(row) | {"text": row.text, "attempts": tries}
