"""What people are asked to do about an account, and what they did, for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.care import actions
from zhongshu.care.actions import Handed, Spoken
from zhongshu.care.kinds import LegalStepKind, Manner, Rule, TaskState
from zhongshu.care.models import LegalStep, Task, TaskLine
from zhongshu.care.permissions import DO_TASKS, FOLLOW_LEGAL, VIEW_CARE
from zhongshu.care.queries.accounts import scored_account
from zhongshu.care.queries.lines import lacks_of, lines_of
from zhongshu.care.queries.tasks import Wanted, task_seen, tasks_listed
from zhongshu.collecting.kinds import ContactManner, Evidence, Outcome, Road
from zhongshu.community.kinds import Mood
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
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
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.paging import page_of

router = Router()
Yuan = Annotated[Decimal, Field(gt=0, max_digits=11, decimal_places=2)]
TaskId = Annotated[int, Field(ge=1, le=2**62)]


class CareLineOut(Schema):
    """`holder`: user name of who has the role now. `lacks`: what is still to be shown: `contact`, `tries`, `paper`,
    `did`, `signature`; nothing: done. `contacted_at` and after: of the contact recorded."""

    role: str
    holder: str | None
    due_on: date
    lacks: list[str]
    contacted_at: datetime | None
    manner: ContactManner | None
    outcome: Outcome | None
    promised_on: date | None
    note: str
    did: str
    recorded_at: datetime | None
    signed_at: datetime | None
    signed_words: str


class CareTaskOut(Schema):
    """`notice`: number of the letter that goes with it. `case`: of a complaint, at which its roles record. `hold`: why
    it waits: `dispute`, `plan`, `opening`. `reason`: of the last move, such as why it was withdrawn."""

    id: int
    account: str
    customer: str
    unit: str
    rule: Rule
    occurrence: int
    opened_on: date
    roles: list[str]
    manner: Manner
    state: TaskState
    hold: str
    due_on: date | None
    notice: str | None
    case: str | None


class CareTaskDetail(CareTaskOut):
    reason: str
    lines: list[CareLineOut]


class CareTasksPage(Listed):
    items: list[CareTaskOut]


class CareTaskQuery(Schema):
    """`late`: a line is overdue. `account`: its number, a unit's code or label, a name."""

    state: TaskState | None = None
    rule: Rule | None = None
    manner: Manner | None = None
    account: Line = ""
    late: bool = False


class HandedIn(Typed):
    """The letter on paper: handed over, or left. Photos are added on the page."""

    evidence: Evidence
    channel: Road = Road.DOOR
    reference: Annotated[str, Field(max_length=80)] = ""


class LineRecordIn(Typed):
    """`outcome`: the customer was spoken to; `manner`: as the task asks if none is given; `contacted_at`: now if none
    is given. `together`: one was with whoever has recorded the contact. `did`: what else was done."""

    outcome: Outcome | None = None
    manner: ContactManner | None = None
    mood: Mood | None = None
    contacted_at: Instant | None = None
    promised_on: Day | None = None
    promised_amount: Yuan | None = None
    note: Words = ""
    together: bool = False
    handed: HandedIn | None = None
    did: Words = ""


class LineSignatureIn(Typed):
    words: Line


class LegalStepIn(Typed):
    """`site` where several have the account. `on`: today if none is given."""

    kind: LegalStepKind
    on: Day | None = None
    note: Words = ""
    site: Line = ""


class LegalStepOut(Schema):
    account: str
    kind: LegalStepKind
    on: date
    note: str
    at: datetime


@router.get("/sites/{site}/care-tasks", response=CareTasksPage, summary="What people are asked to do")
def list_care_tasks(
    request: HttpRequest, site: Line, asked: Query[CareTaskQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """What is due first on top; a keeper sees their own."""
    actor = actor_of(request)
    place = site_of(actor, site, VIEW_CARE)
    wanted = Wanted(
        state=asked.state or "", rule=asked.rule or "", manner=asked.manner or "", text=asked.account, late=asked.late
    )
    rows = tasks_listed(actor, place.pk, wanted, on=day_of(now())).select_related("notice", "judgement__case")
    return paged(request, page_of(rows, str(page), size=page_size), _task)


@router.get("/care-tasks/{task_id}", response=CareTaskDetail, summary="One task with the lines of its roles")
def get_care_task(request: HttpRequest, task_id: TaskId) -> dict[str, Any]:
    return _detail(actor_of(request), task_id)


@router.post("/care-tasks/{task_id}/lines/{role}", response={201: CareTaskDetail}, summary="Record what a role did")
def record_care_line(request: HttpRequest, task_id: TaskId, role: Line, said: LineRecordIn) -> Status[dict[str, Any]]:
    """For every open line of the task one holds."""
    actor = actor_of(request)
    handed = Handed(**said.handed.model_dump()) if said.handed else None
    facts = {"spoken": _spoken(said), "together": said.together, "handed": handed, "did": said.did}
    actions.record_line(actor=actor, at=now(), line_id=_line(actor, task_id, role, DO_TASKS).pk, **facts)  # type: ignore[arg-type]
    return Status(201, _detail(actor, task_id))


@router.post(
    "/care-tasks/{task_id}/lines/{role}/signature", response={201: CareTaskDetail}, summary="Sign for the level below"
)
def sign_care_line(request: HttpRequest, task_id: TaskId, role: Line, said: LineSignatureIn) -> Status[dict[str, Any]]:
    """Nobody could be reached, or the customer will not pay: it may end so."""
    actor = actor_of(request)
    actions.sign_line(actor=actor, at=now(), line_id=_line(actor, task_id, role, VIEW_CARE).pk, words=said.words)
    return Status(201, _detail(actor, task_id))


@router.post(
    "/care/accounts/{account_number}/legal-steps", response={201: LegalStepOut}, summary="What legal affairs have done"
)
def record_legal_step(request: HttpRequest, account_number: Line, said: LegalStepIn) -> Status[dict[str, Any]]:
    """Suit, payment order, settlement or write-off: the legal order does not come back."""
    actor, at = actor_of(request), now()
    site_id = site_of(actor, said.site, FOLLOW_LEGAL).pk if said.site else None
    among = actor.visible(Account.objects.all(), FOLLOW_LEGAL)
    account = scored_account(account_number, day_of(at), site_id=site_id, among=among)
    step = actions.record_legal_step(
        actor=actor, at=at, account_id=account.pk, kind=said.kind, on=said.on or day_of(at), note=said.note
    )
    return Status(201, _step(step, account))


def _spoken(said: LineRecordIn) -> Spoken | None:
    if said.outcome is None:
        return None
    names = ("manner", "mood", "promised_on", "promised_amount", "note")
    facts = {name: getattr(said, name) for name in names}
    return Spoken(outcome=said.outcome, at=said.contacted_at, **facts)


def _line(actor: Actor, task_id: int, role: str, right: Right) -> TaskLine:
    return found(actor.visible(TaskLine.objects.filter(task_id=task_id, role=role), right))


def _step(step: LegalStep, account: Account) -> dict[str, Any]:
    return {"account": account.number, "kind": step.kind, "on": step.on, "note": step.note, "at": step.at}


def _task(task: Task) -> dict[str, Any]:
    account = task.account
    names = ("rule", "occurrence", "opened_on", "roles", "manner", "state", "hold")
    return {name: getattr(task, name) for name in names} | {
        "id": task.pk,
        "account": account.number,
        "customer": account.customer.name,
        "unit": account.unit.label if account.unit else "",
        "due_on": getattr(task, "due_on", None),
        "notice": task.notice.number if task.notice else None,
        "case": task.judgement.case.number if task.judgement else None,
    }


def _detail(actor: Actor, task_id: int) -> dict[str, Any]:
    task = task_seen(actor, task_id)
    lines = lines_of(task)
    lacks, last = lacks_of(task, lines), task.moves.order_by("-pk").first()
    waits = [line.due_on for line in lines if line.recorded_at is None]
    shown = [_line_out(line, lacks[line.pk]) for line in lines]
    return _task(task) | {"due_on": min(waits, default=None), "reason": last.reason if last else "", "lines": shown}


def _line_out(line: TaskLine, lacks: tuple[str, ...]) -> dict[str, Any]:
    contact = line.contact
    names = ("role", "due_on", "did", "recorded_at", "signed_at", "signed_words")
    return {name: getattr(line, name) for name in names} | {
        "holder": line.holder.username if line.holder else None,
        "lacks": list(lacks),
        "contacted_at": contact.at if contact else None,
        "manner": contact.manner if contact else None,
        "outcome": contact.outcome or None if contact else None,
        "promised_on": contact.promised_on if contact else None,
        "note": contact.note if contact else "",
    }
