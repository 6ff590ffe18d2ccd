"""Referrals, the directory, further calls, rain and figures of call-backs over the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from zhongshu.cases import actions
from zhongshu.cases.api.cases import CaseOut, whole_case
from zhongshu.cases.kinds import CheckBack
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import RainDay, Referral
from zhongshu.cases.permissions import EDIT_DIRECTORY, FOLLOW_UP_CASES, TEND_CASES, VIEW_CASES
from zhongshu.cases.queries import case_by_number
from zhongshu.cases.queries import complaints as queries
from zhongshu.cases.queries.calls import call_figures
from zhongshu.cases.queries.repeats import repeat_callers
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, Words, actor_of, paged, site_of
from zhongshu.kernel.clock import now
from zhongshu.web.paging import page_of

router = Router(tags=["referrals"])


class ReferralIn(Typed):
    """`number_given` empty: the one of the directory."""

    body_code: Line
    spoke_to: Line = ""
    number_given: Line = ""
    is_transferred: bool = False
    words: Line = ""


class CheckBackIn(Typed):
    """Not helped: on to `then_body_code`, or `back_to_us`."""

    outcome: CheckBack
    words: Line = ""
    then_body_code: Line = ""
    back_to_us: bool = False


class FurtherCallIn(Typed):
    channel: Channel = Channel.API
    text: Words = ""
    caller_phone: Line = ""
    caller_name: Line = ""


class MatterIn(Typed):
    text: Words


class BodyIn(Typed):
    site: Line
    name: Line
    phone: Line = ""
    hours: Line = ""
    covers: Line
    is_active: bool = True


class RainIn(Typed):
    site: Line
    on: Day
    millimetres: Decimal | None = Field(None, ge=0, le=9999, decimal_places=1)


class ReferralOut(Schema):
    id: int
    case: str
    body: str
    number_given: str
    spoke_to: str
    is_transferred: bool
    at: datetime
    check_back_due_at: datetime
    check_back_latest_at: datetime
    outcome: str


class ReferralsOut(Listed):
    items: list[ReferralOut]


class BodyOut(Schema):
    code: str
    name: str
    phone: str
    hours: str
    covers: str
    is_active: bool


class RepeaterOut(Schema):
    account: str
    name: str
    unit: str
    cases: int
    further_calls: int
    open_cases: int
    last_at: datetime


class RainOut(Schema):
    on: date
    millimetres: Decimal | None


class CallFiguresOut(Schema):
    """`made`: calls settled; `reached`: customers who answered; shares lie between 0 and 1, null where nobody did."""

    made: int
    reached: int
    content: int
    scored: int
    average_score: float | None
    reply_rate: float | None
    satisfaction: float | None


@router.post("/cases/{number}/referrals", response={201: ReferralOut}, summary="Hand the customer over to a body")
def refer_case(request: HttpRequest, number: str, said: ReferralIn) -> Status[dict[str, Any]]:
    case = case_by_number(actor_of(request), number)
    referral = actions.refer(actor=actor_of(request), at=now(), case_id=case.pk, **said.model_dump())
    return Status(201, _referral(referral))


@router.get("/check-backs", response=ReferralsOut, summary="Referrals to ask about, what is due first")
def list_check_backs(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    actor = actor_of(request)
    rows = queries.check_backs(actor, site_of(actor, site, VIEW_CASES).pk)
    return paged(request, page_of(rows, str(page), size=page_size), _referral)


@router.post("/check-backs/{referral_id}/outcome", response=ReferralOut, summary="Whether it helped")
def check_back(request: HttpRequest, referral_id: int, said: CheckBackIn) -> dict[str, Any]:
    return _referral(
        actions.check_back(actor=actor_of(request), at=now(), referral_id=referral_id, **said.model_dump())
    )


@router.get("/referral-bodies", response=list[BodyOut], summary="Whom people are referred to")
def list_referral_bodies(request: HttpRequest, site: Line) -> list[dict[str, Any]]:
    actor = actor_of(request)
    return [_body(body) for body in queries.directory(site_of(actor, site, VIEW_CASES), also_unused=True)]


@router.put("/referral-bodies/{body_code}", response=BodyOut, summary="The site's own line of the directory")
def put_referral_body(request: HttpRequest, body_code: str, said: BodyIn) -> dict[str, Any]:
    actor = actor_of(request)
    site = site_of(actor, said.site, EDIT_DIRECTORY)
    given = said.model_dump(exclude={"site"})
    return _body(actions.edit_body(actor=actor, at=now(), site=site, code=body_code, **given))


@router.post("/cases/{number}/further-calls", response={201: CaseOut}, summary="Somebody asks again")
def add_further_call(request: HttpRequest, number: str, said: FurtherCallIn) -> Status[dict[str, Any]]:
    case = case_by_number(actor_of(request), number)
    actions.add_further_call(actor=actor_of(request), at=now(), case_id=case.pk, **said.model_dump())
    return Status(201, whole_case(request, number))


@router.post("/cases/{number}/matters", response={201: CaseOut}, summary="Split another matter off")
def split_matter_off(request: HttpRequest, number: str, said: MatterIn) -> Status[dict[str, Any]]:
    """The answer is the new case."""
    case = case_by_number(actor_of(request), number)
    intake = actions.split_off(actor=actor_of(request), at=now(), case_id=case.pk, text=said.text)
    return Status(201, whole_case(request, intake.case.number))


@router.get("/repeat-callers", response=list[RepeaterOut], summary="Households that tell often")
def list_repeat_callers(request: HttpRequest, site: Line) -> list[dict[str, Any]]:
    actor = actor_of(request)
    names = ("name", "unit", "cases", "further_calls", "open_cases", "last_at")
    found = repeat_callers(site_of(actor, site, FOLLOW_UP_CASES).pk, at=now())
    return [{"account": each.account_number} | {name: getattr(each, name) for name in names} for each in found]


@router.get("/rain-days", response=list[RainOut], summary="Days on which it rained, the newest first")
def list_rain_days(request: HttpRequest, site: Line) -> list[RainDay]:
    actor = actor_of(request)
    return list(RainDay.objects.filter(site=site_of(actor, site, VIEW_CASES)).order_by("-on")[:366])


@router.post("/rain-days", response={201: RainOut}, summary="It rained")
def record_rain(request: HttpRequest, said: RainIn) -> Status[RainDay]:
    """Twice is once."""
    actor = actor_of(request)
    site = site_of(actor, said.site, TEND_CASES)
    rain = actions.record_rain(actor=actor, at=now(), site=site, on=said.on, millimetres=said.millimetres)
    return Status(201, rain)


@router.get("/follow-up-figures", response=CallFiguresOut, summary="How call-backs went: reply rate and satisfaction")
def list_follow_up_figures(
    request: HttpRequest, site: Line, since: Day | None = None, until: Day | None = None
) -> dict[str, Any]:
    actor = actor_of(request)
    figures = call_figures(site_of(actor, site, FOLLOW_UP_CASES).pk, since=since, until=until)
    return {name: getattr(figures, name) for name in CallFiguresOut.model_fields}


def _referral(referral: Referral) -> dict[str, Any]:
    names = ("id", "number_given", "spoke_to", "is_transferred", "at", "outcome")
    due = ("check_back_due_at", "check_back_latest_at")
    given = {name: getattr(referral, name) for name in (*names, *due)}
    return given | {"case": referral.case.number, "body": referral.body.code}


def _body(body: Any) -> dict[str, Any]:
    return {name: getattr(body, name) for name in ("code", "name", "phone", "hours", "covers", "is_active")}
