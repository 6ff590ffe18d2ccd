"""Codes and labels of places: which code follows from phase, building, entrance, floor and room. Pure.

A part that a site does not use is left out: without phases `3-2-1502`, a shop without an entrance `P1-3-101`.
Floors carry an F (`P1-3-2-F15`, basements `P1-3-2-FB1`), so that no floor has the code of a unit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhongshu.estate.kinds import PlaceKind

_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """A place to be added. `parent` is the code of the place it lies in; None: the site's root."""

    kind: PlaceKind
    code: str
    label: str
    parent: str | None = None
    floor_no: int | None = None
    room_no: str = ""
    gross_area: Decimal | None = None
    net_area: Decimal | None = None
    usage: str = ""
    parking_kind: str = ""
    handed_over_on: date | None = None
    x: Decimal | None = None
    y: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a dwelling's address as codes write them: `P1`, `3`, `2`, floor 15, `1502`. Empty: not used."""

    phase: str
    building: str
    entrance: str
    floor: int | None
    room: str

    @property
    def building_code(self) -> str:
        return _joined(self.phase, self.building)

    @property
    def entrance_code(self) -> str:
        return _joined(self.phase, self.building, self.entrance)

    @property
    def floor_code(self) -> str:
        return "" if self.floor is None else f"{self.entrance_code}-{floor_part(self.floor)}"

    @property
    def code(self) -> str:
        return _joined(self.entrance_code, self.room)

    @property
    def label(self) -> str:
        return self.entrance_label + self.room

    @property
    def building_label(self) -> str:
        return phase_label(self.phase) + _spoken(self.building, "栋", "座")

    @property
    def entrance_label(self) -> str:
        return self.building_label + (_spoken(self.entrance, "单元", "单元") if self.entrance else "")

    def above(self) -> Iterator[NewPlace]:
        """Phase, building, entrance and floor, from the outside in."""
        parent = None
        if self.phase:
            yield NewPlace(kind=PlaceKind.PHASE, code=self.phase, label=phase_label(self.phase))
            parent = self.phase
        yield NewPlace(kind=PlaceKind.BUILDING, code=self.building_code, label=self.building_label, parent=parent)
        if self.entrance:
            yield NewPlace(
                kind=PlaceKind.ENTRANCE, code=self.entrance_code, label=self.entrance_label, parent=self.building_code
            )
        if self.floor is not None:
            label = self.entrance_label + floor_label(self.floor)
            yield NewPlace(
                kind=PlaceKind.FLOOR,
                code=self.floor_code,
                label=label,
                parent=self.entrance_code,
                floor_no=self.floor,
            )

    def unit(
        self,
        *,
        gross_area: Decimal | None = None,
        net_area: Decimal | None = None,
        usage: str = "dwelling",
        handed_over_on: date | None = None,
    ) -> NewPlace:
        """The dwelling itself."""
        return NewPlace(
            kind=PlaceKind.UNIT,
            code=self.code,
            label=self.label,
            parent=self.floor_code or self.entrance_code,
            floor_no=self.floor,
            room_no=self.room,
            gross_area=gross_area,
            net_area=net_area,
            usage=usage,
            handed_over_on=handed_over_on,
        )


def floor_part(floor: int) -> str:
    """15 → `F15`, -1 → `FB1`."""
    return f"F{floor}" if floor > 0 else f"FB{-floor}"


def floor_label(floor: int) -> str:
    """15 → `15楼`, -1 → `负1楼`."""
    return f"{floor}楼" if floor > 0 else f"负{-floor}楼"


def phase_label(phase: str) -> str:
    """`P2` → 二期; any other word is its own label."""
    if not re.fullmatch(r"P\d+", phase):
        return phase
    number = int(phase[1:])
    return f"{_NUMERALS[number] if 0 < number <= 10 else number}期"


def garage(level: str) -> NewPlace:
    """A level of the garage: `PK-B1`."""
    return NewPlace(kind=PlaceKind.GARAGE, code=f"PK-{level}", label=f"{level}车库")


def zone(level: str, name: str) -> NewPlace:
    """A zone of a level: `PK-B1-A`."""
    return NewPlace(kind=PlaceKind.ZONE, code=f"PK-{level}-{name}", label=f"{level}车库{name}区", parent=f"PK-{level}")


def parking_code(level: str, number: str) -> str:
    """A space of a level: `PK-B1-236`; the number is unique on its level."""
    return f"PK-{level}-{number}"


def pillar_code(level: str, zone_name: str, number: str) -> str:
    """A pillar: `PUB-B1-B-23`."""
    return _joined("PUB", level, zone_name, number)


def gate_code(direction: str) -> str:
    """A gate by its direction letter: `PUB-GATE-E`."""
    return f"PUB-GATE-{direction}"


def lift_code(entrance_code: str, side: str) -> str:
    """A lift of an entrance: `EQ-P1-3-2-L`."""
    return f"EQ-{entrance_code}-{side}"


def _joined(*parts: str) -> str:
    return "-".join(part for part in parts if part)


def _spoken(name: str, after_number: str, after_letter: str) -> str:
    if name.isdecimal():
        return name + after_number
    return name + after_letter if name.isascii() else name
