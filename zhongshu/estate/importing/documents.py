"""Identity numbers of people and organisations. Pure."""

import re
from datetime import date
from typing import Any

from zhongshu.estate.workbooks.cells import BadCell, part_of_code

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_RESIDENT = re.compile(r"\d{17}[\dX]")
_FORMER = re.compile(r"\d{15}")
_OTHER = re.compile(r"(?=.*[A-Z])[A-Z0-9()]{5,20}|\d{8}|\d{10}")
_ORGANISATION = re.compile(r"[0-9A-Z-]{8,20}")


def check_digit(first_17: str) -> str:
    """The 18th character of a resident identity number (GB 11643)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]


def read_document(cell: Any, *, is_organisation: bool) -> str:
    """The number as written; a resident identity number has its check digit and birthday verified. Raises BadCell."""
    if isinstance(cell, float) and abs(cell) >= 10**15:
        raise BadCell("表格软件把证件号变成了数字，末几位已丢失；请把单元格格式改为“文本”后重填")
    text = part_of_code(cell).replace(" ", "").replace("'", "")
    if not text:
        return ""
    if is_organisation:
        return _organisation(text)
    if _RESIDENT.fullmatch(text):
        return _resident(text)
    if _FORMER.fullmatch(text) or _OTHER.fullmatch(text):
        return text
    raise BadCell("证件号不完整或位数不对")


def _organisation(text: str) -> str:
    if not _ORGANISATION.fullmatch(text):
        raise BadCell("单位的证件号应为统一社会信用代码或组织机构代码")
    return text


def _resident(text: str) -> str:
    if check_digit(text[:17]) != text[17]:
        raise BadCell("身份证号校验位不对，请核对")
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        raise BadCell("身份证号中的出生日期不存在，请核对") from None
    if born.year < 1850:
        raise BadCell("身份证号中的出生日期不合理，请核对")
    return text
