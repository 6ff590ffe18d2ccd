"""Tokens → mentions: which words speak of the same place, what was taken back, what is only said to tell who speaks."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from zhongshu.estate.addressing.grammar import Token
from zhongshu.estate.addressing.layout import key_of

RANK: Final = {
    "phase": 1,
    "building": 2,
    "entrance": 3,
    "floor": 4,
    "room": 5,
    "door": 5,
    "short": 5,
    "lift": 5,
    "level": 2,
    "zone": 3,
    "pillar": 4,
    "space": 4,
    "garage": 1,
    "gate": 5,
    "label": 5,
    "exact": 6,
}
MOST_MENTIONS: Final = 16
_INDOOR: Final = frozenset({"building", "entrance", "floor", "room", "door", "short", "lift"})
_GARAGE: Final = frozenset({"garage", "level", "zone", "pillar", "space"})
_TIGHT: Final = re.compile(r"[-的,，、:：/.() ]{0,2}")
_HIGHER: Final = ("phase", "building", "entrance")


@dataclass(slots=True)
class Mention:
    """What the text says of one place: level → value as said (no leading zeros)."""

    fields: dict[str, str] = field(default_factory=dict)
    start: int = 0
    end: int = 0
    weak: bool = False
    relation: bool = False
    who: bool = False
    joined: bool = False
    corrects: bool = False

    @property
    def family(self) -> str:
        if self.fields.keys() & _GARAGE:
            return "garage"
        return next((kind for kind in ("gate", "label", "exact") if kind in self.fields), "indoor")

    @property
    def only_phase(self) -> bool:
        return self.fields.keys() == {"phase"}


@dataclass(slots=True)
class Said:
    """All of a text: its mentions in order, and whether it speaks of shared space (楼道 …)."""

    mentions: list[Mention]
    public: bool


def read_mentions(tokens: list[Token], text: str) -> Said:
    """Group the tokens; apply corrections; complete what was left out from what was said before."""
    public = any(token.kind in ("public", "lift") for token in tokens)
    grouped = _Grouping(text).run(_without_negated(tokens, text))
    if len(grouped) > MOST_MENTIONS:
        grouped = grouped[: MOST_MENTIONS // 2] + grouped[-MOST_MENTIONS // 2 :]
    merged = _merge_complements(_apply_corrections(grouped))
    _inherit(merged)
    return Said(_relevant(merged), public)


def _without_negated(tokens: list[Token], text: str) -> list[Token]:
    kept: list[Token] = []
    negation: Token | None = None
    for token in tokens:
        if token.kind == "negate":
            negation = token
        elif negation and re.search("[是,，。;；!！?？]", text[negation.end : token.start]):
            negation = None
        if negation is None or token.kind not in (*RANK, "number"):
            kept.append(token)
    said = any(token.kind in RANK for token in kept)
    return kept if said else [token for token in tokens if token.kind != "negate"]


class _Grouping:
    """One pass over the tokens; a level that does not lie below the last one opens a new mention."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mentions: list[Mention] = []
        self.last: Token | None = None
        self.relation_end = self.who_end = self.join_end = -9
        self.corrected = self.lift_said = False

    def run(self, tokens: list[Token]) -> list[Mention]:
        for i, token in enumerate(tokens):
            following = tokens[i + 1] if i + 1 < len(tokens) else None
            self._mark(token)
            if placed := self._placed(token, following):
                self._add(placed, weak=self._guessed(token))
        for mention in self.mentions:
            if self.lift_said and mention.family == "indoor" and max(map(RANK.__getitem__, mention.fields)) in (2, 3):
                mention.fields["lift"] = ""
        return self.mentions

    def _mark(self, token: Token) -> None:
        if token.kind == "relation":
            self.relation_end = token.end
        elif token.kind == "who":
            self.who_end = token.end
        elif token.kind == "join":
            self.join_end = token.end
        elif token.kind == "correct":
            self.corrected = True

    def _near(self, token: Token) -> bool:
        return self.last is not None and bool(_TIGHT.fullmatch(self.text[self.last.end : token.start]))

    def _guessed(self, token: Token) -> bool:
        """A bare number counts as a room for certain only where it touches the place or joins another room."""
        return token.kind == "number" and not self._near(token) and token.start != self.join_end

    def _placed(self, token: Token, following: Token | None) -> Token | None:
        """The token with its level settled by its neighbours, or None where it says nothing about a place."""
        kind = token.kind
        if kind in ("number", "door_no", "floor_door", "top", "gate_no", "phase_word"):
            kind = getattr(self, f"_{kind}")(token, following)
        elif kind == "lift" and not token.value and not self._current_has("building", "entrance"):
            kind, self.lift_said = "", True
        elif kind == "room" and self._near(token) and self._last_is("level", "garage"):
            kind = "space"
        elif kind == "gate" and self._near(token) and self._last_is("floor"):
            kind = "door"
        elif (kind == "door" and self._last_is("room")) or (kind == "zone" and not self._in_garage(following)):
            kind = ""
        elif kind == "room" and len(token.value) < 3:
            kind = "short" if self._last_is("floor") else "room"
        if kind not in RANK:
            return None
        value = token.value if kind in ("label", "exact") else key_of(token.value) if token.value else ""
        return Token(kind, (value,), token.start, token.end)

    def _number(self, token: Token, following: Token | None) -> str:
        length = len(token.value)
        if self._last_is("short") and token.start == self.join_end and length <= 2:
            return "short"
        if self._near(token) and (level := self._level_of_adjoining(length, following)):
            return level
        in_garage = self._near(token) and self._last_is("garage", "level", "zone", "space", "pillar")
        return "room" if length >= 3 and not in_garage else ""

    def _level_of_adjoining(self, length: int, following: Token | None) -> str:
        """What a bare number of that many digits is, right behind the last token."""
        if self._last_is("floor") and length <= 2:
            return "short"
        if self._last_is("level", "garage") and length <= 4:
            return "space"
        if self._last_is("zone") and length <= 2:
            return "pillar"
        before_room = following is not None and following.kind in ("number", "room", "floor")
        return "entrance" if self._last_is("building") and length <= 2 and before_room else ""

    def _door_no(self, token: Token, following: Token | None) -> str:
        if self._last_is("building") and self._near(token):
            return "entrance"
        if self._last_is("floor") and self._near(token):
            return "short"
        return "gate" if self.text[token.start : token.end].endswith("号门") else ""

    def _floor_door(self, token: Token, following: Token | None) -> str:
        if self.lift_said and self._last_is("building", "entrance"):
            return "lift"
        return "door" if self._last_is("floor") and self._near(token) else ""

    def _top(self, token: Token, following: Token | None) -> str:
        return ""

    def _gate_no(self, token: Token, following: Token | None) -> str:
        return "gate"

    def _phase_word(self, token: Token, following: Token | None) -> str:
        return "phase"

    def _in_garage(self, following: Token | None) -> bool:
        ahead = following is not None and following.kind in ("pillar", "number", "space", "level")
        return ahead or self._last_is("level", "garage")

    def _last_is(self, *kinds: str) -> bool:
        return self.last is not None and self.last.kind in kinds

    def _current_has(self, *kinds: str) -> bool:
        return bool(self.mentions) and bool(self.mentions[-1].fields.keys() & set(kinds))

    def _add(self, token: Token, *, weak: bool) -> None:
        if not self.mentions or self.corrected or not self._fits(self.mentions[-1], token):
            self.mentions.append(
                Mention(
                    start=token.start,
                    weak=weak,
                    corrects=self.corrected,
                    relation=0 <= token.start - self.relation_end <= 2,
                    who=self._introduced(token),
                    joined=token.start == self.join_end,
                )
            )
            self.corrected = False
        mention = self.mentions[-1]
        mention.fields[token.kind] = token.value
        mention.end = token.end
        self.last = token

    def _introduced(self, token: Token) -> bool:
        return 0 <= token.start - self.who_end <= 3

    def _fits(self, mention: Mention, token: Token) -> bool:
        last_end = self.last.end if self.last else 0
        if last_end <= self.relation_end >= token.start - 2 or last_end <= self.join_end == token.start:
            return False
        highest = max(RANK[kind] for kind in mention.fields)
        return RANK[token.kind] > highest and _same_family(mention, token.kind)


def _same_family(mention: Mention, kind: str) -> bool:
    if mention.only_phase or kind == "phase":
        return True
    if kind in _INDOOR:
        return mention.family == "indoor"
    if kind in _GARAGE:
        return mention.family == "garage"
    return kind == "label" and mention.family == "indoor" and "room" not in mention.fields


def _apply_corrections(mentions: list[Mention]) -> list[Mention]:
    """What follows a correction replaces the same levels of what was said before and keeps the others."""
    kept: list[Mention] = []
    for mention in mentions:
        if mention.corrects and kept:
            wrong = kept.pop()
            kept = [earlier for earlier in kept if earlier.family != mention.family or earlier.who]
            mention.who = wrong.who
            if wrong.family == mention.family:
                mention.fields = _overlaid(wrong.fields, mention.fields)
        kept.append(mention)
    return kept


def _overlaid(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    merged = {**old, **new}
    if {"room", "short", "door", "lift"} & new.keys() or "floor" in new:
        for kind in ("floor", "room", "short", "door", "lift"):
            if kind not in new:
                merged.pop(kind, None)
    return {kind: merged[kind] for kind in sorted(merged, key=RANK.__getitem__)}


def _merge_complements(mentions: list[Mention]) -> list[Mention]:
    """「1502，3栋2单元」 and 「3栋2单元1502，二期的」 are one place each."""
    merged: list[Mention] = []
    for mention in mentions:
        if merged and _complete_each_other(merged[-1], mention):
            before = merged[-1]
            both = {**before.fields, **mention.fields}
            before.fields = {kind: both[kind] for kind in sorted(both, key=RANK.__getitem__)}
            before.end, before.weak = mention.end, before.weak and mention.weak
        else:
            merged.append(mention)
    return merged


def _complete_each_other(one: Mention, other: Mention) -> bool:
    if one.relation or other.relation or other.joined or one.fields.keys() & other.fields.keys():
        return False
    both = one.fields.keys() | other.fields.keys()
    if not (one.family == other.family or one.only_phase or other.only_phase):
        return False
    if len(both & {"room", "short", "door", "lift", "space", "pillar", "exact", "gate"}) > 1:
        return False
    if "room" in one.fields and not other.fields.keys() <= {"phase", "building", "entrance"}:
        return False
    return not ("room" in other.fields and one.fields.keys() & {"floor"})


def _inherit(mentions: list[Mention]) -> None:
    """A mention that starts below the building lies where the mention before it lies."""
    for before, mention in pairwise(mentions):
        if mention.family != "indoor" or before.family != "indoor" or mention.only_phase:
            continue
        top = min(RANK[kind] for kind in mention.fields)
        levels: tuple[str, ...] = (*_HIGHER, "floor") if "short" in mention.fields else _HIGHER
        above = {kind: before.fields[kind] for kind in levels if RANK[kind] < top and kind in before.fields}
        mention.fields = {**above, **mention.fields}


def _relevant(mentions: list[Mention]) -> list[Mention]:
    """Leave out guesses beside certain places, the neighbour beside the own door, the part beside the whole."""
    strong = [mention for mention in mentions if not mention.weak or "building" in mention.fields] or mentions
    own = [mention for mention in strong if not mention.relation] or strong
    kept = [mention for mention in own if not any(_covers(other, mention) for other in own if other is not mention)]
    return kept or own[:1]


def _covers(whole: Mention, part: Mention) -> bool:
    """Whether ``whole`` says everything ``part`` says and more, or the same earlier."""
    if part.fields.items() <= whole.fields.items():
        return len(part.fields) < len(whole.fields) or whole.start < part.start
    has_door = bool(whole.fields.keys() & {"room", "short", "lift"})
    levels = part.fields.keys()
    if has_door and "floor" in levels and levels <= {"phase", "building", "entrance", "floor"}:
        return True
    return part.fields.keys() == {"garage"} or (part.family == "gate" and not part.fields.get("gate"))
