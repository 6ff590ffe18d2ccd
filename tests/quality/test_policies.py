"""Clocks of inquiries, the draw, what a review amounts to, what each level can do."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.quality.kinds import Criterion, Direction
from zhongshu.quality.policies import ClosedCase, drawn, due_again, help_due_at, total
from zhongshu.work.kinds import EscalationRole
from zhongshu.work.policies.measures import MEASURE_LABELS, MEASURES, Measure, in_words

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=SITE_ZONE)
cases = st.lists(
    st.builds(ClosedCase, st.integers(1, 500), st.just(""), st.integers(1, 3), st.sampled_from("abc")),
    unique_by=lambda case: case.case_id,
    max_size=60,
).map(lambda rows: [ClosedCase(c.case_id, f"BS-{c.case_id}", c.site_id, c.category) for c in rows])


def test_a_site_is_answered_in_a_working_day_or_two_hours() -> None:
    assert help_due_at(NOON, is_urgent=True) == NOON + timedelta(hours=2)
    assert help_due_at(NOON, is_urgent=False).date() == NOON.date() + timedelta(days=1)


@pytest.mark.parametrize(("first", "again"), [(1, 2), (30, 30), (24 * 9, 72)])
def test_a_returned_inquiry_has_as_long_again(first: int, again: int) -> None:
    opened = NOON - timedelta(days=20)
    due = opened + timedelta(hours=first)
    found = due_again(Direction.SUPERVISION, opened_at=opened, due_at=due, at=NOON)
    assert found == NOON + timedelta(hours=again)


@given(rows=cases, percent=st.integers(1, 100), seed=st.text(min_size=1, max_size=8))
def test_every_site_and_category_is_drawn_from_and_the_draw_can_be_repeated(
    rows: list[ClosedCase], percent: int, seed: str
) -> None:
    percents = dict.fromkeys((1, 2, 3), percent)
    sample = drawn(rows, percents=percents, seed=seed)
    assert sample == drawn(reversed(rows), percents=percents, seed=seed)
    strata = {(case.site_id, case.category) for case in rows}
    for stratum in strata:
        members = [case for case in rows if (case.site_id, case.category) == stratum]
        taken = [case for case in sample if (case.site_id, case.category) == stratum]
        assert len(taken) == -(-len(members) * percent // 100)
    assert {(case.site_id, case.category) for case in sample} == strata


def test_another_seed_draws_others() -> None:
    rows = [ClosedCase(nth, f"BS-{nth}", 1, "a") for nth in range(100)]
    assert drawn(rows, percents={1: 10}, seed="甲") != drawn(rows, percents={1: 10}, seed="乙")


def test_points_in_per_cent() -> None:
    assert total(dict.fromkeys(Criterion, 5)) == 100
    assert total({**dict.fromkeys(Criterion, 4), Criterion.WORK: 1}) == 68
    for wrong in ({}, dict.fromkeys(Criterion, 6), {**dict.fromkeys(Criterion, 5), "looks": 5}):
        with pytest.raises(ValueError, match="criterion"):
            total(wrong)


def test_every_level_can_do_something_and_every_measure_is_somebodys() -> None:
    assert set(MEASURES) == set(EscalationRole)
    assert {measure for measures in MEASURES.values() for measure in measures} == set(Measure) == set(MEASURE_LABELS)
    assert in_words(EscalationRole.ASSIGNEE) == "马上处理、请求支援、向客户说明"
