"""From text to words and signs. Every character keeps its place, so that a refusal can point at it."""

import re
from dataclasses import dataclass

# Keyboards for Chinese write these; one character each, so positions stay.
_PLAIN: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict(zip(map(ord, "\u3000×✕∗÷∕−–—"), " ***//---", strict=True)),
}
_POINT = re.compile(r"(?<=[0-9])。(?=[0-9])")  # matter
_AND_OR = "并且|或者|[且或非]"  # matter
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?P<percent>\s*%)?)"
    rf"|(?P<name>[A-Za-z_][A-Za-z0-9_]*|{_AND_OR}|(?:(?!{_AND_OR})[^\W\dA-Za-z_])+)"
    r"|(?P<sign><=|>=|<>|!=|==|&&|\|\||[-+*/(),<>=≤≥≠])"
    r"|(?P<stray>\S)"
)
_SAME = {"==": "=", "!=": "<>", "≠": "<>", "≤": "<=", "≥": ">="}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: number, percent, name, sign, stray, end. `text` in plain signs; `start`, `end` in the text as typed."""

    kind: str
    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """The text in half-width signs, character by character."""
    return _POINT.sub(".", text.translate(_PLAIN))


def tokens(text: str) -> list[Token]:
    """All tokens, closed by one of kind `end`."""
    found = [_token(match) for match in _TOKEN.finditer(plain(text))]
    return [*found, Token("end", "", len(text), len(text))]


def _token(match: re.Match[str]) -> Token:
    kind, text = str(match.lastgroup), match.group()
    if match["percent"]:
        kind, text = "percent", text.rstrip("% \t\r\n")
    return Token(kind, _SAME.get(text, text), match.start(), match.end())
