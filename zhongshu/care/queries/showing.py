"""A task as its pages and programs show it."""

from dataclasses import dataclass
from datetime import date, datetime

from zhongshu.care.kinds import Manner, Rule, TaskState
from zhongshu.care.models import Entry, LegalStep, Standing, Task, TaskLine, TaskMove
from zhongshu.care.policies.saying import articles_of
from zhongshu.care.policies.showing import Asked, asked_of
from zhongshu.care.queries.lines import lacks_of, lines_of, may_record, may_sign
from zhongshu.care.queries.tasks import entry_of
from zhongshu.cases.models import Case, ComplaintLine
from zhongshu.collecting.models import Contact
from zhongshu.collecting.policies.contacts import refusal_of
from zhongshu.collecting.queries.arrears import Narrowed, Owing, owing
from zhongshu.collecting.queries.contacts import contacts_of, days_of_contact, hours_at
from zhongshu.estate.models import CustomerPhone
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.knowledge.kinds import FOR_STAFF
from zhongshu.knowledge.models import Version
from zhongshu.knowledge.queries.articles import in_force_at

MOST_CONTACTS = 5


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the task, what it lacks (`policies.showing.missing`), and what the actor may do about it."""

    line: TaskLine
    lacks: tuple[str, ...]
    is_late: bool
    may_record: bool
    may_sign: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """`case`, `case_lines`: of a complaint, where its roles record. `refusal`: why nobody may call or visit just now.
    `owing`: None when nothing is past due."""

    task: Task
    asked: Asked
    lines: list[LineView]
    moves: list[TaskMove]
    entry: Entry | None
    standing: Standing | None
    owing: Owing | None
    contacts: list[Contact]
    phones: list[CustomerPhone]
    refusal: str
    articles: list[Version]
    case: Case | None
    case_lines: list[ComplaintLine]
    steps: list[LegalStep]

    @property
    def mine(self) -> LineView | None:
        """Where the actor has something to record: their own line first."""
        return next((one for one in self.lines if one.may_record), None)

    @property
    def has_others(self) -> bool:
        """Somebody has recorded a contact already, whom the actor may have been with."""
        return any(one.line.contact_id for one in self.lines if not one.may_record)

    @property
    def last_reason(self) -> str:
        return self.moves[-1].reason if self.moves else ""


def task_view(actor: Actor, task: Task, *, at: datetime) -> TaskView:
    """At most thirteen statements."""
    on, account = day_of(at), task.account
    asked = asked_of(Rule(task.rule), Manner(task.manner))
    case = task.judgement.case if task.judgement else None
    contacts = list(contacts_of(account.pk)[:MOST_CONTACTS])
    owed = owing(task.site_id, on, Narrowed(account_ids=[account.pk]), size=1).rows
    return TaskView(
        task=task,
        asked=asked,
        lines=_lines(actor, task, on) if case is None else [],
        moves=list(task.moves.select_related("by").order_by("pk")),
        entry=entry_of(task),
        standing=Standing.objects.filter(account=account).first(),
        owing=owed[0] if owed else None,
        contacts=contacts,
        phones=list(CustomerPhone.objects.filter(customer=account.customer_id).order_by("-is_primary", "pk")),
        refusal=_refusal(task, at) if asked.ways else "",
        articles=_articles(task, on),
        case=case,
        case_lines=list(case.complaint_lines.select_related("holder").order_by("pk")) if case else [],
        steps=list(LegalStep.objects.filter(account=account).select_related("by").order_by("-on", "-pk"))
        if task.rule == Rule.ARREARS_LEGAL
        else [],
    )


def _lines(actor: Actor, task: Task, on: date) -> list[LineView]:
    lines, is_open = lines_of(task), task.state == TaskState.OPEN
    lacks = lacks_of(task, lines)
    shown = [
        LineView(
            line=line,
            lacks=lacks[line.pk],
            is_late=is_open and line.recorded_at is None and line.due_on < on,
            may_record=is_open and bool(lacks[line.pk]) and may_record(actor, line),
            may_sign=is_open and lacks[line.pk] == ("signature",) and may_sign(actor, line),
        )
        for line in lines
    ]
    return sorted(shown, key=lambda one: one.line.holder_id != actor.user_id)


def _refusal(task: Task, at: datetime) -> str:
    on = day_of(at)
    earlier = days_of_contact(task.site_id, [task.account_id], on)[task.account_id]
    return refusal_of(hours_at(task.site_id, on), at=at, earlier=earlier)


def _articles(task: Task, on: date) -> list[Version]:
    codes = articles_of(Rule(task.rule), Manner(task.manner))
    rows = in_force_at(task.site_id, on).filter(article__code__in=codes, audience__in=FOR_STAFF)
    return sorted(rows, key=lambda row: codes.index(row.article.code))
