"""The sites of the simulation, as the rows of our own estate template will have them.

云栖里 (YQL): two phases whose buildings bear the same numbers. 西荷 (XH): 300 units, no phases, no desk. `small_site`
draws one of any size.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

FLOORS = 18
LOW, HIGH = 11, 27
LOW_BUILDINGS = {("P1", 10), ("P1", 11), ("P2", 2), ("P2", 10)}
HIGH_BUILDINGS = {("P1", 1), ("P2", 1)}
WIDE_SECOND_ENTRANCE = {("P1", 7), ("P1", 9)}
SINGLE_ENTRANCE = {("P2", 10)}
BUILDINGS = {"P1": 12, "P2": 10}
PHASE_WORDS = {"P1": "一期", "P2": "二期"}
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
    def entrance_code(self) -> str:
        return "-".join(filter(None, [self.phase, str(self.building), str(self.entrance)]))

    @property
    def code(self) -> str:
        return f"{self.entrance_code}-{self.room_no}"


@dataclass(frozen=True, slots=True)
class Garage:
    """Zones by level, with so many spaces on each level and so many pillars in each zone."""

    zones: Mapping[str, str]
    spaces_per_level: int
    pillars_per_zone: int


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A site to be built. `lifts`: the sides of an entrance that have one."""

    code: str
    name: str
    model: str
    units: tuple[UnitSpec, ...]
    lifts: tuple[str, ...] = ()
    garage: Garage | None = None
    gates: Mapping[str, str] = field(default_factory=lambda: GATES)

    @property
    def entrances(self) -> list[str]:
        """The codes of the entrances, in the order of the units."""
        return list(dict.fromkeys(unit.entrance_code for unit in self.units))


def yql() -> Blueprint:
    """云栖里, with its garage of two levels and two lifts in every entrance."""
    garage = Garage({"B1": "ABCD", "B2": "EFGH"}, spaces_per_level=600, pillars_per_zone=40)
    return Blueprint("YQL", "云栖里", "centre", tuple(yql_units()), ("左", "右"), garage)


def xh() -> Blueprint:
    """西荷, which has neither lifts nor a garage."""
    return Blueprint("XH", "西荷", "lean", tuple(xh_units()))


def small_site(code: str, name: str, units: int) -> Blueprint:
    """A site of so many dwellings, 1 to 5,000, in houses that suit it; two gates, a lift in every entrance."""
    floors, doors = (6 if units <= 500 else FLOORS), (2 if units <= 40 else 4)
    dwellings = [_nth_unit(nth, floors, doors) for nth in range(units)]
    garage = Garage({"B1": "AB"}, spaces_per_level=max(4, units * 2 // 3), pillars_per_zone=4)
    gates = {side: GATES[side] for side in "EW"}
    return Blueprint(code, name, "centre", tuple(dwellings), ("左",), garage, gates)


def _nth_unit(nth: int, floors: int, doors: int) -> UnitSpec:
    """Filled floor by floor, entrance by entrance, two entrances to a building."""
    entrance, in_entrance = divmod(nth, floors * doors)
    floor, door = divmod(in_entrance, doors)
    return UnitSpec("", entrance // 2 + 1, entrance % 2 + 1, floor + 1, door + 1)


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
