"""What people are asked to show: made with the tasks of an evaluation, in its transaction."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from zhongshu.care.engine.statements import perform
from zhongshu.kernel.clock import day_of
from zhongshu.messaging.actions import Telling, tell_all

_WAITING = """
    SELECT line.holder_id, count(DISTINCT task.id)
    FROM care_now_touched touched
    JOIN care_task task ON task.id = touched.id AND task.state = 'open' AND task.opened_on = %(upto)s
    JOIN care_taskline line ON line.task_id = task.id
    WHERE line.holder_id IS NOT NULL AND line.recorded_at IS NULL
    GROUP BY line.holder_id
"""


def make(values: Mapping[str, Any], *, answer_days: int) -> int:
    """A line for each role of what acts from `upto` on; each holder is told once, how much it is. How many lines."""
    due_on = values["upto"] + timedelta(days=answer_days)
    made = perform("lines", {**values, "today": day_of(values["at"]), "due_on": due_on})[0]
    if made:
        _tell_holders(values)
    return made


def _tell_holders(values: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, values)
        counts = cursor.fetchall()
    tell_all((_telling(holder_id, count, values) for holder_id, count in counts), at=values["at"])


def _telling(holder_id: int, count: int, values: Mapping[str, Any]) -> Telling:
    return Telling(
        recipient_ids=(holder_id,),
        site_id=values["site_id"],
        kind="care_tasks",
        title=_("情感值预警：今天有 %(count)s 件新任务要您处理") % {"count": count},
        link="/care/tasks",
        dedupe_key=f"care:tasks:{values['site_id']}:{values['upto']}",
    )
