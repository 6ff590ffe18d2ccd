"""Files of direct debits: what goes to the bank, and what the bank says became of each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files as resources
from typing import Any, Final

from django.utils.translation import gettext as _

from zhongshu.remittance.layouts.files import Sheet, read, write
from zhongshu.remittance.layouts.spec import Failure, Holds, Layout, Values, layout_of
from zhongshu.remittance.layouts.trouble import FileRefused, Trouble, refused

SAMPLES: Final = ("fixed", "csv")


class Outcome(StrEnum):
    """What the bank says of a debit: unknown is neither collected nor refused yet."""

    PAID = "paid"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Debit:
    """One debit as it is asked for. `sequence` counts from 1 within the batch; `reference` is ours, once for ever."""

    sequence: int
    reference: str
    account_no: str
    holder: str
    amount: Decimal
    agreement: str = ""
    bank_code: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a result file says of one debit. `collected` is what the bank took, 0 unless paid; `line` is its place."""

    line: int
    sequence: int | None
    reference: str
    account_no: str
    amount: Decimal
    outcome: Outcome
    failure: Failure | None
    collected: Decimal
    code: str
    message: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """A result file. `batch` is empty and `day` None where the layout has no such field."""

    batch: str
    day: date | None
    answers: tuple[Answer, ...]


@cache
def sample(name: str) -> dict[str, Any]:
    """The rules of a layout that is shipped: one of SAMPLES."""
    rules: dict[str, Any] = json.loads((resources(__package__) / "samples" / f"{name}.json").read_text("utf-8"))
    return rules


def file_of(layout: Layout, *, batch: str, merchant: str, day: date, debits: Sequence[Debit]) -> bytes:
    """The file for the bank. Raises FileRefused where something does not fit, with line and field."""
    total = sum((debit.amount for debit in debits), Decimal(0))
    around = {Holds.BATCH: batch, Holds.MERCHANT: merchant, Holds.DAY: day}
    whole: Values = around | {Holds.COUNT: len(debits), Holds.TOTAL: total}
    details = [around | {Holds(name): getattr(debit, name) for name in Debit.__slots__} for debit in debits]
    return write(layout, layout.out, Sheet(whole, details, whole))


def returned_in(layout: Layout, content: bytes) -> Returned:
    """What the bank answers. Raises FileRefused: foreign, cut off, wrong sums, the same debit twice."""
    sheet = read(layout, layout.back, content)
    answers = tuple(_answer(layout, line, said) for line, said in zip(sheet.lines, sheet.details, strict=True))
    _refuse_repeated(answers)
    _check_outcomes(sheet, answers)
    first: Values = sheet.details[0] if sheet.details else {}
    whole = {**first, **sheet.trailer, **sheet.header}
    return Returned(whole.get(Holds.BATCH, ""), whole.get(Holds.DAY), answers)


def _answer(layout: Layout, line: int, said: Values) -> Answer:
    code = said[Holds.CODE]
    outcome = Outcome.PAID if code in layout.paid else Outcome.FAILED if code in layout.failed else Outcome.UNKNOWN
    asked = said[Holds.AMOUNT]
    collected = said.get(Holds.COLLECTED, asked) if outcome == Outcome.PAID else Decimal(0)
    if collected > asked or (outcome == Outcome.PAID and collected <= 0):
        words = _("扣款金额 %(collected)s 与应扣 %(asked)s 不符") % {"collected": collected, "asked": asked}
        raise refused(line, "", words)
    return Answer(
        line=line,
        sequence=said.get(Holds.SEQUENCE),
        reference=said.get(Holds.REFERENCE, ""),
        account_no=said.get(Holds.ACCOUNT_NO, ""),
        amount=asked,
        outcome=outcome,
        failure=layout.failed.get(code),
        collected=collected,
        code=code,
        message=said.get(Holds.MESSAGE, ""),
        day=said.get(Holds.DAY),
    )


def _refuse_repeated(answers: Sequence[Answer]) -> None:
    first: dict[object, int] = {}
    troubles = []
    for answer in answers:
        key = answer.reference or answer.sequence
        if key in first:
            words = _("%(key)s 与第 %(line)s 行重复") % {"key": key, "line": first[key]}
            troubles.append(Trouble(answer.line, "", words))
        first.setdefault(key, answer.line)
    if troubles:
        raise FileRefused(troubles)


def _check_outcomes(sheet: Sheet, answers: Sequence[Answer]) -> None:
    """Where the file says how many were collected and how many not."""
    paid = [answer.collected for answer in answers if answer.outcome == Outcome.PAID]
    failed = [answer.amount for answer in answers if answer.outcome == Outcome.FAILED]
    found = {
        Holds.PAID_COUNT: (_("成功笔数"), len(paid)),
        Holds.PAID_TOTAL: (_("成功金额"), sum(paid, Decimal(0))),
        Holds.FAILED_COUNT: (_("失败笔数"), len(failed)),
        Holds.FAILED_TOTAL: (_("失败金额"), sum(failed, Decimal(0))),
    }
    for number, around in ((1, sheet.header), (([*sheet.lines] or [0])[-1] + 1, sheet.trailer)):
        for holds, (what, count) in found.items():
            if holds in around and around[holds] != count:
                words = _("%(what)s写的是 %(said)s，明细却是 %(found)s：文件不完整、被改动过，或有未登记的代码")
                raise refused(number, "", words % {"what": what, "said": around[holds], "found": count})


def shipped(name: str) -> Layout:
    """A layout that is shipped, ready to use."""
    return layout_of(sample(name))
