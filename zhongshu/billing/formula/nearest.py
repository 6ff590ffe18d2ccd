"""The nearest right spelling of a word, and of a whole text."""

import re
from collections.abc import Iterator

from zhongshu.billing.formula.names import FUNCTIONS, INPUTS, LETTERS, SPELLINGS

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NUMERALS = re.compile(r"[零〇一二两三四五六七八九十百千点]+|[0-9]+(?:\.[0-9]+)?")  # matter
_LONGEST_FIRST = sorted((word for word in SPELLINGS if len(word) > 1), key=len, reverse=True)
_KNOWN = re.compile("|".join(map(re.escape, _LONGEST_FIRST)), re.IGNORECASE)
_LETTERS = re.compile(f"[{''.join(LETTERS)}]", re.IGNORECASE)
_LETTERS_ONLY = re.compile(f"[{''.join(LETTERS)}0-9.]+", re.IGNORECASE)
_SIGNS = {"乘以": "*", "除以": "/", "加上": "+", "减去": "-", "乘": "*", "除": "/", "加": "+", "减": "-"}  # matter
_SIGN = re.compile("|".join(_SIGNS))
_FEW = 3
_MOST = 5
_LONG = 20


def replacements(word: str, *, is_function: bool) -> list[tuple[str, float]]:
    """Spellings that an unknown word may have meant, each with what it costs to get there; nearest first."""
    pool = list(FUNCTIONS) if is_function else [spelling for each in INPUTS for spelling in each.spellings]
    near = sorted(((_distance(word, each), each) for each in pool if len(word) <= _LONG), key=lambda pair: pair[0])
    found = [(each, cost) for cost, each in near if cost <= max(1.5, len(each) / 2)][:_FEW]
    kept = "" if is_function else salvaged(word)
    return [*found, (kept, 0.9 + max(len(word) - len(kept), 0) / 2)] if kept else found


def salvaged(text: str) -> str:
    """The names and numbers of a text that is no formula as a product, unless words say what else to do with them:
    `按面积每平米两元` → 面积*2, `R2` → R*2, `建筑面积乘以单价加附加费` → 建筑面积*单价+附加费. Empty if there are none.
    """
    parts: list[str] = []
    for part in _parts(text):
        follows = bool(parts) and parts[-1] not in _SIGNS.values()
        if part not in _SIGNS.values():
            parts += ["*", part] if follows else [part]
        elif follows:
            parts.append(part)
    return "".join(parts[: 2 * _MOST - 1]).rstrip("*/+-")


def _parts(text: str) -> Iterator[str]:
    known = _LETTERS if _LETTERS_ONLY.fullmatch(text) else _KNOWN
    at = 0
    while at < len(text):
        if name := known.match(text, at):
            yield name.group()
            at = name.end()
        elif sign := _SIGN.match(text, at):
            yield _SIGNS[sign.group()]
            at = sign.end()
        elif number := _NUMERALS.match(text, at):
            yield from _in_figures(number.group())
            at = number.end()
        else:
            at += 1


def _in_figures(numeral: str) -> Iterator[str]:
    import cn2an  # takes as long to load as all the rest

    try:
        yield f"{cn2an.cn2an(numeral, 'smart'):g}"
    except ValueError:
        return


def _distance(word: str, known: str) -> float:
    """Levenshtein's; between single letters, neighbours on the keyboard are nearer."""
    if len(word) == len(known) == 1:
        return 1 if _beside(word.lower(), known.lower()) else 1.5
    return _edits(word.casefold(), known.casefold())


def _edits(one: str, other: str) -> int:
    """Insertions, deletions, replacements, and neighbours that changed places."""
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, 1):
        rows.append([i])
        for j, right in enumerate(other, 1):
            least = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and right == one[i - 2]:
                least = min(least, rows[i - 2][j - 2] + 1)
            rows[i].append(least)
    return rows[-1][-1]


def _beside(one: str, other: str) -> bool:
    places = [(row, line.index(key)) for key in (one, other) for row, line in enumerate(_ROWS) if key in line]
    if len(places) < 2:
        return False
    (row, column), (other_row, other_column) = places
    return abs(row - other_row) + abs(column - other_column) <= 1
