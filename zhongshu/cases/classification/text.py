"""Bring what people type to one form before rules and model read it."""

import re
import unicodedata

_TRADITIONAL = "電氣煙門樓裡裏斷閘煩燒壞進開關報請來們這兒個時間嗎麼沒體關鎖車堵險爺媽爸員頂牆鐵響臺過號單濃著"
_SIMPLIFIED = "电气烟门楼里里断闸烦烧坏进开关报请来们这儿个时间吗么没体关锁车堵险爷妈爸员顶墙铁响台过号单浓着"
_VARIANTS = str.maketrans(
    _TRADITIONAL + "🔥;；!?,．", _SIMPLIFIED + "火。。！？，。"
)  # fmt: skip
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufe0f\ufeff]+")

_OPENING, _ENDING = 800, 400


def is_overlong(text: str) -> bool:
    """Whether `readable_part` would leave something out."""
    return len(text) > _OPENING + _ENDING


def readable_part(text: str) -> str:
    """The opening and the end of `text`; all of it up to 1,200 characters, so that no text keeps a caller waiting."""
    return f"{text[:_OPENING]}\n{text[-_ENDING:]}" if is_overlong(text) else text


def normalise(text: str) -> str:
    """Half-width, lower-case, simplified, without blanks; sentence marks in their Chinese form."""
    folded = unicodedata.normalize("NFKC", text).lower()
    lines = folded.replace("\n", "。")
    return _INVISIBLE.sub("", lines.translate(_VARIANTS))
