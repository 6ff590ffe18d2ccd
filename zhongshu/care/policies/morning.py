"""The order of a keeper's day: what is late first, then what is for today; within that, one walk through the houses."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Final


class Errand(StrEnum):
    """Why somebody is to be seen."""

    COMPLAINT = "complaint"
    TASK = "task"
    PROMISE = "promise"
    PLAN = "plan"
    FALL = "fall"
    VISIT = "visit"


class Urgency(IntEnum):
    """The most urgent first."""

    FIRST = 0
    TODAY = 1
    SOON = 2


BY_DUE_DAY: Final = frozenset({Errand.TASK, Errand.PROMISE, Errand.PLAN})


@dataclass(frozen=True, slots=True)
class Reason:
    """One errand. `on`: due, promised, planned or begun that day; `key` names the stop: an account, or a case without
    one. `subject`: the id of the task, case or plan, where the errand leads to; `words`: what it says."""

    errand: Errand
    key: str
    on: date
    words: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody to be seen, for all reasons at once, the most urgent first."""

    key: str
    urgency: Urgency
    reasons: list[Reason] = field(default_factory=list)


def urgency_of(reason: Reason, today: date) -> Urgency:
    """A complaint waits for nobody; a day that is over comes before one that is not; a visit rolls on."""
    if reason.errand == Errand.COMPLAINT:
        return Urgency.FIRST
    if reason.errand not in BY_DUE_DAY or reason.on == today:
        return Urgency.TODAY
    return Urgency.FIRST if reason.on < today else Urgency.SOON


def stops(reasons: Iterable[Reason], today: date, *, walk: Mapping[str, str]) -> list[Stop]:
    """By urgency, then in the order of the walk (`walk`: by key, the place as it is counted; nowhere last)."""
    found: dict[str, list[Reason]] = {}
    for reason in reasons:
        found.setdefault(reason.key, []).append(reason)
    ordered = [_stop(key, those, today) for key, those in found.items()]
    return sorted(ordered, key=lambda stop: (stop.urgency, not walk.get(stop.key), walk.get(stop.key, ""), stop.key))


def _stop(key: str, reasons: Collection[Reason], today: date) -> Stop:
    order = list(Errand)
    ranked = sorted(reasons, key=lambda one: (urgency_of(one, today), order.index(one.errand), one.on))
    return Stop(key, urgency_of(ranked[0], today), ranked)
