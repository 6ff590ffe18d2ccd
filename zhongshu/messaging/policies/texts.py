"""Texts with named variables, `{title}`: filled in, counted, never run."""

import re
from collections.abc import Mapping

VARIABLES = ("title", "body", "link", "site", "company", "name", "time")
_NAMED = re.compile(r"\{([a-z_]+)\}")
ONE, EACH_OF_SEVERAL = 70, 67
"""Characters of a text message in Chinese (UCS-2), and of each part of one that does not fit."""


def variables_in(text: str) -> list[str]:
    """The names, each once, in the order in which they come first."""
    return list(dict.fromkeys(_NAMED.findall(text)))


def unknown_in(text: str) -> list[str]:
    """Names that nothing is known for."""
    return [name for name in variables_in(text) if name not in VARIABLES]


def has_stray_braces(text: str) -> bool:
    """Whether a brace stands there that belongs to no variable."""
    rest = _NAMED.sub("", text)
    return "{" in rest or "}" in rest


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in; what a value says is never looked into."""
    return _NAMED.sub(lambda found: values.get(found[1], ""), text).strip()


def registered(text: str) -> str:
    """The text as a vendor wants it registered: `{1}`, `{2}` … in the order of the variables."""
    numbers = {name: str(number) for number, name in enumerate(variables_in(text), 1)}
    return _NAMED.sub(lambda found: "{" + numbers[found[1]] + "}", text)


def units(text: str) -> int:
    """The length as a phone counts it: UTF-16 code units."""
    return len(text.encode("utf-16-be")) // 2


def parts(text: str) -> int:
    """As how many text messages it is sent and charged."""
    length = units(text)
    return 1 if length <= ONE else -(-length // EACH_OF_SEVERAL)


def signed(text: str, signature: str) -> str:
    """As it arrives: the signature in its brackets before it."""
    return f"【{signature}】{text}" if signature else text
