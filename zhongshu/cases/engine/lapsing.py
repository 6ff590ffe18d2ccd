"""Small matters whose work is done and which nobody signs: their owner is reminded, then silence signs."""

from datetime import datetime, timedelta

from zhongshu.cases import policies
from zhongshu.cases.engine.ending import close, sign_off_work
from zhongshu.cases.engine.parts import note
from zhongshu.cases.engine.telling import tell_level_above, tell_owner
from zhongshu.cases.kinds import EntryKind
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case
from zhongshu.cases.policies import Step
from zhongshu.cases.queries import last_moved_at, orders_of
from zhongshu.cases.queries.standing import also_weighing, answers_more, rules_of
from zhongshu.identity.actor import system_actor
from zhongshu.work.kinds import OrderKind, Urgency
from zhongshu.work.lifecycle import State


def await_signature(case: Case) -> None:
    """Of a locked case whose work is done: when its owner is reminded, and when it closes by itself. Reckoned from
    the last that happened; only what comes after a date was set moves it, and only to later.
    """
    days = _days(case)
    if days is None:
        _expect(case, remind_at=None, lapses_at=None)
        return
    remind_at, lapses_at = days
    if case.sign_lapses_at is None or case.sign_lapses_at < lapses_at:
        _expect(case, remind_at=remind_at, lapses_at=lapses_at)


def remind_of_signature(case: Case, *, at: datetime) -> bool:
    """Tell whoever answers for a locked case that nobody has signed, if that is still so. However late the reminder
    comes, the time to act on it is not shortened.
    """
    await_signature(case)
    if case.sign_lapses_at is None or case.sign_remind_at is None or case.sign_remind_at > at:
        return False
    words = "工作已完成，尚无人验收。请联系客户代签，或由上级签字关闭；逾期将视为验收。"  # matter
    teller = tell_owner if case.owner_id else tell_level_above
    key = f"unsigned:{case.sign_remind_at.isoformat()}"
    teller(case, "case_unsigned", f"报事 {case.number} 等待验收", words, key=key, at=at)  # matter
    note(case, EntryKind.OWNER_TOLD, words, actor=system_actor(), at=at)
    _expect(case, remind_at=None, lapses_at=at + (case.sign_lapses_at - case.sign_remind_at))
    return True


def sign_by_lapse(case: Case, *, at: datetime) -> bool:
    """Nobody objected: the work of a locked case counts as accepted, if it still waits for nothing else."""
    await_signature(case)
    if case.sign_lapses_at is None or case.sign_lapses_at > at:
        return False
    words = "完工后逾期无人验收，也无异议，视为验收"  # matter
    sign_off_work(case, words, actor=system_actor(), at=at)
    close(case, actor=system_actor(), at=at, words=words)
    return True


def _days(case: Case) -> tuple[datetime, datetime] | None:
    """When to remind and when to close; None where it does not wait for a signature alone, or may not do without."""
    orders = orders_of(case)
    states = [State(order.state) for order in orders] + also_weighing(case)
    waits = policies.next_step(CaseState(case.state), states, must_call=False) == Step.AWAIT_SIGNATURE
    kinds = {OrderKind(order.kind) for order in orders}
    if not waits or not policies.may_lapse(
        case.category, Urgency(case.urgency), kinds, answers_more=answers_more(case)
    ):
        return None
    since = last_moved_at(case)
    rules = rules_of(case.site_id, since)
    return since + timedelta(days=rules.sign_remind_days), since + timedelta(days=rules.sign_lapse_days)


def _expect(case: Case, *, remind_at: datetime | None, lapses_at: datetime | None) -> None:
    case.sign_remind_at, case.sign_lapses_at = remind_at, lapses_at
    case.save(update_fields=["sign_remind_at", "sign_lapses_at"])
