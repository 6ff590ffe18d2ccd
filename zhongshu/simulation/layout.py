"""The two sites of the demo company, as rows of our own estate template.

云栖里 (YQL): two phases whose buildings bear the same numbers. 西荷 (XH): 300 units, no phases, no desk.
"""

from collections.abc import Iterator
from dataclasses import dataclass

FLOORS = 18
LOW, HIGH = 11, 27
LOW_BUILDINGS = {("P1", 10), ("P1", 11), ("P2", 2), ("P2", 10)}
HIGH_BUILDINGS = {("P1", 1), ("P2", 1)}
WIDE_SECOND_ENTRANCE = {("P1", 7), ("P1", 9)}
SINGLE_ENTRANCE = {("P2", 10)}
BUILDINGS = {"P1": 12, "P2": 10}
PHASE_WORDS = {"P1": "一期", "P2": "二期"}
GARAGE_ZONES = {"B1": "ABCD", "B2": "EFGH"}
PILLARS_PER_ZONE = 40
SPACES_PER_LEVEL = 600
GATES = {"E": "东门", "W": "西门", "N": "北门", "S": "南门"}
ROOM_AREAS = {1: ("128.60", "103.20"), 2: ("97.35", "77.90"), 3: ("89.10", "71.30"), 4: ("115.20", "92.40")}


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """One dwelling: `phase` is P1, P2 or empty."""

    phase: str
    building: int
    entrance: int
    floor: int
    door: int

    @property
    def room_no(self) -> str:
        return f"{self.floor}{self.door:02d}"

    @property
    def code(self) -> str:
        parts = [self.phase, str(self.building), str(self.entrance), self.room_no]
        return "-".join(part for part in parts if part)


def entrances_of(phase: str, building: int) -> range:
    """The entrances of a building of YQL, from 1."""
    return range(1, 2 if (phase, building) in SINGLE_ENTRANCE else 3)


def floors_of(phase: str, building: int) -> int:
    """How many floors a building of YQL has."""
    if (phase, building) in LOW_BUILDINGS:
        return LOW
    return HIGH if (phase, building) in HIGH_BUILDINGS else FLOORS


def doors_of(phase: str, building: int, entrance: int) -> int:
    """How many doors there are on each floor of an entrance of YQL."""
    return 4 if entrance == 1 or (phase, building) in WIDE_SECOND_ENTRANCE else 2


def yql_units() -> Iterator[UnitSpec]:
    """Every dwelling of 云栖里, in the order of the codes."""
    for phase, count in BUILDINGS.items():
        for building in range(1, count + 1):
            for entrance in entrances_of(phase, building):
                yield from _entrance_units(phase, building, entrance)


def _entrance_units(phase: str, building: int, entrance: int) -> Iterator[UnitSpec]:
    for floor in range(1, floors_of(phase, building) + 1):
        for door in range(1, doors_of(phase, building, entrance) + 1):
            yield UnitSpec(phase, building, entrance, floor, door)


def xh_units() -> Iterator[UnitSpec]:
    """西荷: five buildings of two entrances, ten floors, three doors: 300 dwellings."""
    for building in range(1, 6):
        for entrance in (1, 2):
            for floor in range(1, 11):
                for door in range(1, 4):
                    yield UnitSpec("", building, entrance, floor, door)
