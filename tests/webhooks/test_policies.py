"""When to try again: worked examples and what must always hold."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.webhooks.policies import (
    JITTER,
    LONGEST_ASKED,
    WAITS,
    group_of,
    is_hopeless,
    unknown_among,
    wait_after,
)

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=SITE_ZONE)


@pytest.mark.parametrize(
    ("tries", "asked", "wait"),
    [
        (1, None, timedelta(seconds=5)),
        (2, None, timedelta(seconds=30)),
        (9, None, timedelta(hours=24)),
        (10, None, None),
        (1, timedelta(minutes=7), timedelta(minutes=7)),
        (5, timedelta(seconds=1), timedelta(hours=1)),
        (1, timedelta(days=400), timedelta(hours=24)),
        (10, timedelta(minutes=7), None),
    ],
)
def test_worked_examples(tries: int, asked: timedelta | None, wait: timedelta | None) -> None:
    assert wait_after(tries, chance=0, asked=asked) == wait


@given(tries=st.integers(1, len(WAITS)), chance=st.floats(0, 1, exclude_max=True))
def test_jitter_only_ever_lengthens_and_never_by_much(tries: int, chance: float) -> None:
    wait = wait_after(tries, chance=chance)
    assert wait is not None
    assert WAITS[tries - 1] <= wait <= WAITS[tries - 1] * (1 + JITTER)


@given(
    tries=st.integers(1, len(WAITS)),
    chance=st.floats(0, 1, exclude_max=True),
    asked=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=900)),
)
def test_never_sooner_than_asked_nor_later_than_believed(tries: int, chance: float, asked: timedelta) -> None:
    wait = wait_after(tries, chance=chance, asked=asked)
    plain = wait_after(tries, chance=chance)
    assert wait is not None
    assert plain is not None
    assert max(plain, min(asked, LONGEST_ASKED)) == wait


@pytest.mark.parametrize(
    ("days", "hopeless"), [(None, False), (0, False), (2.9, False), (3, True), (40, True)], ids=str
)
def test_three_days_without_success_are_enough(days: float | None, hopeless: bool) -> None:
    since = None if days is None else NOON - timedelta(days=days)
    assert is_hopeless(since, at=NOON) is hopeless


def test_groups() -> None:
    offered = ["cases.moved", "work.order_moved"]
    assert group_of("work.order_moved") == "work"
    assert unknown_among(["work", "cases.moved"], offered) == []
    assert unknown_among(["*", "work.", "people", "cases.moved"], offered) == ["*", "people", "work."]
