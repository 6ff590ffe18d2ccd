"""Markdown as it may be written in articles: headings, lists, **strong** words, links. All else is text.

Not a library: with its raw HTML, nesting and references switched off, what is left of Python-Markdown still takes
half a minute for a page of opening brackets. This takes time in proportion to the text.
"""

import re
from collections.abc import Callable
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_HEADING = re.compile(r"(#{1,6})\s+(.+)")
_BULLET = re.compile(r"[-*+]\s+(.+)")
_NUMBERED = re.compile(r"\d{1,3}(?:[.)]\s+|、\s*)(.+)")
_STRONG = re.compile(r"\*\*([^*]{1,300})\*\*")
_LINK = re.compile(r"\[([^\[\]]{1,100})\]\(([^()\s]{1,300})\)")
_MARKS = re.compile(r"^(?:#{1,6}|[-*+])\s+", re.MULTILINE)
#: To pages of ours, by https elsewhere, to a telephone.
_SAFE = re.compile(r"(?:https://|/(?![/\\])|tel:[\d+-]+$)")


def as_html(text: str) -> SafeString:
    """The text rendered; whatever is written, nothing of it is markup but what this module makes."""
    lines = [line.strip() for line in text.splitlines()]
    blocks = (_BLOCKS[kind](list(group)) for kind, group in groupby(lines, key=_kind) if kind != "blank")
    return mark_safe("\n".join(blocks))  # noqa: S308 - every word of it went through `escape`


def without_marks(text: str) -> str:
    """The words alone."""
    return _MARKS.sub("", text).replace("**", "")


def _kind(line: str) -> str:
    kinds = {"heading": _HEADING, "bullets": _BULLET, "numbers": _NUMBERED}
    usual = "words" if line else "blank"
    return next((kind for kind, pattern in kinds.items() if pattern.fullmatch(line)), usual)


def _inline(text: str) -> str:
    return _STRONG.sub(r"<strong>\1</strong>", _LINK.sub(_link, escape(text)))


def _link(found: re.Match[str]) -> str:
    words, target = found.groups()
    return f'<a href="{target}">{words}</a>' if _SAFE.match(target) else words


def _headings(lines: list[str]) -> str:
    """Below those of the page."""
    found = [_HEADING.fullmatch(line) for line in lines]
    return "\n".join(f"<h3>{_inline(one[2])}</h3>" for one in found if one)


def _list(tag: str, pattern: re.Pattern[str]) -> Callable[[list[str]], str]:
    def rendered(lines: list[str]) -> str:
        items = (pattern.fullmatch(line) for line in lines)
        return f"<{tag}>" + "".join(f"<li>{_inline(item[1])}</li>" for item in items if item) + f"</{tag}>"

    return rendered


def _paragraph(lines: list[str]) -> str:
    return "<p>" + "<br>".join(map(_inline, lines)) + "</p>"


_BLOCKS: dict[str, Callable[[list[str]], str]] = {
    "heading": _headings,
    "bullets": _list("ul", _BULLET),
    "numbers": _list("ol", _NUMBERED),
    "words": _paragraph,
}
