"""What a cell looks like, for suggesting what its column means, and an address written in one cell. Pure."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from zhongshu.estate.addressing.numerals import with_arabic_numbers
from zhongshu.estate.phones import BadPhone, read_phones
from zhongshu.estate.workbooks.cells import BadCell, area_of, part_of_code, plain_text_of

_DAY = re.compile(r"(?:19|20)\d{2}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?(?: .*)?")
_IDENTITY = re.compile(r"\d{6}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dX]")
_HOMELY: Final = (Decimal(5), Decimal(2_000))  # square metres of what people live and trade in
_NUMBER = r"\d{1,3}[A-Z]?|[A-Z]\d{0,2}"
_MARK = r"[-—_/\\.·,、#]"
_BEHIND = "(?:室|号房|房|号|户)?"
_SPOKEN = re.compile(
    rf"(?:(?P<phase>第?[0-9IVX]{{1,3}}期|[\u3400-\u9fffA-Z]{{1,6}}?(?:期|区|组团|苑)){_MARK}?)?"
    rf"第?(?P<building>{_NUMBER}|[东西南北甲乙丙丁])(?:号楼|号栋|#楼|#栋|栋|幢|座|#|号|楼){_MARK}?"
    rf"(?:第?(?P<entrance>\d{{1,2}}|[A-Z])(?:号?单元|号?门|{_MARK}){_MARK}?)?"
    rf"(?P<room>B?\d{{1,5}}[A-Z]?){_BEHIND}"
)
_DASHED = re.compile(
    rf"(?:(?P<phase>P?\d{{1,2}}|[A-Z]){_MARK})?(?P<building>{_NUMBER}){_MARK}"
    rf"(?P<entrance>\d{{1,2}}|[A-Z]){_MARK}(?P<room>B?\d{{2,5}}[A-Z]?){_BEHIND}"
)
_SHORT = re.compile(rf"(?P<phase>)(?P<building>{_NUMBER})[-—_#](?P<entrance>)(?P<room>B?\d{{3,5}}[A-Z]?){_BEHIND}")
ADDRESS_PARTS: Final = {"期": "phase", "楼栋": "building", "单元": "entrance", "房号": "room"}


def looks_like_phone(cell: Any) -> bool:
    try:
        return bool(read_phones(plain_text_of(cell)))
    except BadPhone:
        return False


def looks_like_identity(cell: Any) -> bool:
    return bool(_IDENTITY.fullmatch(plain_text_of(cell).upper()))


def looks_like_day(cell: Any) -> bool:
    return isinstance(cell, date) or bool(_DAY.fullmatch(plain_text_of(cell)))


def looks_like_area(cell: Any) -> bool:
    """Between a store-room and a shop, with a fraction or a unit: 101 alone is as well a room."""
    try:
        area = area_of(cell)
    except BadCell:
        return False
    if area is None or not _HOMELY[0] <= area <= _HOMELY[1]:
        return False
    return area != area.to_integral_value() or not plain_text_of(cell).isdecimal()


def split_address(cell: Any) -> dict[str, str]:
    """1-2-1502, 1-1-2-1502 (phase first), 1-1502, 1栋2单元1502室, 一期1号楼2-1502 → 期, 楼栋, 单元, 房号.

    Raises BadCell.
    """
    text = part_of_code(cell)
    said = with_arabic_numbers(text).replace(" ", "")
    for pattern in (_DASHED, _SHORT, _SPOKEN):
        if found := pattern.fullmatch(said):
            return {title: found[name] or "" for title, name in ADDRESS_PARTS.items()}
    raise BadCell(f"看不懂完整房号“{text[:30]}”，请写成 1-2-1502 或 1栋2单元1502室")
