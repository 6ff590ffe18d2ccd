"""Telephone numbers: digits only, 11-digit mobiles or landlines with area code. Pure."""

import re
import unicodedata

_NUMBER = re.compile(r"1[3-9]\d{9}|0\d{2,3}[2-9]\d{6,7}|400\d{7}")
_SEPARATORS = re.compile(r"[、/,;|，；\n]+")
_INSIDE = re.compile(r"[\s()\-–—－]+")


class BadPhone(ValueError):
    """The text is no telephone number; the argument is the part at fault."""


def read_phones(text: str) -> tuple[str, ...]:
    """The numbers of a cell, separated by 、/,; in the order written, each once.

    `86`, `+86` or `0086` in front is dropped, `1.38E+10` from a spreadsheet is read. Raises BadPhone.
    """
    return tuple(dict.fromkeys(map(_read_one, parts_of(text))))


def parts_of(text: str) -> list[str]:
    """What stands between the separators, half-width."""
    parts = (part.strip() for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text)))
    return [part for part in parts if part]


def _read_one(part: str) -> str:
    digits = re.sub(r"^(?:(?:\+|00)86|86(?=1[3-9]\d{9}$))", "", _INSIDE.sub("", part))
    if not _NUMBER.fullmatch(digits):
        raise BadPhone(part)
    return digits
