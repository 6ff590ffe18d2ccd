"""Spoken Chinese numbers → Arabic digits, inside running text.

Rooms are spoken in three ways: digit by digit (幺五零二), as a cardinal (一千五百零二), as floor plus door (十五零二).
cn2an reads the first two only, and only when the number stands alone; hence this page.
"""

import re

VALUES = {
    char: str(value)
    for value, chars in enumerate(("零〇○", "一幺壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for char in chars
}
_D = "[一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_ANY = "[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_TEN = f"(?:{_D}?[十拾]{_D}?|[廿卅]{_D}?)"
_NUMBER = re.compile(
    f"(?P<floor_door>{_TEN}[零〇○]{_D}(?![十百千]))"
    f"|(?P<cardinal>(?:{_D}|两)[千仟](?:{_D}[百佰])?[零〇]?(?:{_D}?[十拾])?{_D}?"
    f"|(?:{_D}|两)[百佰][零〇]?(?:{_D}?[十拾])?{_D}?|{_TEN})"
    f"|(?P<digits>{_ANY}+(?![十拾百千])|两|{_ANY}+?(?={_D}[十拾百千])|{_ANY}+)"
)
_NUMERAL = frozenset([*VALUES, *"十拾百佰千仟廿卅"])
_WORD_ONE = re.compile("一(?=[直下样起共些会切般定旦向早再律概])")
_COUNTED = re.compile("天(?![花台棚])|次(?!卧)|人(?![在不])|[个点块位周遍]|小时")
_TWO_IN_A_ROW = re.compile(
    "(?<![零一二三四五六七八九十百千])(一二|二三|三四|四五|五六|六七|七八|八九)(期|号楼|栋|幢|座|单元|楼|层)"
)
_ZERO_BETWEEN = re.compile(r"(?<=\d)[零〇○](?=\d)")
_ZERO_WITHIN = re.compile(f"(?<={_D})[0洞](?={_D})")
# 洞 is a spoken zero, but also what a microphone makes of 栋: then an entrance or a whole room follows.
_SPOKEN = f"[洞{_ANY[1:]}"
_BUILDING_HEARD = re.compile(f"(?<={_D})洞(?={_D}{{1,2}}[单但丹担旦门梯]|{_SPOKEN}{{3,4}}(?!{_SPOKEN}))")
_ZERO_THEN = re.compile(f"(?<=\\d)[零〇○]({_D})")
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}


def with_arabic_numbers(text: str) -> str:
    """The text with every spoken number as digits; numbers that touch are kept apart by a space."""
    text = _BUILDING_HEARD.sub("栋", _WORD_ONE.sub("ㄧ", text))
    text = _ZERO_WITHIN.sub("零", text)
    text = _TWO_IN_A_ROW.sub(lambda m: f"{m[1][0]}{m[2]}、{m[1][1]}{m[2]}", text)
    text = _ZERO_THEN.sub(lambda m: "0" + VALUES[m[1]], _ZERO_BETWEEN.sub("0", text))
    return _NUMBER.sub(_in_digits, text)


def _in_digits(match: re.Match[str]) -> str:
    spoken, text = match[0], match.string
    digits = _read(match, counted=bool(_COUNTED.match(text, match.end())))
    before = text[match.start() - 1] if match.start() else ""
    after = text[match.end() : match.end() + 1]
    touches_before = before.isdecimal() or before in _NUMERAL
    return f"{' ' if touches_before else ''}{digits}{' ' if after.isdecimal() and spoken else ''}"


def _read(match: re.Match[str], *, counted: bool) -> str:
    if spoken := match["floor_door"]:
        return f"{_cardinal(spoken[:-2])}0{VALUES[spoken[-1]]}"
    if spoken := match["cardinal"]:
        return str(_cardinal(spoken))
    digits = "".join(VALUES[char] for char in match["digits"])
    if len(digits) > 3 and counted:
        return f"{digits[:-1]} {digits[-1]}"
    return digits


def _cardinal(spoken: str) -> int:
    total = digit = last_unit = 0
    for char in spoken.replace("廿", "二十").replace("卅", "三十"):
        if char in _UNITS:
            last_unit = _UNITS[char]
            total += (digit or 1) * last_unit
            digit = 0
        else:
            digit = int(VALUES[char])
            last_unit = last_unit if digit else 0
    return total + digit * (last_unit // 10 if last_unit > 10 else 1)
