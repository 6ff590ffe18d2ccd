"""Rules of incidents: which open cases look like one outage, and how an incident weighs among a case's orders."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from zhongshu.cases.lifecycle import IncidentState
from zhongshu.work.lifecycle import State

#: So many different places must have reported it: the nearer they lie together, the fewer.
LEAST = {"entrance": 2, "building": 3, "phase": 5, "community": 8}

#: What somebody did or wants is nobody else's outage.
NEVER_ALIKE = frozenset(
    {"service_attitude", "consult", "billing", "noise_neighbour", "out_of_scope", "parking", "task"}
)

#: The furthest on first: that one becomes the one repair.
FURTHEST = (
    State.ON_SITE,
    State.TRAVELLING,
    State.ACCEPTED,
    State.DISPATCHED,
    State.REOPENED,
    State.NEW,
    State.OBJECTED,
    State.ON_HOLD,
)


@dataclass(frozen=True, slots=True)
class Reported:
    """An open case as far as likeness goes. `path` is that of its place; `above` the kinds of its places by path."""

    case_id: int
    category: str
    path: str
    above: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Cases that look like one incident, and the path of the place they have in common."""

    category: str
    path: str
    case_ids: tuple[int, ...]


def alike(cases: Sequence[Reported]) -> list[Alike]:
    """The groups that look like one incident, the largest first; no case is in two of them.

    Of the same category; enough different places within one entrance, building, phase or community. Where several of
    these hold as many cases, the innermost is meant.
    """
    left = [case for case in cases if case.category not in NEVER_ALIKE]
    found: list[Alike] = []
    while best := max(_groups(left), key=_weight, default=None):
        found.append(best)
        left = [case for case in left if case.case_id not in best.case_ids]
    return found


def _groups(cases: Collection[Reported]) -> Iterator[Alike]:
    inside: dict[tuple[str, str, str], list[Reported]] = defaultdict(list)
    for case in cases:
        for kind, path in case.above:
            inside[case.category, kind, path].append(case)
    for (category, kind, path), members in inside.items():
        if kind in LEAST and len({member.path for member in members}) >= LEAST[kind]:
            yield Alike(category, path, tuple(member.case_id for member in members))


def _weight(group: Alike) -> tuple[int, int, str]:
    return len(group.case_ids), group.path.count("/"), group.path


def lies_within(path: str, above: str) -> bool:
    """Whether a place (by its path) is `above` or below it."""
    return path == above or path.startswith(above + "/")


def furthest(states: Sequence[tuple[int, State]]) -> int | None:
    """Which of these orders (number and state) becomes the one repair: the one that is furthest on; None: none runs."""
    running = [(FURTHEST.index(state), order_id) for order_id, state in states if state in FURTHEST]
    return min(running)[1] if running else None


def stands_for(state: IncidentState, *, is_answered: bool) -> State:
    """How its incident weighs among a case's orders: work goes on until it is over and the caller knows."""
    over = state in (IncidentState.RESTORED, IncidentState.CLOSED)
    return State.CLOSED if over and is_answered else State.ACCEPTED


def counted(categories: Sequence[str]) -> str:
    """The category most of them have; of several, the first in the alphabet."""
    counts = Counter(categories)
    return min(counts, key=lambda category: (-counts[category], category))
