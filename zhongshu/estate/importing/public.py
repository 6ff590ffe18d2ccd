"""The sheet 公共位置: gates, lifts, pillars, equipment rooms and public areas, with codes that follow or are given."""

import re
from collections.abc import Iterable

from zhongshu.estate.importing import tree
from zhongshu.estate.importing.addresses import garage_level, number_part, zone_part
from zhongshu.estate.importing.parking import ensure_garage
from zhongshu.estate.importing.state import Estate
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.naming import NewPlace, garage, gate_code, lift_code, pillar_code, zone
from zhongshu.estate.workbooks.cells import BadCell
from zhongshu.estate.workbooks.sheets import Row

_FACTS = {"label": "名称", "x": "x", "y": "y"}
_CODE = re.compile(r"[0-9A-Z\u3400-\u9fff][0-9A-Z\u3400-\u9fff.·+_-]{0,59}")
_COMPASS = {"东": "E", "西": "W", "南": "S", "北": "N"}
_GATE = re.compile(r"([东西南北]{1,2})(\d*)(?:门|大门|门岗|出入口|\d*号?门)?(\d*)")
_SIDES = {"左": "L", "左梯": "L", "L": "L", "右": "R", "右梯": "R", "R": "R"}
_SIDE_WORDS = {"L": "左梯", "R": "右梯"}
_HOUSES = frozenset({PlaceKind.BUILDING, PlaceKind.ENTRANCE})


def plan_public(estate: Estate, rows: Iterable[Row]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        new = _read(estate, row)
        if new is None:
            continue
        if new.code in seen:
            row.wrong("编码", f"与第 {seen[new.code]} 行重复：{new.code}")
            continue
        seen[new.code] = row.number
        tree.put(estate, new, row, _FACTS)


def _read(estate: Estate, row: Row) -> NewPlace | None:
    kind = row.word("类别")
    if not row.plain("类别"):
        row.wrong("类别", "缺少类别")
    if not kind:
        return None
    try:
        parent = _parent(estate, row, kind)
        code = _given_code(row) or _derived_code(row, kind, parent)
        label = row.name("名称") or ("" if code in estate.places else _label(estate, row, kind, code, parent))
    except BadCell as error:
        row.wrong(_column_of(str(error)), str(error))
        return None
    return NewPlace(
        kind=PlaceKind(kind), code=code, label=label, parent=parent, x=row.coordinate("x"), y=row.coordinate("y")
    )


def _column_of(message: str) -> str:
    return next((title for title in ("所属", "车库层", "分区", "编号") if title in message[:8]), "编码")


def _given_code(row: Row) -> str:
    code = row.code("编码").replace(" ", "")
    if code and not _CODE.fullmatch(code):
        raise BadCell("编码只能由数字、字母、汉字和 - 组成，最多 60 个字符")
    return code


def _parent(estate: Estate, row: Row, kind: str) -> str | None:
    """The place named in 所属; else zone or level of the garage; else the site itself."""
    if row.plain("车库层"):
        level, name = garage_level(row.code("车库层")), zone_part(row.code("分区"))
        ensure_garage(estate, level, name, row)
        return (zone(level, name) if name else garage(level)).code
    text = row.code("所属").replace(" ", "")
    if not text or text == estate.root:
        return None
    if text not in estate.places:
        raise BadCell(f"所属“{text[:30]}”不是已有位置的编码")
    if kind == PlaceKind.LIFT and estate.places[text].kind not in _HOUSES:
        raise BadCell(f"所属“{text[:30]}”不是楼栋或单元，电梯应属于单元")
    return text


def _derived_code(row: Row, kind: str, parent: str | None) -> str:
    number = row.code("编号").replace(" ", "")
    if kind == PlaceKind.GATE and (found := _GATE.fullmatch(row.code("名称").replace(" ", "") or number)):
        letters = "".join(sorted((_COMPASS[char] for char in found[1]), key="NSEW".index))
        return gate_code(letters + (found[2] or found[3] or ""))
    if not number:
        raise BadCell("编号没有填，也推不出编码：请填编码或编号")
    if kind == PlaceKind.PILLAR:
        return _pillar(row, number)
    if kind == PlaceKind.LIFT:
        return _lift(number, parent)
    prefix = {PlaceKind.GATE: "PUB-GATE", PlaceKind.EQUIPMENT_ROOM: "PUB-ROOM"}.get(PlaceKind(kind), "PUB-AREA")
    return f"{prefix}-{number_part(number, '编号')}"


def _pillar(row: Row, number: str) -> str:
    if not row.plain("车库层"):
        raise BadCell("车库层没有填，柱位要写明在哪一层")
    bare = number_part(number, "编号")
    return pillar_code(garage_level(row.code("车库层")), zone_part(row.code("分区")), bare.rpartition("-")[2])


def _lift(number: str, parent: str | None) -> str:
    if parent is None:
        raise BadCell("所属没有填，电梯要写明在哪个单元")
    return lift_code(parent, _SIDES.get(number) or number_part(number, "编号"))


def _label(estate: Estate, row: Row, kind: str, code: str, parent: str | None) -> str:
    last = code.rpartition("-")[2]
    if kind == PlaceKind.GATE:
        words = {letter: word for word, letter in _COMPASS.items()}
        return "".join(words.get(char, char) for char in last) + "门"
    if kind == PlaceKind.LIFT and parent is not None:
        return f"{estate.places[parent].facts['label']}{_SIDE_WORDS.get(last, f'{last}号电梯')}"
    if kind == PlaceKind.PILLAR and parent is not None:
        return f"{estate.places[parent].facts['label']}{last}号柱"
    raise BadCell("名称没有填，请写出这个位置的叫法")
