"""What a cell looks like, for suggesting what its column means. Pure."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from zhongshu.estate.phones import BadPhone, read_phones
from zhongshu.estate.workbooks.cells import BadCell, area_of, plain_text_of

_DAY = re.compile(r"(?:19|20)\d{2}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?(?: .*)?")
_IDENTITY = re.compile(r"\d{6}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dX]")
_HOMELY: Final = (Decimal(5), Decimal(2_000))  # square metres of what people live and trade in


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
