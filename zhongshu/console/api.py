"""The screens that cross apps, over `/api/v1`: search, the live board, today's figures, what one was told."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from zhongshu.console import queries, search
from zhongshu.console.accounts import AccountBrief
from zhongshu.console.permissions import SEARCH, SEE_BOARD
from zhongshu.identity.api_kit import Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import now
from zhongshu.messaging.actions import mark_read
from zhongshu.messaging.models import Message
from zhongshu.web.paging import page_of
from zhongshu.work.kinds import Urgency
from zhongshu.work.queries import BoardLane, BoardOrder

router = Router(tags=["console"])


class AccountHit(Schema):
    number: str
    name: str
    unit: str = Field(description="code")
    phone: str = Field(description="masked")
    open_cases: int
    has_ended: bool


class HitsOut(Schema):
    """At most ten of each kind; cases and orders by number, places by code."""

    accounts: list[AccountHit]
    cases: list[str]
    orders: list[str]
    places: list[str]


class BoardOrderOut(Schema):
    """`colour` and `target_at` are those of the running target that is due first."""

    number: str
    title: str
    urgency: str
    state: str
    place: str | None
    assignee: str | None
    colour: str
    target_at: datetime | None


class LaneOut(Schema):
    """The open orders of a team (null: of none), the most pressing first."""

    team: str | None = Field(description="code")
    name: str | None
    waiting: int
    late: int
    orders: list[BoardOrderOut]


class FiguresOut(Schema):
    """`new_yesterday`: until the same hour."""

    new_today: int
    new_yesterday: int
    open_cases: int
    to_be_placed: int
    closed_today: int
    late_orders: int
    running_orders: int
    calls_due: int
    calls_late: int


class MessageOut(Schema):
    id: int
    title: str
    body: str
    link: str
    is_urgent: bool
    sent_at: datetime
    read_at: datetime | None


class MessagesOut(Listed):
    items: list[MessageOut]


class ReadIn(Typed):
    """`messages` null: all of them."""

    messages: list[int] | None = Field(None, max_length=1000)


class ReadOut(Schema):
    marked: int


@router.get("/search", response=HitsOut, summary="By number, phone, room, name or initials")
def list_hits(request: HttpRequest, site: Line, q: Line = "") -> dict[str, Any]:
    actor = actor_of(request)
    found = search.hits(actor, site_of(actor, site, SEARCH).pk, q.strip(), at=now())
    return {
        "accounts": [_account(each) for each in found.accounts],
        "cases": [case.number for case in found.cases],
        "orders": [order.number for order in found.orders],
        "places": [place.code for place in found.places],
    }


@router.get("/board", response=list[LaneOut], summary="What is being worked on, by team")
def list_board(
    request: HttpRequest, site: Line, team: Line = "", urgency: Urgency | None = None, keeper: int | None = None
) -> list[dict[str, Any]]:
    """`team`: the code of one. `keeper`: the user in whose territory the orders lie."""
    actor = actor_of(request)
    wanted = queries.BoardFilter(team, urgency or "", str(keeper or ""))
    board = queries.board_of(site_of(actor, site, SEE_BOARD).pk, at=now(), wanted=wanted)
    return [_lane(lane) for lane in board.lanes]


@router.get("/figures", response=FiguresOut, summary="Today's figures")
def list_figures(request: HttpRequest, site: Line) -> queries.Figures:
    actor = actor_of(request)
    return queries.figures(site_of(actor, site, SEE_BOARD).pk, at=now())


@router.get("/messages", response=MessagesOut, summary="What I was told, the newest first")
def list_messages(
    request: HttpRequest, unread: bool = False, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    rows = queries.messages(actor_of(request), only_unread=unread)
    return paged(request, page_of(rows, str(page), size=page_size), _message)


@router.post("/messages/reading", response=ReadOut, summary="I have read it")
def read_messages(request: HttpRequest, said: ReadIn) -> dict[str, int]:
    return {"marked": mark_read(actor=actor_of(request), at=now(), message_ids=said.messages)}


def _account(found: AccountBrief) -> dict[str, Any]:
    return {
        "number": found.number,
        "name": found.name,
        "unit": found.unit_code,
        "phone": found.masked_phone,
        "open_cases": found.open_cases,
        "has_ended": found.has_ended,
    }


def _lane(lane: BoardLane) -> dict[str, Any]:
    return {
        "team": lane.team.code if lane.team else None,
        "name": lane.team.name if lane.team else None,
        "waiting": lane.waiting,
        "late": lane.late,
        "orders": [_order(entry) for entry in lane.orders],
    }


def _order(entry: BoardOrder) -> dict[str, Any]:
    order = entry.order
    return {
        "number": order.number,
        "title": order.title,
        "urgency": order.urgency,
        "state": order.state,
        "place": order.place.code if order.place else None,
        "assignee": order.assignee.user.name if order.assignee else None,
        "colour": entry.colour,
        "target_at": entry.clock.clock.target_at if entry.clock else None,
    }


def _message(row: Message) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": row.title,
        "body": row.body,
        "link": row.link,
        "is_urgent": row.is_urgent,
        "sent_at": row.sent_at,
        "read_at": row.read_at,
    }
