"""What was typed or heard → one plain spelling; numbers that cannot be places are masked."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from zhongshu.estate.addressing.numerals import with_arabic_numbers

LONGEST: Final = 2_000
MASK: Final = "※"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_WIDE_DIGITS = re.compile("[０-９Ａ-Ｚａ-ｚ]*[０-９][０-９Ａ-Ｚａ-ｚ]*")
_TRADITIONAL = str.maketrans(
    "單號樓棟車門東層電區庫邊戶側間負園兩個這裡對說錯還從廳", "单号楼栋车门东层电区库边户侧间负园两个这里对说错还从厅"
)
_DASHES = re.compile(r" ?[‐‑‒–—―−－﹣ー~～_杠]+ ?| -+ ?|-+ ")
_LOOKALIKE = str.maketrans("OoQIil|ZzSs", "00011112255")
_LOOKALIKE_ROOM = re.compile(r"(?<![A-Za-z0-9])(?=[0-9]*[OoQIil|ZzSs])[0-9OoQIil|ZzSs]{3,5}(?![A-Za-z0-9])")
_LOOKALIKE_SHORT = re.compile(
    r"(?<![A-Za-z0-9])(?:[0-9][OoIil|]|[Il|][0-9OoIl|]?|[Oo][0-9])(?=[栋幢座#期楼层]|号楼|单元|dong|danyuan)"
)
_LOOKALIKE_LEVEL = re.compile(r"(?<![A-Za-z0-9])[BbPp][lI|](?=[-层楼的区车]|\s?\d)")
_ROMAN = re.compile(r"(?<![A-Za-z])(IV|I{1,3})(?=期)")
_ROMAN_VALUE = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_LATIN_AFTER = (
    (re.compile(r"(?<=\d)\s*HAO\s*LOU"), "号楼"),
    (re.compile(r"(?<=\d)\s*DAN\s*YUAN"), "单元"),
    (re.compile(r"(?<=\d)\s*(?:DONG|ZHUANG)(?![A-Z])"), "栋"),
    (re.compile(r"(?<=\d)\s*QI(?![A-Z])"), "期"),
    (re.compile(r"(?<=\d)\s*(?:LOU|CENG)(?![A-Z])"), "楼"),
    (re.compile(r"(?<=\d)\s*(?:SHI|HAO)(?![A-Z])"), "室"),
)
_LATIN_BEFORE = (
    (re.compile(r"PHASE\s*(\d{1,2})[\s,]*"), r"\1期"),
    (re.compile(r"(?:BUILDING|BLDG|BLOCK|TOWER)\.?\s*(\d{1,3})[\s,]*"), r"\1栋"),
    (re.compile(r"(?:UNIT|ENTRANCE)\s*(\d{1,2})[\s,]*(?!\d)"), r"\1单元"),
    (re.compile(r"(?:ROOM|RM|FLAT|APT)\.?\s*(\d{3,5})"), r"\1室"),
)
_HEARD = (
    (re.compile("单[员圆园原源缘]|(?<=\\d)[但丹担旦][元员圆园原源]"), "单元"),
    (re.compile(r"(?<=\d)[动洞冻懂董](?=\d{1,2}(?:单|门)|-?\d{3,4}(?!\d))"), "栋"),
    (re.compile(r"负(\d)(?:[层楼]|(?!\d))"), r"B\1层"),
    (re.compile(r"地下(\d)[层楼]"), r"B\1层"),
    (re.compile(r"(?<=[库场])(?:的|地下)?(\d)[层楼]"), r"B\1层"),
    (re.compile(r"(?<![\dA-Z栋元#幢座-])-(\d)[层楼F]"), r"B\1层"),
)
_SHARED_UNIT = re.compile(r"(?<![\dA-Z-])(\d{1,2})([、和及与跟,，或])(?=\d{1,2}(号楼|栋|期|单元|幢|座|#|楼|层))")
_SPELLED_ROOM = re.compile(r"(?<=[元栋楼])\d(?: \d){2,3}(?![\d ])")
_LISTED_LEVELS = re.compile(r"(?<![\d-])(\d{1,2})[,，、] ?(\d{1,2})[,，、] ?(?=\d{3,4}(?!\d))")
_SPACE = re.compile(r"(?<=[0-9A-Z#])\s+(?=[\u4e00-\u9fff#])|(?<=[\u4e00-\u9fff#])\s+")
_SMALL = (
    "块|元|万|角|毛|天(?!花|台)|个|小时|分钟|秒|年|周|度|平(?!台)|米|厘米|公分|斤|公斤|升|次(?!卧)|遍|人|位|口|名|台(?!盆)|辆|部|只|条"
    "|件|袋|箱|岁|℃|%|瓦|[WV](?![A-Z])|兆|吨|趟|回|折|倍|张|把|扇|盏|根|棵|多|几|余|种|项|份|批|组|瓶|桶|片|颗|排|圈|家(?![里中])|户人家|KG|CM|MM"
    "|层楼(?![道梯上下顶])|层(?=水|灰|油|土|泥)|分(?!期)"
)
_LARGE = (
    "块|元|万|天(?![花台棚])|个|小时|分钟|年|度|平(?=方|米|的|$)|米|斤|公斤|升|次(?!卧)|瓦|%|KG|户人家|[WV](?![A-Z])"
    "|多(?=块|元|人|天|个|平|斤|米|度)|人(?![不在都])"
)
_NOT_A_PLACE = re.compile(
    "|".join(
        (
            r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)",
            r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)",
            r"(?<!\d)[48]00[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)",
            r"[京沪津渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·.]?[A-Z0-9]{5,6}(?![A-Z0-9])",
            r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)",
            r"(?<!\d)\d{2,4}年(?:\d{1,2}月)?(?:\d{1,2}[号日])?",
            r"\d{1,2}月(?:\d{1,2}[号日]?(?!\d))?",
            r"(?<![\d楼层])\d{1,2}[号日](?=上午|下午|早上|晚上|中午|凌晨|那天|之前|以前|以后|到|至|开始|来|报修)",
            r"(?<![\d-])\d{1,2}:\d{2}(?::\d{2})?",
            r"(?<!\d)\d{1,2}点(?:半|多|钟|整|\d{1,2}分|[0-5]\d(?![\d楼层栋单期号#幢座-]))?",
            rf"(?<![\d-])\d+\.\d+(?:{_SMALL})",
            rf"(?<![\d-])[1-9]\d?(?:{_SMALL})",
            rf"(?<!\d)\d{{3,5}}(?:{_LARGE})",
            r"(?<![\d栋元#楼层幢座门位-])(?:12315|12345|12348|12319|12369|95\d{3}|110|119|120|122|114)(?![\d室房号户])",
            r"\d{6,}",
        )
    )
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Plain text to parse, and what had to be read otherwise than written: (as written, as read)."""

    text: str
    notes: tuple[tuple[str, str], ...]


def normalise(raw: str) -> Reading:
    """One spelling: half-width capitals, Arabic digits, plain dashes; no phone numbers, times, dates or amounts.

    Of a text longer than ``LONGEST`` characters the first and the last half are read.
    """
    if len(raw) > LONGEST:
        raw = raw[: LONGEST // 2] + "。" + raw[-LONGEST // 2 :]
    notes = [(run, unicodedata.normalize("NFKC", run)) for run in _WIDE_DIGITS.findall(raw)]
    text = _PRIVATE.sub("", unicodedata.normalize("NFKC", raw)).translate(_TRADITIONAL)
    text = _DASHES.sub("-", re.sub(r"\s+", " ", text))
    text = _without_lookalikes(text, notes)
    return Reading(_spell(text), tuple(dict.fromkeys(notes)))


def plain(label: str) -> str:
    """A site's own label in the spelling of `normalise`, so that the two compare."""
    text = unicodedata.normalize("NFKC", label).translate(_TRADITIONAL)
    return re.sub(r"\s+", "", with_arabic_numbers(text).upper())


def _without_lookalikes(text: str, notes: list[tuple[str, str]]) -> str:
    def correct(match: re.Match[str]) -> str:
        written = match[0]
        read = written.translate(_LOOKALIKE)
        if sum(char.isdecimal() for char in written) * 2 < len(written) > 2:
            return written
        notes.append((written, read))
        return read

    text = _ROMAN.sub(lambda m: _ROMAN_VALUE[m[1]], text)
    for pattern in (_LOOKALIKE_ROOM, _LOOKALIKE_SHORT, _LOOKALIKE_LEVEL):
        text = pattern.sub(correct, text)
    return text


def _spell(text: str) -> str:
    text = with_arabic_numbers(text).upper()
    for pattern, plain_form in (*_LATIN_AFTER, *_LATIN_BEFORE):
        text = pattern.sub(plain_form, text)
    text = _SPACE.sub("", text)
    for pattern, plain_form in _HEARD:
        text = pattern.sub(plain_form, text)
    text = _LISTED_LEVELS.sub(r"\1-\2-", text)
    text = _SPELLED_ROOM.sub(lambda m: m[0].replace(" ", ""), text)
    text = _NOT_A_PLACE.sub(MASK, text)
    return _SHARED_UNIT.sub(r"\1\3\2", text)
