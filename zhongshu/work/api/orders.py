"""Orders for programs: list, detail, moves, photos."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Schema, Status
from ninja.files import UploadedFile
from pydantic import AfterValidator, Field

from zhongshu.estate.queries import place_by_code
from zhongshu.identity.actor import Actor
from zhongshu.identity.api_kit import (
    Day,
    Instant,
    Line,
    Listed,
    PageNo,
    PageSize,
    Typed,
    Words,
    actor_of,
    paged,
    site_of,
)
from zhongshu.kernel.clock import now
from zhongshu.people.kinds import TeamKind
from zhongshu.web.paging import page_of
from zhongshu.work import actions, queries
from zhongshu.work.api.base import router
from zhongshu.work.filters import OrderFilter, OrderSort, WantedState, with_updated_at
from zhongshu.work.kinds import CATEGORY_LABELS, OrderKind, Urgency
from zhongshu.work.lifecycle import State, Verb
from zhongshu.work.models import OrderPhoto, WorkOrder
from zhongshu.work.permissions import DISPATCH_ORDERS, VIEW_ORDERS


def _known_category(code: str) -> str:
    if code and code not in CATEGORY_LABELS:
        raise ValueError(_("没有这个类别。"))
    return code


OrderCategory = Annotated[Line, AfterValidator(_known_category)]


class ClockOut(Schema):
    """A target: `colour` is green, amber, red or grey; `remaining_seconds` is negative when late."""

    stage: str
    started_at: datetime
    target_at: datetime
    stopped_at: datetime | None
    paused_at: datetime | None
    used_percent: int
    remaining_seconds: int
    colour: str


class AssigneeOut(Schema):
    """An employee: `id` is the staff id."""

    id: int
    name: str


class OrderOut(Schema):
    number: str
    site: str
    kind: OrderKind
    category: str
    urgency: Urgency
    title: str
    description: str
    place: str | None = Field(description="Code of the place; null while it is not verified.")
    team: str | None = Field(description="Kind of the team.")
    assignee: AssigneeOut | None
    state: State
    opened_at: datetime
    ended_at: datetime | None
    clock: ClockOut | None = Field(None, description="The running target that is due first.")


class OrderListed(OrderOut):
    """`updated_at`: its latest change."""

    updated_at: datetime


class OrderPage(Listed):
    items: list[OrderListed]


class MoveLine(Schema):
    """A line of the history."""

    at: datetime
    what: str
    by_name: str
    reason: str
    place: str
    assignee: str


class DecisionOut(Schema):
    """Why the order went to whom it went: every candidate with points and reasons, best first."""

    at: datetime
    level: str
    chosen: str | None
    summary: str
    ranking: list[dict[str, Any]]


class PhotoOut(Schema):
    id: int
    is_after: bool
    at: datetime
    url: str


class OrderDetail(OrderOut):
    clocks: list[ClockOut]
    timeline: list[MoveLine]
    photos: list[PhotoOut]
    decision: DecisionOut | None
    possible: list[Verb] = Field(description="Moves that are legal now and that you may make.")


class OrderQuery(Schema):
    """`state`: a state, `open` or `all`. Days are included, and so is the instant `updated_since`."""

    site: Line = ""
    state: WantedState = WantedState("open")
    urgency: Urgency | None = None
    team: TeamKind | None = None
    kind: OrderKind | None = None
    category: OrderCategory = ""
    assignee: Line = ""
    text: Line = ""
    late: bool = False
    since: Day | None = None
    until: Day | None = None
    updated_since: Instant | None = None
    sort: OrderSort = OrderSort.NEWEST


class TaskIn(Typed):
    site: Line
    title: Line = Field(max_length=120)
    description: Words = ""
    urgency: Urgency = Urgency.P3
    place: Line | None = None
    team_kind: TeamKind
    due_at: Instant | None = None
    report_hours: int | None = Field(None, ge=1, le=720, description="How often you want to hear how far it is.")


class ReportLine(Schema):
    """How far the task was then."""

    at: datetime
    by_name: str
    percent: int
    text: str


class TaskOut(OrderOut):
    """A task given. `due_at`, `report_due_at` null: no such date; `reports`: the latest first."""

    given_by: str | None
    due_at: datetime | None
    report_hours: int | None
    report_due_at: datetime | None
    reports: list[ReportLine]


class TaskPage(Listed):
    items: list[TaskOut]


class TaskQuery(Schema):
    """`state`: `open` or `all`. `mine`: given by me. `late`: open, and it or its report was due by now."""

    site: Line = ""
    state: Literal["open", "all"] = "open"
    mine: bool = False
    late: bool = False


class MoveIn(Typed):
    """`reason` is the note of `finish` and `sign_off`. `resume_on` for `hold`, `right_team_kind` for `object`,
    `staff_id` or `team_kind` for `reassign` (and `dispatch`), `place` for `arrive`."""

    verb: Verb
    reason: Words = ""
    resume_on: date | None = None
    right_team_kind: Line = ""
    staff_id: int | None = None
    team_kind: TeamKind | None = None
    place: Line | None = None


class SeveralIn(Typed):
    numbers: list[Line] = Field(min_length=1, max_length=100)
    staff_id: int
    reason: Line


class OrderPlaceIn(Typed):
    place: Line = Field(description="code")
    reason: Line


class UrgencyIn(Typed):
    urgency: Urgency
    reason: Line


@router.get("/orders", response=OrderPage)
def order_list(
    request: HttpRequest, wanted: Query[OrderQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The orders you may see, newest first. To follow changes: `updated_since` with `sort=updated_at`, `state=all`."""
    at, actor = now(), actor_of(request)
    orders = queries.orders_visible(actor)
    if wanted.site:
        orders = orders.filter(site=site_of(actor, wanted.site, VIEW_ORDERS))
    orders = queries.with_running_clocks(_filter(wanted).apply(with_updated_at(orders), at=at))
    return paged(request, page_of(orders, str(page), size=page_size), lambda order: _listed(order, at))


@router.post("/orders", response={201: OrderDetail})
def give_task(request: HttpRequest, task: TaskIn) -> Status[dict[str, Any]]:
    """Give a task: an order like any other, dispatched at once."""
    at, actor = now(), actor_of(request)
    site = site_of(actor, task.site, DISPATCH_ORDERS)
    order = actions.give_task(
        actor=actor,
        at=at,
        site=site,
        title=task.title,
        description=task.description,
        urgency=task.urgency,
        team_kind=task.team_kind,
        place=place_by_code(site.pk, task.place) if task.place else None,
        due_at=task.due_at,
        report_hours=task.report_hours,
    )
    return Status(201, detail_of(actor, order.number, at))


@router.get("/tasks", response=TaskPage)
def task_list(
    request: HttpRequest, wanted: Query[TaskQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """Work given by managers and head office that you may see, what is due first on top."""
    at, actor = now(), actor_of(request)
    actor.require(VIEW_ORDERS)
    rows = queries.tasks_given(
        actor,
        site_id=site_of(actor, wanted.site, VIEW_ORDERS).pk if wanted.site else None,
        given_by=actor.user_id if wanted.mine else None,
        also_ended=wanted.state == "all",
        late_at=at if wanted.late else None,
    )
    rows = queries.with_running_clocks(rows)
    return paged(request, page_of(rows, str(page), size=page_size), lambda order: _task(order, at))


@router.post("/orders/reassignment", response=list[OrderOut])
def reassign_several(request: HttpRequest, said: SeveralIn) -> list[dict[str, Any]]:
    """Give several orders to one person, all or none."""
    at, actor = now(), actor_of(request)
    orders = [queries.order_by_number(actor, number) for number in said.numbers]
    ids = [order.pk for order in orders]
    actions.reassign_several(actor=actor, at=at, order_ids=ids, reason=said.reason, staff_id=said.staff_id)
    return [order_out(queries.order_by_number(actor, number), at) for number in said.numbers]


@router.get("/orders/{number}", response=OrderDetail)
def order_detail(request: HttpRequest, number: str) -> dict[str, Any]:
    """One order with its clocks, history and the reasons of its dispatch."""
    return detail_of(actor_of(request), number, now())


@router.post("/orders/{number}/moves", response=OrderDetail)
def make_move(request: HttpRequest, number: str, wanted: MoveIn) -> dict[str, Any]:
    """Make a move. Refused with `illegal_move` when the table has none from the present state."""
    at, actor = now(), actor_of(request)
    order = queries.order_by_number(actor, number)
    _ACTIONS[wanted.verb](actor=actor, at=at, order_id=order.pk, **_words(order, wanted))
    return detail_of(actor, number, at)


@router.post("/orders/{number}/place", response=OrderDetail)
def put_order_place(request: HttpRequest, number: str, said: OrderPlaceIn) -> dict[str, Any]:
    """The order is about another place; who has not accepted it yet may be replaced by somebody nearer."""
    at, actor = now(), actor_of(request)
    order = queries.order_by_number(actor, number)
    place = place_by_code(order.site_id, said.place)
    actions.put_place(actor=actor, at=at, order_id=order.pk, place=place, reason=said.reason)
    return detail_of(actor, number, at)


@router.post("/orders/{number}/urgency", response=OrderDetail)
def set_order_urgency(request: HttpRequest, number: str, said: UrgencyIn) -> dict[str, Any]:
    """More or less urgent than thought; its targets follow."""
    at, actor = now(), actor_of(request)
    order = queries.order_by_number(actor, number)
    actions.set_urgency(actor=actor, at=at, order_id=order.pk, urgency=said.urgency, reason=said.reason)
    return detail_of(actor, number, at)


@router.get("/orders/{number}/photos/{photo_id}")
def get_photo(request: HttpRequest, number: str, photo_id: int) -> HttpResponse:
    """The picture, a JPEG."""
    photo = queries.order_by_number(actor_of(request), number).photos.filter(pk=photo_id).first()
    if photo is None:
        raise queries.not_found()
    with photo.file.open("rb") as file:
        return HttpResponse(file.read(), content_type="image/jpeg")


@router.post("/orders/{number}/photos", response={201: PhotoOut})
def add_photo(
    request: HttpRequest, number: str, photo: File[UploadedFile], is_after: Form[bool] = False
) -> Status[dict[str, Any]]:
    """Add a photo (JPEG, PNG or WebP, at most 15 MB). The same picture sent again is the same photo."""
    actor = actor_of(request)
    order = queries.order_by_number(actor, number)
    kept = actions.add_photo(actor=actor, at=now(), order_id=order.pk, upload=photo, is_after=is_after)
    return Status(201, _photo(order, kept))


_ACTIONS: dict[Verb, Any] = {
    Verb.DISPATCH: actions.reassign,
    Verb.ACCEPT: actions.accept,
    Verb.OBJECT: actions.object_to,
    Verb.OVERRULE: actions.overrule,
    Verb.TRAVEL: actions.travel,
    Verb.ARRIVE: actions.arrive,
    Verb.FINISH: actions.finish,
    Verb.SIGN_OFF: actions.sign_off,
    Verb.CLOSE: actions.close,
    Verb.HOLD: actions.hold,
    Verb.RESUME: actions.resume,
    Verb.REASSIGN: actions.reassign,
    Verb.WITHDRAW: actions.withdraw,
    Verb.REOPEN: actions.reopen,
}


_WORDS: dict[Verb, tuple[str, ...]] = {
    Verb.OVERRULE: ("reason",),
    Verb.WITHDRAW: ("reason",),
    Verb.REOPEN: ("reason",),
    Verb.HOLD: ("reason", "resume_on"),
    Verb.OBJECT: ("reason", "right_team_kind"),
    Verb.REASSIGN: ("reason", "staff_id", "team_kind"),
    Verb.DISPATCH: ("reason", "staff_id", "team_kind"),
}


def _words(order: WorkOrder, wanted: MoveIn) -> dict[str, Any]:
    """What the action of that verb takes."""
    if wanted.verb in (Verb.FINISH, Verb.SIGN_OFF):
        return {"note": wanted.reason}
    if wanted.verb == Verb.ARRIVE and wanted.place:
        return {"place": place_by_code(order.site_id, wanted.place)}
    return {name: getattr(wanted, name) for name in _WORDS.get(wanted.verb, ())}


def _filter(wanted: OrderQuery) -> OrderFilter:
    return OrderFilter(
        state=wanted.state,
        urgency=wanted.urgency or "",
        team=wanted.team or "",
        kind=wanted.kind or "",
        category=wanted.category,
        assignee=wanted.assignee,
        text=wanted.text,
        is_late=wanted.late,
        since=wanted.since,
        until=wanted.until,
        updated_since=wanted.updated_since,
        sort=wanted.sort,
    )


def detail_of(actor: Actor, number: str, at: datetime) -> dict[str, Any]:
    """An order as `OrderDetail` shows it."""
    order = queries.order_by_number(actor, number)
    decision = queries.latest_decision(order)
    return order_out(order, at) | {
        "clocks": [_clock(reading) for reading in queries.clock_readings(order, at)],
        "timeline": queries.timeline(order),
        "photos": [_photo(order, photo) for photo in order.photos.order_by("pk")],
        "decision": None
        if decision is None
        else {
            "at": decision.at,
            "level": decision.level,
            "chosen": decision.chosen.user.name if decision.chosen else None,
            "summary": decision.summary,
            "ranking": decision.ranking,
        },
        "possible": queries.possible_moves(actor, order),
    }


def order_out(order: WorkOrder, at: datetime) -> dict[str, Any]:
    """An order as `OrderOut` shows it."""
    reading = queries.next_reading(order, at)
    return {
        "number": order.number,
        "site": order.site.code,
        "kind": order.kind,
        "category": order.category,
        "urgency": order.urgency,
        "title": order.title,
        "description": order.description,
        "place": order.place.code if order.place else None,
        "team": order.team.kind if order.team else None,
        "assignee": {"id": order.assignee.pk, "name": order.assignee.user.name} if order.assignee else None,
        "state": order.state,
        "opened_at": order.opened_at,
        "ended_at": order.ended_at,
        "clock": _clock(reading) if reading else None,
    }


def _listed(order: WorkOrder, at: datetime) -> dict[str, Any]:
    return order_out(order, at) | {"updated_at": order.updated_at}  # type: ignore[attr-defined]  # annotated


def _task(order: WorkOrder, at: datetime) -> dict[str, Any]:
    terms = getattr(order, "terms", None)  # a task without terms has no row
    dates = {name: getattr(terms, name, None) for name in ("due_at", "report_hours", "report_due_at")}
    given_by = order.opened_by.name if order.opened_by else None
    return order_out(order, at) | dates | {"given_by": given_by, "reports": list(order.reports.all())}


def _photo(order: WorkOrder, photo: OrderPhoto) -> dict[str, Any]:
    url = f"/api/v1/orders/{order.number}/photos/{photo.pk}"
    return {"id": photo.pk, "is_after": photo.is_after, "at": photo.at, "url": url}


def _clock(reading: queries.ClockReading) -> dict[str, Any]:
    clock, face = reading.clock, reading.face
    return {
        "stage": clock.stage,
        "started_at": clock.started_at,
        "target_at": clock.target_at,
        "stopped_at": clock.stopped_at,
        "paused_at": clock.paused_at,
        "used_percent": face.used_percent,
        "remaining_seconds": int(face.remaining.total_seconds()),
        "colour": face.colour,
    }
