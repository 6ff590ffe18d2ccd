"""What a site works with, for programs: price list, windows for visits, contractors, checklists, handing out; plans."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Schema, Status
from pydantic import Field

from zhongshu.identity.actor import Actor
from zhongshu.identity.api_kit import Day, Instant, Line, Typed, Words, actor_of, site_of
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import not_ended
from zhongshu.people.actions import set_handing
from zhongshu.people.kinds import Handing
from zhongshu.people.models import Team
from zhongshu.work import actions, queries
from zhongshu.work.actions import Planned
from zhongshu.work.actions.visits import instant
from zhongshu.work.api.base import router
from zhongshu.work.api.extras import Money, RowId
from zhongshu.work.kinds import OrderKind
from zhongshu.work.models import Contractor, SlotWindow, WorkOrder
from zhongshu.work.permissions import ARRANGE_WORK, DISPATCH_ORDERS, VIEW_ORDERS
from zhongshu.work.policies.visits import planned


class PriceOut(Schema):
    id: int
    code: str
    name: str
    unit: str
    unit_price: Decimal
    starts_on: date


class PriceIn(Typed):
    site: Line
    code: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]
    name: Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
    unit: Annotated[str, Field(max_length=10, pattern=r"^[^\x00]*$")]
    unit_price: Money


class WindowOut(Schema):
    id: int
    team: str
    opens: time
    closes: time
    capacity: int
    starts_on: date
    ends_on: date | None


class WindowIn(Typed):
    """`team`: code of the team."""

    site: Line
    team: Line
    opens: time
    closes: time
    capacity: int = Field(ge=1, le=200)
    starts_on: Day


class ContractorOut(Schema):
    id: int
    name: str
    contact_name: str
    kinds: list[str]
    categories: list[str]
    arrive_minutes: int
    starts_on: date
    ends_on: date | None


class ContractorIn(Typed):
    """Empty `kinds` or `categories`: any."""

    site: Line
    name: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]
    contact_name: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    phone: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]
    kinds: list[OrderKind] = []
    categories: list[Line] = []
    arrive_minutes: int = Field(30, ge=1, le=43_200)
    starts_on: Day
    ends_on: Day | None = None


class ChecklistTemplateIn(Typed):
    """`text`: an item a line, as on the page; `*` in front: must be answered."""

    site: Line
    kind: OrderKind | None = None
    category: Line = ""
    name: Line
    text: Words


class TemplateOut(Schema):
    id: int
    version: int
    items: list[dict[str, Any]]


class HandingIn(Typed):
    """How new work of a team reaches somebody; `pool_kinds` empty: all kinds may wait in the pool."""

    site: Line
    team: Line
    handing: Handing
    handing_minutes: int = Field(10, ge=1, le=120)
    pool_kinds: list[OrderKind] = []


class HandingOut(Schema):
    code: str
    handing: Handing
    handing_minutes: int
    pool_kinds: list[str]


class PlanQuery(Schema):
    """`team`: code of the team; empty: the first."""

    site: Line
    team: Line = ""
    day: Day


class StopOut(Schema):
    number: str
    arrive_at: datetime
    walk_minutes: int
    reasons: list[str]


class RoundOut(Schema):
    staff_id: int
    name: str
    stops: list[StopOut]


class PlanOut(Schema):
    """The rounds of a day in their order; `left`: orders nobody has room for."""

    rounds: list[RoundOut]
    left: list[str]


class PlanLineIn(Typed):
    number: Line
    staff_id: RowId
    position: int = Field(ge=1, le=999)
    arrive_at: Instant


class PlanIn(PlanQuery):
    lines: list[PlanLineIn] = Field(min_length=1, max_length=200)


@router.get("/prices", response=list[PriceOut])
def list_prices(request: HttpRequest, site: Line) -> list[Any]:
    """The price list for paid repairs, as of today."""
    actor = actor_of(request)
    return list(queries.price_list(site_of(actor, site, VIEW_ORDERS).pk, day_of(now())))


@router.post("/prices", response={201: PriceOut})
def set_price(request: HttpRequest, said: PriceIn) -> Status[Any]:
    """A line from today on; an earlier one of that code ends."""
    actor, site = _at(request, said.site)
    words = said.model_dump(exclude={"site"})
    return Status(201, actions.set_price(actor=actor, at=now(), site=site, **words))


@router.delete("/prices/{item_id}", response={204: None})
def end_price(request: HttpRequest, item_id: int) -> Status[None]:
    """The line is offered no longer."""
    actions.end_price(actor=actor_of(request), at=now(), item_id=item_id)
    return Status(204, None)


@router.get("/windows", response=list[WindowOut])
def list_windows(request: HttpRequest, site: Line) -> list[dict[str, Any]]:
    """The windows in which visits can be booked."""
    site_id = site_of(actor_of(request), site, VIEW_ORDERS).pk
    rows = SlotWindow.objects.filter(not_ended(day_of(now())), site=site_id).select_related("team")
    return [_window(one) for one in rows]


@router.post("/windows", response={201: WindowOut})
def add_window(request: HttpRequest, said: WindowIn) -> Status[dict[str, Any]]:
    """Offer a time of the day in which a team makes so many visits."""
    actor, site = _at(request, said.site)
    words = said.model_dump(exclude={"site", "team"})
    return Status(201, _window(actions.add_window(actor=actor, at=now(), team=_team(site, said.team), **words)))


@router.delete("/windows/{window_id}", response={204: None})
def end_window(request: HttpRequest, window_id: int) -> Status[None]:
    """Offer it no longer; what is booked stays booked."""
    actions.end_window(actor=actor_of(request), at=now(), window_id=window_id)
    return Status(204, None)


@router.get("/contractors", response=list[ContractorOut])
def list_contractors(request: HttpRequest, site: Line) -> list[Any]:
    """Who is under contract, or will be."""
    site_id = site_of(actor_of(request), site, VIEW_ORDERS).pk
    return list(Contractor.objects.filter(not_ended(day_of(now())), site=site_id))


@router.post("/contractors", response={201: ContractorOut})
def add_contractor(request: HttpRequest, said: ContractorIn) -> Status[Any]:
    """A company under contract with the site."""
    actor, site = _at(request, said.site)
    words = said.model_dump(exclude={"site"})
    return Status(201, actions.add_contractor(actor=actor, at=now(), site=site, **words))


@router.delete("/contractors/{contractor_id}", response={204: None})
def end_contractor(request: HttpRequest, contractor_id: int) -> Status[None]:
    """The contract ends today; what they have in hand they finish."""
    actions.end_contractor(actor=actor_of(request), at=now(), contractor_id=contractor_id)
    return Status(204, None)


@router.post("/checklists", response={201: TemplateOut})
def publish_checklist(request: HttpRequest, said: ChecklistTemplateIn) -> Status[Any]:
    """A new version for orders opened from now on."""
    actor, site = _at(request, said.site)
    words = said.model_dump(exclude={"site", "kind"}) | {"kind": said.kind or ""}
    return Status(201, actions.publish_checklist(actor=actor, at=now(), site=site, **words))


@router.post("/teams/handing", response=HandingOut)
def set_team_handing(request: HttpRequest, said: HandingIn) -> Team:
    """Direct, through the claim pool, or through the team's lead."""
    actor, site = _at(request, said.site)
    words = said.model_dump(exclude={"site", "team"})
    return set_handing(actor=actor, at=now(), team=_team(site, said.team), **words)


@router.get("/visit-plan", response=PlanOut)
def list_visit_plan(request: HttpRequest, wanted: Query[PlanQuery]) -> dict[str, Any]:
    """The visits of a day and team planned together: the cheapest assignment, the shortest rounds."""
    actor, at = actor_of(request), now()
    site = site_of(actor, wanted.site, DISPATCH_ORDERS)
    team = _team(site, wanted.team)
    orders = queries.to_be_visited(team, wanted.day)
    plan = planned(queries.visits_of(orders, wanted.day), queries.walkers(team, wanted.day, at=at))
    numbers = {order.pk: order.number for order in orders}
    return {
        "rounds": [
            {
                "staff_id": one.staff_id,
                "name": one.name,
                "stops": [
                    {
                        "number": numbers[stop.order_id],
                        "arrive_at": instant(wanted.day, stop.arrive),
                        "walk_minutes": stop.walk,
                        "reasons": stop.reasons,
                    }
                    for stop in one.stops
                ],
            }
            for one in plan.rounds
        ],
        "left": [numbers[pk] for pk in plan.left],
    }


@router.post("/visit-plan", response={204: None})
def accept_visit_plan(request: HttpRequest, said: PlanIn) -> Status[None]:
    """Give the orders to whom the plan names, all or none."""
    actor = actor_of(request)
    site = site_of(actor, said.site, DISPATCH_ORDERS)
    wanted = {line.number: line for line in said.lines}
    orders = WorkOrder.objects.filter(site=site, number__in=list(wanted)).only("pk", "number")
    by_number = {order.number: order.pk for order in orders}
    if len(by_number) < len(wanted):
        raise queries.not_found()
    lines = [Planned(by_number[n], line.staff_id, line.position, line.arrive_at) for n, line in wanted.items()]
    actions.accept_plan(actor=actor, at=now(), team=_team(site, said.team), on=said.day, lines=lines)
    return Status(204, None)


def _at(request: HttpRequest, code: str) -> tuple[Actor, Site]:
    actor = actor_of(request)
    return actor, site_of(actor, code, ARRANGE_WORK)


def _team(site: Site, code: str) -> Team:
    teams = Team.objects.filter(site=site).select_related("lead__user")
    team = (teams.filter(code=code) if code else teams).first()
    if team is None:
        raise NotFound(_("没有编码为“%(code)s”的班组。") % {"code": code}, field="team")
    return team


def _window(one: SlotWindow) -> dict[str, Any]:
    names = ("opens", "closes", "capacity", "starts_on", "ends_on")
    return {"id": one.pk, "team": one.team.code} | {name: getattr(one, name) for name in names}
