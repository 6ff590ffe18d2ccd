"""HC's older workbook: 楼栋单元, 业主信息, 费用设置, 房屋信息, 车位信息, joined by the numbers of owners. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from zhongshu.estate.importing import hc_words
from zhongshu.estate.importing.addresses import garage_level, read_address
from zhongshu.estate.importing.sheets import PARKING, UNITS
from zhongshu.estate.workbooks import layouts
from zhongshu.estate.workbooks.cells import BadCell, part_of_code, plain_text_of
from zhongshu.estate.workbooks.converting import (
    ColumnPlan,
    Found,
    Making,
    SheetPlan,
    find_in_order,
    meant,
    note_unread,
    readings_of,
    records,
)
from zhongshu.estate.workbooks.layouts import Converted
from zhongshu.estate.workbooks.reading import Table
from zhongshu.estate.workbooks.sheets import Finding, Origin, Source, heading_key

_LATER: Final = "留待收费，没有导入"
_NO_PLACE: Final = "没有对应的列，没有导入"
_VEHICLE: Final = "车辆没有导入"
_JOINS: Final = "用来把业主和房屋、车位连起来"
FEES: Final = "费用设置"
# The columns in HC's order: it goes by the order, and files in the field have headings of many kinds.
BUILDINGS: Final = SheetPlan(
    UNITS,
    (
        ColumnPlan("楼栋编号", also_called=("楼栋号", "楼栋", "楼号"), is_required=True, note="用来核对房屋的单元"),
        ColumnPlan("单元编号", also_called=("单元号", "单元"), is_required=True, note="用来核对房屋的单元"),
        ColumnPlan("总楼层", also_called=("总层数", "总楼层数"), note=_NO_PLACE),
        ColumnPlan("是否有电梯", also_called=("有无电梯", "电梯"), note=_NO_PLACE),
    ),
    titles=("楼栋单元", "楼栋单元信息"),
)
OWNERS: Final = SheetPlan(
    UNITS,
    (
        ColumnPlan("业主编号", also_called=("业主ID", "编号"), is_required=True, note=_JOINS),
        ColumnPlan("业主名称", "客户姓名", ("业主姓名", "姓名", "名称"), is_required=True),
        ColumnPlan("业主性别", also_called=("性别",), note=_NO_PLACE),
        ColumnPlan("业主年龄", also_called=("年龄",), note=_NO_PLACE),
        ColumnPlan("手机号", "手机号", ("业主手机号", "手机", "手机号码", "电话", "联系电话", "联系方式")),
        ColumnPlan("身份证", "证件号", ("身份证号", "身份证号码", "证件号", "业主身份证")),
        ColumnPlan("业主类型", "身份", ("人员类型", "类型"), words=hc_words.RELATIONS),
        ColumnPlan(
            "家庭业主编号",
            also_called=("所属业主", "所属业主编号", "上级业主编号", "户主编号", "父业主编号"),
            note=_JOINS,
        ),
    ),
    titles=("业主信息", "业主"),
)
ROOMS: Final = SheetPlan(
    UNITS,
    (
        ColumnPlan("房屋编号", "房号", ("房屋号", "房屋", "房间", "房间号", "房号"), is_required=True),
        ColumnPlan("楼栋编号", "楼栋", ("楼栋号", "楼栋", "楼号"), is_required=True),
        ColumnPlan("单元编号", "单元", ("单元号", "单元"), note="0 表示不在单元里的商铺"),
        ColumnPlan("房屋楼层", "楼层", ("楼层", "所在楼层")),
        ColumnPlan("房屋户型", also_called=("户型",), note=_NO_PLACE),
        ColumnPlan("建筑面积", "建筑面积", ("面积",)),
        ColumnPlan("业主编号", also_called=("业主", "业主ID"), note=_JOINS),
        ColumnPlan("房屋费用", also_called=("费用", "费用编号", "费用设置"), note=_LATER),
        ColumnPlan("费用到期时间", also_called=("到期时间", "费用到期"), note=_LATER),
        ColumnPlan("房屋类型", "用途", ("类型",), words=hc_words.USAGES, note="110 住宅、119 办公室、120 宿舍"),
        ColumnPlan("室内面积", "套内面积", ("套内面积",)),
        ColumnPlan("租金", also_called=("房屋租金",), note=_LATER),
        ColumnPlan("房屋状态", "状态", ("状态", "入住状态"), words=hc_words.STATES),
    ),
    titles=("房屋信息", "房屋"),
)
SPACES: Final = SheetPlan(
    PARKING,
    (
        ColumnPlan("停车场编号", "车库层", ("停车场", "停车场号"), is_required=True, note="读作车库层或分区"),
        ColumnPlan("车位编码", "车位号", ("车位编号", "车位号", "车位"), is_required=True),
        ColumnPlan("停车场类型", also_called=("车位类型", "类型"), note="1001 地上、2001 地下"),
        ColumnPlan("面积", "面积", ("车位面积",)),
        ColumnPlan("业主编号", "归属房屋", ("业主", "业主ID"), note="归到这个业主的房屋"),
        ColumnPlan("车牌号", also_called=("车牌", "车牌号码"), note=_VEHICLE),
        ColumnPlan("车辆品牌", also_called=("车品牌", "品牌", "汽车品牌"), note=_VEHICLE),
        ColumnPlan("车辆类型", also_called=("车类型", "汽车类型"), note=_VEHICLE),
        ColumnPlan("车辆颜色", also_called=("颜色", "车颜色"), note=_VEHICLE),
        ColumnPlan(
            "出售出租", "类型", ("出租出售", "出售/出租", "出租/出售", "租售", "租售类型"), words=hc_words.PARKING
        ),
        ColumnPlan("开始时间", also_called=("起租时间", "起始时间", "计费开始时间"), note=_LATER),
        ColumnPlan("结束时间", also_called=("截止时间", "计费结束时间"), note=_LATER),
    ),
    titles=("车位信息", "车位"),
)


def recognises_old(tables: list[Table]) -> bool:
    """房屋信息, and beside it 业主信息 or 楼栋单元."""
    titles = {heading_key(table.title) for table in tables}
    return "房屋信息" in titles and bool({"业主信息", "楼栋单元"} & titles)


@dataclass(slots=True)
class _Line:
    """A row as sent: cells by our titles, and the plain text of every column by its heading in HC."""

    number: int
    cells: dict[str, Any]
    said: dict[str, str]


@dataclass(slots=True)
class _Sheet:
    """A sheet of the workbook, read; empty where it is not there."""

    plan: SheetPlan
    found: Found | None = None
    source: Source = field(default_factory=lambda: Source("", 1, {}))
    lines: list[_Line] = field(default_factory=list)

    def finding(self, line: _Line, heading: str, message: str) -> Finding:
        places = self.found.places if self.found is not None else []
        sent = next((said for _at, said, column in places if column.heading == heading), heading)
        return Finding(self.source.sheet, line.number, sent, line.said.get(heading, "")[:200], message)


def convert_old(tables: list[Table], _today: date) -> Converted:
    """Rooms with the people of their owners, and spaces with the first room of theirs."""
    making = Making()
    buildings, owners, rooms, spaces = (_read(making, tables, plan) for plan in (BUILDINGS, OWNERS, ROOMS, SPACES))
    if rooms.found is None:
        raise layouts.missing_columns(tables, [ROOMS])
    people = _People(making, owners)
    making.add(ROOMS, _rooms(making, rooms, people))
    making.notices += people.left_over()
    _check_units(making, buildings, rooms)
    if spaces.found is not None:
        making.add(SPACES, _spaces(making, spaces, people))
    read = [sheet.found.table for sheet in (buildings, owners, rooms, spaces) if sheet.found is not None]
    _note_fees(making, tables)
    note_unread(making, tables, read, silent=frozenset({FEES}))
    return layouts.finished(making)


def _read(making: Making, tables: Sequence[Table], plan: SheetPlan) -> _Sheet:
    """By the headings; a column whose heading nobody knows by its place in HC's order."""
    for table in tables:
        if (found := find_in_order(making, table, plan)) is not None:
            words: dict[str, dict[str, str]] = {}
            sheet = _Sheet(plan, found, found.source())
            sheet.lines = [_line(found, number, cells, words) for number, cells in records(making, found)]
            making.readings += readings_of(found, words)
            return sheet
    return _Sheet(plan)


def _line(found: Found, number: int, cells: Sequence[Any], words: dict[str, dict[str, str]]) -> _Line:
    line = _Line(number, {}, {})
    for at, _heading, column in found.places:
        if at < len(cells):
            line.said[column.heading] = _key(cells[at])
            if column.becomes:
                line.cells[column.becomes] = meant(cells[at], column, words)
    return line


def _key(cell: Any) -> str:
    """A number of an owner, a building or a unit as it is compared."""
    try:
        return part_of_code(cell)
    except BadCell:
        return plain_text_of(cell)


class _People:
    """The owners by their numbers, each with the family; who lives where becomes known with the rooms."""

    def __init__(self, making: Making, sheet: _Sheet) -> None:
        self.sheet = sheet
        self.by_number: dict[str, _Line] = {}
        self.family: dict[str, list[_Line]] = {}
        self.rooms: dict[str, list[str]] = {}
        self.housed: set[int] = set()
        for line in sheet.lines:
            number, holder = line.said.get("业主编号", ""), line.said.get("家庭业主编号", "")
            if holder and holder != number:
                self.family.setdefault(holder, []).append(line)
            elif number and number in self.by_number and line.said == self.by_number[number].said:
                making.notices.append(
                    sheet.finding(line, "业主编号", f"业主编号 {number} 同样的一行出现了两次，只读一次")
                )
                self.housed.add(line.number)
            elif number and number in self.by_number:
                making.errors.append(sheet.finding(line, "业主编号", f"业主编号 {number} 出现了两次"))
            else:
                self.by_number[number] = line

    def of(self, number: str) -> list[_Line]:
        """The owner and the family; nobody for a number that is not there."""
        people = [self.by_number[number], *self.family.get(number, ())] if number in self.by_number else []
        self.housed.update(line.number for line in people)
        return people

    def left_over(self) -> list[Finding]:
        """Those with no room: nobody is passed over in silence."""
        left = [line for line in self.sheet.lines if line.number not in self.housed]
        return [self.sheet.finding(line, "业主名称", "这个人没有房屋，没有导入，请核对业主编号") for line in left]


def _rooms(making: Making, rooms: _Sheet, people: _People) -> Iterator[tuple[Mapping[str, Any], Origin]]:
    for line in rooms.lines:
        number = line.said.get("业主编号", "")
        household = people.of(number) if number else []
        if number and not household:
            message = "“业主信息”里没有这个业主编号，房屋按没有客户导入"
            making.notices.append(rooms.finding(line, "业主编号", message))
        people.rooms.setdefault(number, []).append(_code(line))
        origin: Origin = ((rooms.source, line.number),)
        for person in household:
            yield {**line.cells, **person.cells}, (*origin, (people.sheet.source, person.number))
        if not household:
            yield line.cells, origin


def _code(line: _Line) -> str:
    """The code the room will have; empty where its address cannot be read, which its own row will say."""
    unit = line.said.get("单元编号", "")
    entrance = "" if not unit.removesuffix("单元").strip("0") else unit
    try:
        return read_address("", line.said.get("楼栋编号", ""), entrance, "", line.said.get("房屋编号", "")).code
    except BadCell:
        return ""


def _check_units(making: Making, buildings: _Sheet, rooms: _Sheet) -> None:
    """Units without a room are not set up; a room in a unit that is not listed is worth a look."""
    if buildings.found is None:
        return
    listed, used = (set(map(_unit_of, sheet.lines)) for sheet in (buildings, rooms))
    for line in buildings.lines:
        if _unit_of(line) not in used:
            making.notices.append(buildings.finding(line, "单元编号", "这个单元没有房屋，没有建立"))
    for line in rooms.lines:
        if _unit_of(line) not in listed:
            making.notices.append(rooms.finding(line, "单元编号", "这个楼栋单元不在“楼栋单元”表里，已照房屋建立"))


def _unit_of(line: _Line) -> tuple[str, str]:
    return line.said.get("楼栋编号", ""), line.said.get("单元编号", "")


def _spaces(making: Making, spaces: _Sheet, people: _People) -> Iterator[tuple[Mapping[str, Any], Origin]]:
    placed = [(line, *_level(making, spaces, line)) for line in spaces.lines]
    distinct = {(level, zone, line.said.get("车位编码", "")) for line, level, zone in placed}
    taken = Counter((level, number) for level, _zone, number in distinct)
    for line, level, zone in placed:
        owned = _owned(making, spaces, line, people) if line.said.get("业主编号") else ""
        cells = {**line.cells, "车库层": level, "分区": zone, "归属房屋": owned}
        if taken[level, line.said.get("车位编码", "")] > 1 and zone:
            cells["车位号"] = f"{zone}-{line.said['车位编码']}"
            message = "同一层几个停车场有同样的车位号，前面加上了停车场编号"
            making.notices.append(spaces.finding(line, "车位编码", message))
        yield cells, ((spaces.source, line.number),)


def _level(making: Making, spaces: _Sheet, line: _Line) -> tuple[str, str]:
    """Level and zone: a car park's number is one of both, its type tells above ground from below."""
    name = line.said.get("停车场编号", "")
    try:
        garage_level(name)
    except BadCell:
        if line.said.get("停车场类型", "") in hc_words.ABOVE_GROUND:
            return "地面", name
        making.notices.append(
            spaces.finding(line, "停车场编号", "地下停车场没有写在哪一层，读作 B1，停车场编号读作分区")
        )
        return "B1", name
    return name, ""


def _owned(making: Making, spaces: _Sheet, line: _Line, people: _People) -> str:
    """The owner's first room."""
    rooms = [code for code in people.rooms.get(line.said["业主编号"], ()) if code]
    if not rooms:
        making.notices.append(spaces.finding(line, "业主编号", "这个业主没有房屋，车位没有归属"))
    elif len(rooms) > 1:
        making.notices.append(spaces.finding(line, "业主编号", "这个业主有几套房屋，车位归到第一套，请核对"))
    return rooms[0] if rooms else ""


def _note_fees(making: Making, tables: Sequence[Table]) -> None:
    for table in tables:
        if heading_key(table.title) == FEES and not table.is_blank:
            making.notices.append(Finding(table.title, 0, "", "", "费用设置留待收费时使用，这次没有读，请保留这份文件"))
