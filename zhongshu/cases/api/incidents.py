"""Incidents over the API."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from zhongshu.cases import actions
from zhongshu.cases.classification import Category
from zhongshu.cases.lifecycle import Channel, IncidentState
from zhongshu.cases.models import Case, Incident
from zhongshu.cases.permissions import TEND_CASES, VIEW_CASES
from zhongshu.cases.queries import case_by_number, cases_visible
from zhongshu.cases.queries import incidents as queries
from zhongshu.identity.api_kit import (
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
from zhongshu.kernel.errors import NotFound
from zhongshu.people.kinds import TeamKind
from zhongshu.web.paging import page_of
from zhongshu.work.kinds import Urgency

router = Router(tags=["incidents"])


class IncidentIn(Typed):
    """`place_code` null: the whole site. `team_kind` null: the repair is somebody else's. `cases`: numbers."""

    site: Line
    title: Line
    category: Category
    place_code: Line | None = None
    urgency: Urgency = Urgency.P2
    team_kind: TeamKind | None = TeamKind.ENGINEERING
    cases: list[Line] = Field([], max_length=200)
    planned_from: Instant | None = None
    planned_until: Instant | None = None
    notice: Words = ""
    spoken: Words = ""


class CasesIn(Typed):
    cases: list[Line] = Field(min_length=1, max_length=200)


class IncidentNoticeIn(Typed):
    """`spoken`: for reading out; the same where empty."""

    text: Words
    spoken: Words = ""


class IncidentReasonIn(Typed):
    reason: Line


class IncidentReportIn(Typed):
    text: Words
    channel: Channel = Channel.API
    place_text: Line = ""
    place_code: Line | None = None
    caller_phone: Line = ""
    caller_name: Line = ""


class IncidentAnswerIn(Typed):
    words: Line = ""


class IncidentBrief(Schema):
    number: str
    site: str
    title: str
    category: str
    urgency: str
    place: str | None = Field(description="code; null: the whole site")
    state: str
    planned_from: datetime | None
    planned_until: datetime | None
    opened_at: datetime
    restored_at: datetime | None
    closed_at: datetime | None


class IncidentCaseOut(Schema):
    number: str
    state: str
    is_answered: bool


class IncidentNoticeOut(Schema):
    kind: str
    at: datetime
    text: str
    spoken: str
    customer_count: int


class IncidentOut(IncidentBrief):
    order: str | None
    cases: list[IncidentCaseOut]
    notices: list[IncidentNoticeOut]


class IncidentsOut(Listed):
    items: list[IncidentBrief]


class ProposalOut(Schema):
    category: str
    place: str = Field(description="code")
    cases: list[str]


class JoinedCaseOut(Schema):
    number: str
    incident: str | None


@router.get("/incidents", response=IncidentsOut, summary="Incidents of a site, those under way first")
def list_incidents(
    request: HttpRequest,
    site: Line,
    state: IncidentState | None = None,
    page: PageNo = 1,
    page_size: PageSize = 20,
) -> dict[str, Any]:
    actor = actor_of(request)
    rows = queries.incidents_listed(actor, site_of(actor, site, VIEW_CASES).pk, state=state or "")
    return paged(request, page_of(rows, str(page), size=page_size), _brief)


@router.get("/incident-proposals", response=list[ProposalOut], summary="Open cases that look like one incident")
def list_incident_proposals(request: HttpRequest, site: Line) -> list[dict[str, Any]]:
    actor = actor_of(request)
    found = queries.proposals(actor, site_of(actor, site, TEND_CASES).pk, at=now())
    return [
        {"category": each.category, "place": each.place.code, "cases": [case.number for case in each.cases]}
        for each in found
    ]


@router.post("/incidents", response={201: IncidentOut}, summary="Open an incident, or announce works")
def open_incident(request: HttpRequest, said: IncidentIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    site = site_of(actor, said.site, TEND_CASES)
    given = said.model_dump(exclude={"site", "cases"})
    ids = _ids(request, said.cases)
    incident = actions.open_incident(actor=actor, at=now(), site=site, case_ids=ids, **given)
    return Status(201, _whole(request, incident.number))


@router.get("/incidents/{incident_number}", response=IncidentOut, summary="One incident")
def get_incident(request: HttpRequest, incident_number: str) -> dict[str, Any]:
    return _whole(request, incident_number)


@router.post("/incidents/{incident_number}/cases", response=IncidentOut, summary="More cases of the same")
def join_incident(request: HttpRequest, incident_number: str, said: CasesIn) -> dict[str, Any]:
    incident = queries.incident_by_number(actor_of(request), incident_number)
    ids = _ids(request, said.cases)
    actions.join_incident(actor=actor_of(request), at=now(), incident_id=incident.pk, case_ids=ids)
    return _whole(request, incident_number)


@router.post(
    "/incidents/{incident_number}/reports", response={201: JoinedCaseOut}, summary="One more report of the same"
)
def report_to_incident(request: HttpRequest, incident_number: str, said: IncidentReportIn) -> Status[dict[str, Any]]:
    """A case without an order of its own; words that tell of a danger become an ordinary case (`incident` null)."""
    incident = queries.incident_by_number(actor_of(request), incident_number)
    given = said.model_dump()
    case = actions.report_to_incident(actor=actor_of(request), at=now(), incident_id=incident.pk, **given)
    return Status(201, {"number": case.number, "incident": case.incident.number if case.incident else None})


@router.post("/incidents/{incident_number}/notices", response={201: IncidentOut}, summary="Tell everybody affected")
def tell_affected(request: HttpRequest, incident_number: str, said: IncidentNoticeIn) -> Status[dict[str, Any]]:
    incident = queries.incident_by_number(actor_of(request), incident_number)
    actions.tell_affected(actor=actor_of(request), at=now(), incident_id=incident.pk, **said.model_dump())
    return Status(201, _whole(request, incident_number))


@router.post("/incidents/{incident_number}/restoration", response=IncidentOut, summary="All is well again")
def restore_incident(request: HttpRequest, incident_number: str, said: IncidentNoticeIn) -> dict[str, Any]:
    """Everybody affected is told; whoever reported it is answered by message where that reaches them."""
    incident = queries.incident_by_number(actor_of(request), incident_number)
    actions.restore_incident(actor=actor_of(request), at=now(), incident_id=incident.pk, **said.model_dump())
    return _whole(request, incident_number)


@router.post("/incidents/{incident_number}/withdrawal", response=IncidentOut, summary="It was none")
def withdraw_incident(request: HttpRequest, incident_number: str, said: IncidentReasonIn) -> dict[str, Any]:
    incident = queries.incident_by_number(actor_of(request), incident_number)
    actions.withdraw_incident(actor=actor_of(request), at=now(), incident_id=incident.pk, reason=said.reason)
    return _whole(request, incident_number)


@router.post("/cases/{number}/splitting", response=JoinedCaseOut, summary="Take a case out of its incident")
def split_out(request: HttpRequest, number: str, said: IncidentReasonIn) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    actions.split_out(actor=actor_of(request), at=now(), case_id=case.pk, reason=said.reason)
    return {"number": number, "incident": None}


@router.post("/cases/{number}/incident-answer", response=JoinedCaseOut, summary="The caller knows that it is over")
def answer_caller(request: HttpRequest, number: str, said: IncidentAnswerIn) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    answered = actions.answer_caller(actor=actor_of(request), at=now(), case_id=case.pk, words=said.words)
    return {"number": number, "incident": answered.incident.number if answered.incident else None}


def _ids(request: HttpRequest, numbers: list[str]) -> list[int]:
    found = cases_visible(actor_of(request)).filter(number__in=[number.replace("\x00", "?") for number in numbers])
    ids = list(found.values_list("pk", flat=True))
    if len(ids) != len(set(numbers)):
        raise NotFound(_("没有找到其中的报事，或者您无权查看。"))
    return ids


def _brief(incident: Incident) -> dict[str, Any]:
    names = ("number", "title", "category", "urgency", "state", "planned_from", "planned_until")
    instants = ("opened_at", "restored_at", "closed_at")
    given = {name: getattr(incident, name) for name in (*names, *instants)}
    return given | {"site": incident.site.code, "place": incident.place.code if incident.place else None}


def _whole(request: HttpRequest, number: str) -> dict[str, Any]:
    incident = queries.incident_by_number(actor_of(request), number)
    return _brief(incident) | {
        "order": incident.order.number if incident.order else None,
        "cases": [_case(case) for case in queries.cases_shown(actor_of(request), incident)],
        "notices": list(incident.notices.order_by("pk").values("kind", "at", "text", "spoken", "customer_count")),
    }


def _case(case: Case) -> dict[str, Any]:
    return {"number": case.number, "state": case.state, "is_answered": case.is_answered}  # type: ignore[attr-defined]
