"""The draw of visits: its size, its fairness, its order, and that it comes out the same again."""

from collections import Counter
from datetime import date
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhongshu.community.policies.drawing import Candidate, drawn, spread, wanted_by
from zhongshu.community.policies.quarters import first_workday, quarter_of, workdays_left

DAY = date.fromisoformat
candidates = st.lists(
    st.tuples(st.integers(1, 500), st.sampled_from("ABCD"), st.booleans()), max_size=60, unique_by=lambda row: row[0]
).map(lambda rows: [Candidate(*row) for row in rows])
seeds = st.text("0123456789abcdef", min_size=1, max_size=16)


@given(st.integers(0, 5000))
def test_ninety_in_a_hundred_are_reached_in_three_steps(population: int) -> None:
    steps = [wanted_by(population, month) for month in (1, 2, 3)]
    assert steps == sorted(steps)
    assert steps[2] == ceil(population * 9 / 10) <= population
    assert steps[0] == ceil(population * 3 / 10)


@given(candidates, st.integers(-3, 70), seeds)
@settings(max_examples=60)
def test_nobody_twice_everybody_known_and_the_same_again(found: list[Candidate], count: int, seed: str) -> None:
    chosen = drawn(found, count, seed=seed)
    assert len(chosen) == len(set(chosen)) == min(max(count, 0), len(found))
    assert set(chosen) <= {one.account_id for one in found}
    assert drawn(list(reversed(found)), count, seed=seed) == chosen  # by seed and candidates alone
    assert drawn(found, count - 1, seed=seed) == chosen[: max(count - 1, 0)]  # a smaller draw is its beginning


@given(candidates, st.integers(0, 60), seeds)
@settings(max_examples=60)
def test_who_was_skipped_comes_first_and_buildings_come_in_proportion(
    found: list[Candidate], count: int, seed: str
) -> None:
    chosen = set(drawn(found, count, seed=seed))
    skipped = {one.account_id for one in found if one.was_skipped}
    assert skipped <= chosen or chosen <= skipped
    for is_skipped in (True, False):
        sizes = Counter(one.building for one in found if one.was_skipped == is_skipped)
        taken = Counter(one.building for one in found if one.was_skipped == is_skipped and one.account_id in chosen)
        for one in sizes:
            for other in sizes:
                share, other_share = taken[one] / sizes[one], taken[other] / sizes[other]
                assert abs(share - other_share) <= 0.5 / sizes[one] + 0.5 / sizes[other] + 1e-9


def test_two_seeds_draw_differently() -> None:
    found = [Candidate(pk, "A") for pk in range(100)]
    assert drawn(found, 30, seed="a") != drawn(found, 30, seed="b")


@given(st.lists(st.integers(), max_size=80), st.integers(1, 23))
def test_visits_are_spread_evenly_and_in_order(accounts: list[int], number: int) -> None:
    days = [date(2026, 11, day) for day in range(1, number + 1)]
    planned = spread(accounts, days)
    assert [account for account, _day in planned] == accounts
    load = Counter(day for _account, day in planned)
    assert max(load.values(), default=0) - min((load[day] for day in days), default=0) <= 1
    assert [day for _account, day in planned] == sorted(day for _account, day in planned)


@pytest.mark.parametrize(
    ("month", "first"), [("2026-10-01", "2026-10-08"), ("2026-11-01", "2026-11-02"), ("2026-05-20", "2026-05-06")]
)
def test_the_first_working_day_of_a_month(month: str, first: str) -> None:
    assert first_workday(DAY(month)) == DAY(first)


def test_quarters_and_the_working_days_left() -> None:
    assert quarter_of(DAY("2026-11-04")) == DAY("2026-10-01")
    assert workdays_left(DAY("2026-11-27")) == [DAY("2026-11-27"), DAY("2026-11-30")]
    assert workdays_left(DAY("2026-10-31")) == [DAY("2026-10-31")]  # a Saturday: nothing is left
