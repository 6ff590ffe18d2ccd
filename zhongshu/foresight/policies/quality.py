"""How well probabilities were foreseen, once it is known what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

EDGES: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0)
"""The bins of the reliability table; the rare high ones are what people act on."""

DRAWS: Final = 400
UNSURE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Bin:
    """So many forecasts of `[low, high)`: what was foreseen on average, and the share that came true."""

    low: float
    high: float
    count: int
    foreseen: float
    happened: float


@dataclass(frozen=True, slots=True)
class Quality:
    """`brier`: the mean square of what was wrong (0 is perfect); `base_brier`: of who always says the share that really
    came true; `rule_brier`: of who goes by the months owed now alone. `skill` is 1 − brier / base_brier; `skill_from`
    what it is above with 95 % certainty, accounts drawn anew. `error`: how far foreseen and happened are apart, mean
    over the forecasts. `order`: how often, of two accounts, the one that fell had the higher probability (AUC).
    """

    rows: int
    accounts: int
    happened: int
    brier: float
    base_brier: float
    rule_brier: float
    skill: float
    skill_from: float
    error: float
    order: float
    bins: tuple[Bin, ...]

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """What `plain` gave."""
        return cls(**{**plain, "bins": tuple(Bin(**each) for each in plain["bins"])})


def measured(foreseen: Numbers, happened: Numbers, accounts: Sequence[int], by_rule: Numbers) -> Quality:
    """`foreseen` and `by_rule`: probabilities; `happened`: 0 or 1. One row at least."""
    brier = float(np.mean((foreseen - happened) ** 2))
    base = float(np.mean(happened) * (1 - np.mean(happened)))
    bins = reliability(foreseen, happened)
    return Quality(
        rows=len(foreseen),
        accounts=len(set(accounts)),
        happened=int(happened.sum()),
        brier=brier,
        base_brier=base,
        rule_brier=float(np.mean((by_rule - happened) ** 2)),
        skill=1 - brier / base if base else 0.0,
        skill_from=_skill_from(foreseen, happened, accounts),
        error=sum(each.count * abs(each.foreseen - each.happened) for each in bins) / len(foreseen),
        order=_order(foreseen, happened),
        bins=bins,
    )


def is_better(new: Quality, old: Quality | None) -> bool:
    """Certainly better than the base rate, better than the months owed alone, and no worse than the one in use."""
    return new.skill_from > 0 and new.brier <= new.rule_brier and (old is None or new.brier <= old.brier)


def reliability(foreseen: Numbers, happened: Numbers) -> tuple[Bin, ...]:
    """The bins that hold anything."""
    placed = np.clip(np.searchsorted(EDGES, foreseen, side="right") - 1, 0, len(EDGES) - 2)
    return tuple(
        Bin(
            EDGES[each],
            EDGES[each + 1],
            int(inside.sum()),
            float(foreseen[inside].mean()),
            float(happened[inside].mean()),
        )
        for each in range(len(EDGES) - 1)
        if (inside := placed == each).any()
    )


def _skill_from(foreseen: Numbers, happened: Numbers, accounts: Sequence[int]) -> float:
    """Mornings of one account are not told apart by chance: whole accounts are drawn."""
    _ids, place = np.unique(np.asarray(accounts), return_inverse=True)
    count, wrong, fell = (
        np.bincount(place, weights=weights)
        for weights in (np.ones_like(foreseen), (foreseen - happened) ** 2, happened)
    )
    draws = np.random.default_rng(7).multinomial(len(count), np.full(len(count), 1 / len(count)), size=DRAWS)
    rate = (draws @ fell) / (draws @ count)
    base = rate * (1 - rate)
    skills = 1 - (draws @ wrong) / (draws @ count) / np.where(base > 0, base, np.inf)
    return float(np.quantile(skills, UNSURE))


def _order(foreseen: Numbers, happened: Numbers) -> float:
    """The rank sum of those that fell; ties count a half."""
    _values, place, counts = np.unique(foreseen, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    fell, stood = happened.sum(), (1 - happened).sum()
    return float((ranks[happened == 1].sum() - fell * (fell + 1) / 2) / (fell * stood)) if fell and stood else 0.5
