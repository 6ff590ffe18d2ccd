"""The rules of the quality department: clocks of inquiries, the draw of samples, what a review amounts to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from zhongshu.kernel.workdays import add_working_minutes
from zhongshu.quality.kinds import Criterion, Direction, InquiryState

URGENT_WITHIN = timedelta(hours=2)
#: A working day.
WITHIN_MINUTES = 9 * 60
REMINDED_EVERY = timedelta(days=1)
#: So long after it was due head office hears of an inquiry that nobody has answered.
ESCALATED_AFTER = timedelta(days=1)
MOST_POINTS = 5
DEFAULT_PERCENT = 10

T = TypeVar("T")

MOVES: dict[InquiryState, frozenset[InquiryState]] = {
    InquiryState.OPEN: frozenset({InquiryState.ANSWERED}),
    InquiryState.ANSWERED: frozenset({InquiryState.OPEN, InquiryState.CLOSED}),
    InquiryState.CLOSED: frozenset(),
}


def help_due_at(asked_at: datetime, *, is_urgent: bool) -> datetime:
    """By when the department answers a site: two hours, else a working day."""
    return asked_at + URGENT_WITHIN if is_urgent else add_working_minutes(asked_at, WITHIN_MINUTES)


def due_again(direction: Direction, *, opened_at: datetime, due_at: datetime, at: datetime) -> datetime:
    """By when a returned inquiry is to be answered anew: as long as it had at first, at most three days."""
    return at + max(min(due_at - opened_at, timedelta(days=3)), URGENT_WITHIN)


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A case that can be drawn, and the stratum in which it is."""

    case_id: int
    number: str
    site_id: int
    category: str


def drawn(cases: Iterable[ClosedCase], *, percents: Mapping[int, int], seed: str) -> list[ClosedCase]:
    """The sample: of each site and category its site's share, rounded up, so that no stratum is left out.

    Reproducible: in each stratum the cases with the smallest SHA-256 of seed and number.
    """
    strata: dict[tuple[int, str], list[ClosedCase]] = defaultdict(list)
    for case in cases:
        strata[case.site_id, case.category].append(case)
    chosen = []
    for (site_id, _category), members in sorted(strata.items()):
        percent = percents.get(site_id, DEFAULT_PERCENT)
        chosen += share(members, percent=percent, seed=seed, name=lambda case: case.number)
    return chosen


def drawn_by_judge(judged: Iterable[tuple[int, int]], *, percent: int, seed: str) -> list[int]:
    """Of `(judgement, judge)` the judgements to look at again: of each judge the share, at least one."""
    theirs: dict[int, list[int]] = defaultdict(list)
    for judgement_id, judge_id in judged:
        theirs[judge_id].append(judgement_id)
    return [pk for _judge, pks in sorted(theirs.items()) for pk in share(pks, percent=percent, seed=seed, name=str)]


def share(members: Sequence[T], *, percent: int, seed: str, name: Callable[[T], str]) -> list[T]:
    """So many in a hundred, rounded up: those with the smallest lots."""
    count = -(-len(members) * percent // 100)
    return sorted(members, key=lambda one: lot(seed, name(one)))[:count]


def lot(seed: str, number: str) -> str:
    """The lot of a name in a draw."""
    return sha256(f"{seed}:{number}".encode()).hexdigest()


def total(points: Mapping[str, int]) -> int:
    """A review in per cent. Raises ValueError for criteria left out or unknown, or points that are none."""
    if set(points) != set(Criterion) or not all(1 <= mark <= MOST_POINTS for mark in points.values()):
        raise ValueError("each criterion has 1 to 5 points")
    return round(sum(points.values()) * 100 / (MOST_POINTS * len(points)))
