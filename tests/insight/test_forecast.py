"""What may come: worked by hand, honest about its misses, silent where it knows too little."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhongshu.insight.policies.forecast import drifting, of_money, of_units, seasonal

SEASONS = [300, 80, 90, 100, 100, 100, 100, 100, 100, 110, 120, 250]


def test_last_year_s_month_grows_as_the_latest_months_did() -> None:
    past = [float(month) for month in SEASONS] + [month * 1.1 for month in SEASONS[:6]]
    assert seasonal(past, 1) == pytest.approx(100 * 1.1)  # July like June
    assert seasonal(past, 7) == pytest.approx(300 * 1.1 * 1.1)  # next January like the last


def test_growth_beyond_twice_is_not_believed() -> None:
    past = [10.0] * 12 + [1000.0] * 6
    assert seasonal(past, 1) == 20.0


def test_vacancy_goes_on_half_as_fast() -> None:
    assert drifting([10.0, 12.0, 14.0], 3) == 14 + 3 * 2 / 2


def test_what_repeats_every_year_is_forecast_without_a_miss() -> None:
    found = of_money([float(month) for month in SEASONS * 3])
    assert found is not None
    assert [round(one.expected) for one in found.months] == SEASONS
    assert all(one.low == one.expected == one.high for one in found.months)
    assert (found.coverage, found.origins) == (1.0, 23)


@pytest.mark.parametrize("history", [[], [100.0] * 17, [100.0] * 12 + [0.0] * 12])
def test_too_little_history_makes_no_forecast(history: list[float]) -> None:
    assert of_money(history) is None


def test_nothing_is_said_of_vacancy_before_nine_months() -> None:
    assert of_units([5.0] * 8) is None
    assert of_units([5.0] * 9) is not None


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 1e7), min_size=18, max_size=40))
def test_an_interval_holds_its_middle_and_is_never_below_nothing(history: list[float]) -> None:
    found = of_money(history)
    if found is not None:
        assert all(0 <= one.low <= max(one.expected, 0) <= one.high for one in found.months)
        assert 0 <= found.coverage <= 1


def test_the_interval_holds_about_what_it_says_on_months_it_has_not_seen() -> None:
    dice, inside, total = random.Random(7), 0, 0
    for _ in range(60):
        months = [month * dice.gauss(1, 0.15) for month in SEASONS * 4]
        found = of_money(months[:36])
        assert found is not None
        for ahead, actual in zip(found.months, months[36:], strict=True):
            inside, total = inside + (ahead.low <= actual <= ahead.high), total + 1
    assert 0.70 <= inside / total <= 0.92
