"""The draw of visits: 90 in a hundred of a keeper's accounts each quarter, without replacement, by building.

Pure and reproducible: who is drawn depends on the seed and on who could be drawn, and on nothing else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256

PERCENT = 90
"""Of a keeper's scored, occupied accounts, visited each quarter, until people choose otherwise."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that can be drawn. `was_skipped`: it was not visited in the quarter before."""

    account_id: int
    building: str
    was_skipped: bool = False


def wanted_by(population: int, month: int, *, percent: int = PERCENT) -> int:
    """How many of `population` accounts are drawn or visited by month 1, 2 or 3 of the quarter: `ceil(0.9 N k / 3)`."""
    return -(-percent * population * month // 300)


def drawn(candidates: Collection[Candidate], count: int, *, seed: str) -> list[int]:
    """The accounts drawn: those skipped last quarter first, each class by building in proportion; in order."""
    skipped = [one for one in candidates if one.was_skipped]
    others = [one for one in candidates if not one.was_skipped]
    order = [*_stratified(skipped, seed), *_stratified(others, seed)]
    return [one.account_id for one in order[: max(count, 0)]]


def _stratified(candidates: Iterable[Candidate], seed: str) -> list[Candidate]:
    """Each building's accounts in the order of their lots, evenly woven: any beginning has its share of each."""
    buildings: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        buildings[one.building].append(one)
    woven = []
    for members in buildings.values():
        members.sort(key=lambda one: _lot(seed, one.account_id))
        woven += [(_position(n, len(members)), _lot(seed, one.account_id), one) for n, one in enumerate(members)]
    return [one for _position, _lot, one in sorted(woven, key=lambda row: row[:2])]


def _position(nth: int, size: int) -> Fraction:
    return Fraction(2 * nth + 1, 2 * size)


def _lot(seed: str, account_id: int) -> str:
    return sha256(f"{seed}:{account_id}".encode()).hexdigest()


def spread(account_ids: Sequence[int], days: Sequence[date]) -> list[tuple[int, date]]:
    """Each account with its day: as many on one day as on any other, or one more; neighbours on the same day."""
    return [(account_id, days[nth * len(days) // len(account_ids)]) for nth, account_id in enumerate(account_ids)]
