"""Which mornings of the past are looked at, and what each is for: learning, calibrating, testing, in order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from zhongshu.care.policies.table import months_later

AHEAD: Final = 6
"""Months. How far foresight looks."""

REACHES: Final = 3
"""Months in arrears: what it looks out for."""

STEP: Final = timedelta(days=35)
"""Five weeks between mornings: bills have their day of the month, and every day of it is to have its turn."""

MOST_MORNINGS: Final = 48
TO_LEARN, TO_CALIBRATE, TO_TEST = 4, 3, 4
"""The least number of mornings for each."""


@dataclass(frozen=True, slots=True)
class Slices:
    """Mornings, the earliest first. The six months of every calibrating morning are over by the first testing one: what
    is tested on lies wholly in the future of what was learned."""

    learn: tuple[date, ...]
    calibrate: tuple[date, ...]
    test: tuple[date, ...]


def mornings(first: date, on: date) -> list[date]:
    """Those since `first` whose six months are over by `on`, the earliest first."""
    found: list[date] = []
    day = on - STEP
    while months_later(day, AHEAD) > on:
        day -= timedelta(days=1)
    while day >= first and len(found) < MOST_MORNINGS:
        found.append(day)
        day -= STEP
    return found[::-1]


def sliced(days: Sequence[date]) -> Slices | None:
    """None where there are too few."""
    test = tuple(days[-max(TO_TEST, len(days) // 5) :])
    before = [day for day in days if test and months_later(day, AHEAD) <= test[0]]
    if len(before) < TO_LEARN + TO_CALIBRATE:
        return None
    cut = len(before) - max(TO_CALIBRATE, len(before) // 4)
    return Slices(tuple(before[:cut]), tuple(before[cut:]), test)


def months_missing(first: date, on: date) -> int:
    """About how many months from now there are enough mornings."""
    months = 1
    while sliced(mornings(first, months_later(on, months))) is None:
        months += 1
    return months
