"""Rows of old books into lines: which home, which item, which days, how much. What a row cannot say is refused."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

from zhongshu.billing.engine.history import OldCharge, OldPayment
from zhongshu.billing.engine.statements import METHODS
from zhongshu.billing.importing.known import Known
from zhongshu.billing.importing.sheets import CHARGES_SHEET, DETAILS_SHEET, PAYMENTS_SHEET
from zhongshu.billing.importing.words import MEND_METHOD, method_of
from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS, Method, PaymentMethod, Timing
from zhongshu.billing.models import ChargeItem
from zhongshu.billing.policies.cycles import Months, cycle_around, due_on, months_later
from zhongshu.estate.importing.homes import MEND_HOME, Home
from zhongshu.estate.workbooks.cells import BadCell, plain_text_of
from zhongshu.estate.workbooks.reading import Table, is_filled, rows_of
from zhongshu.estate.workbooks.sheets import Report, Row
from zhongshu.estate.workbooks.spans import Span
from zhongshu.kernel.money import ZERO, split

T = TypeVar("T")
_A_DAY: Final = timedelta(days=1)
_SHOWN: Final = 40
"""Rows from which examples of how cells were read are taken."""
_MEND_ITEM: Final = "请改成现有的编码或名称，或先建立这个收费项目"
_MEND_YUAN: Final = "请填大于 0 的数，如 1234.50"
_MEND_DAY: Final = "请写成 2024-03-05；整月写 2024-03"


@dataclass(slots=True)
class Line:
    """What a row comes to: charges (several where it reaches into months to be billed), and a payment.

    `is_paid`: its payment is there already.
    """

    row: Row
    charges: list[OldCharge] = field(default_factory=list)
    payment: OldPayment | None = None
    is_paid: bool = False


def lines_of(known: Known, tables: dict[str, Table], report: Report) -> list[Line]:
    readers = ((CHARGES_SHEET, _charge_line), (PAYMENTS_SHEET, _payment_line), (DETAILS_SHEET, _detail_line))
    lines: list[Line] = []
    for spec, read in readers:
        if spec.title in tables:
            for row in rows_of(tables[spec.title], spec, report, today=known.today):
                lines += _of_row(known, row, read)
    return lines


def _of_row(known: Known, row: Row, read: Callable[[Known, Row], Line]) -> list[Line]:
    """The lines of a row; none, if anything in it is refused."""
    before = len(row.report.errors)
    lines = [read(known, part) for part in _parts(known, row)]
    return lines if len(row.report.errors) == before else []


_JOINED: Final = ("收费项目", "指定收费项目", "金额", "应缴", "实缴", "开始", "结束", "应缴日期", "缴费时间")
_MONEY: Final = ("金额", "应缴", "实缴")


def _parts(known: Known, row: Row) -> list[Row]:
    """Several fees joined by # in one row (物业费#水费, 100#50) become as many rows; so do several homes."""
    joined = {title: _split(row.cells.get(title)) for title in _JOINED if "#" in str(row.cells.get(title, ""))}
    homes = _homes(known, row.cells.get("房屋"))
    count = max([len(homes), *map(len, joined.values())])
    if count == 1:
        return [row]
    if len(homes) == count:
        joined["房屋"] = homes
    joined = {title: parts for title, parts in joined.items() if len(parts) > 1}
    for title in (*joined, *(title for title in _MONEY if is_filled(row.cells.get(title)))):
        if len(joined.get(title, ())) != count:
            row.wrong(title, f"这一行用 # 合了 {count} 项，这一格不是 {count} 项", "请用 # 分成同样多项，或拆成几行")
            return []
    return [
        replace(row, cells={**row.cells, **{title: joined[title][nth] for title in joined}}) for nth in range(count)
    ]


def _split(cell: Any) -> list[str]:
    return [part.strip() for part in str(cell).replace("＃", "#").split("#") if part.strip()]


def _homes(known: Known, cell: Any) -> list[str]:
    """`1-1-1001#1-1-1002`, `1-1-1001#1002`; a # that belongs to one address (1#1-1001) parts nothing."""
    parts = _split(cell)
    if len(parts) < 2 or _is_home(known, cell):
        return [plain_text_of(cell)]
    stem = parts[0].rpartition("-")[0]
    whole = [parts[0], *(part if "-" in part or not stem else f"{stem}-{part}" for part in parts[1:])]
    return whole if all(_is_home(known, part) for part in whole) else [plain_text_of(cell)]


def _is_home(known: Known, cell: Any) -> bool:
    try:
        known.home(cell)
    except BadCell:
        return False
    return True


def _got(row: Row, title: str, read: Callable[[Any], T | None], mend: str = "", *, is_needed: bool = True) -> T | None:
    """What the cell says; what it cannot say, or does not, is refused."""
    cell = row.cells.get(title)
    try:
        found = read(cell) if is_filled(cell) else None
    except BadCell as bad:
        row.wrong(title, str(bad), mend)
        return None
    if found is None and is_needed:
        row.wrong(title, f"缺少{title}", mend)
    if found is not None and row.number <= _SHOWN:
        row.show(title, cell, _as_read(found))
    return found


def _as_read(found: object) -> object:
    """How an example shows what a cell was read as."""
    if isinstance(found, Home):
        return found.code
    if isinstance(found, ChargeItem):
        return found.name
    if isinstance(found, PaymentMethod):
        return str(PAYMENT_METHOD_LABELS[found])
    if isinstance(found, Span):
        return str(found.first) if found.first == found.last else f"{found.first} 至 {found.last}"
    return found


def _charge_line(known: Known, row: Row) -> Line:
    home, item = _home_and_item(known, row)
    span, amount = _period(known, row, item), _amount(known, row, "金额")
    due = _got(row, "应缴日期", known.span, _MEND_DAY, is_needed=False)
    line = Line(row)
    if home and item and span and amount:
        line.charges = _charges(known, row, _Fee(home, item, span, amount, due.last if due else None))
    return line


def _payment_line(known: Known, row: Row) -> Line:
    home = _got(row, "房屋", known.home, MEND_HOME)
    amount, day = _amount(known, row, "金额"), _received_on(known, row, "收款日期")
    method = _method(row)
    item = _got(row, "指定收费项目", known.item, _MEND_ITEM, is_needed=False)
    if not (home and amount and day and method):
        return Line(row)
    account_id = _account(known, row, home, day)
    told = row.code("凭证号")
    reference = told[:80] or _derived(home.code, amount, method, day, item.code if item else "")
    if account_id is None:
        return Line(row)
    return Line(row, payment=OldPayment(account_id, amount, method, reference, day, item))


def _detail_line(known: Known, row: Row) -> Line:
    """HC's line: a charge, and the money that came for it."""
    home, item = _home_and_item(known, row)
    span = _period(known, row, item)
    due, paid = (_amount(known, row, title, may_be_nothing=True) for title in ("应缴", "实缴"))
    day = _received_on(known, row, "缴费时间", is_needed=bool(paid))
    line = Line(row)
    if due == paid == ZERO:
        row.wrong("应缴", "应缴和实缴都没有金额", "没有金额的行不用导入，可以删去")
    elif home and item and span and due is not None and paid is not None:
        line.charges = _charges(known, row, _Fee(home, item, span, due or paid))
        line.payment = _payment_for(line, home, item, paid, day) if line.charges and paid and day else None
    return line


def _payment_for(line: Line, home: Home, item: ChargeItem, paid: Decimal, day: date) -> OldPayment:
    charge, row = line.charges[0], line.row
    note = " ".join(filter(None, [row.plain("收银员"), row.plain("备注")]))[:300]
    reference = _derived(home.code, paid, item.code, charge.starts_on, line.charges[-1].ends_on, day)
    whole = len(line.charges) == 1
    return OldPayment(
        charge.account_id, paid, PaymentMethod.OTHER, reference, day,
        item=None if whole else item, charge=charge if whole else None, note=note,
    )  # fmt: skip


def _derived(*facts: Any) -> str:
    """A reference that is the same whenever the same line comes."""
    return "DR-" + hashlib.sha256("|".join(map(str, facts)).encode()).hexdigest()[:20]


def _home_and_item(known: Known, row: Row) -> tuple[Home | None, ChargeItem | None]:
    return _got(row, "房屋", known.home, MEND_HOME), _got(row, "收费项目", known.item, _MEND_ITEM)


def _amount(known: Known, row: Row, title: str, *, may_be_nothing: bool = False) -> Decimal | None:
    """More than nothing; or nothing, where that says something. Less than nothing is refused."""
    amount = _got(row, title, known.yuan, _MEND_YUAN, is_needed=not may_be_nothing)
    if amount is None:
        has_failed = may_be_nothing and is_filled(row.cells.get(title)) and _is_bad(known, row.cells[title])
        return ZERO if may_be_nothing and not has_failed else None
    if amount < 0:
        row.wrong(title, f"金额是负数：{amount}", "退款和冲减请在系统里办理，不从历史账导入")
    elif amount == 0 and not may_be_nothing:
        row.wrong(title, "金额是 0", "没有金额的行不用导入，可以删去")
    return amount if amount > 0 or (may_be_nothing and amount == 0) else None


def _is_bad(known: Known, cell: Any) -> bool:
    try:
        known.yuan(cell)
    except BadCell:
        return True
    return False


def _period(known: Known, row: Row, item: ChargeItem | None) -> Span | None:
    """From the first day to the last, both of them in it. A day alone is enough for what is charged once."""
    start = _got(row, "开始", known.span, _MEND_DAY)
    end = _got(row, "结束", known.span, _MEND_DAY, is_needed=False)
    if start is None or (end is None and is_filled(row.cells.get("结束"))):
        return None
    if end is None and start.first == start.last and item and item.method not in (Method.ONE_OFF, Method.DEPOSIT):
        row.wrong("结束", "缺少结束", "请填结束日期（含当天），或把开始写成整月，如 2024-03")
        return None
    last = end.last if end else start.last
    if last < start.first:
        row.wrong("结束", f"结束 {last} 在开始 {start.first} 之前", "请核对开始和结束")
        return None
    if end and last.day == start.first.day == 1 and last > start.first:
        row.notice("结束", "结束含当天，这里读作到下个月的1日；若是到上个月底，请改成月底的日期")
    return Span(start.first, last)


def _received_on(known: Known, row: Row, title: str, *, is_needed: bool = True) -> date | None:
    span = _got(row, title, known.span, _MEND_DAY, is_needed=is_needed)
    if span is None:
        return None
    if span.first != span.last:
        row.wrong(title, f"“{row.plain(title)[:20]}”没有写到哪一天", f"请写成 {span.first}")
    elif span.first > known.today:
        row.wrong(title, f"{title} {span.first} 在今天之后", "还没有收到的钱不能导入，请核对年份")
    else:
        return span.first
    return None


def _method(row: Row) -> PaymentMethod | None:
    if not is_filled(row.cells.get("方式")):
        row.notice("方式", "没有填收款方式，记作“其他”")
        return PaymentMethod.OTHER
    return _got(row, "方式", lambda cell: method_of(plain_text_of(cell)), MEND_METHOD)


def _account(known: Known, row: Row, home: Home, day: date) -> int | None:
    account_id = known.homes.account_on(home, day)
    if account_id is None:
        row.wrong("房屋", f"{home.code} 还没有户主，不知道是谁的账", "请先导入或登记这套房的业主")
    return account_id


@dataclass(frozen=True, slots=True)
class _Fee:
    """A fee as a row tells it; `due` where it says so."""

    home: Home
    item: ChargeItem
    span: Span
    amount: Decimal
    due: date | None = None


def _charges(known: Known, row: Row, fee: _Fee) -> list[OldCharge]:
    account_id = _account(known, row, fee.home, fee.span.first)
    if account_id is None:
        return []
    item, due = fee.item, fee.due or _due_by_rule(fee.item, fee.span)
    pieces = _pieces(item, fee.span, fee.amount, known.today)
    if len(pieces) > 1:
        row.notice("结束", "跨到以后要出账的账期：按账期分成几笔记，出账时不会重复")
    return [
        OldCharge(
            item, known.tariff(item, piece.first), account_id, fee.home.place_id, piece.first, piece.until, due,
            _issued_on(item, piece, due, known.today), share,
        )
        for piece, share in pieces
    ]  # fmt: skip


def _due_by_rule(item: ChargeItem, span: Span) -> date:
    months = Months(span.first.replace(day=1), months_later(span.last.replace(day=1), 1))
    return due_on(item.timing, months, due_months=item.due_months, due_day=item.due_day)


def _issued_on(item: ChargeItem, span: Span, due: date, today: date) -> date:
    """When the old books will have billed it: at its start, or its end, and by the day it was due."""
    return min(span.first if item.timing == Timing.ADVANCE else span.last, due, today)


def _pieces(item: ChargeItem, span: Span, amount: Decimal, today: date) -> list[tuple[Span, Decimal]]:
    """One; but a stretch that reaches into cycles a run may still bill is cut at them, each with its months' share."""
    spans = list(_cut(item, span, today))
    if len(spans) == 1:
        return [(span, amount)]
    shares = split(amount, {nth: _months_in(piece) for nth, piece in enumerate(spans)})
    return [(piece, shares[nth]) for nth, piece in enumerate(spans) if shares[nth] > 0]


def _cut(item: ChargeItem, span: Span, today: date) -> Iterator[Span]:
    since = span.first
    cycle = cycle_around(item.cycle, today)
    while item.method in METHODS and cycle.starts_on < span.until:
        if cycle.starts_on > since:
            yield Span(since, cycle.starts_on - _A_DAY)
            since = cycle.starts_on
        cycle = cycle_around(item.cycle, cycle.ends_on)
    yield Span(since, span.last)


def _months_in(span: Span) -> Decimal:
    """Whole months and parts of them by their days."""
    total, day = Decimal(0), span.first
    while day < span.until:
        first, following = day.replace(day=1), months_later(day.replace(day=1), 1)
        until = min(following, span.until)
        total += Decimal((until - day).days) / (following - first).days
        day = until
    return total
