"""Who is called, in which order, how far; and the chain of the log."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.people.kinds import TeamKind
from zhongshu.scene import policies
from zhongshu.scene.kinds import Danger, Why
from zhongshu.scene.policies import Colleague, Present, called, link, nearest_first
from zhongshu.work.kinds import Nearness

GUARD_FAR = Colleague(user_id=1, team_kind=TeamKind.SECURITY, nearness=Nearness.SAME_SITE)
GUARD_NEAR = Colleague(user_id=2, team_kind=TeamKind.SECURITY, nearness=Nearness.SAME_BUILDING)
TECHNICIAN = Colleague(user_id=3, team_kind=TeamKind.ENGINEERING, nearness=Nearness.SAME_ENTRANCE)
LOST = Colleague(user_id=4, team_kind=TeamKind.ENGINEERING, nearness=Nearness.UNKNOWN)


@pytest.mark.parametrize(
    ("danger", "expected"),
    [
        (Danger.VIOLENCE, [2, 1, 3, 4]),
        (Danger.FIRE, [2, 1, 3, 4]),
        (Danger.TECHNICAL, [3, 4, 2, 1]),
        (Danger.INJURY, [3, 2, 1, 4]),
    ],
)
def test_whose_trade_it_is_comes_first_then_who_is_near(danger: Danger, expected: list[int]) -> None:
    assert [one.user_id for one in nearest_first(danger, [GUARD_FAR, LOST, TECHNICIAN, GUARD_NEAR])] == expected


PRESENT = Present(
    nearest=(1, 2, 3, 4, 5),
    control_room=frozenset({5, 6}),
    duty_officers=frozenset({7}),
    managers=frozenset({8}),
    company=frozenset({9}),
)


def test_each_round_reaches_further() -> None:
    first, second, third = (set(called(nth, PRESENT, everybody=False)) for nth in (1, 2, 3))
    assert first == {1, 2, 3, 5, 6, 7}
    assert second == first | {4, 8}
    assert third == second | {9}
    assert set(called(9, PRESENT, everybody=False)) == third


def test_on_a_small_site_everybody_is_called_at_first() -> None:
    assert set(called(1, PRESENT, everybody=True)) == {1, 2, 3, 4, 5, 6, 7, 8}


def test_without_a_duty_officer_the_manager_is_called_at_first() -> None:
    alone = Present(nearest=(1,), managers=frozenset({8}))
    assert called(1, alone, everybody=False) == {8: Why.SITE_MANAGER, 1: Why.NEAREST}


def test_with_nobody_at_the_site_the_company_is_called() -> None:
    assert called(1, Present(nearest=(), company=frozenset({9})), everybody=False) == {9: Why.COMPANY}


def test_the_third_call_and_later_ones_come_every_five_minutes() -> None:
    noon = datetime(2026, 11, 4, 12, tzinfo=UTC)
    assert [policies.next_call_at(nth, noon) - noon for nth in (1, 2, 3, 7)] == [
        timedelta(minutes=2),
        timedelta(minutes=2),
        timedelta(minutes=5),
        timedelta(minutes=5),
    ]


@given(said=st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=4), other=st.text(max_size=9))
def test_a_changed_line_has_another_hash(said: dict[str, str], other: str) -> None:
    assert link("a", said) == link("a", dict(reversed(said.items())))
    assert link("a", said) != link("b", said)
    for name, value in said.items():
        assert (link("a", said | {name: other}) == link("a", said)) == (other == value)
