"""The quality department for programs: inquiries, escalations, samples, standards."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.cases.kinds import Criterion as JudgedBy
from zhongshu.cases.kinds import Severity
from zhongshu.cases.queries import case_by_number
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
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of, now
from zhongshu.people.models import Staff
from zhongshu.quality import actions, queries
from zhongshu.quality.actions.inquiries import ASKS
from zhongshu.quality.kinds import Consequence, Direction, InquiryState, Said, Verdict
from zhongshu.quality.models import Inquiry, SampledCase, SampledJudgement, StandardAdoption
from zhongshu.quality.permissions import READ_STANDARDS, VIEW_INQUIRIES, WORK_QUALITY
from zhongshu.web.paging import page_of
from zhongshu.work.kinds import EscalationRole
from zhongshu.work.models import EscalationStep
from zhongshu.work.permissions import ADOPT_STANDARDS
from zhongshu.work.policies.measures import MEASURES, Measure
from zhongshu.work.queries import order_by_number

router = Router(tags=["quality"])


class InquiryIn(Typed):
    """`due_at` for a supervision, `is_urgent` for a request for help. About a case or an order by number, or freely."""

    site: Line
    direction: Direction
    question: Words
    case: Line = ""
    order: Line = ""
    is_urgent: bool = False
    due_at: Instant | None = None


class InquiryOut(Schema):
    number: str
    site: str
    direction: Direction
    case: str | None
    order: str | None
    question: str
    is_urgent: bool
    state: InquiryState
    asked_by: str | None
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    escalated_at: datetime | None
    closed_at: datetime | None


class LineOut(Schema):
    at: datetime
    by_name: str
    kind: Said
    text: str
    person: str | None


class InquiryDetail(InquiryOut):
    lines: list[LineOut]


class InquiryPage(Listed):
    items: list[InquiryOut]


class InquiryQuery(Schema):
    site: Line = ""
    direction: Direction | None = None
    state: InquiryState | None = None


class InquiryMoveIn(Typed):
    """`kind`: `taken`, `accepted`, `returned`, `escalated`, or a way of answering: `advice`, `person` (with `staff_id`)
    and `decision` by the department, `answer` by a site."""

    kind: Said
    text: Words = ""
    staff_id: int | None = None


class EscalationOut(Schema):
    """`measures`: what this level can do."""

    id: int
    order: str
    site: str
    stage: str
    percent: int
    level: EscalationRole
    fired_at: datetime
    target_at: datetime
    measures: list[Measure]


class EscalationPage(Listed):
    items: list[EscalationOut]


class ResponseIn(Typed):
    measure: Measure
    words: Words


class ResponseOut(Schema):
    order: str
    level: EscalationRole
    measure: Measure
    words: str
    at: datetime
    by_name: str
    inquiry: str | None


class SampleIn(Typed):
    """Cases closed from `closed_from` until (exclusive) `closed_until`."""

    closed_from: Day
    closed_until: Day
    seed: Line = Field(max_length=64)


class SampledOut(Schema):
    id: int
    case: str
    site: str
    category: str
    points: dict[str, int]
    percent: int | None
    consequence: str
    words: str
    reviewed_at: datetime | None


class SampleOut(Schema):
    id: int
    closed_from: date
    closed_until: date
    seed: str
    population: int
    cases: list[SampledOut]


class SampledJudgementOut(Schema):
    """`judge`: a user name. `verdict` empty until somebody has looked at it."""

    id: int
    case: str
    judge: str | None
    severity: Severity
    points: int
    verdict: str
    words: str
    reviewed_at: datetime | None


class JudgementSampleOut(Schema):
    """`month`: its first day."""

    id: int
    site: str
    month: date
    seed: str
    percent: int
    population: int
    judgements: list[SampledJudgementOut]


class JudgementDrawIn(Typed):
    """`month`: any day of a month that is over."""

    site: Line
    month: Day


class JudgementReviewIn(Typed):
    """`severity`, `points` and `criteria` for `revised` alone."""

    verdict: Verdict
    words: Words = ""
    severity: Severity | None = None
    points: Annotated[int, Field(ge=-60, le=0)] | None = None
    criteria: list[JudgedBy] = []


class ReviewIn(Typed):
    """`points`: 1 to 5 for each of heard, in_time, work, answered, closure."""

    points: dict[str, int]
    consequence: Consequence = Consequence.NONE
    words: Words = ""


class PromiseOut(Schema):
    """A promise, and of how many targets of the last full quarter how many were kept."""

    urgency: str
    stage: str
    minutes: int | None
    office_hours: bool
    due: int
    kept: int
    percent: int | None


class StandardOut(Schema):
    """`stars`: null where the company's own targets hold."""

    site: str
    stars: int | None
    quarter_from: date
    quarter_until: date
    promises: list[PromiseOut]


class AdoptionIn(Typed):
    stars: int = Field(ge=1, le=5)
    starts_on: Day


class AdoptionOut(Schema):
    id: int
    site: str
    stars: int
    starts_on: date
    undone_at: datetime | None


@router.post("/quality/inquiries", response={201: InquiryDetail})
def add_inquiry(request: HttpRequest, said: InquiryIn) -> Status[dict[str, Any]]:
    """A site asks the department for help, or the department puts a site under supervision."""
    at, actor = now(), actor_of(request)
    facts: dict[str, Any] = {
        "actor": actor,
        "at": at,
        "site": site_of(actor, said.site, ASKS[said.direction]),
        "question": said.question,
        "case": case_by_number(actor, said.case) if said.case else None,
        "order": order_by_number(actor, said.order) if said.order else None,
    }
    if said.direction == Direction.HELP:
        made = actions.ask_for_help(**facts, is_urgent=said.is_urgent)
    else:
        made = actions.supervise(**facts, due_at=said.due_at or at)
    return Status(201, _detail(request, made.number))


@router.get("/quality/inquiries", response=InquiryPage)
def list_inquiries(
    request: HttpRequest, wanted: Query[InquiryQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """What is asked in both directions, what waits first."""
    actor = actor_of(request)
    rows = queries.listed(queries.inquiries_visible(actor))
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, VIEW_INQUIRIES))
    rows = rows.filter(direction=wanted.direction) if wanted.direction else rows
    rows = rows.filter(state=wanted.state) if wanted.state else rows
    return paged(request, page_of(rows, str(page), size=page_size), _inquiry)


@router.get("/quality/inquiries/{inquiry_number}", response=InquiryDetail)
def get_inquiry(request: HttpRequest, inquiry_number: str) -> dict[str, Any]:
    """One inquiry with all that was said."""
    return _detail(request, inquiry_number)


@router.post("/quality/inquiries/{inquiry_number}/lines", response=InquiryDetail)
def move_inquiry(request: HttpRequest, inquiry_number: str, said: InquiryMoveIn) -> dict[str, Any]:
    """Take it, answer it, accept the answer or send it back, escalate it."""
    at, actor = now(), actor_of(request)
    found = queries.inquiry_by_number(actor, inquiry_number)
    facts: dict[str, Any] = {"actor": actor, "at": at, "inquiry_id": found.pk}
    match said.kind:
        case Said.TAKEN:
            actions.take(**facts)
        case Said.ACCEPTED:
            actions.accept_answer(**facts, text=said.text)
        case Said.RETURNED:
            actions.send_back(**facts, text=said.text)
        case Said.ESCALATED:
            actions.escalate(**facts, text=said.text)
        case _:
            staff = Staff.objects.filter(pk=said.staff_id or 0, site_id=found.site_id).select_related("user").first()
            actions.answer(**facts, kind=said.kind, text=said.text, person=staff.user if staff else None)
    return _detail(request, inquiry_number)


@router.get("/quality/escalations", response=EscalationPage)
def list_escalations(
    request: HttpRequest, mine: bool = False, page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """Escalations that nobody of their level has answered yet."""
    actor = actor_of(request)
    rows = queries.unanswered(actor, at=now())
    rows = queries.told_me(actor, rows) if mine else rows
    return paged(request, page_of(rows, str(page), size=page_size), _step)


@router.post("/quality/escalations/{step_id}/responses", response={201: ResponseOut})
def answer_escalation(request: HttpRequest, step_id: int, said: ResponseIn) -> Status[dict[str, Any]]:
    """What your level did about it."""
    actor = actor_of(request)
    made = actions.respond(actor=actor, at=now(), step_id=step_id, measure=said.measure, words=said.words)
    plain = {name: getattr(made, name) for name in ("level", "measure", "words", "at", "by_name")}
    about = {"order": made.order.number, "inquiry": made.inquiry.number if made.inquiry else None}
    return Status(201, plain | about)


@router.post("/quality/samples", response={201: SampleOut})
def draw_sample(request: HttpRequest, said: SampleIn) -> Status[dict[str, Any]]:
    """Draw closed cases, by site and category; the same seed draws the same."""
    actor = actor_of(request)
    made = actions.draw_sample(actor=actor, at=now(), **said.model_dump())
    return Status(201, _sample(request, made.pk))


@router.get("/quality/samples/{sample_id}", response=SampleOut)
def get_sample(request: HttpRequest, sample_id: int) -> dict[str, Any]:
    """A sample with its cases and what the reviewers found."""
    return _sample(request, sample_id)


@router.post("/quality/sampled/{sampled_id}/review", response=SampledOut)
def review_case(request: HttpRequest, sampled_id: int, said: ReviewIn) -> dict[str, Any]:
    """Points and conclusion."""
    actor = actor_of(request)
    actions.review(actor=actor, at=now(), sampled_id=sampled_id, **said.model_dump())
    return _sampled(queries.sampled_by_id(actor, sampled_id))


@router.post("/quality/judgement-samples", response={201: JudgementSampleOut})
def draw_judgements(request: HttpRequest, said: JudgementDrawIn) -> Status[dict[str, Any]]:
    """Draw among the judgements of complaints of a month, a share of each judge's; once."""
    actor = actor_of(request)
    site = site_of(actor, said.site, WORK_QUALITY)
    made = actions.draw_judgements(actor=actor, at=now(), site=site, month=said.month)
    return Status(201, _judgement_sample(request, made.pk))


@router.get("/quality/judgement-samples/{judgement_sample_id}", response=JudgementSampleOut)
def get_judgement_sample(request: HttpRequest, judgement_sample_id: int) -> dict[str, Any]:
    """A month's sample with what the department found."""
    return _judgement_sample(request, judgement_sample_id)


@router.post("/quality/sampled-judgements/{sampled_judgement_id}/review", response=SampledJudgementOut)
def review_judgement(request: HttpRequest, sampled_judgement_id: int, said: JudgementReviewIn) -> dict[str, Any]:
    """Agreed, agreed with advice, or judged anew."""
    actor = actor_of(request)
    actions.review_judgement(actor=actor, at=now(), sampled_id=sampled_judgement_id, **dict(said))
    return _sampled_judgement(queries.sampled_judgement_by_id(actor, sampled_judgement_id))


@router.get("/quality/standards/{site_code}", response=StandardOut)
def get_standard(request: HttpRequest, site_code: str) -> dict[str, Any]:
    """What a site promises, and how it kept it in the last full quarter."""
    return published(site_of(actor_of(request), site_code, READ_STANDARDS))


def published(site: Site) -> dict[str, Any]:
    """A StandardOut of the site, as of today."""
    today = day_of(now())
    adopted = queries.adopted_at(site.pk, today)
    since, until = queries.quarter_before(today)
    return {
        "site": site.code,
        "stars": adopted.stars if adopted else None,
        "quarter_from": since,
        "quarter_until": until,
        "promises": queries.promises(site.pk, today),
    }


@router.post("/quality/standards/{site_code}/adoptions", response={201: AdoptionOut})
def adopt_standard(request: HttpRequest, site_code: str, said: AdoptionIn) -> Status[dict[str, Any]]:
    """The site takes on a standard from a day to come on."""
    actor = actor_of(request)
    site = site_of(actor, site_code, ADOPT_STANDARDS)
    made = actions.adopt(actor=actor, at=now(), site=site, stars=said.stars, starts_on=said.starts_on)
    return Status(201, _adoption(made))


@router.post("/quality/adoptions/{adoption_id}/undoing", response=AdoptionOut)
def undo_adoption(request: HttpRequest, adoption_id: int) -> dict[str, Any]:
    """Take an adoption back before its day."""
    return _adoption(actions.undo(actor=actor_of(request), at=now(), adoption_id=adoption_id))


def _inquiry(found: Inquiry) -> dict[str, Any]:
    plain = ("number", "direction", "question", "is_urgent", "state", "asked_at", "due_at", "answered_at")
    return {name: getattr(found, name) for name in (*plain, "escalated_at", "closed_at")} | {
        "site": found.site.code,
        "case": found.case.number if found.case else None,
        "order": found.order.number if found.order else None,
        "asked_by": found.asked_by.name if found.asked_by else None,
    }


def _detail(request: HttpRequest, number: str) -> dict[str, Any]:
    found = queries.inquiry_by_number(actor_of(request), number)
    rows = found.lines.select_related("person")
    lines = [
        {name: getattr(row, name) for name in ("at", "by_name", "kind", "text")}
        | {"person": row.person.name if row.person else None}
        for row in rows
    ]
    return _inquiry(found) | {"lines": lines}


def _step(step: EscalationStep) -> dict[str, Any]:
    return {
        "id": step.pk,
        "order": step.clock.order.number,
        "site": step.site.code,
        "stage": step.clock.stage,
        "percent": step.percent,
        "level": step.role,
        "fired_at": step.fired_at,
        "target_at": step.clock.target_at,
        "measures": MEASURES[EscalationRole(step.role)],
    }


def _sample(request: HttpRequest, sample_id: int) -> dict[str, Any]:
    actor = actor_of(request)
    found = queries.sample_by_id(actor, sample_id)
    plain = {name: getattr(found, name) for name in ("closed_from", "closed_until", "seed", "population")}
    rows = queries.sampled(actor).filter(sample=found).order_by("site", "category", "pk")
    return plain | {"id": found.pk, "cases": [_sampled(row) for row in rows]}


def _sampled(row: SampledCase) -> dict[str, Any]:
    plain = ("category", "points", "percent", "consequence", "words", "reviewed_at")
    about = {"id": row.pk, "case": row.case.number, "site": row.site.code}
    return {name: getattr(row, name) for name in plain} | about


def _judgement_sample(request: HttpRequest, sample_id: int) -> dict[str, Any]:
    actor = actor_of(request)
    found = queries.judgement_sample_by_id(actor, sample_id)
    rows = queries.sampled_judgements(actor).filter(sample=found).order_by("pk")
    plain = {name: getattr(found, name) for name in ("month", "seed", "percent", "population")}
    return plain | {"id": found.pk, "site": found.site.code, "judgements": [_sampled_judgement(row) for row in rows]}


def _sampled_judgement(row: SampledJudgement) -> dict[str, Any]:
    judged = row.judgement
    plain = {name: getattr(row, name) for name in ("verdict", "words", "reviewed_at")}
    about = {"id": row.pk, "case": judged.case.number, "judge": judged.by.username if judged.by else None}
    return plain | about | {"severity": judged.severity, "points": judged.points}


def _adoption(made: StandardAdoption) -> dict[str, Any]:
    plain = {name: getattr(made, name) for name in ("stars", "starts_on", "undone_at")}
    return plain | {"id": made.pk, "site": made.site.code}
