"""How forecasts are measured, and the formula itself."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.foresight.engine.teaching import probabilities, taught
from zhongshu.foresight.kinds import COUNTED, FEATURES, Feature
from zhongshu.foresight.policies.formula import Formula
from zhongshu.foresight.policies.quality import Quality, is_better, measured, reliability
from zhongshu.foresight.policies.sentences import sentence
from zhongshu.foresight.queries.gathering import Examples

DICE = np.random.default_rng(1)
CHANCES = DICE.uniform(0.02, 0.6, 4000)
HAPPENED = (DICE.uniform(size=4000) < CHANCES).astype(float)
ACCOUNTS = [nth // 4 for nth in range(4000)]


def judged(foreseen: "np.ndarray[tuple[int], np.dtype[np.float64]]", by_rule: float = 0.31) -> Quality:
    return measured(foreseen, HAPPENED, ACCOUNTS, np.full(4000, by_rule))


def test_who_knows_the_chances_is_better_than_the_base_rate_and_fits() -> None:
    quality = judged(CHANCES)
    assert quality.brier == pytest.approx(((CHANCES - HAPPENED) ** 2).mean())
    assert quality.skill > quality.skill_from > 0
    assert quality.error < 0.02
    assert is_better(quality, None)
    assert Quality.of(quality.plain()) == quality


def test_who_says_the_same_of_everybody_or_guesses_is_not_taken_into_use() -> None:
    constant = judged(np.full(4000, HAPPENED.mean()))
    assert constant.skill == pytest.approx(0)
    assert constant.order == pytest.approx(0.5)
    assert not is_better(constant, None)
    assert not is_better(judged(DICE.permutation(CHANCES)), None)


def test_overstating_is_seen_in_the_table() -> None:
    bold = judged(np.clip(CHANCES * 1.6, 0, 0.99))
    assert bold.error > 0.08
    assert bold.order == pytest.approx(judged(CHANCES).order)


def test_a_newer_formula_must_not_be_worse_than_the_one_in_use_nor_than_the_months_owed() -> None:
    quality = judged(CHANCES)
    assert not is_better(quality, replace(quality, brier=quality.brier - 0.001))
    assert not is_better(replace(quality, rule_brier=quality.brier - 0.001), None)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_every_forecast_stands_in_one_bin_and_order_counts_pairs(rows: list[tuple[float, bool]]) -> None:
    foreseen, happened = np.array([row[0] for row in rows]), np.array([float(row[1]) for row in rows])
    bins = reliability(foreseen, happened)
    assert sum(each.count for each in bins) == len(rows)
    assert all(each.low - 1e-9 <= each.foreseen <= each.high + 1e-9 for each in bins)
    fell, stood = foreseen[happened == 1], foreseen[happened == 0]
    pairs = [(one > other) + 0.5 * (one == other) for one in fell for other in stood]
    quality = measured(foreseen, happened, list(range(len(rows))), foreseen)
    assert quality.order == pytest.approx(sum(pairs) / len(pairs) if pairs else 0.5)


FORMULA = Formula(-2.0, dict.fromkeys(FEATURES, 0.0) | {Feature.UPHELD: 1.0, Feature.ABSENT: log(2)},
                  dict.fromkeys(FEATURES, 0.0) | {Feature.ABSENT: 0.1})  # fmt: skip
NOTHING = dict.fromkeys(FEATURES, 0.0)


def test_the_formula_survives_as_plain_numbers_and_says_the_same_one_by_one_and_all_at_once() -> None:
    again = Formula.of(FORMULA.plain())
    values = [NOTHING, NOTHING | {Feature.UPHELD: 2.0, Feature.ABSENT: 1.0}]
    table = np.array([[each[name] for name in FEATURES] for each in values])
    assert probabilities(again, table) == pytest.approx([FORMULA.probability(each) for each in values])
    assert FORMULA.probability(values[1]) == pytest.approx(0.6667, abs=1e-3)


def test_reasons_are_what_sets_an_account_apart_the_strongest_first() -> None:
    reasons = FORMULA.reasons(NOTHING | {Feature.UPHELD: 1.0, Feature.ABSENT: 1.0})
    assert [(each.feature, round(each.pull, 2)) for each in reasons] == [(Feature.UPHELD, 1.0), (Feature.ABSENT, 0.62)]
    assert FORMULA.reasons(NOTHING) == []


def test_what_is_not_so_is_no_reason() -> None:
    """Having lived here for long is nothing to tell, even where being new weighs."""
    formula = Formula(-2.0, NOTHING | {Feature.NEW: -1.0, Feature.LATE_SHARE: 1.0}, dict.fromkeys(FEATURES, 0.5))
    assert [each.feature for each in formula.reasons(NOTHING)] == [Feature.LATE_SHARE]


def test_every_reason_has_words() -> None:
    assert len({sentence(name, 1.0) for name in FEATURES}) == len(FEATURES)
    assert all(sentence(name, 0.0) != sentence(name, 1.0) for name in COUNTED)


def test_chance_does_not_teach_that_paying_late_is_a_good_sign() -> None:
    """Rows in which whoever stood for 60 days before happens to fall less."""
    features = np.zeros((400, len(FEATURES)))
    features[:200, FEATURES.index(Feature.OWED_BEFORE)] = 1
    features[::3, FEATURES.index(Feature.UPHELD)] = 1
    happened = np.array([float(nth % 9 == 0 or (nth >= 200 and nth % 3 == 0)) for nth in range(400)])
    rows = Examples(tuple(range(400)), np.zeros(400, dtype=int), features, happened)
    weights = taught(rows, rows).weights
    assert weights[Feature.OWED_BEFORE] == 0
    assert weights[Feature.UPHELD] > 0.5


def test_reasons_tell_numbers() -> None:
    assert sentence(Feature.LATE_SHARE, 0.25) == "近 12 个月有 25% 的月份晚交"
    assert sentence(Feature.LATE_REPAIRS, 2.0) == "近 6 个月有 2 个工单超时"
