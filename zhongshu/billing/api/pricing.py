"""Items, prices, terms, the site's policy, runs and charges, for programs."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from zhongshu.billing import actions, batch, jobs
from zhongshu.billing.api.reliefs import ChargeOut, get_charge
from zhongshu.billing.api.reliefs import router as charges  # its GET and our POST share an address
from zhongshu.billing.kinds import BillingMode, Cycle, Payer, SettleOrder, Timing
from zhongshu.billing.models import BillingPolicy, ChargeItem, ItemTerm, RunException, Tariff
from zhongshu.billing.permissions import CHARGE, RUN_BILLS, SET_PRICES, VIEW_BILLING
from zhongshu.billing.policies.late_fees import is_excessive
from zhongshu.billing.queries import policy_at
from zhongshu.billing.queries.items import item_by_code, tariff_seen, term_seen, terms_listed
from zhongshu.billing.queries.runs import exceptions_listed, run_seen, runs_listed, seal, told
from zhongshu.estate.kinds import PlaceKind, Usage
from zhongshu.estate.queries import account_by_number
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.ledger.kinds import Fund
from zhongshu.web.paging import page_of

router = Router(tags=["billing"])

Yuan = Annotated[Decimal, Field(gt=0, max_digits=11, decimal_places=2)]
Price = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=6)]
Share = Annotated[Decimal, Field(ge=0, le=1, max_digits=7, decimal_places=6)]
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=40)]
Code = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=20)]
Note = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]
Month = Annotated[str, StringConstraints(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$")]
Small = Annotated[int, Field(ge=0, le=60)]


class ItemIn(Typed):
    name: Name
    method: Literal["area_gross", "area_net", "fixed", "metered", "shared", "rent", "one_off", "deposit", "formula"]
    fund: Fund = Fund.OPERATING
    cycle: Cycle = Cycle.MONTH
    timing: Timing = Timing.ADVANCE
    due_months: Annotated[int, Field(ge=0, le=12)] = 0
    due_day: Annotated[int, Field(ge=1, le=31)] = 31
    is_prorated: bool = True
    is_recurring: bool = True
    is_everywhere: bool = True
    place_kinds: list[PlaceKind] = [PlaceKind.UNIT]
    usages: list[Usage] = []
    payer: Payer = Payer.OWNER
    security: Annotated[int, Field(ge=0, le=9)] = 0
    is_active: bool = True


class NewItemIn(ItemIn):
    site: Line
    code: Code


class ChargeItemOut(ItemIn):
    code: str
    site: str


class TierIn(Typed):
    up_to: Price | None
    price: Price


class TariffIn(Typed):
    starts_on: Day
    unit_price: Price = Decimal(0)
    formula: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=400)] = ""
    tiers: Annotated[list[TierIn], Field(max_length=20)] = []
    tier_cycle: Cycle = Cycle.YEAR
    late_fee_rate: Share = Decimal(0)
    vacant_factor: Share = Decimal(1)
    vat_rate: Share = Decimal(0)
    note: Note = ""


class TariffOut(TariffIn):
    """`is_excessive`: the late-fee rate is above four times the loan prime rate (Civil Code, article 585)."""

    price_id: int
    is_excessive: bool
    version: int
    ends_on: date | None
    state: str


class TermIn(Typed):
    place: Line
    starts_on: Day
    ends_on: Day | None = None
    is_exempt: bool = False
    unit_price: Price | None = None
    coefficient: Price = Decimal(1)
    quantity: Price | None = None
    surcharge: Price = Decimal(0)
    payer: Payer | Literal[""] = ""
    note: Note = ""


class TermOut(TermIn):
    term_id: int


class TermsOut(Listed):
    items: list[TermOut]


class TermEndIn(Typed):
    ends_on: Day


class PolicyIn(Typed):
    starts_on: Day
    mode: BillingMode = BillingMode.LUMP_SUM
    settle_order: SettleOrder = SettleOrder.PRINCIPAL_FIRST
    contract_order: Annotated[list[Code], Field(max_length=50)] = []
    freezes_disputed: bool = True
    prepay_most_months: Small = 12
    prepay_discount: Share = Decimal(1)
    lpr: Share = Decimal("0.030")


class PolicyOut(PolicyIn):
    starts_on: date | None  # type: ignore[assignment]  # None: no rules were set, the defaults hold
    ends_on: date | None


class RunIn(Typed):
    """`period`: the month; `item`: the code of one charge item, empty for all that are due."""

    site: Line
    period: Month
    item: Code = ""


class IssueIn(Typed):
    """`seal`: of the preview that was looked at."""

    seal: Line


class RunItemOut(Schema):
    item: str
    count: int
    total: str
    already: int
    exceptions: int


class RunOut(Schema):
    run: int
    site: str
    period: str
    state: str
    items: list[RunItemOut]
    charges: int
    total: str
    already: int
    exceptions: int
    percent: int
    seal: str = Field(description="of its preview; issuing asks for it")


class RunsOut(Listed):
    items: list[RunOut]


class ExceptionsWanted(Schema):
    item: Line = ""
    reason: Line = ""


class ExceptionOut(Schema):
    item: str
    place: str | None
    account: str | None
    reason: str
    is_charged: bool
    amount: str | None
    before: str | None


class ExceptionsOut(Listed):
    items: list[ExceptionOut]


class ChargeIn(Typed):
    """`source`: a number of yours that tells this charge from others of the same item and day."""

    site: Line
    account: Line
    item: Code
    amount: Yuan
    due_on: Day
    source: Annotated[int, Field(ge=0, lt=1 << 62)] = 0
    note: Note = ""


@router.get("/charge-items", response=list[ChargeItemOut], summary="Charge items of a site")
def list_charge_items(request: HttpRequest, site: Line) -> list[dict[str, Any]]:
    found = site_of(actor_of(request), site, VIEW_BILLING)
    return [_item(item) for item in ChargeItem.objects.filter(site=found).select_related("site").order_by("code")]


@router.post("/charge-items", response={201: ChargeItemOut}, summary="Add a charge item")
def add_charge_item(request: HttpRequest, said: NewItemIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    found, facts = site_of(actor, said.site, SET_PRICES), said.model_dump(exclude={"site"})
    return Status(201, _item(actions.add_item(actor=actor, at=now(), site_id=found.pk, **facts)))


@router.put("/charge-items/{site}/{code}", response=ChargeItemOut, summary="Change a charge item")
def edit_charge_item(request: HttpRequest, site: Line, code: Line, said: ItemIn) -> dict[str, Any]:
    item, actor = _item_at(request, site, code), actor_of(request)
    return _item(actions.edit_item(actor=actor, at=now(), item_id=item.pk, **said.model_dump()))


@router.get("/charge-items/{site}/{code}/prices", response=list[TariffOut], summary="Prices of a charge item")
def list_tariffs(request: HttpRequest, site: Line, code: Line) -> list[dict[str, Any]]:
    """The latest version first."""
    item = _item_at(request, site, code)
    lpr = policy_at(item.site_id, day_of(now())).lpr
    return [_price(tariff, lpr) for tariff in item.tariffs.order_by("-version")]


@router.post("/charge-items/{site}/{code}/prices", response={201: TariffOut}, summary="Propose a price")
def propose_price(request: HttpRequest, site: Line, code: Line, said: TariffIn) -> Status[dict[str, Any]]:
    """Somebody else has to approve it."""
    item = _item_at(request, site, code)
    facts = said.model_dump() | {"tiers": [tier.model_dump(mode="json") for tier in said.tiers]}
    return Status(201, _price(actions.propose_price(actor=actor_of(request), at=now(), item_id=item.pk, **facts)))


@router.post("/prices/{price_id}/{decision}", response=TariffOut, summary="Approve, refuse or withdraw a price")
def decide_price(
    request: HttpRequest, price_id: int, decision: Literal["approval", "refusal", "withdrawal"]
) -> dict[str, Any]:
    acts = {
        "approval": actions.approve_price,
        "refusal": actions.refuse_price,
        "withdrawal": actions.withdraw_price,
    }
    tariff = tariff_seen(actor_of(request), price_id)
    return _price(acts[decision](actor=actor_of(request), at=now(), tariff_id=tariff.pk))


@router.get("/charge-items/{site}/{code}/terms", response=TermsOut, summary="What holds for single places")
def list_terms(
    request: HttpRequest, site: Line, code: Line, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    rows = terms_listed(_item_at(request, site, code))
    return paged(request, page_of(rows, str(page), size=page_size), _term)


@router.post("/charge-items/{site}/{code}/terms", response={201: TermOut}, summary="Agree something for a place")
def set_term(request: HttpRequest, site: Line, code: Line, said: TermIn) -> Status[dict[str, Any]]:
    item = _item_at(request, site, code)
    return Status(
        201, _term(actions.set_term(actor=actor_of(request), at=now(), item_id=item.pk, **said.model_dump()))
    )  # fmt: skip


@router.post("/terms/{term_id}/ending", response=TermOut, summary="End what holds for a place")
def end_term(request: HttpRequest, term_id: int, said: TermEndIn) -> dict[str, Any]:
    term = term_seen(actor_of(request), term_id)
    return _term(actions.end_term(actor=actor_of(request), at=now(), term_id=term.pk, ends_on=said.ends_on))


@router.get("/billing-policies/{site}", response=PolicyOut, summary="How a site settles debts today")
def get_billing_policy(request: HttpRequest, site: Line) -> dict[str, Any]:
    return _policy(policy_at(site_of(actor_of(request), site, VIEW_BILLING).pk, day_of(now())))


@router.post("/billing-policies/{site}", response={201: PolicyOut}, summary="Settle debts another way from a day on")
def set_billing_policy(request: HttpRequest, site: Line, said: PolicyIn) -> Status[dict[str, Any]]:
    found = site_of(actor_of(request), site, SET_PRICES)
    made = actions.set_policy(actor=actor_of(request), at=now(), site_id=found.pk, **said.model_dump())
    return Status(201, _policy(made))


@router.get("/bill-runs", response=RunsOut, summary="Bill runs of a site")
def list_bill_runs(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    rows = runs_listed(site_of(actor_of(request), site, VIEW_BILLING).pk).select_related("site")
    return paged(request, page_of(rows, str(page), size=page_size), _run)


@router.post("/bill-runs", response={201: RunOut}, summary="Look at what a month would charge")
def preview_bill_run(request: HttpRequest, said: RunIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    found = site_of(actor, said.site, RUN_BILLS)
    item = item_by_code(found.pk, said.item) if said.item else None
    period = date.fromisoformat(f"{said.period}-01")
    run = batch.preview(actor=actor, at=now(), site_id=found.pk, period=period, item=item)
    return Status(201, _run(run))


@router.get("/bill-runs/{run_id}", response=RunOut, summary="One bill run")
def get_bill_run(request: HttpRequest, run_id: int) -> dict[str, Any]:
    return _run(run_seen(actor_of(request), run_id))


@router.post("/bill-runs/{run_id}/issue", response=RunOut, summary="Issue what a preview shows")
def issue_bill_run(request: HttpRequest, run_id: int, said: IssueIn) -> dict[str, Any]:
    """409 `changed_meanwhile` where it would make something else by now. A long one is `running` meanwhile."""
    actor = actor_of(request)
    run = run_seen(actor, run_id)
    seen = run.preview if said.seal == seal(run) else {}
    jobs.issue(actor=actor, at=now(), run_id=run.pk, seen=seen)
    return get_bill_run(request, run_id)


@router.post("/bill-runs/{run_id}/cancellation", response=RunOut, summary="Do not issue a preview")
def cancel_bill_run(request: HttpRequest, run_id: int) -> dict[str, Any]:
    batch.cancel(actor=actor_of(request), at=now(), run_id=run_seen(actor_of(request), run_id).pk)
    return get_bill_run(request, run_id)


@router.get("/bill-runs/{run_id}/exceptions", response=ExceptionsOut, summary="What a run could not charge")
def list_bill_run_exceptions(
    request: HttpRequest, run_id: int, wanted: Query[ExceptionsWanted], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    rows = exceptions_listed(run_seen(actor_of(request), run_id), item=wanted.item, reason=wanted.reason)
    return paged(request, page_of(rows, str(page), size=page_size), _exception)


@charges.post("/charges", response={201: ChargeOut}, summary="Charge an account once")
def add_charge(request: HttpRequest, said: ChargeIn) -> Status[dict[str, Any]]:
    at, actor = now(), actor_of(request)
    found = site_of(actor, said.site, CHARGE)
    account = account_by_number(found.pk, said.account)
    made = actions.charge_once(
        actor=actor,
        at=at,
        account_id=account.pk,
        place_id=account.unit_id,
        item_code=said.item,
        amount=said.amount,
        due_on=said.due_on,
        period_start=day_of(at),
        source_id=said.source,
        detail={"note": said.note} if said.note else {},
    )
    return Status(201, get_charge(request, made.pk))


def _item_at(request: HttpRequest, site: str, code: str) -> ChargeItem:
    return item_by_code(site_of(actor_of(request), site, VIEW_BILLING).pk, code)


def _of(row: Any, schema: type[Schema]) -> dict[str, Any]:
    """The row's columns of the names that the schema and the table share."""
    return {name: getattr(row, name) for name in schema.model_fields if hasattr(row, name)}


def _item(item: ChargeItem) -> dict[str, Any]:
    return _of(item, ChargeItemOut) | {"site": item.site.code}


def _price(tariff: Tariff, lpr: Decimal | None = None) -> dict[str, Any]:
    """`lpr`: today's of the site, for who knows it."""
    now_lent = policy_at(tariff.site_id, day_of(now())).lpr if lpr is None else lpr
    excessive = is_excessive(tariff.late_fee_rate, now_lent)
    return _of(tariff, TariffOut) | {"price_id": tariff.pk, "is_excessive": excessive}


def _term(term: ItemTerm) -> dict[str, Any]:
    return _of(term, TermOut) | {"term_id": term.pk, "place": term.place.code}


def _policy(policy: BillingPolicy) -> dict[str, Any]:
    return _of(policy, PolicyOut)


def _run(run: Any) -> dict[str, Any]:
    done = run.chunks_done * 100 // (run.chunks or 1)
    return told(run) | {"site": run.site.code, "percent": done, "seal": seal(run)}


def _exception(row: RunException) -> dict[str, Any]:
    return {
        "item": row.item.code,
        "place": row.place.code if row.place else None,
        "account": row.account.number if row.account else None,
        "reason": row.reason,
        "is_charged": row.is_charged,
        "amount": row.words.get("amount"),
        "before": row.words.get("before"),
    }
