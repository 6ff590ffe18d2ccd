"""What becomes due by itself: calls that nobody made."""

from datetime import datetime

from django.db import connection, transaction

from zhongshu.cases.engine.telling import tell_level_above, tell_owner
from zhongshu.cases.models import FollowUp
from zhongshu.cases.policies import LEAD_HEARS_AFTER

BATCH = 500
_CLAIM = """
    UPDATE cases_followup SET {column} = %s
    WHERE id IN (
        SELECT id FROM cases_followup
        WHERE done_at IS NULL AND due_at <= %s AND {column} IS NULL
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
    )
    RETURNING id
"""


def tick(*, at: datetime) -> dict[str, int]:
    """Tell owners, and some hours later the level above, of calls that are overdue; each call once to each.

    Claimed by an UPDATE that skips what a rival has locked, so that it may run twice and beside itself. The numbers
    are those of calls, not of people told.
    """
    return {
        "overdue_calls": _all("overdue_told_at", at=at, due_by=at),
        "overdue_calls_to_lead": _all("overdue_lead_told_at", at=at, due_by=at - LEAD_HEARS_AFTER),
    }


def _all(column: str, *, at: datetime, due_by: datetime) -> int:
    told = 0
    while count := _some(column, at=at, due_by=due_by):
        told += count
    return told


@transaction.atomic
def _some(column: str, *, at: datetime, due_by: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(column=column), [at, due_by, BATCH])
        ids = [row[0] for row in cursor.fetchall()]
    for call in FollowUp.objects.filter(pk__in=ids).select_related("case").order_by("due_at"):
        tell = tell_owner if column == "overdue_told_at" else tell_level_above
        title = f"报事 {call.case.number} 的回访已逾期"  # matter
        tell(call.case, "call_overdue", title, "", key=f"call_overdue:{call.pk}:{column}", at=at)
    return len(ids)
