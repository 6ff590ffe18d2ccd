"""What belongs to an order, for programs: materials, prices, checklists, visits, aid, contractors; the pool."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Schema, Status
from pydantic import Field

from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, Words, actor_of, paged, site_of
from zhongshu.kernel.clock import now
from zhongshu.web.paging import page_of
from zhongshu.work import actions, queries
from zhongshu.work.api.base import router
from zhongshu.work.api.orders import OrderDetail, OrderOut, detail_of, order_out
from zhongshu.work.kinds import AidState, BookedBy, Consent, ItemKind
from zhongshu.work.lifecycle import JobState, JobVerb
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import VIEW_ORDERS, WORK_ORDERS

Money = Annotated[Decimal, Field(ge=0, le=999_999, max_digits=8, decimal_places=2)]
Amount = Annotated[Decimal, Field(gt=0, le=9999, max_digits=6, decimal_places=2)]
RowId = Annotated[int, Field(ge=1, lt=2**62)]


class MaterialOut(Schema):
    id: int
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    is_charged: bool


class AgreementOut(Schema):
    """What the customer agreed to."""

    amount: Decimal
    agreed_by: str
    how: Consent
    agreed_at: datetime


class ItemOut(Schema):
    """An item of the checklist with its value; a mandatory one without a value holds up `finish`."""

    key: str
    label: str
    kind: ItemKind
    is_mandatory: bool
    low: str
    high: str
    unit: str
    value: str | None


class AidOut(Schema):
    id: int
    staff_id: int
    name: str
    state: AidState


class VisitOut(Schema):
    starts_at: datetime
    ends_at: datetime
    channel: BookedBy


class ContractorJobOut(Schema):
    """How far a contractor is."""

    contractor: str
    state: JobState
    arrive_by: datetime
    arrived_at: datetime | None
    finished_at: datetime | None
    people: str
    result: str


class ProgressOut(Schema):
    at: datetime
    by_name: str
    percent: int
    text: str


class BelongingsOut(Schema):
    """What belongs to an order besides its moves; `total`: what the customer would pay."""

    materials: list[MaterialOut]
    total: Decimal
    agreement: AgreementOut | None
    checklist: list[ItemOut]
    visit: VisitOut | None
    aid: list[AidOut]
    contractor: ContractorJobOut | None
    reports: list[ProgressOut]


class MaterialIn(Typed):
    """A line of the price list (`item_id`), else `name` and `unit_price`."""

    quantity: Amount
    item_id: RowId | None = None
    name: Line = ""
    unit_price: Money | None = None
    is_charged: bool = True


class AgreementIn(Typed):
    amount: Money
    agreed_by: Line
    how: Consent
    note: Line = ""


class ChecklistIn(Typed):
    """By key of the item: `1` for a tick, a number, a text, the id of a photo; empty takes the entry back."""

    values: dict[Line, Line]


class SlotOut(Schema):
    """A window of a day with room for `free` more."""

    window: int
    on: date
    starts_at: datetime
    ends_at: datetime
    free: int


class VisitIn(Typed):
    window: RowId
    on: Day
    channel: BookedBy = BookedBy.DESK


class AidIn(Typed):
    staff_id: RowId
    note: Line = ""


class AidAnswer(Typed):
    """`join` and `leave` are for who has accepted."""

    step: Literal["accept", "decline", "join", "leave"]


class HandIn(Typed):
    contractor_id: RowId
    task: Line = ""


class HandedOut(Schema):
    """The token of the link for the contractor: told once."""

    token: str


class JobStepIn(Typed):
    verb: JobVerb
    people: Line = ""
    result: Words = ""


class ProgressIn(Typed):
    percent: int = Field(ge=0, le=100)
    text: Line


class OrderPageOut(Listed):
    items: list[OrderOut]


class CreditOut(Schema):
    """Time somebody gave to other teams."""

    staff_id: int
    name: str
    team: str
    spells: int
    minutes: int


class MonthQuery(Schema):
    """`month` as 2026-11."""

    site: Line
    month: Annotated[str, Field(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$")]


@router.get("/orders/{number}/belongings", response=BelongingsOut)
def get_belongings(request: HttpRequest, number: str) -> dict[str, Any]:
    """Materials, agreed price, checklist, visit, mutual aid, contractor, progress."""
    return _belongings(queries.order_by_number(actor_of(request), number))


@router.post("/orders/{number}/materials", response={201: BelongingsOut})
def add_material(request: HttpRequest, number: str, said: MaterialIn) -> Status[dict[str, Any]]:
    """Write down what was used."""
    return Status(201, _did(request, number, actions.add_material, **said.model_dump()))


@router.delete("/orders/{number}/materials/{material_id}", response=BelongingsOut)
def strike_material(request: HttpRequest, number: str, material_id: int) -> dict[str, Any]:
    """Something was entered by mistake."""
    return _did(request, number, actions.strike_material, material_id=material_id)


@router.post("/orders/{number}/agreement", response={201: BelongingsOut})
def agree_price(request: HttpRequest, number: str, said: AgreementIn) -> Status[dict[str, Any]]:
    """The customer agreed to a price; a later agreement replaces an earlier one."""
    return Status(201, _did(request, number, actions.agree_price, **said.model_dump()))


@router.post("/orders/{number}/checklist", response=BelongingsOut)
def enter_checklist(request: HttpRequest, number: str, said: ChecklistIn) -> dict[str, Any]:
    """Enter values, all or none."""
    return _did(request, number, actions.enter_checklist, values=said.values)


@router.get("/orders/{number}/slots", response=list[SlotOut])
def get_slots(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """The free windows of the order's team in the next two weeks."""
    order = queries.order_by_number(actor_of(request), number)
    return [
        {
            "window": slot.window.pk,
            "on": slot.on,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "free": slot.free,
        }
        for slot in queries.free_slots(order.team, at=now())
    ]


@router.post("/orders/{number}/visit", response={201: BelongingsOut})
def book_visit(request: HttpRequest, number: str, said: VisitIn) -> Status[dict[str, Any]]:
    """Agree a visit, or another one. Refused with `slot_full`, which offers the next free ones."""
    words = {"window_id": said.window, "on": said.on, "channel": said.channel}
    return Status(201, _did(request, number, actions.book_visit, **words))


@router.delete("/orders/{number}/visit", response=BelongingsOut)
def release_visit(request: HttpRequest, number: str) -> dict[str, Any]:
    """The visit is called off; the order stays."""
    return _did(request, number, actions.release_visit)


@router.post("/orders/{number}/aid", response={201: BelongingsOut})
def ask_for_aid(request: HttpRequest, number: str, said: AidIn) -> Status[dict[str, Any]]:
    """Ask somebody of another team to help."""
    return Status(201, _did(request, number, actions.ask_for_aid, **said.model_dump()))


@router.post("/aid/{request_id}", response=AidOut)
def answer_aid(request: HttpRequest, request_id: int, said: AidAnswer) -> dict[str, Any]:
    """Answer what you are asked to help with, join, leave."""
    who: dict[str, Any] = {"actor": actor_of(request), "at": now(), "request_id": request_id}
    if said.step in ("accept", "decline"):
        asked = actions.answer_aid(**who, is_coming=said.step == "accept")
    else:
        spell = actions.join_aid(**who) if said.step == "join" else actions.leave_aid(**who)
        asked = spell.order.aid_requests.select_related("staff__user").get(pk=request_id)
    return _aid(asked)


@router.get("/aid-credits", response=list[CreditOut])
def list_aid_credits(request: HttpRequest, wanted: Query[MonthQuery]) -> list[queries.Credit]:
    """Minutes of mutual aid by person, of spells that began in that month."""
    actor = actor_of(request)
    site = site_of(actor, wanted.site, VIEW_ORDERS)
    since, until = queries.month_of(date.fromisoformat(f"{wanted.month}-01"))
    return queries.credits_of(actor, site_id=site.pk, since=since, until=until)


@router.post("/orders/{number}/contractor", response={201: HandedOut})
def hand_to_contractor(request: HttpRequest, number: str, said: HandIn) -> Status[dict[str, str]]:
    """Hand the order to a contractor; the token of the link for them is told once."""
    actor = actor_of(request)
    order = queries.order_by_number(actor, number)
    _job, token = actions.hand_to_contractor(actor=actor, at=now(), order_id=order.pk, **said.model_dump())
    return Status(201, {"token": token})


@router.post("/orders/{number}/contractor/steps", response=BelongingsOut)
def move_contractor_job(request: HttpRequest, number: str, said: JobStepIn) -> dict[str, Any]:
    """How far the contractor is, as they told us."""
    return _did(request, number, actions.move_job, **said.model_dump())


@router.post("/orders/{number}/progress", response={201: BelongingsOut})
def report_progress(request: HttpRequest, number: str, said: ProgressIn) -> Status[dict[str, Any]]:
    """How far a task is; its giver is told."""
    return Status(201, _did(request, number, actions.report_progress, **said.model_dump()))


@router.get("/pool", response=OrderPageOut)
def list_pool(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    """What you may claim now."""
    at, actor = now(), actor_of(request)
    rows = queries.pool(actor, site_id=site_of(actor, site, WORK_ORDERS).pk, at=at)
    return paged(request, page_of(rows, str(page), size=page_size), lambda order: order_out(order, at))


@router.post("/pool/{number}/claim", response=OrderDetail)
def claim_order(request: HttpRequest, number: str) -> dict[str, Any]:
    """First come, first served: the order is yours and accepted. Refused with `already_claimed`."""
    at, actor = now(), actor_of(request)
    order = WorkOrder.objects.filter(number=number).first()
    if order is None:
        raise queries.not_found()
    actions.claim(actor=actor, at=at, order_id=order.pk)
    return detail_of(actor, number, at)


def _did(request: HttpRequest, number: str, act: Any, **said: Any) -> dict[str, Any]:
    actor = actor_of(request)
    order = queries.order_by_number(actor, number)
    act(actor=actor, at=now(), order_id=order.pk, **said)
    return _belongings(order)


def _belongings(order: WorkOrder) -> dict[str, Any]:
    own = queries.belongings(order)
    return {
        "materials": own.materials,
        "total": own.total,
        "agreement": own.agreement,
        "checklist": [
            {name: getattr(item, name) for name in ("key", "label", "kind", "is_mandatory", "low", "high", "unit")}
            | {"value": entry.value if entry else None}
            for item, entry in own.items
        ],
        "visit": own.visit,
        "aid": [_aid(asked) for asked in own.aid],
        "contractor": own.job and _job(own.job),
        "reports": own.reports,
    }


def _aid(asked: Any) -> dict[str, Any]:
    return {"id": asked.pk, "staff_id": asked.staff_id, "name": asked.staff.user.name, "state": asked.state}


def _job(job: Any) -> dict[str, Any]:
    names = ("state", "arrive_by", "arrived_at", "finished_at", "people", "result")
    return {name: getattr(job, name) for name in names} | {"contractor": job.contractor.name}
