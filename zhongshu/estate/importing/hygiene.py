"""What people put into a cell because something had to stand there, and numbers with other things around them. Pure."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from zhongshu.estate.phones import BadPhone, parts_of, read_phones

_NOTHING: Final = frozenset({
    "无", "没有", "暂无", "未知", "不详", "不明", "不知道", "未登记", "未填", "空", "待补", "待补充", "待定", "未提供",
    "身份证", "身份证号", "身份证号码", "证件号", "手机", "手机号", "手机号码", "电话", "联系电话", "姓名", "业主姓名",
    "NONE", "NULL", "NA", "N", "NIL",
})  # fmt: skip
_NOBODY: Final = _NOTHING | {"空置", "空房", "空关", "未售", "未销售", "待售", "未交房", "无业主"}
_PUNCTUATION: Final = re.compile(r"[\s\-_/\\.。*·—–,，、()（）\[\]【】]+")
_COUNTED_UP: Final = "01234567890123456789012345678901234567890"
_SHORTEST_COUNT: Final = 8
_ONE_AND_ZEROS: Final = re.compile(r"10{5,}1?")
_FILLER_PHONE: Final = re.compile(r"1(\d)\1{9}|\d{3}0{8}")
_SHORT_NAME: Final = re.compile(r"[\u3400-\u9fff]{2,4}")
_SEVERAL: Final = re.compile(r"[、/,，;；&＆]|和(?=.{2})")
_REMARK: Final = re.compile(r"[\u3400-\u9fffA-Za-z:()]+")


def is_filler(text: str) -> bool:
    """000000000000000000, 1111, 1234567890…, 无, 身份证, / and the like: something stood there, it says nothing."""
    key = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not key:
        return bool(text.strip())
    is_count = len(key) >= _SHORTEST_COUNT and key.removesuffix("X") in _COUNTED_UP
    is_one_sign = len(set(key)) == 1 or (len(key) > 1 and len(set(key.removesuffix("X"))) == 1)
    return key in _NOTHING or is_one_sign or is_count or bool(_ONE_AND_ZEROS.fullmatch(key))


def is_nobody(name: str) -> bool:
    """A name that says that there is nobody: 无, /, 空置."""
    key = _PUNCTUATION.sub("", name)
    return bool(name) and (not key or key.upper() in _NOBODY or (len(set(key)) == 1 and key.isdecimal()))


def without_gaps(name: str) -> str:
    """张 三 as 张三: set apart to be as wide as a longer name. 张三 李四 and 欧阳 娜娜 stay."""
    parts = name.split()
    is_spread = len(parts) > 1 and len(parts[0]) == 1 and _SHORT_NAME.fullmatch("".join(parts))
    return "".join(parts) if is_spread else name


def names_several(name: str) -> bool:
    """Whether a name looks like more than one person: 张三、李四."""
    parts = [part.strip() for part in _SEVERAL.split(name)]
    return len(parts) > 1 and all(1 < len(part) <= 4 for part in parts)


@dataclass(slots=True)
class Phones:
    """What a cell of telephone numbers holds: numbers, fillers, numbers written with words, and what is none."""

    numbers: dict[str, None] = field(default_factory=dict)
    fillers: list[str] = field(default_factory=list)
    wordy: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def phones_in(text: str) -> Phones:
    """Every number of a cell, however they are separated, with 1[3-9] fillers like 19999999999 told apart."""
    found = Phones()
    for part in parts_of(text):
        _sort_in(found, part)
    return found


def _sort_in(found: Phones, part: str) -> None:
    numbers = _numbers(part) or _numbers(*part.split())
    if not numbers and (numbers := _numbers(*_REMARK.sub(" ", part).split())):
        found.wordy.append(part)
    if not numbers:
        (found.fillers if is_filler(part) else found.wrong).append(part)
    for number in numbers:
        if _FILLER_PHONE.fullmatch(number) or is_filler(number):
            found.fillers.append(number)
        else:
            found.numbers[number] = None


def _numbers(*parts: str) -> tuple[str, ...]:
    """The numbers, if all of the parts are some."""
    try:
        return tuple(number for part in parts for number in read_phones(part))
    except BadPhone:
        return ()
