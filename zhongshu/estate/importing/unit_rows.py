"""A row of the sheet 房屋 → the dwelling and the person it speaks of."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from zhongshu.estate.importing.addresses import floor_number, floor_of_room, read_address
from zhongshu.estate.importing.documents import read_document
from zhongshu.estate.importing.hygiene import is_filler, is_nobody, names_several, phones_in, without_gaps
from zhongshu.estate.kinds import CustomerKind, Relation, Usage
from zhongshu.estate.naming import Address, phase_label
from zhongshu.estate.workbooks.cells import BadCell, part_of_code, plain_text_of
from zhongshu.estate.workbooks.sheets import Row

_ORGANISATIONS = ("公司", "集团", "委员会", "事务所", "合作社", "银行", "商行", "学校", "医院", "中心")
HUGE = 5_000  # square metres
_TELLING = ("楼栋", "房号", "客户姓名", "手机号", "证件号")
_PERSONAL = ("客户类型", "身份", "手机号", "证件号")
_PLAIN_ROOM = re.compile(r"\d{1,5}[A-Za-z]?")


@dataclass(slots=True)
class Person:
    name: str
    kind: str
    relation: str
    phones: tuple[str, ...]
    id_no: str
    since: date | None
    says_kind: bool


@dataclass(slots=True)
class UnitRow:
    row: Row
    address: Address
    gross_area: Decimal | None
    net_area: Decimal | None
    usage: str
    status: str
    handed_over_on: date | None
    person: Person | None
    says_floor: bool


def filled_down(rows: Iterable[Row]) -> Iterator[Row]:
    """In others' lists what is written once and meant for the rows below it is written into each of these, and said.

    Only where the building is missing, without which nothing can be read; a missing unit alone means there is none.
    """
    above: Row | None = None
    for row in rows:
        whole = _continued(row, above) if above is not None and _continues(row, above) else row
        above = whole if whole.plain("楼栋") else above
        yield whole


def _continues(row: Row, above: Row) -> bool:
    is_more = _PLAIN_ROOM.fullmatch(row.plain("房号")) or (row.plain("客户姓名") and not row.plain("房号"))
    return row.is_foreign and row.sheet == above.sheet and not row.plain("楼栋") and bool(is_more)


def _continued(row: Row, above: Row) -> Row:
    """A room of the same building, or with a name alone one more person of the same room."""
    titles = ("期", "楼栋", "单元") if row.plain("房号") else ("期", "楼栋", "单元", "房号")
    taken = {title: above.cells.get(title) for title in titles if not row.plain(title)}
    row.notice("楼栋", "空着，按上面的行补上，请核对", value=" ".join(plain_text_of(cell) for cell in taken.values()))
    return replace(row, cells={**row.cells, **taken})


def read_unit_row(row: Row) -> UnitRow | None:
    """None, with errors on the row, when the address cannot be read; other faults leave the field empty.

    In others' lists also None, with a notice, for a row that has no more than defaults dragged down.
    """
    if row.is_foreign and not any(map(row.plain, _TELLING)):
        row.notice("", "没有楼栋、房号和客户，没有当数据读")
        return None
    address = _address(row)
    gross, net = row.area("建筑面积"), row.area("套内面积")
    if gross is not None and net is not None and net > gross:
        row.doubt("套内面积", f"套内面积 {net} 大于建筑面积 {gross}")
        net = None
    if gross is not None and gross >= HUGE:
        row.notice("建筑面积", f"建筑面积 {gross} 平方米很大，已照写，请核对")
    said = (gross, net, _usage(row), row.word("状态"), row.day("交付日期"))
    person = _person(row)
    return UnitRow(row, address, *said, person, bool(row.plain("楼层"))) if address else None


def _usage(row: Row) -> str:
    """What the row says; what others put under a unit 0 is a shop."""
    usage = row.word("用途")
    if not _is_unit_zero(row):
        return usage
    row.notice("单元", "单元 0 读作没有单元，房屋按商铺登记")
    return Usage.SHOP if usage in ("", Usage.DWELLING) else usage


def _is_unit_zero(row: Row) -> bool:
    """How others say that a room lies in no unit; in our own layout the cell is left empty for that."""
    return row.is_foreign and row.plain("单元").removesuffix("单元").strip("0") == "" != row.plain("单元")


def _floor(row: Row) -> str:
    """The floor as written, empty where it cannot be read: then the room number tells."""
    try:
        text = part_of_code(row.cells.get("楼层"))
        floor_number(text)
    except BadCell as error:
        row.doubt("楼层", str(error))
        return ""
    return text


def _address(row: Row) -> Address | None:
    phase, building, entrance, room = (row.code(title) for title in ("期", "楼栋", "单元", "房号"))
    floor = _floor(row)
    for title, text in (("楼栋", building), ("房号", room)):
        if not text and not row.plain(title):
            is_maybe_above = row.is_foreign and title == "楼栋"
            row.wrong(title, f"缺少{title}；与上一行相同的，请向下填充" if is_maybe_above else f"缺少{title}")
    if not building or not room:
        return None
    try:
        address = read_address(phase, building, "" if _is_unit_zero(row) else entrance, floor, room)
    except BadCell as error:
        row.wrong(_column_of(str(error)), str(error))
        return None
    _show_address(row, address, floor)
    return address


def _show_address(row: Row, address: Address, floor: str) -> None:
    """How the parts were read, and a floor that the room number contradicts."""
    parts = {"期": phase_label(address.phase), "楼栋": address.building, "单元": address.entrance, "房号": address.room}
    for title, part in parts.items():
        row.show(title, row.cells.get(title), part)
    told = floor_of_room(address.room)
    if floor and None not in (told, address.floor) and told != address.floor and address.entrance:
        said = f"楼层 {floor[:10]}，房号 {address.room}"
        row.notice("楼层", "楼层与房号矛盾：房号看起来在另一层；按楼层一列登记，请核对", value=said)


def _column_of(message: str) -> str:
    """The column an address error speaks of: its sentence names it."""
    return next((title for title in ("楼层", "房号", "单元", "楼栋", "期") if title in message[:6]), "房号")


def _person(row: Row) -> Person | None:
    name = _name(row)
    kind, relation, since = row.word("客户类型"), row.word("身份"), row.day("入住日期")
    if not name:
        _doubt_nobodys(row)
        return None
    looks = CustomerKind.ORGANISATION if name.endswith(_ORGANISATIONS) and len(name) > 3 else CustomerKind.PERSON
    meant = kind or looks
    document = _document(row, is_organisation=meant == CustomerKind.ORGANISATION)
    if not relation and row.is_foreign and row.is_sent("身份"):
        row.notice("身份", "没有可用的身份，按业主登记，请核对")
    return Person(name, meant, relation or Relation.OWNER, _phones(row), document, since, bool(kind))


def _doubt_nobodys(row: Row) -> None:
    """Particulars of nobody: in others' lists each is said; ours has one error at the name."""
    orphans = [title for title in _PERSONAL if (said := row.plain(title)) and not is_filler(said)]
    for title in orphans if row.is_foreign else orphans[:1]:
        row.doubt(title if row.is_foreign else "客户姓名", f"填了{title}却没有客户姓名")


def _name(row: Row) -> str:
    written = row.name("客户姓名")
    name = without_gaps(written) if row.is_foreign else written
    row.show("客户姓名", written, name)
    if is_nobody(name):
        row.notice("客户姓名", f"“{name[:20]}”读作没有客户")
        return ""
    if names_several(name):
        row.notice("客户姓名", f"“{name[:20]}”看起来是几个人，按一个名字登记；请每人一行")
    return name


def _document(row: Row, *, is_organisation: bool) -> str:
    cell = row.cells.get("证件号")
    if is_filler(plain_text_of(cell)):
        row.notice("证件号", "填充的内容，不是证件号，按没有证件号处理")
        return ""
    try:
        number = read_document(cell, is_organisation=is_organisation)
    except BadCell as error:
        row.doubt("证件号", str(error))
        return ""
    row.show("证件号", str(cell), number)
    return number


def _phones(row: Row) -> tuple[str, ...]:
    cell = row.cells.get("手机号")
    try:
        found = phones_in(part_of_code(cell))
    except BadCell as error:
        row.doubt("手机号", str(error))
        return ()
    for part in found.wrong:
        row.doubt("手机号", f"“{part[:30]}”不是手机号或带区号的座机号；几个号码用、隔开")
    if found.fillers:
        row.notice("手机号", "填充的号码，按没有号码处理")
    if found.wordy:
        row.notice("手机号", "号码旁边的文字没有导入")
    row.show("手机号", str(cell), "、".join(found.numbers))
    return tuple(found.numbers)
