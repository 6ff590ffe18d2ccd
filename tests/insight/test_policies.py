"""The pure rules: periods, chance, the analysis, the plan, delivery."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.insight.kinds import Rhythm
from zhongshu.insight.policies.analysis import (
    MOST_PROPOSALS,
    Count,
    Facts,
    Named,
    Part,
    Sentence,
    Share,
    Tone,
    analysis,
)
from zhongshu.insight.policies.chance import counts_differ, exceeds_its_share, shares_differ
from zhongshu.insight.policies.delivery import due_period, next_try
from zhongshu.insight.policies.figures import FIGURES, RATES
from zhongshu.insight.policies.periods import Period, latest_complete
from zhongshu.insight.policies.plan import Node, drawing, shade_of
from zhongshu.kernel.clock import SITE_ZONE

DAYS = st.dates(date(2001, 1, 1), date(2998, 1, 1))
RHYTHMS = st.sampled_from(Rhythm)


@pytest.mark.parametrize(
    ("rhythm", "on", "starts", "ends", "title"),
    [
        ("day", "2026-11-04", "2026-11-04", "2026-11-05", "2026-11-04"),
        ("week", "2026-11-08", "2026-11-02", "2026-11-09", "2026-11-02 至 2026-11-08"),
        ("month", "2026-12-31", "2026-12-01", "2027-01-01", "2026-12"),
        ("quarter", "2026-11-04", "2026-10-01", "2027-01-01", "2026 年第 4 季度"),
        ("quarter", "2026-01-01", "2026-01-01", "2026-04-01", "2026 年第 1 季度"),
        ("year", "2028-02-29", "2028-01-01", "2029-01-01", "2028 年"),
    ],
)
def test_periods(rhythm: str, on: str, starts: str, ends: str, title: str) -> None:
    period = Period.of(Rhythm(rhythm), date.fromisoformat(on))
    assert (period.starts_on.isoformat(), period.ends_on.isoformat(), period.title) == (starts, ends, title)


@given(RHYTHMS, DAYS)
def test_periods_follow_each_other_without_gap(rhythm: Rhythm, on: date) -> None:
    period = Period.of(rhythm, on)
    assert period.starts_on <= on < period.ends_on
    assert period.before.ends_on == period.starts_on
    assert period.after.before == period
    assert latest_complete(rhythm, on).ends_on <= on
    assert timedelta(days=359) < period.starts_on - period.year_ago.starts_on < timedelta(days=372)


@given(RHYTHMS, DAYS)
def test_the_stretches_of_a_period_cover_it(rhythm: Rhythm, on: date) -> None:
    period = Period.of(rhythm, on)
    starts = period.buckets()
    assert starts == sorted(set(starts))
    assert starts[0].date() <= period.starts_on
    assert starts[-1].date() < period.ends_on


def test_part_of_a_period_is_compared_with_as_much_of_the_one_before() -> None:
    march, at = Period.of(Rhythm.MONTH, date(2026, 3, 9)), datetime(2026, 3, 10, 12, 0, tzinfo=SITE_ZONE)
    assert march.before.as_far_as(march, at).until == datetime(2026, 2, 10, 12, 0, tzinfo=SITE_ZONE)
    assert march.before.as_far_as(march, at + timedelta(days=25)) == march.before.span
    last = datetime(2026, 3, 31, 12, 0, tzinfo=SITE_ZONE)
    assert march.before.as_far_as(march, last).until == march.before.span.until, "February is shorter"


@pytest.mark.parametrize(
    ("now", "before", "differs"), [(30, 28, False), (40, 20, True), (5, 0, False), (6, 0, True), (0, 0, False)]
)
def test_more_than_chance(now: int, before: int, differs: bool) -> None:
    assert counts_differ(now, before) is counts_differ(before, now) is differs


def test_shares_and_parts_by_chance() -> None:
    assert not shares_differ(9, 10, 7, 10)
    assert shares_differ(90, 100, 70, 100)
    assert not shares_differ(0, 0, 5, 5)
    assert exceeds_its_share(12, 30, 0.1)
    assert not exceeds_its_share(4, 30, 0.1)


ENGINEERING, LIFT, BLOCK = Named("工程部", "engineering"), Named("电梯", "elevator"), Named("一期3栋", "P1/P1-3")
BAD_MONTH = Facts(
    opened=Count(60, 30, 40),
    complaints=Count(12, 2),
    households=2000,
    categories={LIFT: Count(20, 4), Named("绿化", "landscaping"): Count(3, 3)},
    promises={Named("完工", "finish_kept"): Share(30, 50, 45, 50)},
    teams={ENGINEERING: Share(20, 40), Named("秩序部", "security"): Share(3, 4)},
    fixed_first=Share(30, 50, 48, 50),
    called_back=Share(5, 20),
    content=Share(18, 20),
    buildings={BLOCK: 25, Named("一期1栋", "P1/P1-1"): 5},
    building_count=10,
    placed=40,
    callers={Named("一期3栋1单元101", "HT-1"): 4},
)


def said(facts: Facts, rule: str) -> Sentence | None:
    return next((one for one in analysis(facts) if one.rule == rule), None)


@pytest.mark.parametrize(
    ("rule", "tone", "text", "narrowed"),
    [
        ("opened", "worse", "本期受理报事 60 件，比上期 30 件多 30 件（100%），超出偶然波动；去年同期 40 件。", {}),
        ("category", "worse", "本期电梯 20 件，比上期 4 件多 16 件（400%），超出偶然波动。", {"category": "elevator"}),
        ("promise", "worse", "承诺完工 50 张，兑现 30 张（60.0%），上期 90.0%，超出偶然波动。", {}),
        ("slowest_team", "fact", "完工最慢的是工程部：40 张中 20 张按时（50.0%）。", {"team": "engineering"}),
        (
            "worst_building",
            "fact",
            "报事最多的楼栋是一期3栋：25 件，落到楼栋的共 40 件，超出偶然波动。",
            {"place": "P1/P1-3"},
        ),
        ("repeat_caller", "fact", "一期3栋1单元101的住户本期报事 4 件。", {"caller": "HT-1"}),
        ("content", "fact", "得到评分 20 件，满意 18 件（90.0%）。", {}),
    ],
)  # fmt: skip
def test_sentences_of_a_bad_month(rule: str, tone: str, text: str, narrowed: dict[str, str]) -> None:
    sentence = said(BAD_MONTH, rule)
    assert sentence is not None
    assert (sentence.tone, sentence.text, dict(sentence.narrowed)) == (tone, text, narrowed)


def test_complaints_are_weighed_by_households() -> None:
    sentence = said(BAD_MONTH, "complaints")
    assert sentence is not None
    assert sentence.text.endswith("折合每万户 60.0 件。")


def test_proposals_come_in_the_order_of_the_rules_and_are_three_at_most() -> None:
    proposed = [one.rule for one in analysis(BAD_MONTH) if one.tone is Tone.PROPOSAL]
    assert proposed == ["complaints_rose", "team_is_late", "category_rose"]
    calmer = Facts(opened=Count(60, 58), fixed_first=Share(30, 50), called_back=Share(5, 20), callers=BAD_MONTH.callers)
    proposed = [one.rule for one in analysis(calmer) if one.tone is Tone.PROPOSAL]
    assert proposed == ["done_twice", "calls_missed", "repeat_callers"]


def test_a_good_month_and_an_empty_one() -> None:
    good = Facts(
        opened=Count(20, 60), fixed_first=Share(50, 50), called_back=Share(20, 20), teams={ENGINEERING: Share(9, 9)}
    )
    assert [one.tone for one in analysis(good) if one.rule == "opened"] == [Tone.BETTER]
    assert not [one for one in analysis(good) if one.part is Part.PROPOSALS]
    assert [one.rule for one in analysis(Facts(opened=Count(0)))] == ["nothing"]


COUNTS = st.builds(Count, *[st.integers(0, 200)] * 3)
SHARES = st.integers(0, 50).flatmap(lambda n: st.builds(Share, st.integers(0, n), st.just(n), st.just(0), st.just(9)))
NAMED = st.builds(Named, st.sampled_from("甲乙丙"), st.sampled_from("abc"))


@given(
    st.builds(
        Facts,
        opened=COUNTS,
        complaints=COUNTS,
        households=st.integers(0, 5000),
        categories=st.dictionaries(NAMED, COUNTS, max_size=3),
        promises=st.dictionaries(st.just(Named("完工", "finish_kept")), SHARES),
        teams=st.dictionaries(NAMED, SHARES, max_size=3),
        fixed_first=SHARES,
        called_back=SHARES,
        content=SHARES,
        buildings=st.dictionaries(NAMED, st.integers(1, 60), max_size=3),
        building_count=st.integers(1, 20),
        placed=st.just(200),
        callers=st.dictionaries(NAMED, st.integers(3, 9), max_size=3),
    )
)
def test_no_sentence_stands_without_a_figure(facts: Facts) -> None:
    sentences = analysis(facts)
    assert sentences
    assert all(one.figure in FIGURES and one.text for one in sentences)
    assert sum(one.tone is Tone.PROPOSAL for one in sentences) <= MOST_PROPOSALS
    assert [one.part for one in sentences] == sorted((one.part for one in sentences), key=list(Part).index)


def test_every_rate_is_a_part_of_its_whole() -> None:
    for rate in RATES.values():
        assert FIGURES[rate.part].subject is FIGURES[rate.whole].subject


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_shades_rise_with_the_number(number: int, most: int) -> None:
    number = min(number, most)
    assert (shade_of(number, most) == 0) is (number == 0)
    assert shade_of(most, most) == 4
    assert shade_of(max(0, number - 1), most) <= shade_of(number, most) <= 4


@given(st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_nothing_drawn_from_the_tree_covers_anything_else(phases: list[int]) -> None:
    nodes = [Node(0, "x", f"{band}期") for band, size in enumerate(phases) for _ in range(size)]
    drawn = drawing(nodes)
    boxes = drawn.boxes
    assert len(boxes) == len(nodes)
    assert all(box.x >= 0 and box.x + box.width <= 1000 and box.y + box.height <= drawn.height for box in boxes)
    for one, other in pairwise(boxes):
        assert one.x + one.width < other.x or one.y + one.height < other.y


def test_coordinates_stand_on_the_picture() -> None:
    nodes = [Node(1, "东门", "", 3, x=1000, y=500), Node(2, "3栋", "一期", 9)]
    drawn = drawing(nodes, height=600)
    assert drawn.placed
    assert [(box.node.label, box.x + box.width / 2, box.y + box.height / 2) for box in drawn.boxes] == [
        ("东门", 1000, 300)
    ]


NOON = datetime(2026, 11, 4, 12, 0, tzinfo=SITE_ZONE)


@pytest.mark.parametrize(
    ("rhythm", "since", "last", "at", "starts"),
    [
        ("day", "2026-11-01", None, NOON, "2026-11-03"),
        ("day", "2026-11-01", None, NOON.replace(hour=5), "2026-11-02"),
        ("day", "2026-11-01", "2026-11-03", NOON, None),
        ("week", "2026-11-03", None, NOON, None),
        ("month", "2026-10-20", None, NOON, "2026-10-01"),
        ("month", "2026-01-20", "2026-03-01", NOON, "2026-10-01"),
        ("month", "2026-01-20", "2026-12-01", NOON, None),
    ],
)
def test_what_is_due(rhythm: str, since: str, last: str | None, at: datetime, starts: str | None) -> None:
    """Not before six; nothing that ended before the subscription began; after a long pause one; back in time none."""
    sent = date.fromisoformat(last) if last else None
    period = due_period(Rhythm(rhythm), since=date.fromisoformat(since), last=sent, at=at)
    assert (period.starts_on.isoformat() if period else None) == starts


def test_what_failed_is_tried_ever_more_rarely_and_then_given_up() -> None:
    tries = [next_try(n, at=NOON) for n in range(1, 6)]
    waits = [found - NOON for found in tries if found]
    assert waits == sorted(waits)
    assert tries[-1] is None
