"""The workbooks of meters, taken as a whole or not at all, and of their readings, taken row by row."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhongshu.billing.actions.metering import Dial, Shown, check_dial, checked, reading_of
from zhongshu.billing.engine.issuing import wait_for_others
from zhongshu.billing.importing.words import by_names, normal
from zhongshu.billing.kinds import Method, ReadingSource
from zhongshu.billing.models import Charge, ChargeItem, Meter, Reading
from zhongshu.billing.permissions import MANAGE_METERS, READ_METERS
from zhongshu.billing.policies.cycles import cycle_around
from zhongshu.billing.queries.items import standing
from zhongshu.billing.queries.meters import Last, lasts_of
from zhongshu.estate.importing.homes import MEND_HOME, Home, Homes
from zhongshu.estate.importing.looks import looks_like_day
from zhongshu.estate.importing.taking import reserve_ids
from zhongshu.estate.models import Place
from zhongshu.estate.workbooks import registry
from zhongshu.estate.workbooks.cells import BadCell
from zhongshu.estate.workbooks.reading import Table, rows_of
from zhongshu.estate.workbooks.sheets import Column, Report, Row, SheetSpec
from zhongshu.estate.workbooks.spans import exact_day
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Refusal

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
_SURE: Final = {"是": "yes", "否": "", "对": "yes", "y": "yes"}
_TITLES: Final = {"value": "读数", "read_on": "抄表日期", "number": "表号", "meter": "表号"}  # matter
_TITLES_OF_A_DIAL: Final = {"digits": "整数位数", "multiplier": "倍率", "start_value": "起始读数"}  # matter

_NAMES_OF_NUMBERS: Final = ("表编号", "水表号", "电表号")
READINGS_SHEET: Final = SheetSpec(
    "读数",
    (
        Column(
            "表号",
            "与表具登记的一致；没有表号的填位置和收费项目",
            also_called=_NAMES_OF_NUMBERS,
            is_text=True,
            width=16,
        ),
        Column(
            "收费项目", "编码或名称；没有表号、或几个项目有同一表号时必填", also_called=("项目", "费用类型"), width=14
        ),
        Column("位置", "房屋编码或地址；有表号的只给您核对用", also_called=("房屋", "房屋编码", "位置编码"), width=18),
        Column(
            "上次读数", "还没有登记的表从这里算起；其他的只给您核对用", also_called=("上期度数", "上期读数", "起度")
        ),
        Column(
            "抄表日期",
            "不填为导入当天",
            also_called=("日期", "本次抄表日期", "本期读表时间"),
            is_text=True,
            looks=looks_like_day,
        ),
        Column("读数", "表上显示的数", is_required=True, also_called=("本次读数", "本期读数", "本期度数", "止度")),
        Column("确认", "读数异常但核对无误时填 是", words=_SURE),
        Column("备注", width=20),
        Column("上次抄表日期", "还没有登记的表从哪天装起", also_called=("上期读表时间", "上次读表时间"), is_text=True),
    ),
    is_main=True,
)
METERS_SHEET: Final = SheetSpec(
    "表具",
    (
        Column("表号", "同一收费项目内不重复", is_required=True, also_called=_NAMES_OF_NUMBERS, is_text=True, width=16),
        Column(
            "位置编码", "如 P1-3-2-1502", is_required=True, also_called=("位置", "房屋编码"), is_text=True, width=18
        ),
        Column("收费项目", "按表计量的收费项目，编码或名称", is_required=True, also_called=("项目",), width=14),
        Column("整数位数", "走满后归零；不填为 5"),
        Column("倍率", "不填为 1"),
        Column("启用日期", "不填为导入当天", is_text=True, looks=looks_like_day),
        Column("起始读数", "不填为 0"),
    ),
    is_main=True,
)
_NOTES: Final = (
    "中枢 · 表具和抄表导入模板。表头在第 1 行。",
    "表具有任何一行出错就什么都不导入；抄表有问题的行单独退回，其余照常导入。",
    "同一只表同一天同一读数重复导入不会重复记。读数比上次小按过零计算；明显异常的要核对后在“确认”一列填 是。",
)


def _decimal(row: Row, title: str) -> Decimal | None:
    """None for an empty cell; what is no number is an error."""
    text = row.plain(title).replace(",", "").strip()
    if text and not _NUMBER.fullmatch(text):
        row.wrong(title, f"“{text[:20]}”不是数字")
        return None
    return Decimal(text) if text else None


def _items(site: Site) -> dict[str, ChargeItem]:
    rows = ChargeItem.objects.filter(site=site, method=Method.METERED, is_active=True)
    return dict(by_names((item.code, item.name, item) for item in rows))


def _item(row: Row, items: dict[str, ChargeItem]) -> ChargeItem | None:
    said = row.plain("收费项目")
    if said and normal(said) not in items:
        listed = "、".join(item.name for item in dict.fromkeys(items.values())) or "（还没有）"
        row.wrong("收费项目", f"没有按表计量的收费项目“{said[:20]}”；现有：{listed[:200]}")
    return items.get(normal(said))


# ---- readings

MEND_METER: Final = "请填登记过的表号；新表请填位置、收费项目、上次读数和上次抄表日期"


@dataclass(slots=True)
class _Readings:
    """What the rows are compared with; `lasts` and `meters` move on as rows are read."""

    actor: Actor
    at: datetime
    site: Site
    items: dict[str, ChargeItem]
    homes: Homes
    meters: list[Meter]
    lasts: dict[int, Last]
    known: set[tuple[int, date, Decimal]]
    new: list[Reading] = field(default_factory=list)
    fitted: list[Meter] = field(default_factory=list)
    periods: dict[tuple[int, date], set[int | None]] = field(default_factory=dict)
    by_number: dict[str, list[Meter]] = field(default_factory=dict)
    by_place: dict[tuple[int, int], list[Meter]] = field(default_factory=dict)

    @classmethod
    def load(cls, actor: Actor, at: datetime, site: Site) -> "_Readings":
        meters = list(Meter.objects.filter(site=site, ends_on=None).select_related("item", "place"))
        read = Reading.objects.filter(site=site, reversed_at=None).values_list("meter_id", "read_on", "value")
        known = cls(actor, at, site, _items(site), Homes(site.pk), meters, lasts_of(meters), set(read))
        for meter in meters:
            known.index(meter)
        return known

    def index(self, meter: Meter) -> None:
        self.by_number.setdefault(meter.number, []).append(meter)
        self.by_place.setdefault((meter.place_id, meter.item_id), []).append(meter)

    def charged(self, item: ChargeItem, on: date) -> set[int | None]:
        """The places that were charged the item for the period with that day, by what their meters showed."""
        key = (item.pk, cycle_around(item.cycle, on).starts_on)
        if key not in self.periods:
            charges = Charge.objects.filter(site_id=item.site_id, item=item, period_start=key[1])
            rows = standing(charges).exclude(detail__has_key="imported")
            self.periods[key] = set(rows.values_list("place_id", flat=True))
        return self.periods[key]


@transaction.atomic
def take_readings(actor: Actor, at: datetime, site: Site, tables: dict[str, Table], is_written: bool) -> Report:
    """What the sheet would do; done, but for the rows that are refused, if `is_written`."""
    actor.require(READ_METERS, site.pk)
    report, today = Report(), day_of(at)
    for item in sorted(dict.fromkeys(_items(site).values()), key=lambda item: item.pk):
        wait_for_others(item)
    known, table = _Readings.load(actor, at, site), tables.get(READINGS_SHEET.title)
    rows = list(rows_of(table, READINGS_SHEET, report, today=today)) if table else []
    dated = [(row, day) for row in rows if (day := _day(row, "抄表日期", today)) is not None]
    for row, read_on in sorted(dated, key=lambda pair: pair[1]):  # an old book need not be in order
        _read(known, row, read_on)
    if is_written:
        Meter.objects.bulk_create(known.fitted, batch_size=1000)
        Reading.objects.bulk_create(known.new, batch_size=1000)
    return report


def _day(row: Row, title: str, otherwise: date | None) -> date | None:
    """The day in the cell; without one the other, if there is one; None where it is refused."""
    try:
        day = exact_day(row.cells.get(title), today=row.today)
    except BadCell as bad:
        row.wrong(title, str(bad), "请写成 2024-03-05")
        return None
    if day is None and otherwise is None:
        row.wrong(title, f"缺少{title}", MEND_METER)
    return day or otherwise


def _read(known: _Readings, row: Row, read_on: date) -> None:
    before = len(row.report.errors)
    meter, value = _meter(known, row), _decimal(row, "读数")
    if value is None and not row.plain("读数"):
        row.wrong("读数", "缺少读数")
    note = row.name("备注", longest=200)
    if meter is None or value is None or len(row.report.errors) > before:
        return
    if (meter.pk, read_on, value) in known.known:
        row.report.count("reading", "unchanged")
        row.report.took(is_new=False)
        return
    shown = Shown(read_on, value, ReadingSource.WORKBOOK, note, is_sure=bool(row.word("确认")))
    try:
        found = checked(meter, known.lasts[meter.pk], shown, at=known.at)
        reading = reading_of(meter, shown, found, actor=known.actor, at=known.at)
    except Refusal as refusal:
        row.wrong(_TITLES.get(refusal.field, "读数"), refusal.message)
        return
    if meter.place_id in known.charged(meter.item, read_on):
        row.wrong("抄表日期", f"{read_on} 所在的账期已经出账")
        return
    _keep(known, row, meter, reading)


def _keep(known: _Readings, row: Row, meter: Meter, reading: Reading) -> None:
    if meter.number not in known.by_number or meter not in known.by_number[meter.number]:
        known.index(meter)
        known.fitted.append(meter)
        row.report.count("meter", "created")
    known.new.append(reading)
    known.known.add((meter.pk, reading.read_on, reading.value))
    known.lasts[meter.pk] = Last(reading.read_on, reading.value, 0, known.lasts[meter.pk].daily)
    row.report.count("reading", "created")
    row.report.took(is_new=True)


def _meter(known: _Readings, row: Row) -> Meter | None:
    """By its number; else the one of the item at the place; else a new one, if the row tells enough of it."""
    number, item = row.code("表号"), _item(row, known.items)
    if not number and not row.plain("位置"):
        row.wrong("表号", "缺少表号", MEND_METER)
        return None
    found = [meter for meter in known.by_number.get(number, []) if item is None or meter.item_id == item.pk]
    if len(found) > 1:
        row.wrong("表号", f"有几只表号为“{number}”的表，请填收费项目")
        return None
    return found[0] if found else _at_place(known, row, number, item)


def _at_place(known: _Readings, row: Row, number: str, item: ChargeItem | None) -> Meter | None:
    home = _home(known, row, number)
    if home is None or home.place_id is None:
        return None
    if item is None:
        if not row.plain("收费项目"):
            row.wrong("收费项目", "没有填收费项目，不知道是哪只表", MEND_METER)
        return None
    there = known.by_place.get((home.place_id, item.pk), [])
    if not there:
        return _new_meter(known, row, Place(pk=home.place_id, code=home.code), item)
    if number or len(there) > 1:
        numbers = "、".join(meter.number for meter in there)
        row.wrong("表号", f"{home.code} 的{item.name}表登记的是：{numbers}", "请填登记的表号；换了表的请先在系统里换表")
        return None
    return there[0]


def _home(known: _Readings, row: Row, number: str) -> Home | None:
    if not row.plain("位置"):
        row.wrong("表号", f"没有表号为“{number}”的表", MEND_METER)
        return None
    try:
        return known.homes.find(row.cells["位置"])
    except BadCell as bad:
        row.wrong("位置", str(bad), MEND_HOME)
        return None


def _new_meter(known: _Readings, row: Row, place: Place, item: ChargeItem) -> Meter | None:
    """A meter nobody has registered, as from the reading before this one; not yet saved."""
    value, starts_on = _decimal(row, "上次读数"), _day(row, "上次抄表日期", None)
    if value is None and not row.plain("上次读数"):
        row.wrong("上次读数", "缺少上次读数", MEND_METER)
    if not known.actor.may(MANAGE_METERS, known.site.pk):
        row.wrong("表号", f"{place.code} 还没有登记{item.name}表", "请有权管理表具的人登记，或由其导入")
        return None
    if value is None or starts_on is None:
        return None
    digits = max(5, len(str(int(max(value, _decimal(row, "读数") or value)))))
    number = row.code("表号")[:40] or f"{place.code}-{item.code}"
    meter = Meter(site=known.site, place=place, item=item, number=number, digits=digits, multiplier=Decimal(1))
    meter.pk, meter.starts_on, meter.start_value = reserve_ids(Meter, 1)[0], starts_on, value
    try:
        check_dial(Dial(number, digits, meter.multiplier, value))
    except Refusal as refusal:
        row.wrong("上次读数", refusal.message)
        return None
    known.lasts[meter.pk] = Last(starts_on, value, None, None)
    return meter


def rows_of_readings(site: Site, at: datetime) -> dict[str, list[list[Any]]]:
    """Every fitted meter, with its last value, to be filled in."""
    meters = list(Meter.objects.filter(site=site, ends_on=None).select_related("item", "place").order_by(*_ORDER))
    lasts = lasts_of(meters)
    return {READINGS_SHEET.title: [_to_read(meter, lasts[meter.pk]) for meter in meters]}


_ORDER: Final = ("place__path_as_counted", "item__code", "number")


def _to_read(meter: Meter, last: Last) -> list[Any]:
    about = [meter.number, meter.item.code, meter.place.label, f"{last.value.normalize():f}"]
    return [*about, "", "", "", "", last.read_on.isoformat()]


# ---- meters


@transaction.atomic
def take_meters(actor: Actor, at: datetime, site: Site, tables: dict[str, Table], is_written: bool) -> Report:
    """What the sheet would do; done, if `is_written` and nothing is wrong."""
    actor.require(MANAGE_METERS, site.pk)
    report, today, items = Report(), day_of(at), _items(site)
    table = tables.get(METERS_SHEET.title)
    rows = list(rows_of(table, METERS_SHEET, report, today=today)) if table else []
    places = _places(site, (row.code("位置编码").upper() for row in rows))
    known = {(meter.item_id, meter.number): meter for meter in Meter.objects.filter(site=site)}
    new: list[Meter] = []
    for row in rows:
        meter = _meter_of(row, site, items, places, today)
        if meter is None:
            continue
        there = known.setdefault((meter.item_id, meter.number), meter)
        _compare(row, there, meter, new)
    if is_written and not report.errors:
        Meter.objects.bulk_create(new, batch_size=1000)
    return report


def _places(site: Site, codes: Iterable[str]) -> dict[str, Place]:
    return {place.code: place for place in Place.objects.filter(site=site, code__in=set(codes))}


def _meter_of(
    row: Row, site: Site, items: dict[str, ChargeItem], places: dict[str, Place], today: date
) -> Meter | None:
    number, item, place = row.name("表号", longest=40), _item(row, items), places.get(row.code("位置编码").upper())
    for title, value in (("表号", number), ("收费项目", row.plain("收费项目")), ("位置编码", row.plain("位置编码"))):
        if not value:
            row.wrong(title, f"缺少{title}")
    if place is None and row.plain("位置编码"):
        row.wrong("位置编码", f"没有编码为“{row.plain('位置编码')[:40]}”的位置")
    said = [_decimal(row, title) for title in _TITLES_OF_A_DIAL.values()]
    starts_on = row.day("启用日期") or today
    if starts_on > today:
        row.wrong("启用日期", "日期不能晚于今天")
    if not number or item is None or place is None:
        return None
    digits, multiplier, start_value = said
    dial = Dial(number, int(digits or 5), Decimal(1) if multiplier is None else multiplier, start_value or Decimal(0))
    try:
        check_dial(dial)
    except Refusal as refusal:
        row.wrong(_TITLES_OF_A_DIAL.get(refusal.field, "表号"), refusal.message)
        return None
    facts = {"digits": dial.digits, "multiplier": dial.multiplier, "start_value": dial.start_value}
    return Meter(site=site, place=place, item=item, number=number, starts_on=starts_on, **facts)


def _compare(row: Row, there: Meter, meter: Meter, new: list[Meter]) -> None:
    if there is meter:
        new.append(meter)
        row.report.count("meter", "created")
    elif there.place_id != meter.place_id:
        row.wrong("表号", f"表号“{meter.number}”已经装在别处，换地方请先拆表")
    else:
        row.report.count("meter", "unchanged")


def rows_of_meters(site: Site, at: datetime) -> dict[str, list[list[Any]]]:
    """Every fitted meter, in the columns that the import takes."""
    meters = Meter.objects.filter(site=site, ends_on=None).select_related("item", "place").order_by(*_ORDER)
    return {METERS_SHEET.title: [_as_row(meter) for meter in meters]}


def _as_row(meter: Meter) -> list[Any]:
    numbers = [f"{value.normalize():f}" for value in (meter.multiplier, meter.start_value)]
    about = [meter.number, meter.place.code, meter.item.code, meter.digits]
    return [*about, numbers[0], meter.starts_on.isoformat(), numbers[1]]


METERS_WORKBOOK: Final = registry.declare(
    registry.WorkbookKind(
        name="meters",
        label=_("表具"),
        right=MANAGE_METERS,
        specs=(METERS_SHEET,),
        notes=_NOTES,
        take=take_meters,
        rows=rows_of_meters,
    )
)
READINGS_WORKBOOK: Final = registry.declare(
    registry.WorkbookKind(
        name="readings",
        label=_("抄表读数"),
        right=READ_METERS,
        specs=(READINGS_SHEET,),
        notes=_NOTES,
        take=take_readings,
        rows=rows_of_readings,
        is_by_row=True,
    )
)
