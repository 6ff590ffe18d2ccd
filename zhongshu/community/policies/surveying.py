"""Rules of the survey: which answers count, what must be followed up."""

from collections.abc import Mapping

from zhongshu.community.kinds import Question

LOW = 2
"""An answer at or below it is followed up, until people choose otherwise."""
MARKS = range(1, 6)


def is_whole(marks: Mapping[str, int]) -> bool:
    """Whether every question is answered with 1 to 5."""
    return set(marks) == set(Question) and all(mark in MARKS for mark in marks.values())


def low(marks: Mapping[str, int], *, least: int = LOW) -> list[Question]:
    """The questions answered so badly that somebody must ask."""
    return [question for question in Question if marks[question] <= least]
