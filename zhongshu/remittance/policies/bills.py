"""The providers' daily bills: how their files are read, and how they compare with what we know.

Columns are found by their names, since providers add some: WeChat's 交易账单 (ALL) and Alipay's 业务明细.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.money import CENT
from zhongshu.remittance.kinds import LineNature, LineVerdict


class Unreadable(ValueError):
    """Not a bill as the provider writes it; the message says which line."""


_WECHAT_NEEDS = ("交易时间", "微信订单号", "商户订单号", "交易状态", "应结订单金额")  # matter
_ALIPAY_NEEDS = ("支付宝交易号", "商户订单号", "业务类型", "完成时间", "订单金额（元）")  # matter


def wechat_lines(content: bytes) -> list[dict[str, Any]]:
    """Fields of `BillLine` for each line: UTF-8, every value behind a backtick, a summary at the end."""
    rows = [[cell.strip().lstrip("`") for cell in row] for row in _rows(_decoded(content, "utf-8-sig"))]
    return [_wechat(row, nth) for nth, row in _table(rows, _WECHAT_NEEDS, ends="总交易单数")]  # matter


def alipay_lines(content: bytes) -> list[dict[str, Any]]:
    """The same: GBK, remarks behind `#` around the table, tabs after the numbers."""
    rows = [[cell.strip() for cell in row] for row in _rows(_decoded(content, "gb18030"))]
    return [_alipay(row, nth) for nth, row in _table(rows, _ALIPAY_NEEDS, ends="#")]


def _wechat(row: Mapping[str, str], nth: int) -> dict[str, Any]:
    is_refund = row["交易状态"] == "REFUND"  # matter
    sums = ("申请退款金额", "退款金额") if is_refund else ("订单金额", "应结订单金额")  # matter
    return {
        "nature": LineNature.REFUND if is_refund else LineNature.PAYMENT,
        "number": row["商户订单号"],  # matter
        "transaction_id": row["微信订单号"],  # matter
        "refund_number": row.get("商户退款单号", "") if is_refund else "",  # matter
        "amount": abs(_money(_first(row, *sums), nth)),
        "fee": _money(row.get("手续费", "0"), nth),  # matter
        "at": _instant(row["交易时间"], nth),  # matter
    }


def _alipay(row: Mapping[str, str], nth: int) -> dict[str, Any]:
    is_refund = "退款" in row["业务类型"]  # matter
    return {
        "nature": LineNature.REFUND if is_refund else LineNature.PAYMENT,
        "number": row["商户订单号"],  # matter
        "transaction_id": row["支付宝交易号"],  # matter
        "refund_number": row.get("退款批次号/请求号", "") if is_refund else "",  # matter
        "amount": abs(_money(row["订单金额（元）"], nth)),  # matter
        "fee": abs(_money(row.get("服务费（元）", "0"), nth)),  # matter
        "at": _instant(row["完成时间"], nth),  # matter
    }


def _first(row: Mapping[str, str], *names: str) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"not {encoding}: byte {error.start}") from error


def _rows(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(StringIO(text))
    except csv.Error as error:
        raise Unreadable(str(error)) from error


def _table(rows: Sequence[list[str]], needs: Iterable[str], *, ends: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines between the heading that has all the names needed and the line that begins with `ends`."""
    wanted = set(needs)
    start = next((nth for nth, row in enumerate(rows) if wanted <= set(row)), None)
    if start is None:
        raise Unreadable("no heading with " + "、".join(sorted(wanted)))
    for nth, row in enumerate(rows[start + 1 :], start=start + 2):
        if row and row[0].startswith(ends):
            return
        if any(row):
            if len(row) < len(wanted):
                raise Unreadable(f"line {nth}: {len(row)} columns")
            yield nth, dict(zip(rows[start], row, strict=False))


def _money(text: str, nth: int) -> Decimal:
    try:
        return Decimal(text or "0").quantize(CENT)
    except InvalidOperation as error:
        raise Unreadable(f"line {nth}: {text!r} is no amount") from error


def _instant(text: str, nth: int) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SITE_ZONE)
    except ValueError as error:
        raise Unreadable(f"line {nth}: {text!r} is no instant") from error


@dataclass(frozen=True, slots=True)
class Known:
    """A payment or refund as we have it; `key` is the number of ours that the provider repeats."""

    nature: LineNature
    key: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the reconciliation: `there` is the index in the bill, `here` the one in what we know."""

    verdict: LineVerdict
    there: int | None
    here: int | None


def compare(there: Sequence[Known], here: Sequence[Known]) -> list[Compared]:
    """Every line of either side exactly once. A key that comes again on one side finds no second partner."""
    waiting: dict[tuple[LineNature, str], list[int]] = {}
    for nth, known in enumerate(here):
        waiting.setdefault((known.nature, known.key), []).append(nth)
    found: list[Compared] = []
    for nth, line in enumerate(there):
        partners = waiting.get((line.nature, line.key), [])
        if not partners:
            found.append(Compared(LineVerdict.MISSING_HERE, nth, None))
            continue
        partner = partners.pop(0)
        same = here[partner].amount == line.amount
        found.append(Compared(LineVerdict.MATCHED if same else LineVerdict.AMOUNT_DIFFERS, nth, partner))
    left = sorted(nth for partners in waiting.values() for nth in partners)
    return found + [Compared(LineVerdict.MISSING_THERE, None, nth) for nth in left]
