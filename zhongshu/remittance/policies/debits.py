"""A result file against the batch that it answers: what each line comes to, or why the file is not this batch's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from zhongshu.remittance.kinds import UNANSWERED, DebitState
from zhongshu.remittance.layouts.debits import Answer, Debit, Outcome, Returned
from zhongshu.remittance.layouts.trouble import FileRefused, Trouble

_STATES = {
    Outcome.PAID: DebitState.PAID,
    Outcome.FAILED: DebitState.FAILED,
    Outcome.UNKNOWN: DebitState.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of the batch as it stands. `collected` is what the bank has taken, 0 while unanswered."""

    debit: Debit
    state: DebitState
    collected: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a line becomes; only lines that change."""

    sequence: int
    state: DebitState
    answer: Answer


def settled(batch: str, asked: Mapping[int, Asked], returned: Returned, *, today: date) -> tuple[Settled, ...]:
    """The lines that the file changes; `asked` by sequence. A file that was taken before changes none.

    Raises FileRefused with every line that is not this batch's, or says otherwise than was asked or answered before.
    """
    if returned.batch and returned.batch != batch:
        words = _("这是批次 %(said)s 的结果，不是 %(batch)s 的") % {"said": returned.batch, "batch": batch}
        raise FileRefused([Trouble(0, "", words)])
    by_reference = {one.debit.reference: one for one in asked.values()}
    troubles, changes = [], []
    for answer in returned.answers:
        one = by_reference.get(answer.reference) if answer.reference else asked.get(answer.sequence or 0)
        words = _not_ours(answer, one, today)
        if words or one is None:
            troubles.append(Trouble(answer.line, "", words))
        elif one.state in UNANSWERED and _STATES[answer.outcome] != one.state:
            changes.append(Settled(one.debit.sequence, _STATES[answer.outcome], answer))
    if troubles:
        raise FileRefused(troubles)
    return tuple(changes)


def _not_ours(answer: Answer, one: Asked | None, today: date) -> str:
    """Why the line cannot be about this debit; empty when it can."""
    key = answer.reference or answer.sequence
    if one is None:
        return _("本批没有 %(key)s 这一笔") % {"key": key}
    if answer.amount != one.debit.amount:
        words = _("%(key)s 的金额是 %(said)s，送盘时是 %(asked)s")
        return words % {"key": key, "said": answer.amount, "asked": one.debit.amount}
    if answer.account_no and answer.account_no != one.debit.account_no:
        return _("%(key)s 的账号与送盘时不同") % {"key": key}
    if answer.sequence not in (None, one.debit.sequence):
        return _("%(key)s 的序号与送盘时不同") % {"key": key}
    if answer.day and answer.day > today:
        return _("%(key)s 的扣款日期 %(day)s 还没有到") % {"key": key, "day": answer.day}
    return _said_before(answer, one, key)


def _said_before(answer: Answer, one: Asked, key: str | int | None) -> str:
    if one.state in UNANSWERED or answer.outcome == Outcome.UNKNOWN:
        return ""
    if _STATES[answer.outcome] != one.state or answer.collected != one.collected:
        return _("%(key)s 已按另一结果处理过") % {"key": key}
    return ""
