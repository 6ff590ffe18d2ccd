"""A row of the sheet 房屋 → the dwelling and the person it speaks of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhongshu.estate.importing.addresses import read_address
from zhongshu.estate.importing.documents import read_document
from zhongshu.estate.kinds import CustomerKind, Relation
from zhongshu.estate.naming import Address
from zhongshu.estate.phones import BadPhone, read_phones
from zhongshu.estate.workbooks.cells import BadCell
from zhongshu.estate.workbooks.sheets import Row

_ORGANISATIONS = ("公司", "集团", "委员会", "事务所", "合作社", "银行", "商行", "学校", "医院", "中心")
_PERSONAL = ("客户类型", "身份", "手机号", "证件号")


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


def read_unit_row(row: Row) -> UnitRow | None:
    """None, with errors on the row, when the address cannot be read; other faults leave the field empty."""
    address = _address(row)
    said = (row.area("建筑面积"), row.area("套内面积"), row.word("用途"), row.word("状态"), row.day("交付日期"))
    gross, net = said[:2]
    if gross is not None and net is not None and net > gross:
        row.wrong("套内面积", f"套内面积 {net} 大于建筑面积 {gross}")
    person = _person(row)
    return UnitRow(row, address, *said, person, bool(row.plain("楼层"))) if address else None


def _address(row: Row) -> Address | None:
    phase, building, entrance, floor, room = (row.code(title) for title in ("期", "楼栋", "单元", "楼层", "房号"))
    for title, text in (("楼栋", building), ("房号", room)):
        if not text and not row.plain(title):
            row.wrong(title, f"缺少{title}")
    if not building or not room:
        return None
    try:
        return read_address(phase, building, entrance, floor, room)
    except BadCell as error:
        row.wrong(_column_of(str(error)), str(error))
        return None


def _column_of(message: str) -> str:
    """The column an address error speaks of: its sentence names it."""
    return next((title for title in ("楼层", "房号", "单元", "楼栋", "期") if title in message[:6]), "房号")


def _person(row: Row) -> Person | None:
    name = row.name("客户姓名")
    kind, relation, since = row.word("客户类型"), row.word("身份"), row.day("入住日期")
    if not name:
        if orphan := next((title for title in _PERSONAL if row.plain(title)), ""):
            row.wrong("客户姓名", f"填了{orphan}却没有客户姓名")
        return None
    looks = CustomerKind.ORGANISATION if name.endswith(_ORGANISATIONS) and len(name) > 3 else CustomerKind.PERSON
    meant = kind or looks
    document = _document(row, is_organisation=meant == CustomerKind.ORGANISATION)
    return Person(name, meant, relation or Relation.OWNER, _phones(row), document, since, bool(kind))


def _document(row: Row, *, is_organisation: bool) -> str:
    try:
        return read_document(row.cells.get("证件号"), is_organisation=is_organisation)
    except BadCell as error:
        row.wrong("证件号", str(error))
        return ""


def _phones(row: Row) -> tuple[str, ...]:
    try:
        return read_phones(row.code("手机号"))
    except BadPhone as error:
        row.wrong("手机号", f"“{str(error)[:30]}”不是手机号或带区号的座机号；几个号码用、隔开")
        return ()
