"""Places of a workbook: new ones join the tree, known ones are compared and put right."""

from decimal import Decimal
from typing import Any

from zhongshu.estate.importing.state import Estate, PlaceState
from zhongshu.estate.kinds import (
    OCCUPANCY_LABELS,
    PARKING_KIND_LABELS,
    PLACE_KIND_LABELS,
    USAGE_LABELS,
    OccupancyStatus,
    ParkingKind,
    PlaceKind,
    Usage,
)
from zhongshu.estate.naming import NewPlace
from zhongshu.estate.workbooks.sheets import Change, Row


def put(estate: Estate, new: NewPlace, row: Row, titles: dict[str, str]) -> PlaceState | None:
    """The place with that code as the row describes it; `titles` name the column of each fact.

    Empty facts leave what is there. None, with an error on the row, when the code is another kind of place's.
    """
    if trouble := clash(estate, new):
        row.wrong(next(iter(titles.values())), trouble)
        return None
    place = estate.places.get(new.code)
    if place is None:
        row.report.count(new.kind, "created")
        return estate.add_place(new)
    _correct(estate, place, new, row, titles)
    return place


def clash(estate: Estate, new: NewPlace) -> str:
    """Why the code can't be that place's; empty when it can."""
    place = estate.places.get(new.code)
    if place is None or place.kind == new.kind:
        return ""
    return f"编码 {new.code} 已是{PLACE_KIND_LABELS[PlaceKind(place.kind)]}“{place.facts['label']}”的编码"


def ensure(estate: Estate, new: NewPlace, row: Row, title: str) -> bool:
    """A place on the way to another: added once, otherwise left as it is. False, with an error, on a clash."""
    if trouble := clash(estate, new):
        row.wrong(title, trouble)
        return False
    if new.code not in estate.places:
        estate.add_place(new)
        row.report.count(new.kind, "created")
    return True


def _correct(estate: Estate, place: PlaceState, new: NewPlace, row: Row, titles: dict[str, str]) -> None:
    changed = [name for name in titles if _differs(place.facts.get(name), getattr(new, name, None))]
    for name in changed:
        value = getattr(new, name)
        row.report.changes.append(
            Change(row.sheet, row.number, place.code, titles[name], shown(name, place.facts[name]), shown(name, value))
        )
        place.facts[name] = value
    moved = _move(estate, place, new, row)
    place.is_changed = place.is_changed or bool(changed) or moved
    if place.pk is not None:
        row.report.count(place.kind, "updated" if changed or moved else "unchanged")


def _differs(present: Any, said: Any) -> bool:
    return said not in (None, "") and said != present


def _move(estate: Estate, place: PlaceState, new: NewPlace, row: Row) -> bool:
    """Another floor or zone; the place keeps its code."""
    if new.parent is None or new.parent == place.parent:
        return False
    was, parent = place.parent or "", estate.places[new.parent]
    row.report.changes.append(Change(row.sheet, row.number, place.code, "所属", was, parent.code))
    place.parent, place.path = parent.code, f"{parent.path}/{place.code}"
    place.floor_no = new.floor_no
    return True


def shown(name: str, value: Any) -> str:
    """A fact as people read it."""
    if value in (None, ""):
        return "（空）"
    if isinstance(value, Decimal):
        return f"{value:f}"
    labels: dict[str, Any] = {"usage": USAGE_LABELS, "parking_kind": PARKING_KIND_LABELS, "status": OCCUPANCY_LABELS}
    enums: dict[str, Any] = {"usage": Usage, "parking_kind": ParkingKind, "status": OccupancyStatus}
    return str(labels[name][enums[name](value)]) if name in labels else str(value)
