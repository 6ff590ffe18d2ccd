"""Learning the formula from what came of earlier mornings. Needs scikit-learn, which foreseeing does not."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhongshu.foresight.kinds import EITHER, FEATURES, LOWERS
from zhongshu.foresight.policies.formula import Formula
from zhongshu.foresight.queries.gathering import Examples

Numbers = NDArray[np.float64]

_STRENGTH = 0.05
"""With few rows the weights stay small; with many it makes no difference."""

_SIGNS = np.array([0 if name in EITHER else -1 if name in LOWERS else 1 for name in FEATURES])


@dataclass(frozen=True, slots=True)
class Rule:
    """What a person would say who looks at the months owed now alone: the share that fell of each."""

    shares: tuple[float, float, float]

    def of(self, months: NDArray[np.int64]) -> Numbers:
        return np.array(self.shares)[months]


def taught(learn: Examples, calibrate: Examples) -> Formula:
    """A regression on the first, its log-odds stretched and shifted until they fit the second (Platt): one weighted sum
    again. Deterministic."""
    mean, spread = learn.features.mean(axis=0), learn.features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    weights, intercept = _fitted_soundly((learn.features - mean) / spread, learn.happened)
    odds = (calibrate.features - mean) / spread @ weights + intercept
    stretch, shift = _fitted(odds[:, None], calibrate.happened, 1e6)
    plain = weights / spread * stretch[0]
    return Formula(
        intercept=float(intercept * stretch[0] + shift - plain @ mean),
        weights=dict(zip(FEATURES, map(float, plain), strict=True)),
        usual=dict(zip(FEATURES, map(float, mean), strict=True)),
    )


def _fitted_soundly(matrix: Numbers, happened: Numbers) -> tuple[Numbers, float]:
    """Without the features that would pull the wrong way: the one furthest off is left out, and all is fitted anew."""
    kept = np.ones(len(FEATURES), dtype=bool)
    while True:
        weights = np.zeros(len(FEATURES))
        weights[kept], intercept = _fitted(matrix[:, kept], happened, _STRENGTH)
        if (weights * _SIGNS).min() >= 0:
            return weights, intercept
        kept[(weights * _SIGNS).argmin()] = False


def _fitted(matrix: Any, happened: Numbers, strength: float) -> tuple[Numbers, float]:
    from sklearn.linear_model import LogisticRegression

    judge = LogisticRegression(C=strength, max_iter=500)
    judge.fit(matrix, happened)
    return judge.coef_[0], float(judge.intercept_[0])


def rule_of(learned: Examples) -> Rule:
    """By months owed; who has none to go by says the share of all."""
    usual = float(learned.happened.mean())
    seen = [learned.happened[learned.months == months] for months in range(3)]
    zero, one, two = (float(each.mean()) if len(each) else usual for each in seen)
    return Rule((zero, one, two))


def probabilities(formula: Formula, features: Numbers) -> Numbers:
    """`Formula.probability` of many rows at once."""
    odds = features @ np.array([formula.weights[name] for name in FEATURES]) + formula.intercept
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))
