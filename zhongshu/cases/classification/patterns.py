r"""A small notation for rules about Chinese sentences, compiled to regular expressions that cannot run away.

`A|B…C` means: A or B, then C within twelve characters of the same sentence; `A‥C` within five of the same
clause. `|` binds tighter than a gap; a blank parts whole patterns: `A‥B C` is A and then B, or C. Gaps are bounded
and never nested, so matching is linear in the length of the text.
"""

import re

_WIDE = r"[^。！？]{0,12}?"
_NARROW = r"[^。！？，]{0,5}?"
_GAP = re.compile("([…‥])")


def compile_any(*patterns: str) -> re.Pattern[str]:
    """One expression that matches where any of `patterns` (in the notation above) does."""
    return re.compile("|".join(_expand(each) for pattern in patterns for each in pattern.split()) or r"(?!)")


def _expand(pattern: str) -> str:
    gaps = {"…": _WIDE, "‥": _NARROW}
    return "".join(gaps.get(part) or f"(?:{part})" for part in _GAP.split(pattern))
