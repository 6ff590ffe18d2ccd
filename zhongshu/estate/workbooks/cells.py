"""What somebody typed into a cell → the value meant. Pure; raises BadCell with a Chinese sentence."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

EARLIEST: Final = date(1980, 1, 1)
LATEST_AHEAD: Final = timedelta(days=3 * 366)
LONGEST: Final = 500
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(29_000, 80_000)  # 1979 to 2119: what a date looks like as a plain number
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?"
)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_AREA_UNIT = re.compile(r"(?:平方米|平米|平方|平|㎡|m2|m²)$", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"(\d(?:\.\d+)?)[eE]\+(\d{1,2})")
_TEXT_MARK = re.compile(r"^['’`](?=\w)")  # typed to make a text of a number
_WHOLE = re.compile(r"(\d+)\.0+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)


class BadCell(ValueError):
    """The cell does not hold what its column asks for; the argument is a sentence that says so."""


def text_of(cell: Any) -> str:
    """Any cell as text without control characters or stray spaces; 101.0 is `101`, a date `2024-03-05`."""
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell).upper()
    if isinstance(cell, int | float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == cell.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell)
    if not text.isprintable():
        text = "".join(char for char in text if _printable(char))
    return " ".join(text.split())


def _printable(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _number_text(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(number)


def plain_text_of(cell: Any) -> str:
    """The same in half-width spelling, `1.38E+10` written out: for codes, numbers and words of a list."""
    text = text_of(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).strip()
    text = _TEXT_MARK.sub("", text)
    return _number_text(float(text)) if _SCIENTIFIC.fullmatch(text) else text


def part_of_code(cell: Any) -> str:
    """Half-width text for a part of a code; `101.0` is 101.

    Raises BadCell where the spreadsheet made a date, an error or a rounded number (`1.38E+10`) of it.
    """
    if isinstance(cell, date | timedelta):
        raise BadCell("表格软件把这一格变成了日期，请把单元格格式改为“文本”后重填")
    if isinstance(cell, bool):
        raise BadCell(f"表格软件把这一格变成了 {text_of(cell)}，请把单元格格式改为“文本”后重填")
    if isinstance(cell, str) and (rounded := _SCIENTIFIC.fullmatch(cell.strip())) and _is_short_of_digits(rounded):
        raise BadCell(f"表格软件把号码写成了 {cell.strip()}，末几位已丢失；请把单元格格式改为“文本”后重填")
    text = _refused_if_error(plain_text_of(cell))
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text.upper()


def _is_short_of_digits(number: re.Match[str]) -> bool:
    """1.38E+10 says three digits of eleven."""
    return len(number[1].replace(".", "")) <= int(number[2])


def _refused_if_error(text: str) -> str:
    if text in _ERRORS:
        raise BadCell(f"这一格是公式错误 {text}")
    return text


def name_of(cell: Any, *, longest: int = 80) -> str:
    """A name as written. Raises BadCell beyond `longest` characters."""
    text = _refused_if_error(text_of(cell))
    if len(text) > longest:
        raise BadCell(f"太长：{len(text)} 个字，最多 {longest} 个字")
    return text


def day_of_cell(cell: Any, *, today: date) -> date | None:
    """2024-3-5, 2024/03/05, 2024.3.5, 2024年3月5日, 20240305, an Excel serial or a date; None for an empty cell."""
    day = _as_day(cell)
    if day is None:
        return None
    if not EARLIEST <= day <= today + LATEST_AHEAD:
        raise BadCell(f"日期 {day} 不合理，应在 {EARLIEST} 到 {today + LATEST_AHEAD} 之间")
    return day


def _as_day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = plain_text_of(cell)
    if not text:
        return None
    serial = _SERIAL.fullmatch(text)
    if serial and int(serial[1]) in _SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(serial[1]))
    written = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    try:
        return date(int(written[1]), int(written[2]), int(written[3])) if written else _not_a_day(text)
    except ValueError:
        return _not_a_day(text)


def _not_a_day(text: str) -> date:
    raise BadCell(f"“{text[:20]}”不是日期，请写成 2024-03-05")


def area_of(cell: Any) -> Decimal | None:
    """Square metres, with 平米 or ㎡ behind or not; None for an empty cell."""
    area = decimal_of(_AREA_UNIT.sub("", plain_text_of(cell)).strip())
    if area is not None and not 0 < area < 100_000:
        raise BadCell("面积应大于 0、小于 100000 平方米")
    return area


def decimal_of(cell: Any) -> Decimal | None:
    """A number to two places; None for an empty cell. A comma may only set thousands apart: 1,234.5, not 89,5."""
    text = _refused_if_error(plain_text_of(cell))
    if not text:
        return None
    if "," in text:
        if not _THOUSANDS.fullmatch(text):
            raise BadCell(f"“{text[:20]}”里的逗号看不出是不是小数点，小数请写成 89.5")
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadCell(f"“{text[:20]}”不是数字") from None
    if not number.is_finite() or abs(number) >= 10**8:
        raise BadCell(f"“{text[:20]}”不是合理的数字")
    return number.quantize(Decimal("0.01"))


def coordinate_of(cell: Any) -> Decimal | None:
    """A coordinate on the site plan, 0 to 1000."""
    number = decimal_of(cell)
    if number is not None and not 0 <= number <= 1000:
        raise BadCell("坐标应在 0 到 1000 之间")
    return number
