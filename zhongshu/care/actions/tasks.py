"""What people did about what they were asked to do."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.care.errors import NotNow
from zhongshu.care.kinds import TASK_LABELS, TaskState
from zhongshu.care.models import Task, TaskMove
from zhongshu.care.permissions import DO_TASKS
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.words import stated


@transaction.atomic
def finish_task(*, actor: Actor, at: datetime, task_id: int, note: str) -> Task:
    """It is done, and this came of it. Raises NotFound, NotNow, Invalid."""
    task = found(actor.visible(Task.objects.select_for_update().filter(pk=task_id), DO_TASKS))
    if task.state != TaskState.OPEN:
        raise NotNow(_("任务的状态是“%(state)s”，不能完成。") % {"state": TASK_LABELS[TaskState(task.state)]})
    words = stated(note, field="note", most=200, what=_("处理结果"))
    task.state = TaskState.DONE
    task.save(update_fields=["state"])
    TaskMove.objects.create(
        site_id=task.site_id,
        task=task,
        on=day_of(at),
        recorded_at=at,
        by_id=actor.user_id,
        state=task.state,
        reason=words,
    )
    audit.record(actor=actor, at=at, verb="care.finish_task", target=task, after={"state": task.state, "note": words})
    return task
