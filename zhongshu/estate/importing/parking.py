"""The sheet 车位: garages, zones and spaces, and the dwelling to whose account a space belongs."""

import re
from collections.abc import Iterable

from zhongshu.estate.importing import tree
from zhongshu.estate.importing.addresses import garage_level, number_part, zone_part
from zhongshu.estate.importing.state import Estate, HeldState
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.naming import NewPlace, garage, parking_code, zone
from zhongshu.estate.workbooks.cells import BadCell
from zhongshu.estate.workbooks.sheets import Change, Row

_FACTS = {"label": "车位号", "parking_kind": "类型", "gross_area": "面积", "x": "x", "y": "y"}


def plan_parking(estate: Estate, rows: Iterable[Row]) -> None:
    """One row, one space; its number is unique on its level."""
    seen: dict[str, int] = {}
    by_label: dict[str, list[str]] = {}
    for place in estate.places.values():
        if place.kind == PlaceKind.UNIT:
            by_label.setdefault(place.facts["label"], []).append(place.code)
    for row in rows:
        new = _read(row)
        if new is None:
            continue
        if new.code in seen:
            row.doubt("车位号", f"与第 {seen[new.code]} 行重复：{new.code}；同一车库层的车位号不能重复")
            continue
        seen[new.code] = row.number
        _plan(estate, new, row, by_label)


def _read(row: Row) -> NewPlace | None:
    said = {title: row.code(title) for title in ("车库层", "分区", "车位号")}
    for title in ("车库层", "车位号"):
        if not row.plain(title):
            row.wrong(title, f"缺少{title}")
    if not said["车库层"] or not said["车位号"]:
        return None
    try:
        level = garage_level(said["车库层"])
        name, number = zone_part(said["分区"]), _number(said["车位号"], level)
    except BadCell as error:
        row.wrong("车库层" if "车库层" in str(error) else "车位号", str(error))
        return None
    for title, part in (("车库层", level), ("分区", name), ("车位号", number)):
        row.show(title, row.cells.get(title), part)
    return NewPlace(
        kind=PlaceKind.PARKING,
        code=parking_code(level, number),
        label=f"{garage(level).label}{number}号车位",
        parent=(zone(level, name) if name else garage(level)).code,
        parking_kind=row.word("类型"),
        gross_area=row.area("面积"),
        x=row.coordinate("x"),
        y=row.coordinate("y"),
    )


def _number(text: str, level: str) -> str:
    """236 of 236, B1-236 and PK-B1-236 on level B1."""
    return number_part(re.sub(rf"^(?:PK-)?{level}-", "", text), "车位号")


def ensure_garage(estate: Estate, level: str, name: str, row: Row) -> bool:
    """The level and, if named, its zone."""
    ways = [garage(level), zone(level, name)] if name else [garage(level)]
    return all(tree.ensure(estate, way, row, "车库层") for way in ways)


def _plan(estate: Estate, new: NewPlace, row: Row, by_label: dict[str, list[str]]) -> None:
    _pk, level, *name = (new.parent or "").split("-", 2)
    if not ensure_garage(estate, level, "".join(name), row):
        return
    if tree.put(estate, new, row, _FACTS) is not None and row.plain("归属房屋"):
        _attach(estate, new.code, row, by_label)


def _attach(estate: Estate, space: str, row: Row, by_label: dict[str, list[str]]) -> None:
    unit = _unit_named(estate, row, by_label)
    held = estate.held.get(unit) if unit else None
    if unit and held is None:
        row.doubt("归属房屋", f"{unit} 没有户主，车位无法归属")
    if held is None:
        return
    present: HeldState | None = estate.held.get(space)
    if present is None:
        estate.hold(space, held.account, held.account.starts_on)
        row.report.count("parking_holding", "created")
    elif present.account is held.account:
        row.report.count("parking_holding", "unchanged")
    else:
        was, becomes = present.account.number, held.account.number
        row.report.changes.append(Change(row.sheet, row.number, space, "归属房屋", was, becomes))
        row.report.count("parking_holding", "updated")
        estate.hold(space, held.account, max(estate.today, held.account.starts_on))


def _unit_named(estate: Estate, row: Row, by_label: dict[str, list[str]]) -> str:
    """By code, by label (一期1栋1单元101), or by a code without its phase if only one phase has it."""
    text = row.code("归属房屋").replace(" ", "")
    place = estate.places.get(text)
    if place is not None and place.kind == PlaceKind.UNIT:
        return text
    found = by_label.get(text.removesuffix("室")) or [
        code for codes in by_label.values() for code in codes if code.endswith(f"-{text}")
    ]
    if len(found) != 1:
        problem = f"有 {len(found)} 套：{'、'.join(found[:3])}，请写全编码" if found else "没有这套房屋"
        row.doubt("归属房屋", f"“{text[:30]}”{problem}")
        return ""
    return found[0]
