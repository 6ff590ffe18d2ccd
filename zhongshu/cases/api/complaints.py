"""Complaints over the API."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.cases import actions
from zhongshu.cases.kinds import ComplaintKind, ComplaintSubject, Criterion, Severity
from zhongshu.cases.lifecycle import Answer
from zhongshu.cases.models import Complaint, ComplaintLine, Judgement
from zhongshu.cases.permissions import VIEW_CASES
from zhongshu.cases.queries import case_by_number
from zhongshu.cases.queries import complaints as queries
from zhongshu.cases.queries.standing import judgement_in_force, lines_of
from zhongshu.identity.api_kit import Line, Listed, PageNo, PageSize, Typed, Words, actor_of, paged, site_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.paging import page_of

router = Router(tags=["complaints"])


class ComplaintIn(Typed):
    kind: ComplaintKind = ComplaintKind.COMPLAINT
    subject: ComplaintSubject | None = None
    against_user_id: int | None = None
    against_team_id: int | None = None


class JudgementIn(Typed):
    """`points` are negative: −1, −2 to −5, −6 to −10 or −11 to −50, by severity."""

    severity: Severity
    points: int
    criteria: list[Criterion] = Field(min_length=1, max_length=20)
    note: Words


class ComplaintLineIn(Typed):
    explanation: Words = ""
    contact: Words = ""
    feedback: Words = ""
    answer: Answer | None = None


class SignatureIn(Typed):
    words: Line


class ReportTextIn(Typed):
    text: Words


class ComplaintFilters(Schema):
    site: Line
    kind: ComplaintKind | None = None
    severity: Severity | None = None
    unjudged: bool = False


class JudgementOut(Schema):
    at: datetime
    by: str
    upheld: bool
    severity: str
    points: int
    criteria: list[str]
    note: str
    reverses: int | None
    id: int


class ComplaintLineOut(Schema):
    role: str
    holder: str | None
    explanation: str
    contact: str
    feedback: str
    answer: str
    tries: int
    signed_by: str | None


class ComplaintBrief(Schema):
    case: str
    kind: str
    subject: str
    is_anonymous: bool
    at: datetime
    judge_due_at: datetime
    judged_at: datetime | None


class ComplaintOut(ComplaintBrief):
    judgements: list[JudgementOut]
    lines: list[ComplaintLineOut]


class ComplaintsOut(Listed):
    items: list[ComplaintBrief]


@router.get("/complaints", response=ComplaintsOut, summary="Complaints of a site, the newest first")
def list_complaints(
    request: HttpRequest,
    wanted: Query[ComplaintFilters],
    page: PageNo = 1,
    page_size: PageSize = 20,
) -> dict[str, Any]:
    actor = actor_of(request)
    rows = queries.complaints_listed(actor, site_of(actor, wanted.site, VIEW_CASES).pk)
    kind, severity = wanted.kind or "", wanted.severity or ""
    rows = queries.narrowed(rows, kind=kind, severity=severity, unjudged=wanted.unjudged)
    return paged(request, page_of(rows, str(page), size=page_size), _brief)


@router.get("/cases/{number}/complaint", response=ComplaintOut, summary="What makes the case a complaint")
def get_complaint(request: HttpRequest, number: str) -> dict[str, Any]:
    return _whole(request, number)


@router.post("/cases/{number}/complaint", response=ComplaintOut, summary="Say what it is about and against whom")
def note_complaint(request: HttpRequest, number: str, said: ComplaintIn) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    actions.note_complaint(actor=actor_of(request), at=now(), case_id=case.pk, **said.model_dump())
    return _whole(request, number)


@router.post("/cases/{number}/judgements", response={201: ComplaintOut}, summary="Judge a complaint")
def judge_complaint(request: HttpRequest, number: str, said: JudgementIn) -> Status[dict[str, Any]]:
    case = case_by_number(actor_of(request), number)
    given = said.model_dump(exclude={"note"})
    actions.judge(actor=actor_of(request), at=now(), case_id=case.pk, note_text=said.note, **given)
    return Status(201, _whole(request, number))


@router.post("/cases/{number}/judgement-revisions", response={201: ComplaintOut}, summary="Judge anew, as quality")
def revise_judgement(request: HttpRequest, number: str, said: JudgementIn) -> Status[dict[str, Any]]:
    """The judgement in force is reversed and a new one follows."""
    case = case_by_number(actor_of(request), number)
    given = said.model_dump(exclude={"note"})
    actions.revise_judgement(actor=actor_of(request), at=now(), case_id=case.pk, note_text=said.note, **given)
    return Status(201, _whole(request, number))


@router.post("/cases/{number}/complaint-lines", response=ComplaintOut, summary="Record what my role must show")
def record_line(request: HttpRequest, number: str, said: ComplaintLineIn) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    actions.record_line(actor=actor_of(request), at=now(), case_id=case.pk, **said.model_dump())
    return _whole(request, number)


@router.post(
    "/cases/{number}/complaint-lines/{role}/signature",
    response=ComplaintOut,
    summary="Sign for a customer who is not content",
)
def sign_line(request: HttpRequest, number: str, role: Role, said: SignatureIn) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    actions.sign_line(actor=actor_of(request), at=now(), case_id=case.pk, role=role, words=said.words)
    return _whole(request, number)


@router.post("/cases/{number}/complaint-reports", response={201: ComplaintOut}, summary="Report a major complaint")
def write_report(request: HttpRequest, number: str, said: ReportTextIn) -> Status[dict[str, Any]]:
    case = case_by_number(actor_of(request), number)
    actions.write_report(actor=actor_of(request), at=now(), case_id=case.pk, text=said.text)
    return Status(201, _whole(request, number))


def _brief(complaint: Complaint) -> dict[str, Any]:
    names = ("kind", "subject", "is_anonymous", "at", "judge_due_at", "judged_at")
    return {"case": complaint.case.number} | {name: getattr(complaint, name) for name in names}


def _whole(request: HttpRequest, number: str) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    complaint = queries.complaint_of(case)
    if complaint is None:
        raise NotFound(_("这件报事不是投诉。"))
    judged = judgement_in_force(case.pk)
    lines = lines_of(case.pk, Severity(judged.severity)) if judged else []
    return _brief(complaint) | {
        "judgements": [_judgement(each) for each in case.judgements.order_by("pk")],
        "lines": [_line(line) for line in lines],
    }


def _judgement(judged: Judgement) -> dict[str, Any]:
    names = ("id", "at", "upheld", "severity", "points", "criteria", "note")
    given = {name: getattr(judged, name) for name in names}
    return given | {"by": judged.by_name, "reverses": judged.reverses_id}


def _line(line: ComplaintLine) -> dict[str, Any]:
    names = ("role", "explanation", "contact", "feedback", "answer", "tries")
    given = {name: getattr(line, name) for name in names}
    holder, signed = line.holder, line.signed_by
    return given | {"holder": holder.name if holder else None, "signed_by": signed.name if signed else None}
