"""Lines of old books compared with what is there, and with each other: what is new, known, twice, or against it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from zhongshu.billing.engine.history import Books, OldCharge, OldPayment
from zhongshu.billing.engine.issuing import wait_for_others
from zhongshu.billing.importing.lines import Line
from zhongshu.estate.models import Account
from zhongshu.estate.workbooks.sheets import Row
from zhongshu.kernel.sql import statement

_A_DAY: Final = timedelta(days=1)
_CHUNK: Final = 20_000
_MEND_CHARGED: Final = "以系统里的为准；原来的账单有错，请先冲销再导入"
_MEND_TWICE: Final = "确是两笔的，请改开始日期，或把房屋写成各自的车位编码"


def compared(books: Books, lines: list[Line], *, is_written: bool) -> list[Line]:
    """Those that can be taken. If they will be, nobody bills these items or moves these accounts' money until the
    transaction ends."""
    if is_written:
        _hold(lines)
    _compare_charges(books, lines)
    lines = _unrefused(lines)
    _compare_payments(books, lines)
    return _unrefused(lines)


def _hold(lines: Sequence[Line]) -> None:
    """Items first, as runs do; accounts in the order of their keys."""
    items = {charge.item for line in lines for charge in line.charges}
    for item in sorted(items, key=lambda item: item.pk):
        wait_for_others(item)
    accounts = {charge.account_id for line in lines for charge in line.charges}
    accounts |= {line.payment.account_id for line in lines if line.payment}
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=accounts).order_by("pk").values_list("pk"))


def _unrefused(lines: list[Line]) -> list[Line]:
    """Without every line of a row in which anything was refused."""
    refused = {(finding.sheet, finding.row) for line in lines[:1] for finding in line.row.report.errors}
    return [line for line in lines if (line.row.sheet, line.row.number) not in refused]


def _compare_charges(books: Books, lines: Sequence[Line]) -> None:
    """What is there gets its key; what is written twice is one; what cannot stand beside it is refused."""
    pairs = [(line, nth) for line in lines for nth in range(len(line.charges))]
    there = _there(books, [line.charges[nth] for line, nth in pairs])
    first: dict[tuple[Any, ...], tuple[OldCharge, Row]] = {}
    for at, (line, nth) in enumerate(pairs):
        charge = line.charges[nth]
        key = (charge.item.pk, charge.account_id, charge.place_id, charge.starts_on)
        same, row = first.setdefault(key, (charge, line.row))
        sentence = _conflict(charge, there.get(at, ()))
        if sentence is not None:
            line.row.wrong(_money_title(line.row), sentence, _MEND_CHARGED)
        elif same.amount != charge.amount:
            said = f"{row.spoken(line.row)}已有同一项目、同一开始日期的费用，金额是 {same.amount}"
            line.row.wrong(_money_title(line.row), said, _MEND_TWICE)
        elif same is not charge:
            _say_twice(line, charge, same, nth)


def _say_twice(line: Line, charge: OldCharge, same: OldCharge, nth: int) -> None:
    line.charges[nth] = same
    if line.payment is None:
        line.row.notice("房屋", f"与前面的行重复，只算一次；{_MEND_TWICE}")
    elif line.payment.charge is charge:
        line.payment.charge = same


def _money_title(row: Row) -> str:
    return "金额" if "金额" in row.cells else "应缴"


_There = tuple[int, Decimal, date, date, bool]


def _there(books: Books, charges: Sequence[OldCharge]) -> dict[int, list[_There]]:
    """By place in the list: key, amount, period and whether it stands, of charges of the same."""
    found: dict[int, list[_There]] = {}
    for begin in range(0, len(charges), _CHUNK):
        chunk = charges[begin : begin + _CHUNK]
        wanted: dict[str, Any] = {
            "site_id": books.site.pk,
            "items": [one.item.pk for one in chunk],
            "accounts": [one.account_id for one in chunk],
            "places": [one.place_id or 0 for one in chunk],
            "starts": [one.starts_on for one in chunk],
            "ends": [one.ends_on for one in chunk],
        }
        with connection.cursor() as cursor:
            cursor.execute(statement("billing", "known_charges"), wanted)
            for nth, *facts in cursor:
                found.setdefault(begin + nth - 1, []).append(tuple(facts))
    return found


def _conflict(charge: OldCharge, there: Iterable[_There]) -> str | None:
    """Why it cannot stand beside what is there; else it has its key, or its revision."""
    for pk, amount, starts_on, ends_on, stands in there:
        if not stands:
            charge.revision += starts_on == charge.starts_on
        elif starts_on != charge.starts_on:
            return f"这段时间里已经出过账：{starts_on} 至 {ends_on - _A_DAY}，金额 {amount}"
        elif amount != charge.amount:
            return f"{starts_on} 开始的这笔费用已经有了，金额是 {amount}"
        else:
            charge.pk = pk
    return None


@dataclass(frozen=True, slots=True)
class _Paid:
    """Money under a reference; `row`: of this file."""

    account_id: int
    amount: Decimal
    received_on: date
    item_id: int | None
    row: Row | None = None

    def is_same(self, other: "_Paid") -> bool:
        return replace(self, row=None) == replace(other, row=None)

    def is_same_receipt(self, other: "_Paid") -> bool:
        """Of one person on one day: several items stand on a receipt."""
        return (self.account_id, self.received_on) == (other.account_id, other.received_on)


_Payments = dict[tuple[str, str], _Paid]


def _compare_payments(books: Books, lines: Sequence[Line]) -> None:
    """A reference counts once for each way of paying; of a receipt for several items each counts once."""
    paid = [(line, line.payment) for line in lines if line.payment]
    there = _payments_there(books, [payment for _line, payment in paid])
    for line, payment in paid:
        item_id = payment.item.pk if payment.item else None
        said = _Paid(payment.account_id, payment.amount, payment.received_on, item_id, line.row)
        _place(line, payment, said, there)


def _place(line: Line, payment: OldPayment, said: _Paid, there: _Payments) -> None:
    """It is new, or there already, under its reference or that of its part of a receipt; else it is refused."""
    for reference in _references(payment):
        first = there.setdefault((payment.method.value, reference), said)
        if first is said:
            payment.reference = reference
            return
        if first.is_same(said):
            line.payment, line.is_paid = None, True
            if first.row is not None:
                line.row.notice("凭证号", "与前面的行是同一笔收款，只算一次；确是两笔的请填各自的凭证号")
            return
        if not first.is_same_receipt(said):
            break
    where = f"（{first.row.spoken(line.row)}）" if first.row else ""
    sentence = f"凭证号“{payment.reference}”已经记过另一笔收款{where}"
    line.row.wrong("凭证号", sentence, "请核对凭证号；确是另一笔的，在凭证号后加 -2")


def _references(payment: OldPayment) -> tuple[str, str]:
    item = payment.item.code if payment.item else ""
    return payment.reference, f"{payment.reference[:40]}/{item}/{payment.amount}"


def _payments_there(books: Books, payments: Sequence[OldPayment]) -> _Payments:
    there: _Payments = {}
    wanted = [(one.method.value, reference) for one in payments for reference in _references(one)]
    for begin in range(0, len(wanted), _CHUNK):
        methods, references = zip(*wanted[begin : begin + _CHUNK], strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN_PAYMENTS, [list(methods), list(references), books.site.pk])
            there |= {(method, reference): _Paid(*facts) for method, reference, *facts in cursor}
    return there


_KNOWN_PAYMENTS: Final = """
    SELECT payment.method, payment.reference, payment.account_id, payment.amount, payment.received_on, payment.item_id
    FROM unnest(%s::text[], %s::text[]) told(method, reference)
    JOIN billing_payment payment
        ON payment.site_id = %s AND payment.method = told.method AND payment.reference = told.reference
"""
