"""The visits of a day: who goes where (an exact optimum), and each round in the order of the shortest way.

A shift is cut into blocks of an hour: at most `WALK_MOST` minutes to get there, `VISIT` to be there. A visit takes one
block of one person; one that is booked, a block in which the person arrives within its slot. So whatever is assigned
can be walked in time, and the order within a round may then be any that keeps the slots. docs/algorithms/visits.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cache
from itertools import pairwise

VISIT, WALK_MOST = 45, 15
BLOCK = VISIT + WALK_MOST
A_DAY = 24 * 60
#: Nobody is visited unasked at night: minutes of the day between which who has not booked is called on.
FROM, UNTIL = 8 * 60, 20 * 60
#: Minutes for each step up or down the tree of places.
PER_STEP = 2
UNSKILLED, UNKNOWN_ACCOUNT, PER_VISIT, NOT_MADE = 60, 15, 5, 10_000
#: Rounds up to here are ordered exactly, longer ones by exchanging.
EXACT = 11
REMIND_AT = time(18, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An order to be visited. `path` of its place; minutes of the day: arrival within `[opens, closes)`.

    `known_to`: staff who have served the account or keep it.
    """

    order_id: int
    path: str = ""
    category: str = ""
    opens: int = 0
    closes: int = A_DAY
    is_booked: bool = False
    known_to: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """Somebody on shift from minute `starts` until `ends`, who can take `capacity` more visits; `load`: in hand."""

    staff_id: int
    name: str
    starts: int
    ends: int
    capacity: int
    load: int = 0
    path: str = ""
    skills: frozenset[str] = frozenset()

    @property
    def blocks(self) -> tuple[int, ...]:
        """The minutes at which a block of this shift begins."""
        return tuple(range(self.starts, self.ends - BLOCK + 1, BLOCK))


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit in a round: arrival (minute of the day), the way there in minutes, why this person."""

    order_id: int
    arrive: int
    walk: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Round:
    staff_id: int
    name: str
    stops: tuple[Stop, ...]

    @property
    def walk(self) -> int:
        return sum(stop.walk for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Plan:
    """The rounds of a day, and the orders that nobody has room for."""

    rounds: tuple[Round, ...] = ()
    left: tuple[int, ...] = field(default=())


#: Whose block a visit takes: `(staff_id, minute at which the block begins)`, by order.
Assignment = dict[int, tuple[int, int]]


def walk(a: str, b: str) -> int:
    """Minutes between two places of the tree, `WALK_MOST` at the most, which also counts for an unknown place."""
    if not a or not b:
        return WALK_MOST
    one, other = a.split("/"), b.split("/")
    shared = next((n for n, (x, y) in enumerate(zip(one, other, strict=False)) if x != y), min(len(one), len(other)))
    return min(WALK_MOST, PER_STEP * (len(one) + len(other) - 2 * shared))


def by_day(walker: Walker) -> int:
    """How many minutes of the shift lie between `FROM` and `UNTIL`."""
    return max(0, min(walker.ends, UNTIL) - max(walker.starts, FROM))


def fits(visit: Visit, block: int) -> bool:
    """Whether somebody whose block begins then arrives within the slot, however far they come."""
    return visit.opens <= block + WALK_MOST < visit.closes


def cost(visit: Visit, walker: Walker, wanted: frozenset[str]) -> int:
    """What it costs to send this person, apart from how many they have already: the less the better.

    `wanted`: the categories that anybody on shift has the skill for; of others nobody needs one.
    """
    unskilled = visit.category in wanted and visit.category not in walker.skills
    unknown = walker.staff_id not in visit.known_to
    return walk(walker.path, visit.path) + UNSKILLED * unskilled + UNKNOWN_ACCOUNT * unknown


def skills_on_shift(walkers: Iterable[Walker]) -> frozenset[str]:
    """The categories for which somebody there has the skill."""
    return frozenset().union(*(walker.skills for walker in walkers))


def total_cost(assignment: Assignment, visits: Iterable[Visit], walkers: Sequence[Walker]) -> int:
    """Of a whole assignment: every visit, a share for each further one of the same person, those not made."""
    wanted, by_id = skills_on_shift(walkers), {walker.staff_id: walker for walker in walkers}
    made = [(visit, by_id[assignment[visit.order_id][0]]) for visit in visits if visit.order_id in assignment]
    counts = {walker.staff_id: sum(w is walker for _visit, w in made) for walker in walkers}
    more = sum(PER_VISIT * (by_id[pk].load + nth) for pk, count in counts.items() for nth in range(count))
    not_made = sum(visit.order_id not in assignment for visit in visits)
    return sum(cost(visit, walker, wanted) for visit, walker in made) + more + NOT_MADE * not_made


def greedy(visits: Sequence[Visit], walkers: Sequence[Walker]) -> Assignment:
    """One after the other to whoever is cheapest then; what a dispatcher without a plan would do."""
    taken: Assignment = {}
    for visit in visits:
        ways = [
            (walker.staff_id, block)
            for walker in walkers
            for block in walker.blocks
            if fits(visit, block)
            and (walker.staff_id, block) not in taken.values()
            and sum(pk == walker.staff_id for pk, _block in taken.values()) < walker.capacity
        ]
        if ways:
            options = [(total_cost(taken | {visit.order_id: way}, visits, walkers), way) for way in ways]
            taken[visit.order_id] = min(options)[1]
    return taken


def assign(visits: Sequence[Visit], walkers: Sequence[Walker]) -> Assignment:
    """The cheapest assignment there is: whole-number optimisation over (visit, person, block)."""
    ways = [
        (v, w, block)
        for v, visit in enumerate(visits)
        for w, walker in enumerate(walkers)
        for block in walker.blocks
        if fits(visit, block) and walker.capacity > 0
    ]
    if not ways:
        return {}
    chosen = _solve(visits, walkers, ways)
    return {visits[v].order_id: (walkers[w].staff_id, block) for v, w, block in chosen}


def _solve(
    visits: Sequence[Visit], walkers: Sequence[Walker], ways: Sequence[tuple[int, int, int]]
) -> list[tuple[int, int, int]]:
    """Columns: each way; each visit not made; the first, second, … visit of each person, each dearer than the last.

    Rows: a visit is made once or not at all; a block is taken once; a person's ways are their visits.
    """
    # Only who plans pays for loading these.
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_matrix

    wanted = skills_on_shift(walkers)
    nths = [(w, nth) for w, walker in enumerate(walkers) for nth in range(min(walker.capacity, len(walker.blocks)))]
    blocks = {key: row for row, key in enumerate(sorted({(w, block) for _v, w, block in ways}))}
    prices = [cost(visits[v], walkers[w], wanted) for v, w, _block in ways]
    prices += [NOT_MADE] * len(visits)
    prices += [PER_VISIT * (walkers[w].load + nth) for w, nth in nths]
    rows = lil_matrix((len(visits) + len(blocks) + len(walkers), len(prices)))
    for column, (v, w, block) in enumerate(ways):
        rows[v, column] = rows[len(visits) + blocks[w, block], column] = 1
        rows[len(visits) + len(blocks) + w, column] = 1
    for v in range(len(visits)):
        rows[v, len(ways) + v] = 1
    for nth, (w, _nth) in enumerate(nths):
        rows[len(visits) + len(blocks) + w, len(ways) + len(visits) + nth] = -1
    least = np.concatenate([np.ones(len(visits)), np.zeros(len(blocks)), np.zeros(len(walkers))])
    most = np.concatenate([np.ones(len(visits)), np.ones(len(blocks)), np.zeros(len(walkers))])
    limits = LinearConstraint(rows.tocsr(), least, most)
    solved = milp(np.array(prices), constraints=limits, integrality=np.ones(len(prices)), bounds=Bounds(0, 1))
    return [way for way, is_taken in zip(ways, solved.x, strict=False) if is_taken > 0.5]


def ordered(walker: Walker, visits: Sequence[Visit]) -> tuple[Visit, ...]:
    """The visits of one round in the order of the shortest way that keeps every slot.

    `visits` come in an order that keeps them (that of their blocks). Exact up to `EXACT`, then by exchanging.
    """
    return _exact(walker, tuple(visits)) if len(visits) <= EXACT else _exchanged(walker, tuple(visits))


def _exact(walker: Walker, visits: tuple[Visit, ...]) -> tuple[Visit, ...]:
    """By dynamic programming over the sets already visited: of each, the ways none of which another beats both in
    length and in time."""
    states: dict[tuple[int, int], list[tuple[int, int, tuple[int, ...]]]] = {}
    for last, visit in enumerate(visits):
        step = _step(walker.starts, walker.path, visit)
        if step is not None:
            states[1 << last, last] = [(step[0], step[1], (last,))]
    everything = (1 << len(visits)) - 1
    for _stage in range(len(visits) - 1):
        states = _longer(states, visits)
    ends = [way for (seen, _last), ways in states.items() if seen == everything for way in ways]
    ends = [way for way in ends if way[1] <= walker.ends]
    return tuple(visits[nth] for nth in min(ends)[2]) if ends else visits


def _longer(
    states: dict[tuple[int, int], list[tuple[int, int, tuple[int, ...]]]], visits: tuple[Visit, ...]
) -> dict[tuple[int, int], list[tuple[int, int, tuple[int, ...]]]]:
    found: dict[tuple[int, int], list[tuple[int, int, tuple[int, ...]]]] = {}
    for (seen, last), ways in states.items():
        for nth, visit in enumerate(visits):
            if seen & 1 << nth:
                continue
            for length, ready, way in ways:
                step = _step(ready, visits[last].path, visit)
                if step is not None:
                    _keep(found.setdefault((seen | 1 << nth, nth), []), (length + step[0], step[1], (*way, nth)))
    return found


def _keep(ways: list[tuple[int, int, tuple[int, ...]]], new: tuple[int, int, tuple[int, ...]]) -> None:
    """Add a way unless another is no longer and no later; drop those that it beats."""
    if any(length <= new[0] and ready <= new[1] for length, ready, _way in ways):
        return
    ways[:] = [way for way in ways if not (new[0] <= way[0] and new[1] <= way[1])]
    ways.append(new)


def _step(ready: int, path: str, visit: Visit) -> tuple[int, int] | None:
    """The way there and the minute at which one is free again; None when one would come too late."""
    way = _walk(path, visit.path)
    arrive = max(ready + way, visit.opens)
    return (way, arrive + VISIT) if arrive < visit.closes else None


_walk = cache(walk)


def _exchanged(walker: Walker, visits: tuple[Visit, ...]) -> tuple[Visit, ...]:
    """2-opt: turn a stretch round as long as that makes the way shorter and every slot is kept."""
    best, length = visits, _length(walker, visits)
    improved = True
    while improved:
        improved = False
        for i in range(len(best) - 1):
            for j in range(i + 2, len(best) + 1):
                tried = best[:i] + best[i:j][::-1] + best[j:]
                new = _length(walker, tried)
                if new is not None and (length is None or new < length):
                    best, length, improved = tried, new, True
    return best


def _length(walker: Walker, visits: tuple[Visit, ...]) -> int | None:
    """The whole way; None when a slot is missed or the shift is over before."""
    ready, path, length = walker.starts, walker.path, 0
    for visit in visits:
        step = _step(ready, path, visit)
        if step is None:
            return None
        length, ready, path = length + step[0], step[1], visit.path
    return length if ready <= walker.ends else None


def planned(visits: Sequence[Visit], walkers: Sequence[Walker]) -> Plan:
    """The plan of a day: who makes which visits, in which order, and when they arrive."""
    assignment = assign(visits, walkers)
    wanted = skills_on_shift(walkers)
    rounds = []
    for walker in walkers:
        own = [visit for visit in visits if assignment.get(visit.order_id, (None, 0))[0] == walker.staff_id]
        own.sort(key=lambda visit: assignment[visit.order_id][1])
        if own:
            rounds.append(Round(walker.staff_id, walker.name, _timed(walker, ordered(walker, own), wanted)))
    left = tuple(visit.order_id for visit in visits if visit.order_id not in assignment)
    return Plan(tuple(rounds), left)


def _timed(walker: Walker, visits: tuple[Visit, ...], wanted: frozenset[str]) -> tuple[Stop, ...]:
    stops, ready, path = [], walker.starts, walker.path
    for visit in visits:
        way = walk(path, visit.path)
        arrive = max(ready + way, visit.opens)
        stops.append(Stop(visit.order_id, arrive, way, _reasons(visit, walker, way, wanted)))
        ready, path = arrive + VISIT, visit.path
    return tuple(stops)


def _reasons(visit: Visit, walker: Walker, way: int, wanted: frozenset[str]) -> tuple[str, ...]:
    skill = "有这项技能" if visit.category in walker.skills else "没有这项技能"  # matter
    if visit.category not in wanted:
        skill = "不需专门技能"  # matter
    known = "服务过这一户" if walker.staff_id in visit.known_to else "没服务过这一户"  # matter
    slot = "按预约时段" if visit.is_booked else "未约时间"  # matter
    return skill, known, f"路上约 {way} 分钟", slot  # matter


def keeps_slots(plan: Plan, visits: Iterable[Visit]) -> bool:
    """Whether everybody arrives when it was agreed, one after the other."""
    by_id = {visit.order_id: visit for visit in visits}
    in_time = all(
        by_id[stop.order_id].opens <= stop.arrive < by_id[stop.order_id].closes
        for walked in plan.rounds
        for stop in walked.stops
    )
    after_another = all(
        here.arrive + VISIT + there.walk <= there.arrive
        for walked in plan.rounds
        for here, there in pairwise(walked.stops)
    )
    return in_time and after_another


def remind_at(starts_at: datetime) -> datetime:
    """When the customer is reminded of a visit: the evening before, on the clock of `starts_at`."""
    return datetime.combine(starts_at.date() - timedelta(days=1), REMIND_AT, starts_at.tzinfo)
