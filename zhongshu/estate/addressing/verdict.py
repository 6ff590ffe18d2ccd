"""Text and caller → the verdict: which place is meant, or what must be asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhongshu.estate.addressing import wording
from zhongshu.estate.addressing.grammar import encode, tokens_of
from zhongshu.estate.addressing.history import PastMatter, mentions_the_past, places_like, points_to_the_past
from zhongshu.estate.addressing.layout import SiteLayout
from zhongshu.estate.addressing.matcher import Fault, Match, match
from zhongshu.estate.addressing.mentions import Mention, Said, read_mentions
from zhongshu.estate.addressing.normalise import normalise

MOST_PLACES: Final = 20
_PRIVATE_KINDS: Final = frozenset({"unit", "parking"})


class VerdictStatus(StrEnum):
    """How sure the place is."""

    UNIQUE = "unique"
    AMBIGUOUS = "ambiguous"
    PUBLIC_AREA = "public_area"
    FROM_HISTORY = "from_history"
    CONFLICT = "conflict"
    INVALID = "invalid"
    NONEXISTENT = "nonexistent"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who speaks: the codes his number is registered at, and what he reported before."""

    registered: tuple[str, ...] = ()
    history: tuple[PastMatter, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """``places`` and ``suggestions`` are codes of the site, never others; ``read_back`` is set whenever unique."""

    status: VerdictStatus
    places: tuple[str, ...] = ()
    question: str = ""
    read_back: str = ""
    suggestions: tuple[str, ...] = ()


def resolve(text: str, *, layout: SiteLayout, caller: Caller | None = None) -> Verdict:
    """Which place of the site the text means; see docs/algorithms/place-resolver.md for the rules."""
    reading = normalise(text)
    encoded = encode(reading.text, layout)
    said = read_mentions(tokens_of(encoded, layout), encoded)
    return _Resolution(layout, caller or Caller(), text, said, reading.notes).verdict()


class _Resolution:
    """One text being resolved."""

    def __init__(
        self, layout: SiteLayout, caller: Caller, text: str, said: Said, notes: tuple[tuple[str, str], ...]
    ) -> None:
        self.layout = layout
        self.text = text
        self.said = said
        self.notes = wording.notes(notes)
        self.homes = tuple(code for code in caller.registered if self._kind(code) == "unit")
        self.around = {each for code in self.homes for each in layout.ancestors(code)}
        self.entrances = {code for code in self.around if self._kind(code) == "entrance"}
        self.history = tuple(matter for matter in caller.history if matter.place_code in layout.nodes)

    def verdict(self) -> Verdict:
        found = self._found()
        if points_to_the_past(self.text) and not self._certain(found):
            return self._from_history([code for _, each in found for code in each.codes])
        if not found:
            return self._without_place()
        good = [(mention, each) for mention, each in found if each.codes]
        if not good:
            return self._refused(found[0][1])
        if len(good) > 1:
            return self._several(good)
        return self._one(good[0][1].codes)

    def _found(self) -> list[tuple[Mention, Match]]:
        matched = [(mention, match(mention, self.layout)) for mention in self.said.mentions]
        told = [(mention, each) for mention, each in matched if each.codes or each.fault]
        matter = [(mention, each) for mention, each in told if not mention.who and not self._is_home(each)]
        speaks_of_self = any(mention.who and self._is_home(each) for mention, each in told)
        return matter if speaks_of_self and matter and not any("room" in m.fields for m, _ in matter) else told

    def _is_home(self, found: Match) -> bool:
        return bool(found.codes) and self._kind(found.codes[0]) == "unit"

    def _certain(self, found: list[tuple[Mention, Match]]) -> bool:
        return len(found) == 1 and (len(found[0][1].codes) == 1 or found[0][1].fault is not None)

    def _kind(self, code: str) -> str:
        node = self.layout.nodes.get(code)
        return node.kind if node else ""

    def _from_history(self, candidates: list[str]) -> Verdict:
        places = places_like(self.text, self.history)
        if candidates:
            inside = set(candidates)
            places = tuple(code for code in places if inside.intersection(self.layout.ancestors(code)))
        if not places:
            return Verdict(VerdictStatus.FROM_HISTORY, question="没有找到相符的报修记录，" + wording.where(self.layout))
        question = wording.choose(places[:MOST_PLACES], self.layout, total=len(places)) if len(places) > 1 else ""
        back = self._read_back(places[0]) if len(places) == 1 else ""
        return Verdict(VerdictStatus.FROM_HISTORY, places[:MOST_PLACES], question, back)

    def _without_place(self) -> Verdict:
        if mentions_the_past(self.text) and self.history and places_like(self.text, self.history):
            return self._from_history([])
        if len(self.homes) == 1:
            return Verdict(VerdictStatus.UNIQUE, self.homes, read_back=self._read_back(self.homes[0]))
        if self.homes:
            return self._ambiguous(self.homes)
        return Verdict(VerdictStatus.AMBIGUOUS, question=wording.where(self.layout))

    def _refused(self, found: Match) -> Verdict:
        if found.fault is Fault.FORM:
            question = wording.wrong_form(found, self.layout)
            return Verdict(VerdictStatus.INVALID, question=self.notes + question, suggestions=found.nearest)
        question = self.notes + wording.absent(found, self.layout)
        return Verdict(VerdictStatus.NONEXISTENT, question=question, suggestions=found.nearest)

    def _several(self, found: list[tuple[Mention, Match]]) -> Verdict:
        """Each mention counts with what the caller's own home leaves of it."""
        codes = dict.fromkeys(code for _, each in found for code in self._narrowed(each.codes))
        return self._one(tuple(codes)) if len(codes) == 1 else self._ambiguous(tuple(codes))

    def _one(self, codes: tuple[str, ...]) -> Verdict:
        codes = self._rooms_of_floor(self._narrowed(codes))
        if len(codes) > 1:
            return self._ambiguous(codes)
        code = codes[0]
        if self._kind(code) not in _PRIVATE_KINDS:
            return Verdict(VerdictStatus.PUBLIC_AREA, codes, read_back=self._read_back(code))
        if self._kind(code) == "unit" and self.homes and code not in self.homes:
            return Verdict(
                VerdictStatus.CONFLICT,
                (code, *self.homes),
                self.notes + wording.conflict(code, self.homes, self.layout),
            )
        return Verdict(VerdictStatus.UNIQUE, codes, read_back=self._read_back(code))

    def _narrowed(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Of several candidates, those that are the caller's home or that it lies in or is served by."""
        if len(codes) < 2 or not self.around:
            return codes
        own = tuple(code for code in codes if self._is_own(code))
        return own or self._next_door(codes)

    def _next_door(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """「楼上1602」: a room without any building is in the caller's own entrance, if there is one."""
        if any(mention.fields.keys() & {"phase", "building", "entrance"} for mention in self.said.mentions):
            return codes
        near = tuple(code for code in codes if self.entrances.intersection(self.layout.ancestors(code)))
        return near or codes

    def _is_own(self, code: str) -> bool:
        if self._kind(code) == "lift":
            return bool(self.around.intersection(self._lift_serves(code)))
        return code in self.around

    def _lift_serves(self, code: str) -> Iterable[str]:
        return (stair.code for stair in self.layout.stairs if code in stair.lifts.values())

    def _rooms_of_floor(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """A floor named without a word for shared space is a home of which the door is still unknown."""
        spelled = any("exact" in mention.fields for mention in self.said.mentions)
        if len(codes) != 1 or self._kind(codes[0]) != "floor" or self.said.public or spelled:
            return codes
        on_floor = ((stair, key) for stair in self.layout.stairs for key, at in stair.floors.items() if at == codes[0])
        rooms = tuple(stair.rooms[room] for stair, key in on_floor for room in stair.rooms_on.get(key, ()))
        return self._narrowed(rooms) or codes

    def _ambiguous(self, codes: tuple[str, ...]) -> Verdict:
        listed = codes[:MOST_PLACES]
        question = wording.choose(listed, self.layout, total=len(codes))
        return Verdict(VerdictStatus.AMBIGUOUS, listed, self.notes + question)

    def _read_back(self, code: str) -> str:
        return wording.read_back(code, self.layout, notes=self.notes, own=code in self.homes)
