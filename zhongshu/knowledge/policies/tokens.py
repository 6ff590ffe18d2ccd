"""How Chinese text is cut for searching: the one tokeniser, for what is written and for what is looked for.

A run of Han characters gives every character and every pair of neighbours; Latin letters and digits give words. All of
it goes into a `tsvector` as it is, with positions and weights, so that no dictionary and no extension is needed. What
is looked for gives the pairs (a single character: itself); a Latin word matches the beginning of a word, which also
finds titles by the initials of their pinyin.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from zhongshu.knowledge.policies.content import Content

Weight = Literal["A", "B", "C", "D"]
MOST_TOKENS = 24
LONGEST_QUERY = 100
#: What `tsvector` can hold: positions up to 16383, words of less than 2 KB.
LAST_POSITION = 16_383
LONGEST_WORD = 40
#: So much of what is looked for must be there: of four pairs, three; of three, one where it stands in title or tags.
ENOUGH = 0.6
ENOUGH_NAMED = 0.33
NAMED = "AB"

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # matter: what is a Han character
_RUN = re.compile(rf"[{_HAN}]+|[a-z0-9]+")
_IS_HAN = re.compile(rf"[{_HAN}]")


def plain(text: str) -> str:
    """As it is compared: full-width letters and digits as half-width ones, capitals as small ones."""
    return unicodedata.normalize("NFKC", text).casefold()


def written(text: str) -> Iterator[tuple[str, int]]:
    """Every token of a text that is kept, with the place at which it begins."""
    for run in _RUN.finditer(plain(text)):
        word, start = run.group(), run.start()
        if not _IS_HAN.match(word):
            yield word[:LONGEST_WORD], start
            continue
        for nth, char in enumerate(word):
            yield char, start + nth
            if nth + 1 < len(word):
                yield word[nth : nth + 2], start + nth


def wanted(text: str) -> tuple[str, ...]:
    """The tokens of what somebody looks for, each once, in order; at most `MOST_TOKENS`."""
    found: dict[str, None] = {}
    for run in _RUN.findall(plain(text[:LONGEST_QUERY])):
        found |= dict.fromkeys(_cut(run))
    return tuple(found)[:MOST_TOKENS]


def _cut(run: str) -> list[str]:
    if is_latin(run) or len(run) == 1:
        return [run[:LONGEST_WORD]]
    return [run[at : at + 2] for at in range(len(run) - 1)]


def is_latin(token: str) -> bool:
    return not _IS_HAN.match(token)


def as_query(token: str, weights: str = "") -> str:
    """The token as `tsquery` reads it, with one of the weights; a Latin word stands for all that begin with it."""
    return f"'{token}':{'*' if is_latin(token) else ''}{weights}".rstrip(":")


def any_of(tokens: Iterable[str], weights: str = "") -> str:
    """A `tsquery` for what has at least one of the tokens."""
    return " | ".join(as_query(token, weights) for token in tokens)


def vector_of(content: Content, initials: str) -> str:
    """The text as `tsvector` reads it: title A (with `initials`, the first letters of its pinyin), tags and source B,
    what is done and said C, the rest D."""
    parts: list[tuple[str, Weight]] = [
        (content.title, "A"),
        (content.title_en, "A"),
        (" ".join(initials[at:] for at in range(len(initials) - 1)), "A"),
        (" ".join((*content.tags, content.source)), "B"),
        ("\n".join((content.first_minute, content.steps, content.says)), "C"),
        (content.body, "D"),
    ]
    return " ".join(_lexemes(parts))


def _lexemes(parts: Iterable[tuple[str, Weight]]) -> Iterator[str]:
    offset = 1
    for text, weight in parts:
        for token, start in written(text):
            yield f"'{token}':{min(offset + start, LAST_POSITION)}{weight}"
        offset += len(text) + 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a headline, marked where it is what was looked for."""

    text: str
    is_hit: bool


def headline(text: str, tokens: Iterable[str], *, width: int = 120) -> list[Piece]:
    """`width` characters around the first place with most of what was looked for, in pieces."""
    flat = " ".join(text.split())
    hits = _hits(flat, tuple(tokens))
    starts = [at for at in range(len(flat)) if hits[at] and (at == 0 or not hits[at - 1])]
    best = max(starts, key=lambda at: sum(hits[at : at + width]), default=0)
    start = max(0, min(best - width // 6, len(flat) - width))
    return _pieces(flat[start : start + width], hits[start : start + width])


def _hits(text: str, tokens: tuple[str, ...]) -> list[bool]:
    """Which characters belong to a token. Where the compared form is longer or shorter than the text, none does."""
    compared, hits = plain(text), [False] * len(text)
    if len(compared) != len(text):
        return hits
    for token in tokens:
        at = compared.find(token)
        while at >= 0:
            hits[at : at + len(token)] = [True] * len(token)
            at = compared.find(token, at + 1)
    return hits


def _pieces(text: str, hits: list[bool]) -> list[Piece]:
    pieces: list[Piece] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or hits[at] != hits[start]:
            pieces.append(Piece(text[start:at], hits[start]))
            start = at
    return pieces
