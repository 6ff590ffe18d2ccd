"""Callers who found the line engaged, or whom nobody answered: called or written back, never lost, never owed twice."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.channels.actions._parts import short
from zhongshu.channels.errors import AlreadyDone
from zhongshu.channels.events import CallBackClosed
from zhongshu.channels.kinds import CallBackOutcome
from zhongshu.channels.models import Call, CallBack, CallBackTry
from zhongshu.channels.policies.calls import TRIES
from zhongshu.channels.queries.calls import call_back_seen
from zhongshu.channels.queries.limits import limits_of
from zhongshu.estate.models import Customer
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.messaging.actions import CustomerTelling, tell_customers

WORDS_LENGTH = 500


def owe_call(call: Call, *, at: datetime) -> None:
    """One open task per number, however often they try. A withheld number cannot be called.

    Nothing is owed to somebody who has been spoken with since: telephone systems tell late.
    """
    if not call.number or call.call_back_id or _spoke_since(call):
        return
    due_at = at + timedelta(minutes=limits_of(call.site_id, day_of(at)).call_back_minutes)
    task = CallBack(site_id=call.site_id, number=call.number, opened_at=at, due_at=due_at)
    CallBack.objects.bulk_create([task], ignore_conflicts=True)
    call.call_back = _open_task(call)
    call.save(update_fields=["call_back"])


def _spoke_since(call: Call) -> bool:
    others = Call.objects.filter(site_id=call.site_id, number=call.number, answered_at__isnull=False)
    return others.filter(started_at__gt=call.started_at).exists()


def _open_task(call: Call) -> CallBack | None:
    rows = CallBack.objects.select_for_update().filter(site_id=call.site_id, number=call.number)
    return rows.filter(done_at__isnull=True).first()


def settle_by_caller(call: Call, *, at: datetime) -> None:
    """They called again and were answered, or were answered after all: nothing is owed any more."""
    task = _open_task(call) if call.number else None
    if task is None:
        return
    later = task.calls.exclude(pk=call.pk).filter(started_at__gt=call.started_at)
    if not later.exists():
        _close(task, CallBackOutcome.CALLED_AGAIN, by=None, at=at)


@transaction.atomic
def record_call_back(
    *, actor: Actor, at: datetime, call_back_id: int, outcome: CallBackOutcome, words: str = ""
) -> CallBack:
    """A try: reached; written to (`words` is what is written); not reached, which ends it after three tries.

    Raises NotFound, AlreadyDone, Invalid.
    """
    task = _locked(actor, call_back_id)
    words = _checked(outcome, words)
    CallBackTry.objects.create(call_back=task, at=at, by_id=actor.user_id, outcome=outcome, words=words)
    if outcome == CallBackOutcome.WRITTEN:
        _write(task, words, at=at)
    if outcome != CallBackOutcome.UNREACHABLE or task.tries.count() >= TRIES:
        _close(task, outcome, by=actor.user_id, at=at)
    after = {"outcome": outcome, "is_done": task.done_at is not None}
    audit.record(actor=actor, at=at, verb="channels.record_call_back", target=task, after=after)
    return task


def _locked(actor: Actor, call_back_id: int) -> CallBack:
    call_back_seen(actor, call_back_id)
    task = CallBack.objects.select_for_update().get(pk=call_back_id)
    if task.done_at is not None:
        raise AlreadyDone(_("这位客户已经回过电了。"))
    return task


def _checked(outcome: CallBackOutcome, words: str) -> str:
    if outcome == CallBackOutcome.CALLED_AGAIN:
        raise Invalid(_("客户再次来电由系统登记。"), field="outcome")
    said = short(words, field="words", most=WORDS_LENGTH, what=_("说明"))
    if outcome == CallBackOutcome.WRITTEN and not said:
        raise Invalid(_("请写明发给客户的内容。"), field="words")
    return said


def _write(task: CallBack, words: str, *, at: datetime) -> None:
    """To whoever has the number; to the number itself where nobody has."""
    ids = Customer.objects.filter(site_id=task.site_id, phones__number=task.number).values_list("pk", flat=True)
    telling = CustomerTelling(
        customer_ids=tuple(ids.distinct()),
        site_id=task.site_id,
        kind="call_back",
        title=_("您刚才的来电我们没有接到"),
        body=words,
        dedupe_key=f"call_back:{task.pk}",
        phone=task.number,
    )
    tell_customers([telling], at=at)


def _close(task: CallBack, outcome: CallBackOutcome, *, by: int | None, at: datetime) -> None:
    task.outcome, task.done_at, task.done_by_id = outcome, at, by
    task.save(update_fields=["outcome", "done_at", "done_by"])
    publish(CallBackClosed(site_id=task.site_id, call_back_id=task.pk, outcome=outcome), at=at)
