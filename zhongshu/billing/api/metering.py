"""Meters, common costs, contracts and formulas, for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.billing import actions, formula
from zhongshu.billing.actions.contracting import Partner, Terms
from zhongshu.billing.actions.metering import Dial, Shown
from zhongshu.billing.actions.sharing import Cost
from zhongshu.billing.kinds import ContractKind, Cycle, ReadingSource, SharingBasis
from zhongshu.billing.lifecycle import ContractState
from zhongshu.billing.models import Contract, Meter, Reading, SharedCost
from zhongshu.billing.permissions import MANAGE_CONTRACTS, MANAGE_METERS, READ_METERS, SHARE_COSTS, VIEW_BILLING
from zhongshu.billing.policies.rent import Step
from zhongshu.billing.queries.contracts import contract_seen, contracts_listed, cost_seen, costs_listed
from zhongshu.billing.queries.meters import meter_seen, meters_listed
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import now
from zhongshu.web.paging import page_of

router = Router(tags=["billing"])

Shows = Annotated[Decimal, Field(ge=0, max_digits=11, decimal_places=3)]
Quantity = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=6)]
Yuan = Annotated[Decimal, Field(ge=0, max_digits=11, decimal_places=2)]


class DialIn(Typed):
    """`digits`: whole digits it shows before it rolls over; `multiplier` turns its count into units."""

    number: Annotated[Line, Field(min_length=1, max_length=40)]
    digits: Annotated[int, Field(ge=1, le=8)] = 5
    multiplier: Annotated[Decimal, Field(gt=0, max_digits=11, decimal_places=6)] = Decimal(1)
    start_value: Shows = Decimal(0)


class MeterIn(Typed):
    """`place`: its code; `item`: the code of a charge item by meter."""

    site: Line
    place: Line
    item: Line
    starts_on: Day
    dial: DialIn


class MeterOut(Schema):
    id: int
    site: str
    place: str
    item: str
    number: str
    digits: int
    multiplier: Decimal
    starts_on: date
    start_value: Decimal
    ends_on: date | None
    end_value: Decimal | None
    last_read_on: date | None


class MeterPage(Listed):
    items: list[MeterOut]


class MeterQuery(Schema):
    """`text`: in its number, place or item; `fitted` false: those taken off too."""

    site: Line
    text: Line = ""
    fitted: bool = True


class ReadingIn(Typed):
    """`is_sure`: it was checked, although it is three times the usual or lies far below the last."""

    read_on: Day
    value: Shows
    note: Annotated[Line, Field(max_length=200)] = ""
    is_sure: bool = False


class ReplacementIn(ReadingIn):
    """The last reading of the old meter, and the new one."""

    dial: DialIn


class ReadingOut(Schema):
    """`usage` since the reading before, in units."""

    id: int
    meter: str
    read_on: date
    value: Decimal
    usage: Decimal
    has_rolled_over: bool
    source: ReadingSource
    note: str
    reversed_at: datetime | None


class ReadingPage(Listed):
    items: list[ReadingOut]


class CorrectionReasonIn(Typed):
    reason: Annotated[Line, Field(min_length=1, max_length=200)]


class FactorIn(Typed):
    from_floor: Annotated[int, Field(ge=-99, le=999)]
    factor: Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=4)]


class SharedCostIn(Typed):
    """A cost of the item's period with the day `month`, shared by the units below `place`: `amount`, or `quantity` at
    `unit_price`; `factors` for the basis floor_factor, from the lowest floor up.
    """

    site: Line
    place: Line
    item: Line
    month: Day
    basis: SharingBasis = SharingBasis.AREA
    amount: Yuan | None = None
    quantity: Quantity | None = None
    unit_price: Quantity | None = None
    factors: list[FactorIn] = Field([], max_length=100)
    note: Annotated[Line, Field(max_length=200)] = ""


class SharedCostOut(Schema):
    id: int
    site: str
    place: str
    item: str
    period_start: date
    period_end: date
    basis: SharingBasis
    amount: Decimal
    note: str
    is_cancelled: bool


class ShareOut(Schema):
    place: str
    weight: Decimal
    amount: Decimal


class SharedCostDetail(SharedCostOut):
    shares: list[ShareOut]


class SharedCostPage(Listed):
    items: list[SharedCostOut]


class StepIn(Typed):
    """The month's amount from that day on."""

    starts_on: Day
    monthly_amount: Yuan


class ContractIn(Typed):
    """Half-open term; `steps` begin on its first day. The partner's account is opened if there is none of that name."""

    site: Line
    number: Annotated[Line, Field(min_length=1, max_length=40)]
    kind: ContractKind
    title: Annotated[Line, Field(min_length=1, max_length=120)]
    partner: Annotated[Line, Field(min_length=1, max_length=80)]
    phone: Annotated[Line, Field(max_length=40)] = ""
    item: Line
    place: Line = ""
    starts_on: Day
    ends_on: Day
    cycle: Cycle = Cycle.MONTH
    steps: list[StepIn] = Field(min_length=1, max_length=60)
    warn_days: Annotated[int, Field(ge=0, le=366)] = 60
    note: Annotated[Line, Field(max_length=500)] = ""


class ContractStepOut(Schema):
    starts_on: date
    monthly_amount: Decimal


class ContractOut(Schema):
    id: int
    site: str
    number: str
    kind: ContractKind
    title: str
    partner: str
    account: str
    item: str
    starts_on: date
    ends_on: date
    ended_on: date | None
    cycle: Cycle
    state: ContractState


class ContractDetail(ContractOut):
    steps: list[ContractStepOut]


class ContractPage(Listed):
    items: list[ContractOut]


class ContractQuery(Schema):
    """`active` false: those that are over too."""

    site: Line
    active: bool = True


class TerminationIn(Typed):
    """Nothing is charged from that day on."""

    ended_on: Day
    reason: Annotated[Line, Field(min_length=1, max_length=200)]


class FormulaErrorOut(Schema):
    """`position`: 0-based, in characters of the text as typed; `suggestion`: the nearest formula."""

    position: int
    reason: str
    suggestion: str


class FormulaOut(Schema):
    ok: bool
    normalised: str | None
    inputs: list[str]
    error: FormulaErrorOut | None


@router.get("/formula", response=FormulaOut, summary="Whether a formula is understood")
def get_formula(request: HttpRequest, text: Annotated[str, Query(max_length=4000)] = "") -> Any:
    """Answered for any text; nothing is executed."""
    return formula.answer(text)


@router.get("/meters", response=MeterPage, summary="Meters")
def list_meters(
    request: HttpRequest, wanted: Query[MeterQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """In the order of the estate."""
    site = site_of(actor_of(request), wanted.site, READ_METERS)
    rows = meters_listed(site.pk, wanted.text, is_fitted=wanted.fitted).select_related("place", "item", "site")
    return paged(request, page_of(rows, str(page), size=page_size), _meter)


@router.post("/meters", response={201: MeterOut}, summary="A meter is fitted")
def add_meter(request: HttpRequest, said: MeterIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    meter = actions.add_meter(
        actor=actor,
        at=now(),
        site_id=site_of(actor, said.site, MANAGE_METERS).pk,
        place_code=said.place,
        item_code=said.item,
        starts_on=said.starts_on,
        dial=_dial(said.dial),
    )
    return Status(201, _meter(meter))


@router.get("/meters/{meter_id}", response=MeterOut, summary="One meter")
def get_meter(request: HttpRequest, meter_id: int) -> dict[str, Any]:
    return _meter(meter_seen(actor_of(request), meter_id))


@router.get("/meters/{meter_id}/readings", response=ReadingPage, summary="What a meter showed")
def list_meter_readings(
    request: HttpRequest, meter_id: int, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first, those reversed too."""
    meter = meter_seen(actor_of(request), meter_id)
    rows = meter.readings.select_related("meter").order_by("-read_on", "-pk")
    return paged(request, page_of(rows, str(page), size=page_size), _reading)


@router.post("/meters/{meter_id}/readings", response={201: ReadingOut}, summary="A meter was read")
def take_reading(request: HttpRequest, meter_id: int, said: ReadingIn) -> Status[dict[str, Any]]:
    """The same day and value again answers as the first time."""
    reading = actions.take_reading(actor=actor_of(request), at=now(), meter_id=meter_id, shown=_shown(said))
    return Status(201, _reading(reading))


@router.post("/meters/{meter_id}/replacement", response={201: MeterOut}, summary="Another meter takes its place")
def replace_meter(request: HttpRequest, meter_id: int, said: ReplacementIn) -> Status[dict[str, Any]]:
    """Answers with the new one."""
    facts: dict[str, Any] = {"actor": actor_of(request), "at": now(), "meter_id": meter_id}
    return Status(201, _meter(actions.replace_meter(**facts, shown=_shown(said), dial=_dial(said.dial))))


@router.post("/meters/{meter_id}/removal", response=MeterOut, summary="A meter is taken off")
def remove_meter(request: HttpRequest, meter_id: int, said: ReadingIn) -> dict[str, Any]:
    """With its last reading."""
    return _meter(actions.remove_meter(actor=actor_of(request), at=now(), meter_id=meter_id, shown=_shown(said)))


@router.post("/readings/{reading_id}/reversal", response=ReadingOut, summary="A wrong reading is taken back")
def reverse_reading(request: HttpRequest, reading_id: int, said: CorrectionReasonIn) -> dict[str, Any]:
    """The last one of its meter, before it is charged."""
    facts: dict[str, Any] = {"actor": actor_of(request), "at": now(), "reading_id": reading_id}
    return _reading(actions.reverse_reading(**facts, reason=said.reason))


@router.get("/shared-costs", response=SharedCostPage, summary="Common costs")
def list_shared_costs(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    """The latest period first."""
    found = site_of(actor_of(request), site, VIEW_BILLING)
    rows = costs_listed(found.pk).select_related("item", "place", "site")
    return paged(request, page_of(rows, str(page), size=page_size), _cost)


@router.post("/shared-costs", response={201: SharedCostOut}, summary="A common cost is split")
def share_cost(request: HttpRequest, said: SharedCostIn) -> Status[dict[str, Any]]:
    """The shares add up to the cent; runs charge them."""
    actor = actor_of(request)
    facts: dict[str, Any] = said.model_dump(include={"amount", "quantity", "unit_price", "note"})
    factors = [(step.from_floor, step.factor) for step in said.factors]
    cost = actions.share_cost(
        actor=actor,
        at=now(),
        site_id=site_of(actor, said.site, SHARE_COSTS).pk,
        place_code=said.place,
        item_code=said.item,
        month=said.month,
        cost=Cost(**facts, basis=said.basis, factors=factors),
    )
    return Status(201, _cost(cost))


@router.get("/shared-costs/{cost_id}", response=SharedCostDetail, summary="What of a common cost falls to whom")
def get_shared_cost(request: HttpRequest, cost_id: int) -> dict[str, Any]:
    cost = cost_seen(actor_of(request), cost_id)
    rows = cost.shares.order_by("place__path_as_counted").values("place__code", "weight", "amount")
    shares = [{"place": row["place__code"], "weight": row["weight"], "amount": row["amount"]} for row in rows]
    return _cost(cost) | {"shares": shares}


@router.post("/shared-costs/{cost_id}/cancellation", response=SharedCostOut, summary="A common cost is not charged")
def cancel_cost(request: HttpRequest, cost_id: int, said: CorrectionReasonIn) -> dict[str, Any]:
    """Before it is charged."""
    return _cost(actions.cancel_cost(actor=actor_of(request), at=now(), cost_id=cost_id, reason=said.reason))


@router.get("/contracts", response=ContractPage, summary="Contracts of the diversified operations")
def list_contracts(
    request: HttpRequest, wanted: Query[ContractQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """Those first that end first."""
    site = site_of(actor_of(request), wanted.site, MANAGE_CONTRACTS)
    rows = contracts_listed(site.pk, is_active=wanted.active).select_related("account__customer", "item", "site")
    return paged(request, page_of(rows, str(page), size=page_size), _contract)


@router.post("/contracts", response={201: ContractOut}, summary="A contract is signed")
def sign_contract(request: HttpRequest, said: ContractIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    steps = [Step(step.starts_on, step.monthly_amount) for step in said.steps]
    terms = Terms(said.starts_on, said.ends_on, steps, cycle=said.cycle, warn_days=said.warn_days)
    contract = actions.sign_contract(
        actor=actor,
        at=now(),
        site_id=site_of(actor, said.site, MANAGE_CONTRACTS).pk,
        partner=Partner(said.partner, said.phone),
        item_code=said.item,
        place_code=said.place,
        terms=terms,
        **said.model_dump(include={"number", "kind", "title", "note"}),
    )
    return Status(201, _contract(contract))


@router.get("/contracts/{contract_id}", response=ContractDetail, summary="One contract")
def get_contract(request: HttpRequest, contract_id: int) -> dict[str, Any]:
    contract = contract_seen(actor_of(request), contract_id)
    return _contract(contract) | {"steps": list(contract.steps.values("starts_on", "monthly_amount"))}


@router.post("/contracts/{contract_id}/termination", response=ContractOut, summary="A contract ends early")
def terminate_contract(request: HttpRequest, contract_id: int, said: TerminationIn) -> dict[str, Any]:
    """Nothing is charged from that day on."""
    facts: dict[str, Any] = {"actor": actor_of(request), "at": now(), "contract_id": contract_id}
    return _contract(actions.terminate_contract(**facts, **said.model_dump()))


def _dial(said: DialIn) -> Dial:
    return Dial(**said.model_dump())


def _shown(said: ReadingIn) -> Shown:
    return Shown(**said.model_dump(include={"read_on", "value", "note", "is_sure"}), source=ReadingSource.API)


def _meter(meter: Meter) -> dict[str, Any]:
    names = ("id", "number", "digits", "multiplier", "starts_on", "start_value", "ends_on", "end_value")
    facts = {name: getattr(meter, name) for name in names}
    last = getattr(meter, "last_read_on", None)
    codes = {"site": meter.site.code, "place": meter.place.code, "item": meter.item.code}
    return facts | codes | {"last_read_on": last}


def _reading(reading: Reading) -> dict[str, Any]:
    names = ("id", "read_on", "value", "usage", "has_rolled_over", "source", "note", "reversed_at")
    return {name: getattr(reading, name) for name in names} | {"meter": reading.meter.number}


def _cost(cost: SharedCost) -> dict[str, Any]:
    facts = {name: getattr(cost, name) for name in ("id", "period_start", "period_end", "basis", "amount", "note")}
    codes = {"site": cost.site.code, "place": cost.place.code, "item": cost.item.code}
    return facts | codes | {"is_cancelled": cost.state == "cancelled"}


def _contract(contract: Contract) -> dict[str, Any]:
    names = ("id", "number", "kind", "title", "starts_on", "ends_on", "ended_on", "cycle", "state")
    account = contract.account
    about = {"partner": account.customer.name, "account": account.number, "item": contract.item.code}
    return {name: getattr(contract, name) for name in names} | about | {"site": contract.site.code}
