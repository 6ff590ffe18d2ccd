"""A danger is heard however it is told; what only sounds like one alarms nobody."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhongshu.cases.classification import Urgency, classify
from zhongshu.cases.classification.hazards import HAZARDS, find_hazards

HERE = Path(__file__).parent
CALM = (
    "您好", "不好意思打扰了", "不着急", "慢慢来就行", "麻烦您记一下", "谢谢师傅", "没事的", "辛苦了",
    "有空的时候来看看", "小事一桩", "先跟你们说一声", "吃饭了吗",
)  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


TOLD = [(row["hazard"], row["text"]) for row in rows("hazards_told.tsv")]
NEAR_MISSES = [row["text"] for row in rows("hazards_near_misses.tsv")]


def test_the_tables_are_as_long_as_agreed():
    assert len(TOLD) >= 120
    assert len(NEAR_MISSES) >= 100
    assert {name for name, _ in TOLD} == {hazard.name for hazard in HAZARDS}


@pytest.mark.parametrize(("name", "text"), TOLD, ids=[text for _, text in TOLD])
def test_a_danger_is_heard(name: str, text: str):
    assert name in [hazard.name for hazard in find_hazards(text)]


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_a_near_miss_alarms_nobody(text: str):
    assert find_hazards(text) == ()


@settings(deadline=None)  # the first sentence trains the model
@given(
    told=st.sampled_from(TOLD),
    before=st.lists(st.sampled_from(CALM), max_size=3),
    after=st.lists(st.sampled_from(CALM), max_size=3),
    mark=st.sampled_from(["，", "。", "！", "\n"]),
)
def test_calm_words_never_lower_a_danger(told: tuple[str, str], before: list[str], after: list[str], mark: str):
    calmly = mark.join([*before, told[1], *after])
    assert classify(calmly).urgency == Urgency.P1


def test_a_danger_beside_a_denial_is_still_heard():
    assert [hazard.name for hazard in find_hazards("没有煤气味，但是厨房着火了")] == ["fire"]


def test_the_weightiest_danger_decides_category_and_every_body_is_named():
    suggestion = classify("电梯困人，外面还着火了")
    assert suggestion.hazards == ("trapped_in_lift", "fire")
    assert suggestion.category == "elevator"
    assert suggestion.referrals == ("119",)
    assert not suggestion.needs_person
