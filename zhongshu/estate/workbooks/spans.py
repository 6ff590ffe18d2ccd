"""Cells that speak of time and of money, as people write them in old books. Pure; raises BadCell.

A cell may name a day, a month, a quarter or a year, or a stretch from one to another; the last day named belongs to it.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from zhongshu.estate.workbooks.cells import (
    EARLIEST,
    LATEST_AHEAD,
    BadCell,
    day_of_cell,
    part_of_code,
    plain_text_of,
)

_A_DAY: Final = timedelta(days=1)
_TIME: Final = re.compile(
    r"(?<=\d|[日号])[ T]*(?:上午|下午|AM|PM)?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?", re.IGNORECASE
)
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_MONTH: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})月?份?|(\d{4})(0[1-9]|1[0-2])")
_QUARTER: Final = re.compile(r"(\d{4})[-/.年]?(?:第?([1-4一二三四])季度?|Q([1-4]))", re.IGNORECASE)
_YEAR: Final = re.compile(r"(\d{4})年(?:度|全年)?")
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?|\d{8}")
_YEARLESS: Final = re.compile(r"(\d{1,2})(?:月(?:(\d{1,2})[日号]?|份)?|[-/.](\d{1,2}))?")
_UNTIL: Final = re.compile(r"[至到~—–―]+|-{2,}")
_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4}
_MOST: Final = Decimal(10) ** 9
_CENT: Final = Decimal("0.01")
_NOISE: Final = Decimal("0.000001")
_BEFORE_MONEY: Final = re.compile(r"^(?:人民币|RMB|CNY|¥|元)+", re.IGNORECASE)
_AFTER_MONEY: Final = re.compile(r"(?:元整|圆整|元|圆|块|RMB|CNY)$", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_NOTHING: Final = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "空"})


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last day named, both of them in it."""

    first: date
    last: date

    @property
    def until(self) -> date:
        """The day after, as half-open periods end."""
        return self.last + _A_DAY


def span_of_cell(cell: Any, *, today: date) -> Span | None:
    """What stretch of time a cell names: 2024-01-05, 2024年1月, 202401, 2024年1季度, 2024年1月至3月, 45356 …

    None for an empty cell.
    """
    if isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        return _sensible(Span(day, day), today)
    if isinstance(cell, float) and not cell.is_integer() and 1900 < cell < 2200:
        raise BadCell(f"“{cell}”被表格软件当成了数字，看不出是几月，请把单元格改为文本后写成 2024-10")
    text = _TIME.sub("", plain_text_of(cell).strip(" '’`")).replace(" ", "")
    if text in _NOTHING:
        return None
    return _sensible(_named(text, today) or _stretch(text, today) or _not_a_span(text), today)


def _named(text: str, today: date) -> Span | None:
    """A day, a month, a quarter or a year alone."""
    if found := _DAY.fullmatch(text):
        day = _day(int(found[1]), int(found[2]), int(found[3]))
        return Span(day, day) if day else None
    if found := _MONTH.fullmatch(text):
        return _months(int(found[1] or found[3]), int(found[2] or found[4]), 1)
    if found := _QUARTER.fullmatch(text):
        nth = int(found[3] or _QUARTERS.get(found[2], found[2]))
        return _months(int(found[1]), nth * 3 - 2, 3)
    if found := _YEAR.fullmatch(text):
        return _months(int(found[1]), 1, 12)
    if _SERIAL.fullmatch(text):
        day = day_of_cell(text, today=today)
        return Span(day, day) if day else None
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months(year: int, month: int, count: int) -> Span | None:
    last = month + count - 1
    if not 1 <= month <= last <= 12 or not 1 <= year <= 9999:
        return None
    return Span(date(year, month, 1), date(year, last, monthrange(year, last)[1]))


def _stretch(text: str, today: date) -> Span | None:
    """From … to …; what stands behind may leave out the year."""
    for before, behind in _halves(text):
        first = _named(before, today)
        last = first and (_named(behind, today) or _in_year(behind, first.last))
        if first and last and last.last >= first.first:
            return Span(first.first, last.last)
    return None


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """Where it may be cut in two: at a word for until, else at any hyphen."""
    cuts = list(_UNTIL.finditer(text)) or list(re.finditer("-", text))
    return ((text[: cut.start()], text[cut.end() :]) for cut in cuts)


def _in_year(text: str, like: date) -> Span | None:
    """`3月`, `3月31日`, `3.31`, `3` or, after a whole day, `31`: of the year (and month) of what stands before."""
    found = _YEARLESS.fullmatch(text.removesuffix("日").removesuffix("号") if "月" not in text else text)
    if not found:
        return None
    day = found[2] or found[3]
    if day:
        exact = _day(like.year, int(found[1]), int(day))
        return Span(exact, exact) if exact else None
    return _months(like.year, int(found[1]), 1)


def _not_a_span(text: str) -> Span:
    raise BadCell(f"“{text[:20]}”不是日期")


def _sensible(span: Span, today: date) -> Span:
    for day in (span.first, span.last):
        if not EARLIEST <= day <= today + LATEST_AHEAD:
            raise BadCell(f"日期 {day} 不合理，应在 {EARLIEST} 到 {today + LATEST_AHEAD} 之间")
    return span


def exact_day(cell: Any, *, today: date) -> date | None:
    """A day that is named as one; a month is refused. None for an empty cell."""
    span = span_of_cell(cell, today=today)
    if span is None:
        return None
    if span.first != span.last:
        raise BadCell(f"“{plain_text_of(cell)[:20]}”没有写到哪一天")
    return span.first


def yuan_of(cell: Any) -> Decimal | None:
    """An amount: 1,234.50, ¥100, 100元, １００, (100) for less than nothing; to the cent, half up. None: empty."""
    if isinstance(cell, bool | date | timedelta):
        part_of_code(cell)
    text = _without_words(plain_text_of(cell))
    if text in _NOTHING:
        return None
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    if not _NUMBER.fullmatch(text) and not _THOUSANDS.fullmatch(text):
        part_of_code(cell)  # says so where a formula failed
        raise BadCell(f"“{plain_text_of(cell)[:20]}”不是金额")
    return _to_the_cent(text.replace(",", ""))


def _without_words(text: str) -> str:
    bare = unicodedata.normalize("NFKC", text).replace(" ", "").strip("'’`\"").replace("−", "-").replace("－", "-")
    sign, bare = (bare[0], bare[1:]) if bare[:1] in ("-", "+") and len(bare) > 1 else ("", bare)
    bare = _AFTER_MONEY.sub("", _BEFORE_MONEY.sub("", bare.removesuffix("整")))
    return bare if bare in _NOTHING else sign + bare


def _to_the_cent(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadCell(f"“{text[:20]}”不是金额") from None
    if abs(number) >= _MOST:
        raise BadCell(f"金额 {text[:20]} 太大，请核对")
    # What a spreadsheet keeps as 209.78499999999997 is 209.785: first without its noise, then half up.
    return number.quantize(_NOISE, rounding=ROUND_HALF_UP).quantize(_CENT, rounding=ROUND_HALF_UP)
