"""Several matters in one message, told apart: 马桶堵了，另外楼道灯也不亮 are two, for a plumber and an electrician."""

import re
from dataclasses import dataclass

from zhongshu.cases.classification.classifier import Classification, classify
from zhongshu.cases.classification.labels import Category
from zhongshu.cases.classification.text import readable_part

_SENTENCE_ENDS = re.compile(r"(?<=[。！？!?；;\n])")
_TURNS = re.compile(
    r"(?=另外|此外|还有(?!没有|多|人|一会|几|个[把大小老孩])|对了|顺便|顺带|再就是|再一个|再有|除此之外|除了这个"
    r"|第[二三四](?:个|件|点)?[，,、:：]?|其次|二来|二是|三是|[2-4２-４][、.．:：](?!\d))"
)
_OPENING = re.compile(
    r"^(?:另外|此外|还有|对了|顺便|顺带|再就是|再一个|再有|除此之外|除了这个|第[一二三四](?:个|件|点)?|其次|[一二三]来|[一二三]是"
    r"|[1-4１-４][、.．:：])(?:问一下|说一下|说下|的是|呢|啊|哦)?[，,、:：\s]*"
)
_SHORTEST = 4
_SURE = 0.5
_MOST = 4
_NO_MATTER_OF_ITS_OWN = frozenset({Category.SERVICE_ATTITUDE, Category.CONSULT})
"""请尽快处理, 谢谢, 都几天了 follow upon a matter and are none, unless the speaker turned to them."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    turned: bool
    suggestion: Classification


def matters(text: str) -> tuple[str, ...]:
    """The matters in a message in their order, each a text of its own; one element when it is one matter (or none)."""
    parts = _parts(readable_part(text))
    if len(parts) < 2:
        return (text.strip(),)
    found: list[list[_Piece]] = []
    for piece in (_Piece(part, turned, classify(_said(part))) for part, turned in parts):
        if not found or _is_another(piece, [first for first, *_rest in found]):
            found.append([piece])
        else:
            found[-1].append(piece)
    if not 1 < len(found) <= _MOST:
        return (text.strip(),)
    return tuple("".join(piece.text for piece in matter).strip() for matter in found)


def _parts(text: str) -> list[tuple[str, bool]]:
    """What may stand alone, and whether the speaker turned to it."""
    parts: list[tuple[str, bool]] = []
    for sentence in _SENTENCE_ENDS.split(text):
        for number, part in enumerate(_TURNS.split(sentence)):
            turned = number > 0 or bool(_OPENING.match(part.strip()))
            if len(_said(part)) < _SHORTEST and parts:
                parts[-1] = (parts[-1][0] + part, parts[-1][1])
            elif part.strip():
                parts.append((part, turned))
    return parts


def _said(part: str) -> str:
    return _OPENING.sub("", part.strip()).strip("。！？!?；;，, \n")


def _is_another(piece: _Piece, before: list[_Piece]) -> bool:
    """Something else than what was told before, and sure enough to stand alone."""
    suggestion = piece.suggestion
    if any(earlier.suggestion.category == suggestion.category for earlier in before):
        return False
    if suggestion.hazards:
        return True
    if suggestion.category in _NO_MATTER_OF_ITS_OWN and not piece.turned:
        return False
    return suggestion.confidence >= _SURE
