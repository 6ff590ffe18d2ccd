"""A danger is heard however it is told; what only sounds like one alarms nobody."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhongshu.cases.classification import Referral, Urgency, classify
from zhongshu.cases.classification.examples import holdout_examples
from zhongshu.cases.classification.hazards import HAZARDS, find_hazards
from zhongshu.cases.classification.second_net import danger_word
from zhongshu.cases.classification.text import normalise

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
UNHEARD = [row["text"] for row in rows("second_net.tsv")]


def test_the_tables_are_as_long_as_agreed():
    assert len(TOLD) >= 250
    assert len(NEAR_MISSES) >= 240
    assert {name for name, _ in TOLD} == {hazard.name for hazard in HAZARDS}


@pytest.mark.parametrize(("name", "text"), TOLD, ids=[text for _, text in TOLD])
def test_a_danger_is_heard(name: str, text: str):
    assert name in [hazard.name for hazard in find_hazards(text)]


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_a_near_miss_alarms_nobody(text: str):
    assert find_hazards(text) == ()


@pytest.mark.parametrize("text", UNHEARD)
def test_a_danger_no_rule_hears_still_goes_to_a_person(text: str):
    suggestion = classify(text)
    assert suggestion.hazards == ()
    assert suggestion.needs_person


def test_a_loose_word_of_danger_asks_for_a_person_and_says_why():
    suggestion = classify("楼道里有条蛇")
    assert suggestion.needs_person
    assert any("「蛇」" in reason for reason in suggestion.reasons)


def test_only_few_ordinary_matters_are_caught_in_the_second_net():
    ordinary = [example.text for example in holdout_examples() if example.urgency != Urgency.P1]
    caught = [text for text in ordinary if danger_word(normalise(text))]
    assert len(caught) <= len(ordinary) * 0.15


@pytest.mark.parametrize("text", ["老人晕倒在门口", "我婆婆被开水烫了一大片", "孩子喝了洁厕灵", "有人触电了"])
def test_the_ambulance_is_named_where_somebody_is_hurt(text: str):
    assert Referral.AMBULANCE in classify(text).referrals


def test_thanks_before_a_danger_do_not_hide_it():
    assert classify("谢谢师傅，上次电梯困人救得很及时").urgency != Urgency.P1
    assert classify("谢谢师傅，我被困在电梯里了").urgency == Urgency.P1


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
