"""A task in the hands of people: what its lines have shown so far, and the moves that follow from it."""

from datetime import datetime

from zhongshu.care.kinds import Manner, Rule, TaskState
from zhongshu.care.models import Task, TaskLine, TaskMove
from zhongshu.care.policies.showing import Shown, asked_of, missing
from zhongshu.collecting.kinds import Outcome, Road
from zhongshu.collecting.lifecycle import NoticeState
from zhongshu.collecting.models import Contact, Delivery
from zhongshu.kernel.clock import day_of


def lines_of(task: Task) -> list[TaskLine]:
    """In the order of the roles of the task, with holders and contacts."""
    rows = task.lines.select_related("holder", "contact", "recorded_by", "signed_by")
    return sorted(rows, key=lambda line: task.roles.index(line.role))


def lacks_of(task: Task, lines: list[TaskLine]) -> dict[int, tuple[str, ...]]:
    """By line, what it still lacks. At most two statements."""
    asked = asked_of(Rule(task.rule), Manner(task.manner))
    tries = _tries(task) if asked.ways else 0
    has_paper = _has_paper(task) if asked.paper else True
    return {line.pk: missing(asked, _shown(line, tries=tries, has_paper=has_paper)) for line in lines}


def _shown(line: TaskLine, *, tries: int, has_paper: bool) -> Shown:
    return Shown(
        outcome=Outcome(line.contact.outcome) if line.contact and line.contact.outcome else None,
        tries=tries,
        has_paper=has_paper,
        did=line.did,
        is_signed=line.signed_at is not None,
    )


def _tries(task: Task) -> int:
    rows = Contact.objects.filter(site_id=task.site_id, account_id=task.account_id, outcome=Outcome.UNREACHED)
    return rows.filter(day__gte=task.opened_on).count()


def _has_paper(task: Task) -> bool:
    """Somebody has handed it over or left it; without a letter there is nothing to hand over."""
    if task.notice is None or task.notice.state == NoticeState.WITHDRAWN:
        return True
    return Delivery.objects.filter(notice=task.notice, by__isnull=False).exclude(channel=Road.MESSAGE).exists()


def settle(task: Task, *, by_id: int | None, at: datetime, words: str) -> None:
    """Lines that lack nothing but a signature are recorded; when none lacks anything, the task is done."""
    lines = lines_of(task)
    lacks = lacks_of(task, lines)
    for line in lines:
        if line.recorded_at is None and line.recorded_by_id and not set(lacks[line.pk]) - {"signature"}:
            line.recorded_at = at
            line.save(update_fields=["recorded_at"])
    if not any(lacks.values()):
        move(task, TaskState.DONE, by_id=by_id, at=at, reason=words)


def move(task: Task, state: TaskState, *, by_id: int | None, at: datetime, reason: str) -> None:
    """From today on it is in that state, because of this."""
    task.state, task.hold = state, ""
    task.save(update_fields=["state", "hold"])
    TaskMove.objects.create(
        site_id=task.site_id,
        task=task,
        on=day_of(at),
        recorded_at=at,
        by_id=by_id,
        state=state,
        reason=reason[:200],
    )
