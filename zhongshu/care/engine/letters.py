"""Letters that the ladder sends, and those that are no longer wanted."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Q

from zhongshu.care.kinds import TaskState
from zhongshu.care.models import Task, TaskMove
from zhongshu.collecting.actions import withdraw_notice
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.kinds import NoticeKind
from zhongshu.collecting.lifecycle import UNSENT
from zhongshu.identity.actor import Actor

_LINK = """
    UPDATE care_task task SET notice_id = notice.id
    FROM collecting_notice notice
    WHERE notice.site_id = task.site_id AND notice.source = 'care:' || task.id
      AND task.site_id = %s AND task.notice_id IS NULL AND task.opened_on = %s
"""


def send(values: Mapping[str, Any], *, actor: Actor, grace_days: int) -> int:
    """The letters of what acts from this day on; unsent ones of what does not act any more are withdrawn."""
    _withdraw(values, actor)
    wanted = [_wanted(task, grace_days) for task in _acting(values)]
    made = make_notices(actor=actor, at=values["at"], site_id=values["site_id"], on=values["upto"], wanted=wanted)
    with connection.cursor() as cursor:
        cursor.execute(_LINK, [values["site_id"], values["upto"]])
    return made


def _acting(values: Mapping[str, Any]) -> "list[Task]":
    rows = Task.objects.filter(
        site_id=values["site_id"],
        opened_on=values["upto"],
        state__in=(TaskState.OPEN, TaskState.DONE),
        notice=None,
        episode__isnull=False,
    )
    return list(rows.exclude(letter="").order_by("account_id", "pk"))


def _wanted(task: Task, grace_days: int) -> Wanted:
    kind = NoticeKind(task.letter)
    days = grace_days if kind == NoticeKind.FINAL_DEMAND else None
    return Wanted(account_id=task.account_id, kind=kind, source=f"care:{task.pk}", answer_by_days=days)


def _withdraw(values: Mapping[str, Any], actor: Actor) -> None:
    over = Q(state=TaskState.WITHDRAWN) | Q(episode__is_void=True) | Q(episode__ended_on__isnull=False)
    tasks = Task.objects.filter(over, site_id=values["site_id"], notice__state__in=UNSENT)
    for task in tasks.order_by("pk"):
        last = TaskMove.objects.filter(task=task).order_by("-pk").first()
        withdraw_notice(
            actor=actor,
            at=values["at"],
            notice_id=task.notice_id or 0,
            reason=(last.reason if last else "") or "欠费已交清",  # matter
        )
