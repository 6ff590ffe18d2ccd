"""Bank statements as banks send them: tables whose columns are told by their names, and SWIFT MT940."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import mt940
from django.utils.translation import gettext as _
from mt940.options import Options

from zhongshu.estate.workbooks.cells import BadCell, day_of_cell, part_of_code, plain_text_of, text_of
from zhongshu.estate.workbooks.reading import UnreadableWorkbook, read_tables
from zhongshu.remittance.layouts.trouble import FileRefused, Trouble, refused

CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Booking:
    """One line of a statement. `amount` is positive for money that came in; `reference` the bank's own, or empty.

    `digest` says what the line is, however the file around it looks, and `nth` counts truly equal ones from 1.
    """

    line: int
    booked_on: date
    amount: Decimal
    reference: str = ""
    payer_name: str = ""
    payer_account: str = ""
    remark: str = ""
    balance: Decimal | None = None
    digest: str = ""
    nth: int = 1


@dataclass(frozen=True, slots=True)
class StatementFile:
    """`account_no` is the bank account it speaks of, where it says so; `skipped` are lines that are no bookings."""

    bookings: tuple[Booking, ...]
    account_no: str = ""
    skipped: int = 0


def read_statement(content: bytes, *, today: date) -> StatementFile:
    """A statement in whichever form it was sent. Raises FileRefused with every fault and its line."""
    read = _read_mt940(content) if _is_mt940(content) else _read_table(content, today)
    if not read.bookings:
        raise refused(0, "", _("文件里没有一笔收支"))
    return replace(read, bookings=tuple(_counted(read.bookings)))


def _counted(bookings: Sequence[Booking]) -> Iterator[Booking]:
    """With a reference that, the day and the amount tell a line; else all that it says does."""
    seen: Counter[str] = Counter()
    for one in bookings:
        said = (one.reference,) if one.reference else (one.payer_account, one.payer_name, one.remark, one.balance)
        digest = hashlib.sha256(repr((one.booked_on.isoformat(), f"{one.amount:.2f}", *map(str, said))).encode())
        key = digest.hexdigest()
        seen[key] += 1
        yield replace(one, digest=key, nth=seen[key])


# --- tables -----------------------------------------------------------------------------------------------------------

_TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "day": ("交易日期", "记账日期", "入账日期", "交易时间", "日期", "入账时间", "记账日", "交易日", "起息日期"),
    "income": ("贷方发生额", "贷方金额", "收入", "收入金额", "转入金额", "贷方", "贷方发生额收入", "收方金额", "存入"),
    "outgo": ("借方发生额", "借方金额", "支出", "支出金额", "转出金额", "借方", "借方发生额支取", "付方金额", "支取"),
    "amount": ("交易金额", "发生额", "金额", "交易额"),
    "side": ("借贷标志", "借贷方向", "收支标志", "借贷", "收支", "收支方向", "交易方向", "借贷标识", "收付标志"),
    "payer_name": ("对方户名", "对方名称", "对方账户名称", "对方单位名称", "对方账户名", "交易对方", "对方单位",
                   "付款人名称", "对手户名", "交易对手名称", "收付款人名称", "对方账号名称"),
    "payer_account": ("对方账号", "对方账户", "对方卡号", "付款人账号", "对手账号", "交易对手账号", "对方帐号"),
    "summary": ("摘要", "交易摘要", "用途", "交易用途", "交易类型", "业务摘要"),
    "remark": ("附言", "备注", "交易附言", "客户附言", "个性化信息", "留言", "转账附言"),
    "reference": ("交易流水号", "流水号", "交易流水", "核心流水号", "银行流水号", "业务流水号",
                  "账户明细编号交易流水号", "凭证号", "交易编号", "流水编号"),
    "balance": ("余额", "账户余额", "本次余额", "交易后余额", "联机余额"),
}  # fmt: skip
_ACCOUNT: Final = re.compile(r"(?:^|\W)(?:本方|我方|查询)?(?:账号|帐号|卡号|账户)\s*[:：]?\s*(\d[\d\- ]{7,40}\d)")
_TOTALS: Final = re.compile(r"合计|总计|小计|总笔数|总额|承前页|过次页|结转|打印时间|以下空白|本页|期初余额|期末余额")
_IN: Final = frozenset({"贷", "贷方", "C", "CR", "收", "收入", "转入", "来账", "+"})
_OUT: Final = frozenset({"借", "借方", "D", "DR", "支", "支出", "付", "付出", "转出", "往账", "-"})
_AMOUNT: Final = re.compile(r"([+-]?)(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d{1,2}0*)?")
_NO_AMOUNT: Final = frozenset({"", "-", "--", "—"})
_DEEPEST: Final = 30
_ROUNDED_FROM: Final = 10**15


def _read_table(content: bytes, today: date) -> StatementFile:
    try:
        tables = read_tables(content)
    except UnreadableWorkbook as error:
        raise refused(0, "", error.message) from error
    table = next((table for table in tables if not table.is_blank), tables[0])
    at, columns = _header(table.grid)
    reading = _Table(columns, today)
    for number, cells in enumerate(table.grid[at + 1 :], at + 2):
        reading.take(number, cells)
    if reading.troubles:
        raise FileRefused(reading.troubles)
    return StatementFile(tuple(reading.bookings), _account_above(table.grid[:at]), reading.skipped)


def _header(grid: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    """The row of titles and where each of ours stands in it; the first that has a day and an amount."""
    for at, cells in enumerate(grid[:_DEEPEST]):
        columns = _columns(cells)
        if "day" in columns and columns.keys() & {"income", "outgo", "amount"}:
            return at, columns
    words = _("没有找到列名：至少要有“交易日期”，以及“贷方发生额”“收入”或“交易金额”中的一列")
    raise refused(0, "", words)


def _columns(cells: Sequence[Any]) -> dict[str, int]:
    """The better title wins where several say the same: 交易日期 before 记账日期."""
    titles = [_bare(cell) for cell in cells]
    found = {}
    for name, known in _TITLES.items():
        at = next((titles.index(title) for title in known if title in titles), None)
        if at is not None:
            found[name] = at
    return found


def _bare(cell: Any) -> str:
    """收入金额(元) → 收入金额; 借方发生额/支取 → 借方发生额支取."""
    return re.sub(r"[(（【\[](元|人民币|RMB|CNY|单位.?元)[)）】\]]|[\s/_\-:：()（）]", "", plain_text_of(cell))


def _account_above(grid: Sequence[Sequence[Any]]) -> str:
    for cells in grid:
        said = _ACCOUNT.search(" ".join(map(plain_text_of, cells)))
        if said:
            return re.sub(r"\D", "", said[1])
    return ""


class _Table:
    """A table being read; faults are collected."""

    def __init__(self, columns: Mapping[str, int], today: date) -> None:
        self.columns, self.today = columns, today
        self.bookings: list[Booking] = []
        self.troubles: list[Trouble] = []
        self.skipped = 0

    def take(self, number: int, cells: Sequence[Any]) -> None:
        said = {name: cells[at] for name, at in self.columns.items() if at < len(cells)}
        if not any(text_of(cell) for cell in cells):
            return
        if self._is_aside(said, cells):
            self.skipped += 1
            return
        try:
            self._book(number, said)
        except BadCell as error:
            self.troubles.append(Trouble(number, "", str(error)))

    def _is_aside(self, said: Mapping[str, Any], cells: Sequence[Any]) -> bool:
        """A line of totals, or the titles again on the next page: no day stands where one should."""
        if re.search(r"\d", plain_text_of(said.get("day"))):
            return False
        whole = " ".join(map(plain_text_of, cells))
        return bool(_TOTALS.search(whole)) or _columns(cells) == dict(self.columns)

    def _book(self, number: int, said: Mapping[str, Any]) -> None:
        day = day_of_cell(_day_part(said.get("day")), today=self.today)
        if day is None:
            raise BadCell(_("没有交易日期"))
        amount = _signed(said)
        if amount == 0:
            self.skipped += 1
            return
        remarks = dict.fromkeys(text for name in ("summary", "remark") if (text := text_of(said.get(name))))
        self.bookings.append(
            Booking(
                line=number,
                booked_on=day,
                amount=amount,
                reference=_number(said.get("reference"))[:80],
                payer_name=text_of(said.get("payer_name"))[:100],
                payer_account=_account_number(said.get("payer_account")),
                remark=" ".join(remarks)[:400],
                balance=_amount(said.get("balance")),
            )
        )


def _day_part(cell: Any) -> Any:
    """The day of `2026-03-01 10:11:12` or `20260301101112`."""
    if isinstance(cell, date):
        return cell
    text = plain_text_of(cell)
    compact = re.match(r"(\d{8})\s*\d{0,2}:?\d{0,2}:?\d{0,2}$", text)
    return compact[1] if compact and len(text) != 10 else text.split(" ")[0].split("T")[0]


def _signed(said: Mapping[str, Any]) -> Decimal:
    """Positive for what came in; 0 where nothing moved. Raises BadCell."""
    income, outgo = _amount(said.get("income")) or Decimal(0), _amount(said.get("outgo")) or Decimal(0)
    if income and outgo:
        raise BadCell(_("收入和支出两列都有金额"))
    if income or outgo:
        return income - outgo
    amount = _amount(said.get("amount"))
    if amount is None or "side" not in said:
        return amount or Decimal(0)
    side = plain_text_of(said["side"]).upper()
    if side not in _IN | _OUT:
        raise BadCell(_("看不懂借贷标志“%(said)s”") % {"said": side[:10]})
    return abs(amount) if side in _IN else -abs(amount)


def _amount(cell: Any) -> Decimal | None:
    """1,234.56, ¥1234.5, +12, -3.00; None where nothing stands. Raises BadCell."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Decimal(str(cell)).quantize(CENT)
    text = re.sub(r"^([+-]?)[¥￥]|元$|^(?:CNY|RMB)", r"\1", plain_text_of(cell)).replace(" ", "")
    if text in _NO_AMOUNT:
        return None
    if not _AMOUNT.fullmatch(text) or len(text) > 20:
        raise BadCell(_("“%(said)s”不是金额") % {"said": text[:20]})
    return Decimal(text.replace(",", "")).quantize(CENT)


def _number(cell: Any) -> str:
    """A number that is a name; one that a spreadsheet rounded (6.22202E+18, or more digits than it keeps) is none."""
    if isinstance(cell, int | float) and abs(cell) >= _ROUNDED_FROM:
        return ""
    try:
        return part_of_code(cell).strip("'`\t ")
    except BadCell:
        return ""


def _account_number(cell: Any) -> str:
    """Digits, letters and the stars of a masked number; nothing else."""
    return re.sub(r"[^0-9A-Za-z*]", "", _number(cell))[:40]


# --- MT940 ------------------------------------------------------------------------------------------------------------

_STATEMENT: Final = re.compile(rb"(?m)^:20:")
_LINE: Final = re.compile(r"(?m)^:61:")
_OPTIONS: Final = Options(applicant_iban=True)


def _is_mt940(content: bytes) -> bool:
    return (bool(_STATEMENT.search(content[:2000])) and b":61:" in content) or b":60F:" in content[:4000]


def _read_mt940(content: bytes) -> StatementFile:
    text = _decoded(content)
    lines = [text.count("\n", 0, found.start()) + 1 for found in _LINE.finditer(text)]
    try:
        statements = mt940.parse_statements(text, options=_OPTIONS)
    except Exception as error:  # the library raises whatever its tags stumble over
        raise refused(0, "", _("不是完整的 MT940 对账单（%(why)s）") % {"why": str(error)[:80]}) from error
    moved = [one for statement in statements for one in statement]
    if len(moved) != len(lines):
        words = _("有 %(lines)s 行 :61:，只读懂 %(read)s 行")
        raise refused(0, ":61:", words % {"lines": len(lines), "read": len(moved)})
    for statement in statements:
        _check_balance(statement)
    bookings = tuple(_booking(line, one.data) for line, one in zip(lines, moved, strict=True))
    account = str(statements[0].data.get("account_identification") or "") if statements else ""
    return StatementFile(bookings, re.sub(r"\D", "", account.rpartition("/")[2]))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise refused(0, "", _("看不懂文件的编码，应为 UTF-8 或 GBK"))


def _check_balance(statement: Any) -> None:
    """What was there, and what moved, make what is there: else something is missing."""
    opening, closing = (statement.data.get(f"final_{name}_balance") for name in ("opening", "closing"))
    opening = opening or statement.data.get("intermediate_opening_balance")
    closing = closing or statement.data.get("intermediate_closing_balance")
    if opening is None or closing is None:
        raise refused(0, ":62F:", _("缺少期初或期末余额，文件可能没有传完"))
    moved = sum((one.data["amount"].amount for one in statement), Decimal(0))
    if opening.amount.amount + moved != closing.amount.amount:
        words = _("期初 %(opening)s 加本期 %(moved)s 不等于期末 %(closing)s，文件不完整")
        said = {"opening": opening.amount.amount, "moved": moved, "closing": closing.amount.amount}
        raise refused(0, ":62F:", words % said)


def _booking(line: int, said: Mapping[str, Any]) -> Booking:
    booked = said.get("entry_date") or said["date"]
    remarks = (said.get(name) for name in ("purpose", "additional_purpose", "transaction_details", "extra_details"))
    own = said.get("bank_reference") or ""
    return Booking(
        line=line,
        booked_on=date(booked.year, booked.month, booked.day),
        amount=Decimal(said["amount"].amount).quantize(CENT),
        reference=("" if own == "NONREF" else str(own))[:80],
        payer_name=text_of(said.get("applicant_name"))[:100],
        payer_account=_account_number(said.get("applicant_iban")),
        remark=" ".join(dict.fromkeys(text for one in remarks if (text := text_of(one))))[:400],
    )
