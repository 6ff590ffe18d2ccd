"""Lines that are late: whoever has the role is reminded, then the next level up is told."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.care.policies.showing import signers_for
from zhongshu.cases.queries import role_holders, team_lead_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.messaging.actions import Telling, tell_all

RAISED_AFTER: Final = timedelta(days=2)
"""So many days after the day a line was due the next level up is told; where nobody has the role, on that day."""

_CLAIM = """
    UPDATE care_taskline line SET {field} = %(at)s
    FROM care_task task
    WHERE task.id = line.task_id AND task.state = 'open' AND line.recorded_at IS NULL AND line.{field} IS NULL
      AND {late}
    RETURNING line.site_id, line.role, line.holder_id
"""
_GONE = (
    "(line.holder_id IS NULL OR EXISTS (SELECT FROM identity_user u WHERE u.id = line.holder_id AND NOT u.is_active))"
)
_DUE = f"line.due_on <= %(on)s AND NOT {_GONE}"
_LATE = f"(line.due_on <= %(late_on)s OR line.due_on <= %(on)s AND {_GONE})"
Row = tuple[int, str, int | None]


@transaction.atomic
def chase(at: datetime) -> dict[str, int]:
    """How many lines their holders were reminded of, and how many were raised. Each once; safe beside itself."""
    on = day_of(at)
    reminded = _claimed("reminded_at", _DUE, on, at)
    raised = _claimed("raised_at", _LATE, on, at)
    tell_all([*_reminders(reminded, on), *_raised(raised, at)], at=at)
    return {"reminded": len(reminded), "raised": len(raised)}


def _claimed(field: str, late: str, on: date, at: datetime) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(field=field, late=late), {"at": at, "on": on, "late_on": on - RAISED_AFTER})
        return list(cursor.fetchall())


def _reminders(rows: Iterable[Row], on: date) -> list[Telling]:
    counts = Counter((site_id, holder_id) for site_id, _role, holder_id in rows if holder_id)
    return [
        Telling(
            recipient_ids=(holder_id,),
            site_id=site_id,
            kind="care_due",
            title=_("%(count)s 件预警任务今天到期，还没有记录") % {"count": count},
            link="/care/tasks?whose=mine",
            dedupe_key=f"care:due:{site_id}:{on}",
        )
        for (site_id, holder_id), count in counts.items()
    ]


def _raised(rows: Iterable[Row], at: datetime) -> list[Telling]:
    """One message to each of the next level, with how many lines of the people below wait."""
    counts: Counter[tuple[int, int]] = Counter()
    for (site_id, role, holder_id), count in Counter(rows).items():
        for user_id in above(site_id, Role(role), holder_id, at):
            counts[site_id, user_id] += count
    on = day_of(at)
    return [
        Telling(
            recipient_ids=(user_id,),
            site_id=site_id,
            kind="care_late",
            title=_("%(count)s 件预警任务逾期没有处理，请督促") % {"count": count},
            link="/care/tasks?late=1",
            is_urgent=True,
            dedupe_key=f"care:late:{site_id}:{on}",
        )
        for (site_id, user_id), count in counts.items()
    ]


def above(site_id: int, role: Role, holder_id: int | None, at: datetime) -> list[int]:
    """Of a keeper the lead of their team; else of the nearest level above whoever is there."""
    lead = team_lead_of(holder_id) if role == Role.KEEPER else None
    if lead not in (None, holder_id):
        return [lead]
    levels = (list(role_holders(site_id, each, at=at).values_list("pk", flat=True)) for each in signers_for(role))
    return next(filter(None, ([pk for pk in level if pk != holder_id] for level in levels)), [])
