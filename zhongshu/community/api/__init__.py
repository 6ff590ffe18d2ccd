"""Community for programs: visits at the door, coverage, satisfaction surveys."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from zhongshu.community import actions
from zhongshu.community.kinds import AnswerWay, Mood, Question, VisitManner
from zhongshu.community.models import DrawnVisit, Survey
from zhongshu.community.permissions import RECORD_VISITS, SEND_SURVEYS, TYPE_ANSWERS, VIEW_COMMUNITY
from zhongshu.community.policies.quarters import quarter_of
from zhongshu.community.queries import surveys, visits
from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_named
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, Words, actor_of, paged, site_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.links import home_of
from zhongshu.web.paging import page_of

router = Router(tags=["community"])
Mark = Literal[1, 2, 3, 4, 5]


class DrawnVisitOut(Schema):
    account: str
    place: str | None
    keeper: str
    planned_on: date


class DrawnVisitPage(Listed):
    items: list[DrawnVisitOut]


class CustomerVisitIn(Typed):
    """`on`: today unless said; a day of this quarter. Only a visit at the door satisfies an open draw."""

    manner: VisitManner
    mood: Mood
    words: Words = Field("", max_length=1000)
    on: Day | None = None


class CustomerVisitOut(Schema):
    account: str
    manner: VisitManner
    mood: Mood
    words: str
    on: date
    by_name: str


class CoverageOut(Schema):
    """`accounts`: scored and occupied on the quarter's first day. `percent`: visited at the door, of them."""

    keeper: str | None
    accounts: int
    drawn: int
    visited: int
    telephoned: int
    busiest_day: int
    percent: float


class SiteCoverageOut(Schema):
    site: str
    quarter: date
    keepers: list[CoverageOut]


class SurveyIn(Typed):
    site: Line


class SurveyOut(Schema):
    site: str
    quarter: date
    closes_on: date
    sent_at: datetime
    asked: int
    answered: int


class SurveyPage(Listed):
    items: list[SurveyOut]


class KeeperResultOut(Schema):
    """`means`: by question, 1 to 5; empty while nobody has answered. `followed`: answers that became an order."""

    keeper: str | None
    asked: int
    answered: int
    followed: int
    means: dict[Question, float]


class ProblemsOut(Schema):
    """What customers wrote about one thing, in their words."""

    category: str
    problems: list[str]


class SurveyDetail(SurveyOut):
    keepers: list[KeeperResultOut]
    problems: list[ProblemsOut]


class PaperIn(Typed):
    """A paper form of the account's, of the survey that runs. `marks`: every question, 1 (very bad) to 5."""

    marks: dict[Question, Mark]
    problem: Words = Field("", max_length=1000)


class AnswerOut(Schema):
    account: str
    way: AnswerWay
    marks: dict[Question, int]
    problem: str
    category: str
    order: str | None


@router.get("/community/visits", response=DrawnVisitPage)
def list_visits_due(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    """Whom to see today: planned by now and not yet visited at the door this quarter."""
    actor = actor_of(request)
    rows = visits.to_visit(actor, site_of(actor, site, VIEW_COMMUNITY).pk, day_of(now()))
    return paged(request, page_of(rows, str(page), size=page_size), _drawn)


@router.post("/community/accounts/{account_number}/visits", response={201: CustomerVisitOut})
def record_visit(request: HttpRequest, account_number: str, said: CustomerVisitIn) -> Status[dict[str, Any]]:
    """Somebody was at the door, or telephoned."""
    actor = actor_of(request)
    account = account_named(account_number, day_of(now()), among=actor.visible(Account.objects.all(), RECORD_VISITS))
    made = actions.record_visit(actor=actor, at=now(), account_id=account.pk, **said.model_dump())
    plain = {name: getattr(made, name) for name in ("manner", "mood", "words", "on", "by_name")}
    return Status(201, plain | {"account": account.number})


@router.get("/community/coverage/{site_code}", response=SiteCoverageOut)
def get_visit_coverage(request: HttpRequest, site_code: str, quarter: Day | None = None) -> dict[str, Any]:
    """Coverage by keeper in the quarter in which the day lies (this one unless said), as it was reached."""
    actor = actor_of(request)
    site, first = site_of(actor, site_code, VIEW_COMMUNITY), quarter_of(quarter or day_of(now()))
    plain = ("accounts", "drawn", "visited", "telephoned", "busiest_day", "percent")
    keepers = [
        {name: getattr(row, name) for name in plain} | {"keeper": row.keeper.name if row.keeper else None}
        for row in visits.coverage(actor, site.pk, first)
    ]
    return {"site": site.code, "quarter": first, "keepers": keepers}


@router.post("/community/surveys", response={201: SurveyOut})
def send_survey(request: HttpRequest, said: SurveyIn) -> Status[dict[str, Any]]:
    """This quarter's survey, to every scored account."""
    actor = actor_of(request)
    site = site_of(actor, said.site, SEND_SURVEYS)
    made = actions.send_survey(actor=actor, at=now(), site=site, home=home_of(request))
    return Status(201, _survey(surveys.survey_of(actor, site.pk, made.quarter)))


@router.get("/community/surveys", response=SurveyPage)
def list_surveys(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    """The site's surveys, the latest first."""
    actor = actor_of(request)
    rows = surveys.surveys_listed(actor, site_of(actor, site, VIEW_COMMUNITY).pk)
    return paged(request, page_of(rows, str(page), size=page_size), _survey)


@router.get("/community/surveys/{site_code}/{day}", response=SurveyDetail)
def get_survey(request: HttpRequest, site_code: str, day: Day) -> dict[str, Any]:
    """The survey of the quarter in which the day lies: results by keeper, problems grouped."""
    actor = actor_of(request)
    found = surveys.survey_of(actor, site_of(actor, site_code, VIEW_COMMUNITY).pk, quarter_of(day))
    plain = ("asked", "answered", "followed", "means")
    keepers = [
        {name: getattr(row, name) for name in plain} | {"keeper": row.keeper.name if row.keeper else None}
        for row in surveys.results(actor, found)
    ]
    groups = surveys.problems(surveys.answers_seen(actor, found))
    said = [{"category": group.category, "problems": [words for _place, words in group.problems]} for group in groups]
    return _survey(found) | {"keepers": keepers, "problems": said}


@router.post("/community/accounts/{account_number}/paper-answers", response={201: AnswerOut})
def type_paper_answer(request: HttpRequest, account_number: str, said: PaperIn) -> Status[dict[str, Any]]:
    """A paper form, typed in; each account answers once."""
    actor, today = actor_of(request), day_of(now())
    account = account_named(account_number, today, among=actor.visible(Account.objects.all(), TYPE_ANSWERS))
    invitation = surveys.invitation_of(account, quarter_of(today))
    made = actions.type_answer(
        actor=actor,
        at=now(),
        invitation_id=invitation.pk,
        marks={str(each): mark for each, mark in said.marks.items()},
        problem=said.problem,
    )
    plain = {name: getattr(made, name) for name in ("way", "marks", "problem", "category")}
    return Status(201, plain | {"account": account.number, "order": made.order.number if made.order else None})


def _drawn(row: DrawnVisit) -> dict[str, Any]:
    unit = row.account.unit
    about = {"account": row.account.number, "place": unit.label if unit else None, "keeper": row.keeper.name}
    return about | {"planned_on": row.planned_on}


def _survey(row: Survey) -> dict[str, Any]:
    plain = ("quarter", "closes_on", "sent_at", "asked", "answered")
    return {name: getattr(row, name) for name in plain} | {"site": row.site.code}
