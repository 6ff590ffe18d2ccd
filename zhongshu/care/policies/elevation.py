"""A building seen from the front: entrances side by side, storeys from the top, doors from the left."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flat:
    """A dwelling or shop. `entrance`: its label, empty without one; `floor` None where nobody wrote it down."""

    place_id: int
    entrance: str
    floor: int | None
    room: str


@dataclass(frozen=True, slots=True)
class Storey:
    """`flats` in the order of the block's doors; None: no flat behind that door."""

    floor: int | None
    flats: list[Flat | None]


@dataclass(frozen=True, slots=True)
class Block:
    """The storeys of one entrance, the highest first; without a number last."""

    entrance: str
    doors: list[str]
    storeys: list[Storey]


def blocks(flats: Iterable[Flat]) -> list[Block]:
    """In the order in which the entrances come. No flat is lost and none drawn twice."""
    found: dict[str, dict[int | None, dict[str, Flat]]] = {}
    for flat in flats:
        storey = found.setdefault(flat.entrance, {}).setdefault(flat.floor, {})
        storey[_free_door(flat, storey)] = flat
    return [_block(entrance, storeys) for entrance, storeys in found.items()]


def door_of(flat: Flat) -> str:
    """The room's number without its storey: 1502 on 15 is door 02."""
    storey = "" if flat.floor is None else str(flat.floor)
    return flat.room.removeprefix(storey) or flat.room


def _free_door(flat: Flat, taken: dict[str, Flat]) -> str:
    """Two rooms that would be behind one door keep their whole numbers, however often they come."""
    door = next((door for door in (door_of(flat), flat.room) if door not in taken), "")
    return door or f"{flat.room}·{flat.place_id}"


def _block(entrance: str, storeys: dict[int | None, dict[str, Flat]]) -> Block:
    doors = sorted({door for storey in storeys.values() for door in storey}, key=lambda door: (len(door), door))
    floors = sorted(storeys, key=lambda floor: (floor is None, -(floor or 0)))
    rows = [Storey(floor, [storeys[floor].get(door) for door in doors]) for floor in floors]
    return Block(entrance, doors, rows)
