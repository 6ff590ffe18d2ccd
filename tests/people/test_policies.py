"""When the duty officer or the control room is not covered, in worked examples; and what must always hold."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.people.policies import Gap, Span, gaps, without

MONDAY = datetime(2026, 11, 2, tzinfo=SITE_ZONE)


def hour(number: float) -> datetime:
    return MONDAY + timedelta(hours=number)


def span(text: str) -> Span:
    """`8-16`: from the eighth hour until the sixteenth."""
    starts, ends = text.split("-")
    return Span(hour(int(starts)), hour(int(ends)))


def spans(text: str) -> list[Span]:
    return [span(part) for part in text.split()]


# on duty, need → gaps between hour 0 and hour 24, each with how many are there
EXAMPLES = [
    ("", 1, "0-24:0"),
    ("0-24", 1, ""),
    ("8-16", 1, "0-8:0 16-24:0"),
    ("0-12 12-24", 1, ""),
    ("0-11 12-24", 1, "11-12:0"),
    ("12-24 0-12", 1, ""),
    ("0-24", 2, "0-24:1"),
    ("0-24 0-24", 2, ""),
    ("0-24 8-16", 2, "0-8:1 16-24:1"),
    ("0-12 0-12 12-24 12-24", 2, ""),
    ("0-12 0-12 12-24 13-24", 2, "12-13:1"),
    ("0-12 12-24", 2, "0-24:1"),
    ("0-10 0-24", 2, "10-24:1"),
    ("8-16", 2, "0-8:0 8-16:1 16-24:0"),
    ("20-32", 1, "0-20:0"),
    ("24-32", 1, "0-24:0"),
    ("0-24 0-24 6-7", 2, ""),
]


@pytest.mark.parametrize(("entries", "need", "expected"), EXAMPLES)
def test_worked_examples(entries: str, need: int, expected: str) -> None:
    found = gaps(spans(entries), hour(0), hour(24), need)
    wanted = [part.split(":") for part in expected.split()]
    assert found == [Gap(*span(hours), int(present)) for hours, present in wanted]


def test_a_shift_from_the_evening_before_counts_after_midnight() -> None:
    assert gaps([Span(hour(-4), hour(8))], hour(0), hour(24), 1) == [Gap(hour(8), hour(24), 0)]


def test_where_nobody_is_needed_nobody_is_missing() -> None:
    assert gaps([], hour(0), hour(24), 0) == []


hours = st.integers(-30, 60)
rosters = st.lists(st.builds(lambda a, n: Span(hour(a), hour(a + n)), hours, st.integers(1, 24)), max_size=12)


@given(entries=rosters, start=st.integers(0, 10), length=st.integers(1, 48), need=st.integers(0, 3))
def test_an_hour_is_in_a_gap_exactly_when_too_few_are_there(
    entries: list[Span], start: int, length: int, need: int
) -> None:
    found = gaps(entries, hour(start), hour(start + length), need)
    for number in range(start - 2, start + length + 2):
        middle = hour(number + 0.5)
        present = sum(entry.starts_at <= middle < entry.ends_at for entry in entries)
        covering = [gap for gap in found if gap.starts_at <= middle < gap.ends_at]
        is_asked = start <= number < start + length
        assert [gap.present for gap in covering] == ([present] if is_asked and present < need else [])


@given(entries=rosters, need=st.integers(1, 3))
def test_gaps_are_in_order_and_as_long_as_they_can_be(entries: list[Span], need: int) -> None:
    found = gaps(entries, hour(0), hour(24), need)
    for first, second in pairwise(found):
        assert first.ends_at <= second.starts_at
        assert first.ends_at < second.starts_at or first.present != second.present


AWAY = [
    ("8-16", "", "8-16"),
    ("8-16", "0-8", "8-16"),
    ("8-16", "16-20", "8-16"),
    ("8-16", "0-24", ""),
    ("8-16", "8-16", ""),
    ("8-16", "0-10", "10-16"),
    ("8-16", "14-20", "8-14"),
    ("8-16", "10-12", "8-10 12-16"),
    ("8-16", "12-14 9-10", "8-9 10-12 14-16"),
    ("8-16", "9-13 10-11", "8-9 13-16"),
]


@pytest.mark.parametrize(("shift", "away", "left"), AWAY)
def test_absences_are_taken_out_of_a_shift(shift: str, away: str, left: str) -> None:
    assert without(span(shift), spans(away)) == spans(left)


@given(start=hours, length=st.integers(1, 24), away=rosters)
def test_somebody_is_there_or_away(start: int, length: int, away: list[Span]) -> None:
    left = without(Span(hour(start), hour(start + length)), away)
    for number in range(start, start + length):
        middle = hour(number + 0.5)
        is_away = any(absence.starts_at <= middle < absence.ends_at for absence in away)
        assert sum(part.starts_at <= middle < part.ends_at for part in left) == (0 if is_away else 1)
