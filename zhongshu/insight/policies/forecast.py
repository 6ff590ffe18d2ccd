"""What the coming months may bring, from the months there were; with an interval that was tried on those.

Plain statistics, no library. What is expected: of money the same month a year before, scaled by how the latest six
months compare with the same six a year before; of dwellings the last number and half of the mean monthly change of the
latest year. The interval: every earlier month is forecast as it could have been then, from each month that lay before
it; the misses, as a share of the level then, say how wide it must be for 80 % of them to lie inside (split conformal).
Coverage: of each month's forecasts, how many lie within the interval made from the misses of all *other* months. The
months overlap, so it flatters a little. With too little history there is no forecast.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

AHEAD = 12
COVERED = 0.8
LEAST_SEASONAL, LEAST_PLAIN = 18, 9
"""Complete months needed: a year to look back on and half a year of origins to try it from; without seasons less."""

_LOOK_BACK = 6
Method = Callable[[Sequence[float], int], float]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A coming month: what is expected, and between what it should lie with 80 %."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """`tries` forecasts of the past from `origins` months; `coverage` of them lay inside the interval."""

    months: tuple[Ahead, ...]
    tries: int
    origins: int
    coverage: float


def of_money(history: Sequence[float]) -> Forecast | None:
    """From complete months in a row, the oldest first; None when they are fewer than 18 or nothing came in a year."""
    if len(history) < LEAST_SEASONAL or sum(history[-12:]) <= 0:
        return None
    return _forecast(history, seasonal, first=12 + 1)


def of_units(history: Sequence[float]) -> Forecast | None:
    """Likewise of numbers that change slowly; None when there are fewer than 9 months."""
    return _forecast(history, drifting, first=3) if len(history) >= LEAST_PLAIN else None


def seasonal(past: Sequence[float], step: int) -> float:
    """`step` months after the last one (1 to 12): last year's month, scaled; growth is believed between ½ and 2."""
    known = min(_LOOK_BACK, len(past) - 12)
    before = sum(past[-12 - known : len(past) - 12])
    growth = sum(past[-known:]) / before if before > 0 else 1.0
    return past[step - 13] * min(max(growth, 0.5), 2.0)


def drifting(past: Sequence[float], step: int) -> float:
    """The last number, and half of the mean monthly change of the latest year for each month."""
    back = min(12, len(past) - 1)
    return past[-1] + step * (past[-1] - past[-1 - back]) / back / 2


def _forecast(history: Sequence[float], method: Method, *, first: int) -> Forecast:
    misses = [_misses(history, origin, method) for origin in range(first, len(history))]
    everything = [miss for of_origin in misses for miss in of_origin]
    width = _width(everything) * _level(history)
    months = (method(history, step) for step in range(1, AHEAD + 1))
    ahead = tuple(Ahead(one, max(0.0, one - width), one + width) for one in months)
    return Forecast(ahead, len(everything), len(misses), _coverage(misses))


def _misses(history: Sequence[float], origin: int, method: Method) -> list[float]:
    past, to_come = history[:origin], history[origin : origin + AHEAD]
    level = _level(past)
    return [abs(actual - method(past, step)) / level for step, actual in enumerate(to_come, start=1)]


def _level(past: Sequence[float]) -> float:
    """The mean of the latest year: a miss of 100 is nothing beside a million and much beside 200."""
    latest = past[-12:]
    return sum(latest) / len(latest) or 1.0


def _width(misses: Sequence[float]) -> float:
    """The miss that 80 % of them, and of one more, do not exceed."""
    ordered = sorted(misses)
    return ordered[min(len(ordered), ceil(COVERED * (len(ordered) + 1))) - 1]


def _coverage(misses: Sequence[Sequence[float]]) -> float:
    inside = total = 0
    for nth, of_origin in enumerate(misses):
        others = [miss for other, group in enumerate(misses) if other != nth for miss in group]
        width = _width(others)
        inside += sum(miss <= width for miss in of_origin)
        total += len(of_origin)
    return inside / total
