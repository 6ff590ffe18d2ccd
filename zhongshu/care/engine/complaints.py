"""Points of complaints: an entry for every judgement, a reversal for every one taken back, and who must act."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import cast

from django.db.models import Exists, OuterRef

from zhongshu.care.kinds import Manner, Rule, TaskState
from zhongshu.care.models import Entry, Task, TaskMove
from zhongshu.care.policies import sentences
from zhongshu.care.policies.table import months_later
from zhongshu.care.queries.tables import Span, policy_on
from zhongshu.cases.kinds import Severity
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Judgement
from zhongshu.cases.policies.complaints import ROLES
from zhongshu.estate.kinds import AccountKind
from zhongshu.estate.models import Account
from zhongshu.kernel.clock import day_of

_UNFINISHED = (TaskState.OPEN, TaskState.HELD)
_OVER = (CaseState.CLOSED, CaseState.WITHDRAWN)


def enter(site_id: int, *, upto: date, at: datetime, spans: Sequence[Span]) -> int:
    """Whatever was judged, or taken back, by the end of that day and is not in the ledger yet; how many."""
    rows = _judged(site_id, upto)
    _begin([row for row in rows if row.reverses_id is None], at=at, spans=spans)
    _take_back([row for row in rows if row.reverses_id is not None], at=at)
    _finish(site_id, upto=upto, at=at)
    return len(rows)


def _judged(site_id: int, upto: date) -> list[Judgement]:
    entered = Entry.objects.filter(judgement_id=OuterRef("pk"))
    given_back = Entry.objects.filter(reverses__judgement_id=OuterRef("reverses_id"))
    rows = Judgement.objects.filter(
        ~Exists(entered), ~Exists(given_back), site_id=site_id, case__account__kind=AccountKind.ORDINARY
    ).select_related("case__account", "reverses")
    return [row for row in rows.order_by("pk") if day_of(row.at) <= upto]


def _begin(rows: Iterable[Judgement], *, at: datetime, spans: Sequence[Span]) -> None:
    found = list(rows)
    Entry.objects.bulk_create(_entry(row, at=at, spans=spans) for row in found)
    tasks = Task.objects.bulk_create(_task(row, at=at) for row in found)
    TaskMove.objects.bulk_create(_move(task, task.opened_on, at) for task in tasks)


def _entry(row: Judgement, *, at: datetime, spans: Sequence[Span]) -> Entry:
    day, rule = day_of(row.at), f"complaint.{row.severity}"
    policy = policy_on(spans, day)
    reason, customer_reason = sentences.of_complaint(rule, row.case.number)
    return Entry(
        site_id=row.site_id,
        account=_account(row),
        rule=rule,
        occurrence=1,
        points=row.points,
        effective_on=day,
        recorded_at=at,
        in_force_until=None if policy.complaint_life is None else months_later(day, policy.complaint_life),
        policy=policy,
        judgement=row,
        source=_source(row),
        confirmed_by_id=row.by_id,
        reason=reason,
        customer_reason=customer_reason,
    )


def _account(row: Judgement) -> Account:
    return cast(Account, row.case.account)  # only matters whose account is known are asked for


def _source(row: Judgement) -> str:
    return f"complaint:{row.case.number}:{row.pk}"


def _task(row: Judgement, *, at: datetime) -> Task:
    severity = Severity(row.severity)
    return Task(
        site_id=row.site_id,
        account=_account(row),
        rule=f"complaint.{severity}",
        occurrence=1,
        source=_source(row),
        judgement=row,
        opened_on=day_of(row.at),
        recorded_at=at,
        roles=list(ROLES[severity]),
        manner=Manner.EXPLANATION if severity == Severity.NOT_UPHELD else Manner.APOLOGY,
    )


def _move(task: Task, on: date, at: datetime, reason: str = "") -> TaskMove:
    return TaskMove(site_id=task.site_id, task=task, on=on, recorded_at=at, state=task.state, reason=reason)


def _take_back(rows: Iterable[Judgement], *, at: datetime) -> None:
    for row in rows:
        entry = Entry.objects.select_related("policy").filter(judgement=row.reverses).first()
        if entry is None:
            continue  # judged while the place of the matter was not known: there is nothing to give back
        Entry.objects.create(
            site_id=entry.site_id,
            account_id=entry.account_id,
            rule=Rule.REVERSAL,
            occurrence=entry.occurrence,
            points=-entry.points,
            effective_on=day_of(row.at),
            recorded_at=at,
            in_force_until=entry.in_force_until,
            policy=entry.policy,
            judgement=row,
            source=f"entry:{entry.pk}",
            confirmed_by_id=row.by_id,
            reverses=entry,
            reason=f"撤销：{entry.reason}"[:300],  # matter
            customer_reason=f"更正，退回：{entry.customer_reason}"[:300],  # matter
        )
        tasks = Task.objects.filter(judgement=row.reverses)
        _end(tasks, TaskState.WITHDRAWN, day_of(row.at), at, "裁定已修正")  # matter


def _finish(site_id: int, *, upto: date, at: datetime) -> None:
    """What was asked for is done when the matter is closed; closing asks for what each role had to show."""
    tasks = Task.objects.filter(site_id=site_id, state__in=_UNFINISHED, judgement__case__state__in=_OVER)
    _end(tasks, TaskState.DONE, upto, at, "")


def _end(tasks: "Iterable[Task]", state: TaskState, on: date, at: datetime, reason: str) -> None:
    for task in tasks:
        if task.state in _UNFINISHED:
            task.state = state
            task.save(update_fields=["state"])
            _move(task, on, at, reason).save()
