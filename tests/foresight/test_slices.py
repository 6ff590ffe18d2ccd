"""Which mornings of the past are for what."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zhongshu.care.policies.table import months_later
from zhongshu.foresight.policies.slices import months_missing, mornings, sliced

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@given(first=DAYS, on=DAYS)
def test_what_is_tested_lies_wholly_after_what_was_learned(first: date, on: date) -> None:
    days = mornings(first, on)
    assert all(first <= day and months_later(day, 6) <= on for day in days)
    slices = sliced(days)
    if slices is None:
        assert len(days) < 17
        return
    assert max(slices.learn) < min(slices.calibrate)
    assert months_later(max(slices.calibrate), 6) <= min(slices.test)
    assert slices.test[-1] == days[-1]


def test_every_day_of_the_month_has_its_turn() -> None:
    days = mornings(date(2018, 1, 1), date(2026, 1, 1))
    assert len(days) == 48
    assert len({day.day for day in days}) > 20


def test_a_young_site_is_told_how_long_it_takes() -> None:
    first, on = date(2025, 1, 1), date(2026, 1, 1)
    wait = months_missing(first, on)
    assert sliced(mornings(first, months_later(on, wait))) is not None
    assert sliced(mornings(first, months_later(on, wait) - timedelta(days=40))) is None
