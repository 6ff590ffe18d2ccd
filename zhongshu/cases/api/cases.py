"""Hearing, following and closing cases over the API."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.cases import actions
from zhongshu.cases.classification import Category, classify
from zhongshu.cases.filters import CaseOrder, updated_since, with_updated_at
from zhongshu.cases.forms import FilterForm
from zhongshu.cases.lifecycle import Answer, CaseState, Channel
from zhongshu.cases.models import Case, FollowUp
from zhongshu.cases.permissions import FOLLOW_UP_CASES, OPEN_CASES, VIEW_CASES
from zhongshu.cases.queries import (
    calls_due,
    case_by_number,
    cases_visible,
    listed,
    open_call,
    orders_of,
    resolve_place,
    timeline,
)
from zhongshu.cases.queries.repeats import linked_to
from zhongshu.cases.wording import classification_data, verdict_data
from zhongshu.identity.api_kit import (
    Day,
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
from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Invalid
from zhongshu.people.kinds import TeamKind
from zhongshu.web.paging import page_of
from zhongshu.work.kinds import Urgency
from zhongshu.work.models import WorkOrder

router = Router(tags=["cases"])


class CaseIn(Typed):
    site: Line
    text: Words
    channel: Channel = Channel.API
    place_text: Line = ""
    place_code: Line | None = None
    caller_phone: Line = ""
    caller_name: Line = ""
    category: Category | None = None
    urgency: Urgency | None = None
    team_kind: TeamKind | None = None
    follow_hazard: bool = True
    is_one: bool = Field(False, description="true: one matter, whatever the words sound like")


class CaseFilters(Schema):
    """`since` and `until` are days of opening, both inclusive."""

    site: Line = ""
    state: CaseState | None = None
    urgency: Urgency | None = None
    category: Category | None = None
    team_kind: TeamKind | None = None
    channel: Channel | None = None
    owner: Line = ""
    place: Line = ""
    since: Day | None = None
    until: Day | None = None
    needs_person: bool = False


class Following(Schema):
    """`updated_since` includes the instant itself."""

    updated_since: Instant | None = None
    sort: CaseOrder = CaseOrder.NEWEST


class PlaceIn(Typed):
    place_code: Line
    reason: Line = ""


class ClassificationIn(Typed):
    category: Category | None = None
    urgency: Urgency | None = None
    team_kind: TeamKind | None = None
    reason: Line = ""


class NoteIn(Typed):
    text: Words


class HandoverIn(Typed):
    to_user_id: int
    reason: Line


class OrderIn(Typed):
    team_kind: TeamKind
    what: Words
    category: Category | None = None
    urgency: Urgency | None = None


class WordsIn(Typed):
    words: Line = ""


class ReasonIn(Typed):
    reason: Line


class AttemptIn(Typed):
    answer: Answer
    score: int | None = Field(None, description="1–5; 1 and 2 count as not content")
    words: Words = ""


class ResolveIn(Typed):
    site: Line
    text: Words
    caller_phone: Line = ""


class TextIn(Typed):
    text: Words


class CasePlaceOut(Schema):
    code: str
    label: str


class OwnerOut(Schema):
    """A user."""

    id: int
    name: str


class WorkerOut(Schema):
    """An employee: `id` is the staff id."""

    id: int
    name: str


class CaseOrderOut(Schema):
    number: str
    kind: str
    title: str
    urgency: str
    state: str
    team: str | None
    assignee: WorkerOut | None
    opened_at: datetime


class FollowUpOut(Schema):
    id: int
    case: str
    reason: str
    due_at: datetime
    tries: int
    customer: str
    phone: str = Field(description="masked")


class CaseLineOut(Schema):
    at: datetime
    by: str
    kind: str
    label: str
    text: str


class CaseBrief(Schema):
    number: str
    site: str
    state: str
    channel: str
    text: str
    place: CasePlaceOut | None
    place_text: str
    category: str
    urgency: str
    team_kind: str
    needs_person: bool
    owner: OwnerOut | None
    opened_at: datetime
    closed_at: datetime | None


class CaseOut(CaseBrief):
    caller_name: str
    caller_phone: str = Field(description="masked")
    account: str | None
    referrals: list[str]
    reopened_count: int
    place_verdict: dict[str, Any]
    classification: dict[str, Any]
    orders: list[CaseOrderOut]
    follow_up: FollowUpOut | None
    linked: list[str] = Field(description="numbers of the other cases of the same message")
    incident: str | None
    further_calls: int
    timeline: list[CaseLineOut]


class VerdictOut(Schema):
    status: str
    places: list[str]
    question: str
    read_back: str
    suggestions: list[str]


class AlternativeOut(Schema):
    category: str
    share: float


class ClassificationOut(Schema):
    category: str
    urgency: str
    team: str
    referrals: list[str]
    confidence: float
    needs_person: bool
    hazards: list[str]
    reasons: list[str]
    alternatives: list[AlternativeOut]


class CandidateOut(Schema):
    staff_id: int
    name: str
    score: float
    reasons: list[str]


class DispatchOut(Schema):
    level: str
    summary: str
    ranking: list[CandidateOut]


class DispatchedOut(CaseOrderOut):
    dispatch: DispatchOut | None


class HeardOut(Schema):
    case: CaseBrief
    place: VerdictOut
    classification: ClassificationOut
    order: DispatchedOut


class IntakeOut(HeardOut):
    """`linked`: the other matters of the message."""

    linked: list[HeardOut]


class CaseListed(CaseBrief):
    """`updated_at`: its latest change; its orders have their own."""

    updated_at: datetime


class CasesOut(Listed):
    items: list[CaseListed]


class FollowUpsOut(Listed):
    items: list[FollowUpOut]


@router.post("/cases", response={201: IntakeOut}, summary="Hear a matter")
def open_case(request: HttpRequest, said: CaseIn) -> Status[dict[str, Any]]:
    """One case with its dispatched order; `linked`: the same for each further matter in the message.

    Without `is_one` and without a category, urgency or team, a message with several clear matters becomes as many
    linked cases.
    """
    actor = actor_of(request)
    site = site_of(actor, said.site, OPEN_CASES)
    given = said.model_dump(exclude={"site", "is_one"})
    hear = actions.open_case if said.is_one else actions.open_cases
    intake = hear(actor=actor, at=now(), site=site, **given)
    return Status(201, _intake(intake))


@router.get("/cases", response=CasesOut, summary="Cases, newest first")
def list_cases(
    request: HttpRequest,
    wanted: Query[CaseFilters],
    following: Query[Following],
    page: PageNo = 1,
    page_size: PageSize = 20,
) -> dict[str, Any]:
    """Narrowed by the same filters as the page. To follow changes: `updated_since` with `sort=updated_at`."""
    actor = actor_of(request)
    actor.require(VIEW_CASES)
    form = FilterForm(wanted.model_dump(exclude={"site"}, exclude_none=True))
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Invalid(str(errors[0]), field=str(field))
    rows = with_updated_at(listed(cases_visible(actor), [form.condition()]))
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, VIEW_CASES))
    if following.updated_since:
        rows = updated_since(rows, following.updated_since)
    if following.sort != CaseOrder.NEWEST:
        rows = rows.order_by(following.sort, "pk")
    return paged(request, page_of(rows, str(page), size=page_size), _listed)


@router.get("/cases/{number}", response=CaseOut, summary="One case")
def get_case(request: HttpRequest, number: str) -> dict[str, Any]:
    return whole_case(request, number)


@router.post("/cases/{number}/place", response=CaseOut, summary="Put the place right")
def put_place(request: HttpRequest, number: str, said: PlaceIn) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    actions.put_place_right(actor=actor_of(request), at=now(), case_id=case.pk, **said.model_dump())
    return whole_case(request, number)


@router.post("/cases/{number}/classification", response=CaseOut, summary="Confirm or correct the classification")
def correct_classification(request: HttpRequest, number: str, said: ClassificationIn) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    actions.correct_classification(actor=actor_of(request), at=now(), case_id=case.pk, **said.model_dump())
    return whole_case(request, number)


@router.post("/cases/{number}/notes", response={201: CaseOut}, summary="Add a note")
def add_note(request: HttpRequest, number: str, said: NoteIn) -> Status[dict[str, Any]]:
    case = case_by_number(actor_of(request), number)
    actions.add_note(actor=actor_of(request), at=now(), case_id=case.pk, **said.model_dump())
    return Status(201, whole_case(request, number))


@router.post("/cases/{number}/handovers", response={201: CaseOut}, summary="Make somebody else answerable")
def hand_over(request: HttpRequest, number: str, said: HandoverIn) -> Status[dict[str, Any]]:
    case = case_by_number(actor_of(request), number)
    actions.hand_over(actor=actor_of(request), at=now(), case_id=case.pk, **said.model_dump())
    return Status(201, whole_case(request, number))


@router.post("/cases/{number}/orders", response={201: DispatchedOut}, summary="Ask a team for more work")
def request_order(request: HttpRequest, number: str, said: OrderIn) -> Status[dict[str, Any]]:
    case = case_by_number(actor_of(request), number)
    order = actions.request_order(actor=actor_of(request), at=now(), case_id=case.pk, **said.model_dump())
    return Status(201, _dispatched(order))


@router.post("/cases/{number}/sign-off", response=CaseOut, summary="Sign finished work off for the customer")
def sign_off(request: HttpRequest, number: str, said: WordsIn | None = None) -> dict[str, Any]:
    case, words = case_by_number(actor_of(request), number), said.words if said else ""
    actions.sign_off_for_customer(actor=actor_of(request), at=now(), case_id=case.pk, words=words)
    return whole_case(request, number)


@router.post("/cases/{number}/reopening", response=CaseOut, summary="Open a case again")
def reopen(request: HttpRequest, number: str, said: ReasonIn) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    actions.reopen_case(actor=actor_of(request), at=now(), case_id=case.pk, reason=said.reason)
    return whole_case(request, number)


@router.post("/cases/{number}/closure", response=CaseOut, summary="Close by the signature of the next level")
def close(request: HttpRequest, number: str, said: WordsIn) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    actions.close_case(actor=actor_of(request), at=now(), case_id=case.pk, words=said.words)
    return whole_case(request, number)


@router.post("/cases/{number}/withdrawal", response=CaseOut, summary="Withdraw a case with its orders")
def withdraw(request: HttpRequest, number: str, said: ReasonIn) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    actions.withdraw_case(actor=actor_of(request), at=now(), case_id=case.pk, reason=said.reason)
    return whole_case(request, number)


@router.get("/follow-ups", response=FollowUpsOut, summary="Calls to make at a site, oldest first")
def list_follow_ups(request: HttpRequest, site: Line, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    actor = actor_of(request)
    rows = calls_due(actor, site_of(actor, site, FOLLOW_UP_CASES).pk)
    return paged(request, page_of(rows, str(page), size=page_size), _call)


@router.post("/follow-ups/{follow_up_id}/attempts", response={201: CaseOut}, summary="Record a call")
def record_follow_up(request: HttpRequest, follow_up_id: int, said: AttemptIn) -> Status[dict[str, Any]]:
    attempt = actions.record_follow_up(
        actor=actor_of(request), at=now(), follow_up_id=follow_up_id, **said.model_dump()
    )
    return Status(201, whole_case(request, attempt.follow_up.case.number))


@router.post("/places/resolve", response=VerdictOut, summary="Which place is meant", tags=["places"])
def resolve(request: HttpRequest, said: ResolveIn) -> dict[str, Any]:
    actor = actor_of(request)
    site = site_of(actor, said.site, OPEN_CASES)
    return verdict_data(resolve_place(site_id=site.pk, text=said.text, phone=said.caller_phone, at=now()))


@router.post("/classify", response=ClassificationOut, summary="What a matter is about")
def suggest(request: HttpRequest, said: TextIn) -> dict[str, Any]:
    actor_of(request).require(OPEN_CASES)
    return classification_data(classify(said.text))


def whole_case(request: HttpRequest, number: str) -> dict[str, Any]:
    case = case_by_number(actor_of(request), number)
    call = open_call(case)
    return _brief(case) | {
        "caller_name": case.caller_name,
        "caller_phone": masked(case.caller_phone),
        "account": case.account.number if case.account else None,
        "referrals": case.referrals,
        "reopened_count": case.reopened_count,
        "place_verdict": case.place_verdict,
        "classification": case.classification | {"alternatives": _alternatives(case)},
        "orders": [_order(order) for order in orders_of(case)],
        "follow_up": _call(call) if call else None,
        "linked": [each.number for each in linked_to(case)],
        "incident": case.incident.number if case.incident else None,
        "further_calls": case.further_call_count,
        "timeline": [
            {"at": line.at, "by": line.by_name, "kind": line.kind, "label": line.label, "text": line.text}
            for line in timeline(case)
        ],
    }


def _alternatives(case: Case) -> list[dict[str, Any]]:
    """In the shape of the answer to a new case; stored are pairs."""
    return [{"category": name, "share": share} for name, share in case.classification.get("alternatives", ())]


def _brief(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "site": case.site.code,
        "state": case.state,
        "channel": case.channel,
        "text": case.text,
        "place": {"code": case.place.code, "label": case.place.label} if case.place else None,
        "place_text": case.place_text,
        "category": case.category,
        "urgency": case.urgency,
        "team_kind": case.team_kind,
        "needs_person": case.needs_person,
        "owner": {"id": case.owner.pk, "name": case.owner.name} if case.owner else None,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
    }


def _listed(case: Case) -> dict[str, Any]:
    return _brief(case) | {"updated_at": case.updated_at}  # type: ignore[attr-defined]  # annotated


def _intake(intake: actions.Intake) -> dict[str, Any]:
    return _heard(intake) | {"linked": [_heard(each) for each in intake.linked]}


def _heard(intake: actions.Intake) -> dict[str, Any]:
    return {
        "case": _brief(intake.case),
        "place": verdict_data(intake.verdict),
        "classification": classification_data(intake.classification),
        "order": _dispatched(intake.order),
    }


def _order(order: WorkOrder) -> dict[str, Any]:
    assignee = order.assignee
    return {
        "number": order.number,
        "kind": order.kind,
        "title": order.title,
        "urgency": order.urgency,
        "state": order.state,
        "team": order.team.name if order.team else None,
        "assignee": {"id": assignee.pk, "name": assignee.user.name} if assignee else None,
        "opened_at": order.opened_at,
    }


def _dispatched(order: WorkOrder) -> dict[str, Any]:
    decision = order.just_decided
    told = {"level": decision.level, "summary": decision.summary, "ranking": decision.ranking} if decision else None
    return _order(order) | {"dispatch": told}


def _call(call: FollowUp) -> dict[str, Any]:
    case = call.case
    return {
        "id": call.pk,
        "case": case.number,
        "reason": call.reason,
        "due_at": call.due_at,
        "tries": len(call.attempts.all()),
        "customer": case.speaker,
        "phone": masked(case.number_to_call),
    }
