"""The matters of a message as the call-taker sees and changes them: proposed, joined, split by hand, kept as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhongshu.cases.actions import Part
from zhongshu.cases.classification import Classification, classify, matters
from zhongshu.people.kinds import TeamKind
from zhongshu.work.kinds import Urgency

ONE, BY_LINE = "one", "lines"
DECIDED = ("category", "urgency", "team_kind")
MOST = 6


@dataclass(frozen=True, slots=True)
class Matter:
    """One of several: its place in the message, its words, what is suggested, and what was decided (by field)."""

    index: int
    text: str
    suggestion: Classification
    decided: Mapping[str, str]


def pieces(text: str, mode: str) -> list[str]:
    """The message in the pieces proposed (`mode` empty), by its lines, or whole."""
    if mode == BY_LINE:
        return [line.strip() for line in text.splitlines() if line.strip()][:MOST] or [text]
    return [text] if mode == ONE else list(matters(text))


def parted(text: str, mode: str, joins: Sequence[str], decided: Mapping[str, str]) -> list[Matter]:
    """The matters, each piece marked in `joins` (its number) taken into the one before it.

    `decided` has `category-0`, `urgency-1` … as the form sends them.
    """
    found: list[tuple[int, str]] = []
    for index, piece in enumerate(pieces(text, mode)):
        if found and str(index) in joins:
            found[-1] = (found[-1][0], f"{found[-1][1]} {piece}")
        else:
            found.append((index, piece))
    return [Matter(index, words, classify(words), _decided(index, decided)) for index, words in found]


def _decided(index: int, decided: Mapping[str, str]) -> dict[str, str]:
    given = {name: decided.get(f"{name}-{index}", "") for name in DECIDED}
    return {name: value for name, value in given.items() if value}


def parts(several: Sequence[Matter]) -> list[Part]:
    """For the action. Raises ValueError for a word that is none."""
    return [
        Part(
            text=matter.text,
            category=matter.decided.get("category"),
            urgency=Urgency(matter.decided["urgency"]) if "urgency" in matter.decided else None,
            team_kind=TeamKind(matter.decided["team_kind"]) if "team_kind" in matter.decided else None,
        )
        for matter in several
    ]
