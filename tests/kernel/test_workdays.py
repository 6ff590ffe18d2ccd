"""The Chinese work calendar, by the State Council's notice for 2026 and by weekends for years to come."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.workdays import add_working_minutes, is_provisional, is_workday, next_workday

DAYS = [
    ("2026-02-14", True, "Saturday worked for the Spring Festival"),
    ("2026-02-15", False, "first day of the Spring Festival"),
    ("2026-02-17", False, "New Year's Day of the lunar calendar"),
    ("2026-02-23", False, "Monday, last day of the Spring Festival"),
    ("2026-02-24", True, "Tuesday after it"),
    ("2026-02-28", True, "Saturday worked for the Spring Festival"),
    ("2026-09-20", True, "Sunday worked for National Day"),
    ("2026-10-01", False, "National Day"),
    ("2026-10-07", False, "last day of its holidays"),
    ("2026-10-08", True, "Thursday after them"),
    ("2026-10-10", True, "Saturday worked for National Day"),
    ("2026-11-04", True, "an ordinary Wednesday"),
    ("2026-11-07", False, "an ordinary Saturday"),
]


@pytest.mark.parametrize(("day", "works", "why"), DAYS)
def test_days_of_2026(day: str, works: bool, why: str) -> None:
    assert is_workday(date.fromisoformat(day)) is works, why
    assert not is_provisional(date.fromisoformat(day))


def test_a_year_not_yet_published_has_weekends_only_and_says_so() -> None:
    assert is_provisional(date(2040, 10, 1))
    assert is_workday(date(2040, 10, 1))
    assert not is_workday(date(2040, 10, 6))


@pytest.mark.parametrize(
    ("day", "following"),
    [("2026-02-14", "2026-02-24"), ("2026-09-30", "2026-10-08"), ("2026-11-06", "2026-11-09")],
)
def test_the_next_working_day(day: str, following: str) -> None:
    assert next_workday(date.fromisoformat(day)) == date.fromisoformat(following)


SUMS = [
    ("2026-11-04 10:00", 60, "2026-11-04 11:00", "within the day"),
    ("2026-11-04 17:30", 30, "2026-11-04 18:00", "exactly to closing time"),
    ("2026-11-04 17:30", 31, "2026-11-05 09:01", "over night"),
    ("2026-11-04 08:00", 60, "2026-11-04 10:00", "before opening"),
    ("2026-11-04 18:00", 1, "2026-11-05 09:01", "at closing time"),
    ("2026-11-06 20:00", 60, "2026-11-09 10:00", "Friday evening"),
    ("2026-11-07 12:00", 0, "2026-11-09 09:00", "nothing on a Saturday: the next opening"),
    ("2026-02-13 17:00", 120, "2026-02-14 10:00", "into a Saturday that is worked"),
    ("2026-02-14 17:00", 120, "2026-02-24 10:00", "over the Spring Festival"),
    ("2026-09-30 09:00", 1080, "2026-10-08 18:00", "two whole days around National Day"),
]


@pytest.mark.parametrize(("start", "minutes", "end", "why"), SUMS)
def test_working_minutes(start: str, minutes: int, end: str, why: str) -> None:
    assert add_working_minutes(_at(start), minutes) == _at(end), why


@given(st.integers(0, 480_000), st.integers(0, 3000), st.integers(1, 3000))
def test_minutes_add_up_whether_taken_at_once_or_in_two_parts(later: int, first: int, second: int) -> None:
    start = _at("2026-01-01 00:00") + timedelta(minutes=later)
    halfway = add_working_minutes(start, first)
    assert add_working_minutes(halfway, second) == add_working_minutes(start, first + second)
    assert halfway >= start


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SITE_ZONE)
