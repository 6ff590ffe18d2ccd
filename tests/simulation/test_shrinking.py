"""Delta debugging: what is left fails, and nothing of it can be spared."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from zhongshu.simulation.shrinking import OutOfTime, shrunk

IDS = [f"2026-03-{day:02d}/matter/1" for day in range(1, 29)]


def needing(*culprits: frozenset[str]) -> Callable[[tuple[str, ...]], bool]:
    """A story that goes wrong whenever all of one of the sets happens."""
    return lambda ids: any(culprit <= set(ids) for culprit in culprits)


@given(st.sets(st.sampled_from(IDS)), st.sets(st.sampled_from(IDS)))
def test_what_is_left_fails_and_nothing_can_be_left_out(one: set[str], other: set[str]) -> None:
    fails = needing(frozenset(one), frozenset(other))
    left = shrunk(IDS, fails)
    assert fails(left)
    assert left == tuple(each for each in IDS if each in left)
    for spared in left:
        assert not fails(tuple(each for each in left if each != spared))


@given(st.sets(st.sampled_from(IDS), min_size=1))
def test_where_exactly_these_are_needed_they_are_found(culprits: set[str]) -> None:
    assert set(shrunk(IDS, needing(frozenset(culprits)))) == culprits


@given(st.sets(st.sampled_from(IDS)), st.randoms(use_true_random=False))
def test_whatever_the_rule_the_answer_fails_and_no_story_is_lived_twice(culprits: set[str], dice: object) -> None:
    """Also where leaving out a happening makes another matter: a rule without any order."""
    lived: list[tuple[str, ...]] = []

    def fails(ids: tuple[str, ...]) -> bool:
        lived.append(ids)
        return culprits <= set(ids) and (len(ids) % 3 != 1 or len(ids) == len(IDS))

    left = shrunk(IDS, fails)
    assert left == tuple(IDS) or fails(left)
    assert len(set(lived)) >= len(lived) - 1


def test_a_recent_cause_is_found_without_living_the_long_past() -> None:
    lived: list[int] = []
    fails = needing(frozenset(IDS[-1:]))

    def counted(ids: tuple[str, ...]) -> bool:
        lived.append(len(ids))
        return fails(ids)

    assert shrunk(IDS, counted) == (IDS[-1],)
    assert max(lived) <= 1


def test_when_time_is_up_the_shortest_so_far_is_the_answer() -> None:
    turns = iter(range(8))
    fails = needing(frozenset(IDS[3:6]))

    def impatient(ids: tuple[str, ...]) -> bool:
        if next(turns, None) is None:
            raise OutOfTime
        return fails(ids)

    left = shrunk(IDS, impatient)
    assert fails(left)
    assert 3 <= len(left) < len(IDS)
