"""A task in the hands of people: the moves that follow from what its lines have shown."""

from datetime import datetime

from zhongshu.care.kinds import TaskState
from zhongshu.care.models import Task, TaskMove
from zhongshu.care.queries.lines import lacks_of, lines_of
from zhongshu.kernel.clock import day_of


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
