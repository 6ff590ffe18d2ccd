"""What residents can do, over `/api/v1/resident`: report, follow, say whether the work is good."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from zhongshu.cases.models import Case
from zhongshu.identity.api_kit import Line, Listed, PageNo, PageSize, Typed, Words, paged
from zhongshu.kernel.clock import now
from zhongshu.portal import actions, queries
from zhongshu.portal.money_api import resident
from zhongshu.portal.money_api import router as money
from zhongshu.quality.api import StandardOut, published
from zhongshu.web.paging import page_of

router = Router(tags=["resident"])
router.add_router("", money)


class HomeOut(Schema):
    """`account` is what a report is about."""

    account: str
    site: str
    place: str


class ReportIn(Typed):
    """`where` empty: about the home itself."""

    account: Line
    text: Words
    where: Line = ""
    is_complaint: bool = False


class AnswerIn(Typed):
    is_content: bool
    score: int | None = Field(None, ge=1, le=5)
    words: Words = ""


class AskIn(Typed):
    text: Words = ""


class OutageOut(Schema):
    """Planned works have a period."""

    number: str
    title: str
    planned_from: datetime | None
    planned_until: datetime | None


class MatterLineOut(Schema):
    at: datetime
    label: str
    text: str


class MatterBrief(Schema):
    number: str
    state: str
    text: str
    place: str | None
    opened_at: datetime
    closed_at: datetime | None


class MatterOut(MatterBrief):
    """`awaits_answer`: the work is done, and you have not said yet whether it is good."""

    awaits_answer: bool
    linked: list[str]
    timeline: list[MatterLineOut]


class MattersOut(Listed):
    items: list[MatterBrief]


@router.get("/homes", response=list[HomeOut], summary="My homes")
def get_homes(request: HttpRequest) -> list[dict[str, Any]]:
    homes = queries.homes(resident(request), at=now())
    return [{"account": home.number, "site": home.site.code, "place": home.unit.label} for home in homes if home.unit]


@router.get("/promise", response=list[StandardOut], summary="What is promised where I live, and how it was kept")
def get_promise(request: HttpRequest) -> list[dict[str, Any]]:
    """One for each site in which there is a home of mine."""
    homes = queries.homes(resident(request), at=now())
    return [published(site) for site in {home.site_id: home.site for home in homes}.values()]


@router.get("/matters", response=MattersOut, summary="What I reported")
def get_matters(request: HttpRequest, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    rows = queries.matters(resident(request), at=now())
    return paged(request, page_of(rows, str(page), size=page_size), _brief)


@router.post("/matters", response={201: MatterOut}, summary="Report a matter")
def report_matter(request: HttpRequest, said: ReportIn) -> Status[dict[str, Any]]:
    """It is heard like any other; `where` says about which place, if not the home."""
    actor = resident(request)
    intake = actions.report(actor=actor, at=now(), account_number=said.account, **said.model_dump(exclude={"account"}))
    return Status(201, _whole(intake.case))


@router.get("/matters/{number}", response=MatterOut, summary="How far it is")
def get_matter(request: HttpRequest, number: str) -> dict[str, Any]:
    return _whole(queries.matter(resident(request), number, at=now()))


@router.post("/matters/{number}/answer", response=MatterOut, summary="Whether the work is good")
def answer_matter(request: HttpRequest, number: str, said: AnswerIn) -> dict[str, Any]:
    actor, at = resident(request), now()
    actions.answer(actor=actor, at=at, number=number, **said.model_dump())
    return _whole(queries.matter(actor, number, at=at))


@router.post("/matters/{number}/further-calls", response={201: MatterOut}, summary="How long will it take")
def ask_again(request: HttpRequest, number: str, said: AskIn) -> Status[dict[str, Any]]:
    """Whoever is answerable hears of it."""
    case = actions.ask_again(actor=resident(request), at=now(), number=number, text=said.text)
    return Status(201, _whole(case))


@router.get("/incidents", response=list[OutageOut], summary="What is under way or announced where I live")
def get_outages(request: HttpRequest) -> list[dict[str, Any]]:
    actor, at = resident(request), now()
    found = [each for home in queries.homes(actor, at=at) for each in queries.touching_home(home, at=at)]
    names = ("number", "title", "planned_from", "planned_until")
    return [{name: getattr(each, name) for name in names} for each in {each.pk: each for each in found}.values()]


@router.post("/incidents/{incident_number}/reports", response={201: MatterOut}, summary="My home has it too")
def report_outage(request: HttpRequest, incident_number: str, said: AskIn) -> Status[dict[str, Any]]:
    case = actions.report_incident(actor=resident(request), at=now(), number=incident_number, text=said.text)
    return Status(201, _whole(case))


def _brief(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "state": case.state,
        "text": case.text,
        "place": case.place.label if case.place else None,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
    }


def _whole(case: Case) -> dict[str, Any]:
    view = queries.matter_view(case)
    timeline = [{"at": line.at, "label": line.label, "text": line.text} for line in view.lines]
    return _brief(case) | {
        "awaits_answer": view.awaits_answer,
        "linked": [each.number for each in view.linked],
        "timeline": timeline,
    }
