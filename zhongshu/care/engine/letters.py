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

AT_ONCE = 20_000

_LINK = """
    UPDATE care_task task SET notice_id = notice.id
    FROM (SELECT DISTINCT id FROM care_now_touched) touched
    JOIN collecting_notice notice ON notice.site_id = %(site_id)s AND notice.source = 'care:' || touched.id
    WHERE task.id = touched.id AND task.notice_id IS NULL
"""
_ACTING = """
    SELECT task.id, task.account_id, task.letter
    FROM care_task task
    WHERE task.id IN (SELECT id FROM care_now_touched) AND task.state IN ('open', 'done') AND task.opened_on = %(upto)s
      AND task.notice_id IS NULL AND task.episode_id IS NOT NULL AND task.letter <> ''
    ORDER BY task.account_id, task.id
"""


def send(values: Mapping[str, Any], *, actor: Actor, grace_days: int) -> int:
    """The letters of what acts from this day on; unsent ones of what does not act any more are withdrawn."""
    _withdraw(values, actor)
    wanted, made = _wanted(values, grace_days), 0
    asked = {"actor": actor, "at": values["at"], "site_id": values["site_id"], "on": values["upto"]}
    for first in range(0, len(wanted), AT_ONCE):
        made += make_notices(**asked, wanted=wanted[first : first + AT_ONCE])
    with connection.cursor() as cursor:
        cursor.execute(_LINK, values)
    return made


def _wanted(values: Mapping[str, Any], grace_days: int) -> list[Wanted]:
    days = {NoticeKind.FINAL_DEMAND: grace_days}
    with connection.cursor() as cursor:
        cursor.execute(_ACTING, values)
        return [
            Wanted(account_id, kind := NoticeKind(letter), f"care:{pk}", days.get(kind))
            for pk, account_id, letter in cursor.fetchall()
        ]


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
