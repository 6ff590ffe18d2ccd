"""The sheet 房屋: dwellings, how they are used, and what each row says of them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from zhongshu.estate.importing import households, tree
from zhongshu.estate.importing.state import Estate, StatusState
from zhongshu.estate.importing.unit_rows import UnitRow, filled_down, read_unit_row
from zhongshu.estate.kinds import CustomerKind, OccupancyStatus, PlaceKind, Usage
from zhongshu.estate.naming import NewPlace
from zhongshu.estate.workbooks.progress import checking
from zhongshu.estate.workbooks.sheets import Change, Row

_FACTS = {"gross_area": "建筑面积", "net_area": "套内面积", "usage": "用途", "handed_over_on": "交付日期"}
_COMPARED = {**_FACTS, "status": "状态"}
_LIVED_IN = frozenset({OccupancyStatus.OCCUPIED, OccupancyStatus.LET})
_NOT_HANDED_OVER = frozenset({OccupancyStatus.UNSOLD, OccupancyStatus.SOLD})


def plan_units(estate: Estate, rows: Iterable[Row]) -> None:
    """All rows of one dwelling are looked at together, in the order of the sheet."""
    by_unit: dict[str, list[UnitRow]] = {}
    for row in filled_down(rows):
        if (read := read_unit_row(row)) is not None:
            by_unit.setdefault(read.address.code, []).append(read)
    _note_lost_zeros(estate, by_unit)
    for group in checking(by_unit.values()):
        _plan_unit(estate, group)


def _note_lost_zeros(estate: Estate, by_unit: Mapping[str, list[UnitRow]]) -> None:
    """0101 and 101 are two dwellings, as doors are numbered; in others' lists one has often lost its zero."""
    known = {_without_zeros(code): code for code, place in estate.places.items() if place.kind == PlaceKind.UNIT}
    for code, group in by_unit.items():
        other = known.setdefault(_without_zeros(code), code)
        row = group[0].row
        if other != code and code not in estate.places and row.is_foreign:
            row.notice("房号", f"与 {other} 只差房号前面的 0，登记为另一套房屋；是同一套的，请改成一样再导入")


def _without_zeros(code: str) -> str:
    above, _dash, room = code.rpartition("-")
    return f"{above}-{room.lstrip('0')}"


def _plan_unit(estate: Estate, group: list[UnitRow]) -> None:
    first = group[0]
    distinct = _without_repetitions(group)
    facts = _merged_facts(group)
    status = _credible(str(facts.pop("status") or ""), distinct)
    unit = _unit_of(estate, first, facts)
    if not all(tree.ensure(estate, new, first.row, "楼栋") for new in first.address.above()):
        return
    if tree.put(estate, unit, first.row, {**_FACTS}) is None:
        return
    households.plan_household(estate, unit.code, distinct, status=status, handed_over_on=facts["handed_over_on"])
    if status:
        _plan_status(estate, unit.code, status, first.row, _status_since(distinct, status, facts, estate.today))


def _credible(status: str, group: list[UnitRow]) -> str:
    """The status, unless the rows name a person as owner of an unsold dwelling: others' lists often do."""
    named = [read for read in group if read.person and read.person.kind != CustomerKind.ORGANISATION]
    if status != OccupancyStatus.UNSOLD or not named or not named[0].row.is_foreign:
        return status
    named[0].row.doubt("状态", "状态是未售，却写了客户")
    return ""


def _unit_of(estate: Estate, first: UnitRow, facts: dict[str, Any]) -> NewPlace:
    """The dwelling as the rows describe it; one that is there keeps its floor unless the sheet names another."""
    place = estate.places.get(first.address.code)
    if not facts["usage"] and place is None and first.row.is_foreign and first.row.is_sent("用途"):
        first.row.notice("用途", "没有可用的用途，按住宅登记，请核对")
    known = {**facts, "usage": facts["usage"] or ("" if place else Usage.DWELLING)}
    if net_above_gross(known, place.facts if place else {}):
        first.row.doubt("套内面积", "套内面积大于建筑面积")
        known["net_area"] = None
    unit = first.address.unit(**known)
    if place is not None and not first.says_floor:
        return NewPlace(**{**_as_dict(unit), "parent": place.parent, "floor_no": place.floor_no})
    return unit


def net_above_gross(said: dict[str, Any], present: dict[str, Any]) -> bool:
    """Whether the areas contradict each other once what is said has replaced what is there."""
    gross, net = (said[name] or present.get(name) for name in ("gross_area", "net_area"))
    return bool(gross and net and net > gross)


def _as_dict(unit: NewPlace) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in NewPlace.__dataclass_fields__}


def _without_repetitions(group: list[UnitRow]) -> list[UnitRow]:
    """A row that says the same person, or nobody, a second time is an error that names the first.

    In somebody else's layout it is read once: numbers are put together, another document is an error.
    """
    seen: dict[str, UnitRow] = {}
    for read in group:
        name = read.person.name if read.person else ""
        if name in seen or (not name and seen):
            _repeated(read, seen.get(name) or next(iter(seen.values())))
        else:
            seen[name] = read
    return list(seen.values())


def _repeated(read: UnitRow, first: UnitRow) -> None:
    who = f"的“{read.person.name}”" if read.person else ""
    message = f"与{first.row.spoken(read.row)}重复：{read.address.code}{who}已经出现过"
    again, known = read.person, first.person
    if not read.row.is_foreign or (again and known and again.id_no and known.id_no not in ("", again.id_no)):
        read.row.wrong("房号", message)
        return
    read.row.notice("房号", f"{message}，只登记一次")
    if again and known:
        known.phones = tuple(dict.fromkeys((*known.phones, *again.phones)))
        known.id_no = known.id_no or again.id_no


def _merged_facts(group: list[UnitRow]) -> dict[str, Any]:
    """Each fact as any row says it; rows that contradict an earlier one are wrong."""
    facts: dict[str, Any] = dict.fromkeys(_COMPARED)
    said_by: dict[str, Row] = {}
    for read in group:
        for name, title in _COMPARED.items():
            value = getattr(read, name)
            if value in (None, ""):
                continue
            if name in said_by and facts[name] != value:
                was = tree.shown(name, facts[name])
                read.row.doubt(title, f"与{said_by[name].spoken(read.row)}矛盾：同一房屋的{title}那里写的是 {was}")
            elif name not in said_by:
                facts[name], said_by[name] = value, read.row
    return facts


def _status_since(group: list[UnitRow], status: str, facts: dict[str, Any], today: date) -> date:
    """Lived in: since the first moved in; else since the handing over; never in the future."""
    moved_in = [read.person.since for read in group if read.person and read.person.since]
    since = facts["handed_over_on"]
    if status in _LIVED_IN and moved_in:
        since = min(moved_in)
    if status in _NOT_HANDED_OVER:
        since = None
    return min(since or today, today)


def _plan_status(estate: Estate, code: str, status: str, row: Row, since: date) -> None:
    present = estate.statuses.get(code)
    if present is None:
        estate.statuses[code] = StatusState(None, status, since)
        row.report.count("occupancy", "created")
    elif present.status == status:
        row.report.count("occupancy", "unchanged")
    else:
        was, becomes = tree.shown("status", present.status), tree.shown("status", status)
        row.report.changes.append(Change(row.sheet, row.number, code, "状态", was, becomes))
        row.report.count("occupancy", "updated")
        starts_on = max(estate.today, present.starts_on)
        estate.statuses[code] = StatusState(None, status, starts_on, follows=present)
