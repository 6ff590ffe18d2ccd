"""Rules of rosters: who is really there, and when too few are."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

DUTY_OFFICERS_NEEDED = 1
CONTROL_ROOM_NEEDED = 2
"""Two persons a shift, 24 hours a day: Fire Protection Law (消防法) 16 and 17 with GB 25506-2010, 4.2.1."""


class Span(NamedTuple):
    """From an instant until (exclusive) another."""

    starts_at: datetime
    ends_at: datetime


class Gap(NamedTuple):
    """A time in which only `present` people are on duty, which is too few."""

    starts_at: datetime
    ends_at: datetime
    present: int


def without(span: Span, absences: Iterable[Span]) -> list[Span]:
    """What is left of a shift when the person is away; the absences may come in any order and overlap."""
    left, since = [], span.starts_at
    for away in sorted(absences):
        if since < min(away.starts_at, span.ends_at):
            left.append(Span(since, min(away.starts_at, span.ends_at)))
        since = max(since, away.ends_at)
    if since < span.ends_at:
        left.append(Span(since, span.ends_at))
    return left


def gaps(entries: Iterable[Span], start: datetime, end: datetime, need: int) -> list[Gap]:
    """The times between `start` and `end` in which fewer than `need` of the entries run.

    In order, as long as they can be: two that touch differ in how many are present. An entry counts as one person.
    """
    spans = [Span(max(starts, start), min(ends, end)) for starts, ends in entries if starts < end and ends > start]
    found: list[Gap] = []
    for piece in _pieces(spans, start, end):
        if piece.present < need:
            touches = found and (found[-1].ends_at, found[-1].present) == (piece.starts_at, piece.present)
            begun_at = found.pop().starts_at if touches else piece.starts_at
            found.append(piece._replace(starts_at=begun_at))
    return found


def _pieces(spans: list[Span], start: datetime, end: datetime) -> Iterator[Gap]:
    """The whole time, cut wherever somebody comes or goes."""
    changes: dict[datetime, int] = {start: 0, end: 0}
    for starts, ends in spans:
        changes[starts] = changes.get(starts, 0) + 1
        changes[ends] = changes.get(ends, 0) - 1
    present = 0
    for here, there in pairwise(sorted(changes)):
        present += changes[here]
        yield Gap(here, there, present)
