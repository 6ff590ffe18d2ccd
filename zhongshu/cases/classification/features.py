"""What the model reads in a sentence: its character n-grams, and the signs that rules and word lists find in it."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from zhongshu.cases.classification.concepts import concepts_in
from zhongshu.cases.classification.routing import team_cues_in
from zhongshu.cases.classification.second_net import danger_word
from zhongshu.cases.classification.urgency import cues_in

_READ_CHARACTERS = 400
"""A matter is said in its first sentences; what follows would only cost time."""

_LONGEST_GRAM = 3
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Features:
    """`grams`: how often each stands in the sentence; `signs`: names of what rules and word lists found."""

    grams: Counter[str]
    signs: frozenset[str]


def features_of(told: str, hazards: Collection[str]) -> Features:
    """The features of the normalised sentence in which the rules heard these `hazards`."""
    read = told[:_READ_CHARACTERS]
    # House numbers say nothing about the matter, so all numbers look alike.
    return Features(_grams_of(_NUMBER.sub("0", read)), frozenset(_signs_of(read, hazards)))


def _grams_of(text: str) -> Counter[str]:
    return Counter(
        text[start : start + length]
        for length in range(1, _LONGEST_GRAM + 1)
        for start in range(len(text) - length + 1)
    )


def _signs_of(told: str, hazards: Collection[str]) -> list[str]:
    """A blank in each name keeps signs and grams apart: no normalised sentence has one."""
    signs = [f"concept {name}" for name in concepts_in(told)]
    signs += [f"hazard {name}" for name in hazards]
    signs += [f"cue {number}" for number in cues_in(told)]
    signs += [f"team {number}" for number in team_cues_in(told)]
    return signs + (["danger word"] if danger_word(told) else []) + [f"length {min(len(told) // 8, 6)}"]
