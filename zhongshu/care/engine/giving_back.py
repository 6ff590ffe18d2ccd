"""Taking points back by hand: an entry against the entry, never a change of it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from zhongshu.care.engine.tending import move
from zhongshu.care.errors import Involved, NotNow
from zhongshu.care.kinds import Rule, TaskState
from zhongshu.care.models import Entry, Task
from zhongshu.care.queries.contesting import involved_in
from zhongshu.collecting.actions import withdraw_notice
from zhongshu.collecting.lifecycle import UNSENT
from zhongshu.estate.models import Account
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid

_NOT_WANTED = "扣分已更正，不用处理"  # matter


def check_uninvolved(actor: Actor, account: Account, entry_ids: Sequence[int]) -> None:
    """Raises Involved."""
    if actor.user_id is not None and actor.user_id in involved_in(account, entry_ids):
        raise Involved(_("裁定人、被投诉人和住户本人不能复核，请由另一位复核。"))


def give_back(entry: Entry, words: str, *, actor: Actor, at: datetime) -> Entry:
    """From today on the two cancel, and they end together. The site is locked. Raises Invalid, NotNow."""
    today = day_of(at)
    if entry.points >= 0 or entry.rule == Rule.REVERSAL:
        raise Invalid(_("只能退回扣分。"), field="entries")
    if Entry.objects.filter(reverses=entry).exists():
        raise NotNow(_("这一条已经退回过了。"))
    until = _until(entry)
    if until is not None and until <= today:
        raise NotNow(_("这一条已经到期，不再计分。"))
    reversal = Entry.objects.create(
        site_id=entry.site_id,
        account_id=entry.account_id,
        rule=Rule.REVERSAL,
        occurrence=entry.occurrence,
        points=-entry.points,
        effective_on=max(today, entry.effective_on),
        recorded_at=at,
        in_force_until=until,
        policy_id=entry.policy_id,
        episode_id=entry.episode_id,
        source=f"entry:{entry.pk}",
        confirmed_by_id=actor.user_id,
        reverses=entry,
        is_opening=entry.is_opening,
        reason=f"复核更正：{words}"[:300],  # matter
        customer_reason=f"复核更正，退回：{entry.customer_reason}"[:300],  # matter
    )
    if entry.episode_id is not None:  # what a complaint asks of people stands in its case, and stays
        _withdraw(entry, actor=actor, at=at)
    return reversal


def _until(entry: Entry) -> date | None:
    """Its end as it is known now."""
    last = entry.ends.order_by("-recorded_at", "-pk").first()
    return last.in_force_until if last else entry.in_force_until


def _withdraw(entry: Entry, *, actor: Actor, at: datetime) -> None:
    """What these points asked for, and the letter that has not left."""
    asked = Task.objects.select_for_update(of=("self",)).select_related("notice").filter(
        site_id=entry.site_id, episode_id=entry.episode_id or 0, rule=entry.rule, occurrence=entry.occurrence
    )  # fmt: skip
    for task in asked.order_by("pk"):
        if task.notice is not None and task.notice.state in UNSENT:
            withdraw_notice(actor=actor, at=at, notice_id=task.notice.pk, reason=_NOT_WANTED)
        if task.state in (TaskState.OPEN, TaskState.HELD):
            move(task, TaskState.WITHDRAWN, by_id=actor.user_id, at=at, reason=_NOT_WANTED)
