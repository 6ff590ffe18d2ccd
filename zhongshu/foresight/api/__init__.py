"""foresight for programs: who is likely to fall into arrears, how good that is, the switch, objections."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.care.queries.accounts import scored_account
from zhongshu.estate.models import Account
from zhongshu.foresight import actions
from zhongshu.foresight.permissions import LEARN_FORESIGHT, SWITCH_FORESIGHT, VIEW_FORESIGHT
from zhongshu.foresight.queries import forecasts
from zhongshu.foresight.queries.telling import forecast_told, report_told
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, Words, actor_of, paged, site_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.paging import page_of

router = Router(tags=["foresight"])


class ForesightReasonOut(Schema):
    """`pull`: log-odds by which it sets the account apart; `raises`: towards arrears; `ours`: we can mend it."""

    feature: str
    value: float
    pull: float
    raises: bool
    ours: bool
    text: str
    label: str


class ArrearsForecastOut(Schema):
    """As of the morning of `on`: the probability (0 to 1) of reaching three months in arrears within six."""

    account: str
    place: str | None
    keeper: str | None
    on: date
    months_in_arrears: int
    probability: float
    reasons: list[ForesightReasonOut]


class ForecastPage(Listed):
    items: list[ArrearsForecastOut]


class ReliabilityOut(Schema):
    """Forecasts of `[low, high)`: what was foreseen on average, the share that came true."""

    low: float
    high: float
    count: int
    foreseen: float
    happened: float


class LearningQualityOut(Schema):
    """On months that were not learned from. `skill`: 1 − brier / base_brier; `order`: area under the curve."""

    rows: int
    accounts: int
    happened: int
    brier: float
    base_brier: float
    rule_brier: float
    skill: float
    skill_from: float
    error: float
    order: float


class LearningOut(Schema):
    """`weights`: log-odds for each unit of a feature."""

    on: date
    at: datetime
    accounts: int
    rows: int
    adopted: bool
    reason: str
    quality: LearningQualityOut
    reliability: list[ReliabilityOut]
    weights: dict[str, float]


class LastLearningOut(Schema):
    on: date
    adopted: bool
    reason: str


class ForecastCheckOut(Schema):
    """Forecasts of the site whose six months are over."""

    first_on: date
    last_on: date
    rows: int
    happened: int
    brier: float
    base_brier: float
    reliability: list[ReliabilityOut]


class ForesightReportOut(Schema):
    """`on`: whether it is in use at the site; switches null: never set. A site follows the company."""

    site: str
    on: bool
    company_switch: bool | None
    site_switch: bool | None
    foreseen_on: date | None
    in_use: LearningOut | None
    last_learning: LastLearningOut | None
    lived: ForecastCheckOut | None


class ForecastQuery(Typed):
    """`least`: the lowest probability; `q`: part of a number, a name or a room."""

    site: Line
    least: float = Field(0, ge=0, le=1)
    q: Line = ""


@router.get(
    "/foresight/forecasts", response=ForecastPage, summary="Who is likely to fall into arrears, likeliest first"
)
def list_forecasts(
    request: HttpRequest, asked: Query[ForecastQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The newest forecasts of a site. Beside the score, never in it; not to be used for the order of service."""
    actor = actor_of(request)
    site = site_of(actor, asked.site, VIEW_FORESIGHT)
    rows = forecasts.newest(actor, site.pk, text=asked.q, least=asked.least)
    return paged(request, page_of(rows, str(page), size=page_size), forecast_told)


@router.get("/foresight/reports/{site}", response=ForesightReportOut, summary="How good the foresight of a site is")
def get_foresight(request: HttpRequest, site: Line) -> dict[str, Any]:
    """What is in use, how it was measured, and what came true of what was said."""
    return report_told(site_of(actor_of(request), site, VIEW_FORESIGHT))


class ForeseeIn(Typed):
    """`on`: as of the morning of that day; today without it."""

    site: Line
    on: Day | None = None


class ForeseenOut(Schema):
    site: str
    on: date
    learned_on: date
    accounts: int


@router.post("/foresight/forecasts", response={201: ForeseenOut}, summary="Look ahead at a site now")
def make_forecasts(request: HttpRequest, said: ForeseeIn) -> Status[Any]:
    """It looks by itself every Monday."""
    actor = actor_of(request)
    site = site_of(actor, said.site, LEARN_FORESIGHT)
    return Status(201, actions.foresee(actor=actor, at=now(), site_id=site.pk, on=said.on))


class SwitchIn(Typed):
    """`site`: its code; without it the whole company."""

    on: bool
    reason: Words = Field(max_length=300)
    site: Line = ""


class SwitchOut(Schema):
    site: str | None
    on: bool
    reason: str
    at: datetime


@router.post("/foresight/switches", response={201: SwitchOut}, summary="Switch foresight on or off")
def set_switch(request: HttpRequest, said: SwitchIn) -> Status[dict[str, Any]]:
    """Off deletes what was foreseen. On needs a formula better than the base rate."""
    actor = actor_of(request)
    site = site_of(actor, said.site, SWITCH_FORESIGHT) if said.site else None
    row = actions.switch(actor=actor, at=now(), site=site, is_on=said.on, reason=said.reason)
    told = {"site": site.code if site else None, "on": row.is_on, "reason": row.reason, "at": row.at}
    return Status(201, told)


class ForecastObjectionIn(Typed):
    """`site` where several have the account."""

    reason: Words = Field(max_length=300)
    site: Line = ""


class ObjectionOut(Schema):
    account: str
    reason: str
    at: datetime
    ended_at: datetime | None


@router.post(
    "/foresight/accounts/{account_number}/objections", response={201: ObjectionOut}, summary="A customer objects"
)
def add_objection(request: HttpRequest, account_number: Line, said: ForecastObjectionIn) -> Status[dict[str, Any]]:
    """The account is neither foreseen nor learned from any more. A second time changes nothing."""
    account = _account(request, account_number, said.site)
    row = actions.object_to(actor=actor_of(request), at=now(), account=account, reason=said.reason)
    return Status(201, _objection(account, row))


class WithdrawalIn(Typed):
    """`site` where several have the account."""

    site: Line = ""


@router.post(
    "/foresight/accounts/{account_number}/objections/withdrawal",
    response=ObjectionOut,
    summary="The objection is taken back",
)
def end_objection(request: HttpRequest, account_number: Line, said: WithdrawalIn) -> dict[str, Any]:
    """From the next time on the account is looked at again."""
    account = _account(request, account_number, said.site)
    return _objection(account, actions.withdraw_objection(actor=actor_of(request), at=now(), account=account))


def _account(request: HttpRequest, number: str, site_code: str) -> Account:
    actor = actor_of(request)
    among = actor.visible(Account.objects.all(), VIEW_FORESIGHT)
    site_id = site_of(actor, site_code, VIEW_FORESIGHT).pk if site_code else None
    return scored_account(number, day_of(now()), site_id=site_id, among=among)


def _objection(account: Account, row: Any) -> dict[str, Any]:
    return {"account": account.number, "reason": row.reason, "at": row.at, "ended_at": row.ended_at}
