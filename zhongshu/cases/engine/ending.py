"""The end of a case: its work signed off, the case closed."""

from datetime import datetime

from zhongshu.cases.engine.parts import move, note
from zhongshu.cases.kinds import CallReason, EntryKind
from zhongshu.cases.lifecycle import Answer, CaseState
from zhongshu.cases.models import Case, CaseClosure, FollowUp
from zhongshu.cases.policies.matters import is_leak
from zhongshu.cases.queries import orders_of
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.work import actions as work
from zhongshu.work.lifecycle import State
from zhongshu.work.permissions import vouched


def close(
    case: Case,
    *,
    actor: Actor,
    at: datetime,
    answer: Answer | None = None,
    words: str = "",
    signed_by_id: int | None = None,
) -> CaseClosure:
    """The case is closed, with a closure that says how."""
    move(case, CaseState.CLOSED, actor=actor, at=at, verb="close", why=words)
    _watch_for_rain(case, at=at)
    note(case, EntryKind.CLOSED, words, actor=actor, at=at)
    return CaseClosure.objects.create(
        site_id=case.site_id,
        case=case,
        at=at,
        by_id=actor.user_id,
        answer=answer or "",
        signed_by_id=signed_by_id,
        note=words,
    )


def _watch_for_rain(case: Case, *, at: datetime) -> None:
    """The next rain shows whether a mended leak is tight: somebody will call the day after."""
    asked = FollowUp.objects.filter(case=case, reason=CallReason.RAIN).exists()
    if is_leak(case.category, case.text) and not asked:
        case.rain_watched_from = day_of(at)
        case.save(update_fields=["rain_watched_from"])


def sign_off_work(case: Case, words: str, *, actor: Actor, at: datetime) -> None:
    """Whatever of the case's work is done counts as accepted."""
    for order in orders_of(case):
        if order.state == State.DONE:
            work.sign_off(actor=vouched(actor), at=at, order_id=order.pk, note=words)
        elif order.state == State.SIGNED_OFF:
            work.close(actor=vouched(actor), at=at, order_id=order.pk)
