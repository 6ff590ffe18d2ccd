"""The words of documents: plain text with named placeholders, and what the law lets nobody write."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from zhongshu.collecting.policies.shipped import EXAMPLE, FORBIDDEN, PLACEHOLDERS, THIRD, Words

_HELD: Final = re.compile(r"\{([^{}\n]{0,20})\}")


class Fault(NamedTuple):
    """What is wrong with a text, at which field."""

    field: str
    reason: str


def fault_in(words: Words) -> Fault | None:
    """The first thing that may not be written so; None: it may be saved."""
    for field, text in zip(Words._fields, words, strict=True):
        reason = _unlawful(text) or _unknown(text)
        if reason:
            return Fault(field, reason)
    return None


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in. What is filled in is never looked at again."""
    return _HELD.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def _unlawful(text: str) -> str:
    plain = re.sub(r"[ \t　*_·]", "", text)
    for pattern in FORBIDDEN:
        if found := pattern.search(plain):
            return _(
                "“%(words)s”不能写进催费文书：物业服务人不得以停止供水、供电、供热、供燃气等方式催交物业费（民法典第九百四十四条），电梯、门禁和通行也一样。请改写。"
            ) % {"words": found[0]}
    if found := THIRD.search(plain):
        return _("“%(words)s”不能写进催费文书：欠费只能向业主本人催交，不得告知第三人（个人信息保护法）。请改写。") % {
            "words": found[0]
        }
    return ""


def _unknown(text: str) -> str:
    for found in _HELD.finditer(text):
        name = found[1].strip()
        if name not in PLACEHOLDERS:
            return _("没有“%(name)s”这一项，是不是“%(near)s”？") % {"name": found[0], "near": f"{{{_nearest(name)}}}"}
    if loose := re.search(r"[{}]", _HELD.sub("", text)):
        return _("“%(sign)s”没有配对：占位符要写成 %(example)s 这样。") % {"sign": loose[0], "example": EXAMPLE}
    return ""


def _nearest(name: str) -> str:
    shared = max(PLACEHOLDERS, key=lambda known: len(set(known) & set(name)) / len(set(known) | set(name) | {""}))
    return next(iter(get_close_matches(name, PLACEHOLDERS, n=1, cutoff=0.34)), shared)
