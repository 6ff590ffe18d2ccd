"""What is due and not done: whoever is to do it is reminded, then also those above them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.care.kinds import ReviewOutcome
from zhongshu.care.models import ImprovementPlan, PriorityRecord, ReviewRequest
from zhongshu.care.policies.following import WARNED_BEFORE, is_to_remind
from zhongshu.care.queries.following import REVIEWERS, holders
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.messaging.actions import tell

Row = TypeVar("Row", ImprovementPlan, PriorityRecord, ReviewRequest)


def remind(at: datetime) -> dict[str, int]:
    """Plans, reviews of records and answers to customers that are due; how many of each somebody was reminded of. Safe
    to run twice and beside itself: rows are claimed.
    """
    return {"plans": _plans(at), "records": _records(at), "reviews": _reviews(at)}


def _plans(at: datetime) -> int:
    on = day_of(at)
    running = Q(account__ends_on=None) | Q(account__ends_on__gt=on)
    rows = ImprovementPlan.objects.filter(running, done_at=None, due_on__lte=on)

    def say(plan: ImprovementPlan) -> None:
        words = {"account": plan.account.number, "due": plan.due_on}
        title = _("%(account)s 的改善方案 %(due)s 到期，还没有写") % words
        _tell(plan, "plans", _owner_or_above(plan, Role.SITE_MANAGER, on), title, at)

    return _each(rows.select_related("account", "owner"), lambda plan: plan.due_on, say, at)


def _records(at: datetime) -> int:
    on = day_of(at)
    rows = PriorityRecord.objects.filter(closed_on=None, review_on__lte=on)

    def say(record: PriorityRecord) -> None:
        words = {"account": record.account.number, "due": record.review_on}
        title = _("%(account)s 的重点项目该复盘了，应在 %(due)s 完成") % words
        _tell(record, "records", _owner_or_above(record, Role.HEAD_OFFICE, on), title, at)

    return _each(rows.select_related("account", "owner"), lambda record: record.review_on, say, at)


def _reviews(at: datetime) -> int:
    on = day_of(at)
    rows = ReviewRequest.objects.filter(outcome=ReviewOutcome.WAITING, due_on__lte=on + WARNED_BEFORE)

    def say(asked: ReviewRequest) -> None:
        words = {"account": asked.account.number, "due": asked.due_on}
        title = _("%(account)s 申请的人工复核还没有答复，应在 %(due)s 前答复") % words
        _tell(asked, "reviews", holders(REVIEWERS, asked.site_id, on), title, at)

    return _each(rows.select_related("account"), lambda asked: asked.due_on - WARNED_BEFORE, say, at)


@transaction.atomic
def _each(rows: "QuerySet[Row]", due_on: Callable[[Row], date], say: Callable[[Row], None], at: datetime) -> int:
    done, on = 0, day_of(at)
    for row in rows.select_for_update(of=("self",), skip_locked=True).order_by("pk"):
        if not is_to_remind(due_on(row), day_of(row.reminded_at) if row.reminded_at else None, on):
            continue
        say(row)
        row.reminded_at = at
        row.save(update_fields=["reminded_at"])
        done += 1
    return done


def _owner_or_above(row: ImprovementPlan | PriorityRecord, role: Role, on: date) -> Sequence[int]:
    """The owner at first; those above them too when it is late, and where nobody owns it any more."""
    owner: User | None = row.owner if row.owner and row.owner.is_active else None
    above = [] if owner and row.reminded_at is None else holders((role,), row.site_id, on)
    return [*([owner.pk] if owner else []), *above]


def _tell(row: Row, what: str, to: Sequence[int], title: str, at: datetime) -> None:
    tell(
        recipient_ids=to,
        site_id=row.site_id,
        kind="care_due",
        title=title,
        body="",
        link=f"/care/{what}/{row.pk}",
        dedupe_key=f"care:{what}:{row.pk}:{day_of(at)}",
        at=at,
    )
