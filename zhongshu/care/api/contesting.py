"""Improvement plans, priority records and what customers contest, for programs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.care import actions
from zhongshu.care.kinds import Band, ReviewOutcome
from zhongshu.care.models import Entry, ImprovementPlan, PriorityRecord, ReviewRequest
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.queries.contesting import request_seen, requests_listed
from zhongshu.care.queries.following import plan_seen, plans_listed, record_seen, records_listed
from zhongshu.identity.api_kit import Line, Listed, PageNo, PageSize, Typed, Words, actor_of, paged, site_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.paging import page_of

router = Router()
Id = Annotated[int, Field(ge=1, le=2**62)]
State = Literal["open", "late", "done"]


class FollowedOut(Schema):
    """An account with its score and band as the last evaluation left them. `owner`: a user name."""

    id: int
    account: str
    unit: str
    score: int | None
    band: Band | None
    owner: str | None
    opened_on: date


class ImprovementPlanOut(FollowedOut):
    due_on: date
    done_at: datetime | None
    text: str


class ImprovementPlansPage(Listed):
    items: list[ImprovementPlanOut]


class PriorityRecordOut(FollowedOut):
    """`good_since`: from which day the score has stood above the band."""

    review_on: date
    good_since: date | None
    closed_on: date | None


class PriorityRecordsPage(Listed):
    items: list[PriorityRecordOut]


class ScoreReviewOut(Schema):
    """`entry_id`: the deduction contested; null: the whole score."""

    id: int
    account: str
    entry_id: int | None
    words: str
    asked_at: datetime
    due_on: date
    outcome: ReviewOutcome
    answer: str
    answered_at: datetime | None


class ScoreReviewsPage(Listed):
    items: list[ScoreReviewOut]


class PlanTextIn(Typed):
    text: Words


class ScoreAnswerIn(Typed):
    """`entries`: the deductions that are given back."""

    answer: Words
    entries: list[Id] = []


class EntryReversalIn(Typed):
    reason: Line


class ReversalOut(Schema):
    """The entry against the entry, in force from `effective_on` on; they end together."""

    id: int
    reverses: int
    points: int
    effective_on: date
    in_force_until: date | None


@router.get("/sites/{site}/care-plans", response=ImprovementPlansPage, summary="Improvement plans of a site")
def list_improvement_plans(
    request: HttpRequest, site: Line, state: Query[State] = "open", page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """Open ones by when they are due."""
    actor = actor_of(request)
    rows = plans_listed(actor, site_of(actor, site, VIEW_CARE).pk, state=state, on=day_of(now()))
    return paged(request, page_of(rows, str(page), size=page_size), _plan)


@router.post("/care-plans/{plan_id}/text", response=ImprovementPlanOut, summary="Write an improvement plan")
def write_improvement_plan(request: HttpRequest, plan_id: Id, said: PlanTextIn) -> dict[str, Any]:
    """Written anew it replaces what stood."""
    actor = actor_of(request)
    actions.write_plan(actor=actor, at=now(), plan_id=plan_id, text=said.text)
    return _plan(plan_seen(actor, plan_id))


@router.get("/sites/{site}/care-records", response=PriorityRecordsPage, summary="Priority records of a site")
def list_priority_records(
    request: HttpRequest, site: Line, state: Query[State] = "open", page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """Open ones by their next review."""
    actor = actor_of(request)
    rows = records_listed(actor, site_of(actor, site, VIEW_CARE).pk, state=state, on=day_of(now()))
    return paged(request, page_of(rows, str(page), size=page_size), _record)


@router.post("/care-records/{record_id}/reviews", response=PriorityRecordOut, summary="Review a priority record")
def review_priority_record(request: HttpRequest, record_id: Id, said: PlanTextIn) -> dict[str, Any]:
    """The next review is due in a month."""
    actor = actor_of(request)
    actions.review_priority(actor=actor, at=now(), record_id=record_id, text=said.text)
    return _record(record_seen(actor, record_id))


@router.get("/sites/{site}/care-reviews", response=ScoreReviewsPage, summary="What customers asked a person to look at")
def list_score_reviews(
    request: HttpRequest,
    site: Line,
    outcome: Query[ReviewOutcome | None] = None,
    page: PageNo = 1,
    page_size: PageSize = 20,
) -> dict[str, Any]:
    """What waits first, the earliest due on top."""
    actor = actor_of(request)
    rows = requests_listed(actor, site_of(actor, site, VIEW_CARE).pk, outcome=outcome or "")
    return paged(request, page_of(rows, str(page), size=page_size), _review)


@router.post("/care-reviews/{review_id}/answer", response=ScoreReviewOut, summary="Answer a customer with reasons")
def answer_score_review(request: HttpRequest, review_id: Id, said: ScoreAnswerIn) -> dict[str, Any]:
    """Not by who judged, is complained about or lives there; the customer is told."""
    actor = actor_of(request)
    done: dict[str, Any] = {"answer": said.answer, "entries": said.entries}
    actions.answer_review(actor=actor, at=now(), request_id=review_id, **done)
    return _review(request_seen(actor, review_id))


@router.post("/care-entries/{score_entry_id}/reversal", response={201: ReversalOut}, summary="Give points back")
def reverse_score_entry(request: HttpRequest, score_entry_id: Id, said: EntryReversalIn) -> Status[dict[str, Any]]:
    """Points taken by mistake, by somebody else than who gave them."""
    row = actions.reverse_entry(actor=actor_of(request), at=now(), entry_id=score_entry_id, reason=said.reason)
    return Status(201, _reversal(row))


def _followed(row: ImprovementPlan | PriorityRecord) -> dict[str, Any]:
    unit = row.account.unit
    return {
        "id": row.pk,
        "account": row.account.number,
        "unit": unit.label if unit else "",
        "score": getattr(row, "score", None),
        "band": getattr(row, "band", None),
        "owner": row.owner.username if row.owner else None,
        "opened_on": row.opened_on,
    }


def _plan(row: ImprovementPlan) -> dict[str, Any]:
    return _followed(row) | {name: getattr(row, name) for name in ("due_on", "done_at", "text")}


def _record(row: PriorityRecord) -> dict[str, Any]:
    return _followed(row) | {name: getattr(row, name) for name in ("review_on", "good_since", "closed_on")}


def _review(row: ReviewRequest) -> dict[str, Any]:
    names = ("entry_id", "words", "asked_at", "due_on", "outcome", "answer", "answered_at")
    return {name: getattr(row, name) for name in names} | {"id": row.pk, "account": row.account.number}


def _reversal(row: Entry) -> dict[str, Any]:
    names = ("points", "effective_on", "in_force_until")
    return {name: getattr(row, name) for name in names} | {"id": row.pk, "reverses": row.reverses_id}
