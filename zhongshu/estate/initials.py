"""Pinyin initials of names, for searching by a few letters."""

# Surnames that are not read like the word they are written with.
_SURNAMES = {
    "曾": "z", "单": "s", "仇": "q", "解": "x", "查": "z", "朴": "p", "翟": "z", "覃": "q", "盖": "g", "乐": "y",
    "缪": "m", "召": "s", "种": "c", "区": "o", "任": "r", "尉": "y", "员": "y", "黑": "h", "秘": "b", "繁": "p",
}  # fmt: skip


def initials_of(name: str) -> str:
    """王小明 → `wxm`; Latin letters and digits stay, lower-cased; at most 80 characters."""
    # Imported when a name is written: its dictionary takes a third of a second, which every command would wait.
    from pypinyin import Style, lazy_pinyin

    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors=_kept)).lower()
    return (_SURNAMES.get(name[:1], letters[:1]) + letters[1:])[:80]


def _kept(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isalnum())
