"""The workbook of readings (抄表) of HC小区管理系统: a room in three columns, the reading before and the reading now.

Its other two need no layout: 费用导入 has the columns of our charges, and its 缴费明细 is a sheet of our own.
"""  # matter

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from zhongshu.billing.importing.meters import READINGS_SHEET
from zhongshu.estate.workbooks import layouts
from zhongshu.estate.workbooks.cells import plain_text_of
from zhongshu.estate.workbooks.converting import (
    ColumnPlan,
    Found,
    Making,
    SheetPlan,
    chosen,
    note_unread,
    readings_of,
    records,
)
from zhongshu.estate.workbooks.reading import Table
from zhongshu.estate.workbooks.sheets import Origin

_BUILDING, _ENTRANCE, _ROOM = "楼栋编号", "单元编号", "房屋编码"
_NO_PLACE: Final = "没有导入：价格按收费项目的定价"
READINGS: Final = SheetPlan(
    READINGS_SHEET,
    (
        ColumnPlan(_BUILDING, "", ("楼栋", "楼号", "楼栋号"), note="与单元、房屋合成位置", is_required=True),
        ColumnPlan(_ENTRANCE, "", ("单元", "单元号"), note="与楼栋、房屋合成位置；0 表示不在单元里的商铺"),
        ColumnPlan(_ROOM, "位置", ("房屋编号", "房屋", "房间", "房号"), is_required=True),
        ColumnPlan("费用类型", "收费项目", ("费用名称", "收费项目", "抄表类型"), is_required=True),
        ColumnPlan("单价", note=_NO_PLACE),
        ColumnPlan("上期度数", "上次读数", ("上期读数",)),
        ColumnPlan("上期读表时间", "上次抄表日期", ("上期抄表时间",)),
        ColumnPlan("本期度数", "读数", ("本期读数",), is_required=True),
        ColumnPlan("本期读表时间", "抄表日期", ("本期抄表时间",)),
        ColumnPlan("备注", "备注", ("说明",)),
    ),
)


def _recognises(tables: list[Table]) -> bool:
    return bool(chosen(tables, READINGS))


def _convert(tables: list[Table], _today: date) -> layouts.Converted:
    sheets = chosen(tables, READINGS)
    if not sheets:
        raise layouts.missing_columns(tables, [READINGS])
    making = Making()
    for found in sheets:
        making.add(READINGS, _rows(making, found))
        making.readings += readings_of(found, {})
    note_unread(making, tables, [found.table for found in sheets], silent=frozenset())
    return layouts.finished(making)


def _rows(making: Making, found: Found) -> Iterator[tuple[Mapping[str, Any], Origin]]:
    source = found.source()
    for number, cells in records(making, found):
        said = {column.heading: cells[at] for at, _said, column in found.places if at < len(cells)}
        row = {column.becomes: said.get(column.heading, "") for column in READINGS.columns if column.becomes}
        yield {**row, "位置": _address(said)}, ((source, number),)


def _address(said: Mapping[str, Any]) -> str:
    """`1-1-1001` of building 1, entrance 1, room 1001; a room that is written so already stays."""
    building, entrance, room = (plain_text_of(said.get(name, "")) for name in (_BUILDING, _ENTRANCE, _ROOM))
    parts = [building, "" if entrance == "0" else entrance, room]
    return room if "-" in room else "-".join(part for part in parts if part)


layouts.declare(layouts.Layout("hc", _("HC小区管理系统 抄表"), "readings", _recognises, _convert))
