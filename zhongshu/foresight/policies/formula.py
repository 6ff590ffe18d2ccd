"""The formula: a weighted sum of what is known of an account, as a probability. Plain numbers, no library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any, Self

from zhongshu.foresight.kinds import COUNTED, Feature

MOST_REASONS = 4
WORTH_TELLING = 0.1
"""Log-odds. A pull smaller than that changes the probability by less than a tenth of itself."""


@dataclass(frozen=True, slots=True)
class Pull:
    """How a feature pulls an account away from the usual one, in log-odds: above 0 towards arrears."""

    feature: Feature
    value: float
    pull: float


@dataclass(frozen=True, slots=True)
class Formula:
    """`weights`: log-odds for each unit of a feature; `usual`: the mean of each among those learned from."""

    intercept: float
    weights: Mapping[Feature, float]
    usual: Mapping[Feature, float]

    def probability(self, values: Mapping[Feature, float]) -> float:
        """Between 0 and 1."""
        log_odds = self.intercept + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + exp(-max(min(log_odds, 30.0), -30.0)))

    def reasons(self, values: Mapping[Feature, float]) -> list[Pull]:
        """What sets the account apart from the usual one, the strongest pull first. What is not so is no reason."""
        pulls = [
            Pull(name, values[name], weight * (values[name] - self.usual[name]))
            for name, weight in self.weights.items()
            if values[name] or name in COUNTED
        ]
        telling = [each for each in pulls if abs(each.pull) >= WORTH_TELLING]
        return sorted(telling, key=lambda each: -abs(each.pull))[:MOST_REASONS]

    def plain(self) -> dict[str, Any]:
        """As it is kept: numbers and words only."""
        names: Sequence[Feature] = tuple(self.weights)
        terms = {str(name): {"weight": self.weights[name], "usual": self.usual[name]} for name in names}
        return {"intercept": self.intercept, "terms": terms}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """What `plain` gave."""
        terms = {Feature(name): term for name, term in plain["terms"].items()}
        return cls(
            intercept=plain["intercept"],
            weights={name: term["weight"] for name, term in terms.items()},
            usual={name: term["usual"] for name, term in terms.items()},
        )
