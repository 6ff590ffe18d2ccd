"""What went out, over `/api/v1`: the log of deliveries, and sending one once more."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, actor_of, paged
from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import now
from zhongshu.messaging import actions, queries
from zhongshu.messaging.kinds import Fault, Way
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.messaging.models import Delivery
from zhongshu.messaging.permissions import RESEND_DELIVERIES, VIEW_DELIVERIES
from zhongshu.web.days import Days
from zhongshu.web.paging import page_of

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
