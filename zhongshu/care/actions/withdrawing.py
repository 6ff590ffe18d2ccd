"""Money came: whoever is on the way to the door is called back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing.queries.arrears import arrears
from zhongshu.care.engine.running import lock, spans_with_default
from zhongshu.care.engine.tending import move
from zhongshu.care.kinds import RULE_LABELS, Rule, TaskState
from zhongshu.care.models import Task, TaskLine
from zhongshu.care.permissions import EVALUATE
from zhongshu.care.queries.tables import policy_on
from zhongshu.care.queries.tasks import WAITING, of_arrears
from zhongshu.collecting.actions import withdraw_notice
from zhongshu.collecting.lifecycle import UNSENT
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.messaging.actions import Telling, tell_all

A_DAY = timedelta(days=1)


@transaction.atomic
def withdraw_paid(*, actor: Actor, at: datetime, account_id: int) -> int:
    """If no month of the account is in arrears any more, with today's money: what its arrears ask for is withdrawn,
    so are letters that have not left, and whoever was to act is told at once. How many tasks. Raises NotFound.

    The evaluation finds the episode over the next morning, and these tasks withdrawn.
    """
    account = found(Account.objects.filter(pk=account_id))
    actor.require(EVALUATE, account.site_id)
    lock(account.site_id)
    if _owes(account, at):
        return 0
    rows = of_arrears(account.site_id, account.pk).select_for_update(of=("self",))
    tasks = list(rows.select_related("notice").order_by("pk"))
    reason = _("欠费已交清")
    for task in tasks:
        _withdraw(task, reason, actor=actor, at=at)
    gone = [task for task in tasks if task.state in WAITING]
    tell_all(_tellings(account, gone, reason), at=at)
    for task in gone:
        move(task, TaskState.WITHDRAWN, by_id=actor.user_id, at=at, reason=reason)
    if tasks:
        after = {"tasks": [task.pk for task in gone], "reason": reason}
        audit.record(actor=actor, at=at, verb="care.withdraw_paid", target=account, after=after)
    return len(gone)


def _owes(account: Account, at: datetime) -> bool:
    today = day_of(at)
    least = policy_on(spans_with_default(account.site_id, at), today).ignore_below
    return bool(
        arrears(account.site_id, on=today, account_ids=[account.pk], paid_before=today + A_DAY, ignore_below=least)
    )


def _withdraw(task: Task, reason: str, *, actor: Actor, at: datetime) -> None:
    if task.notice is not None and task.notice.state in UNSENT:
        withdraw_notice(actor=actor, at=at, notice_id=task.notice.pk, reason=reason)


def _tellings(account: Account, tasks: "Sequence[Task]", reason: str) -> list[Telling]:
    """Of each task that was open, to everybody who has not recorded yet: they may be on the way to the door."""
    going: dict[int, set[int]] = {task.pk: set() for task in tasks if task.state == TaskState.OPEN}
    lines = TaskLine.objects.filter(task_id__in=going, recorded_at=None, holder__isnull=False)
    for task_id, holder_id in lines.values_list("task_id", "holder_id"):
        going[task_id].add(holder_id or 0)
    place = str(account.unit or account.number)
    return [
        Telling(
            recipient_ids=tuple(going[task.pk]),
            site_id=account.site_id,
            kind="care_withdrawn",
            title=_("不用去了：%(place)s，%(reason)s") % {"place": place, "reason": reason},
            body=str(RULE_LABELS[Rule(task.rule)]),
            link=f"/care/tasks/{task.pk}",
            is_urgent=True,
            dedupe_key=f"care:withdrawn:{task.pk}",
        )
        for task in tasks
        if going.get(task.pk)
    ]
