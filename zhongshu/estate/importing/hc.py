"""The workbooks of HC小区管理系统: its list of rooms with owners (`hc`) and its older five sheets (`hc-old`). Pure.

What the columns and codes mean is said here as data; how rows are read is `workbooks.converting`, how cells are read
and doubted is the same for every layout.
"""

from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from zhongshu.estate.importing.hc_old import convert_old, recognises_old
from zhongshu.estate.importing.hc_words import RELATIONS, STATES, USAGES
from zhongshu.estate.importing.sheets import UNITS
from zhongshu.estate.workbooks import layouts
from zhongshu.estate.workbooks.converting import ColumnPlan, Found, Making, SheetPlan, chosen, convert, note_unread
from zhongshu.estate.workbooks.layouts import Converted, Layout
from zhongshu.estate.workbooks.reading import Table
from zhongshu.estate.workbooks.sheets import heading_key

_NO_PLACE: Final = "没有对应的列，没有导入"
ROOMS: Final = SheetPlan(
    UNITS,
    (
        ColumnPlan("期", "期", ("期区", "分期")),
        ColumnPlan("楼号", "楼栋", ("楼栋", "楼栋号", "楼栋编号", "栋号", "幢号"), is_required=True),
        ColumnPlan("单元", "单元", ("单元号", "单元编号"), note="0 表示不在单元里的商铺"),
        ColumnPlan("房间", "房号", ("房间号", "房屋", "房屋号", "房屋编号", "房号", "室号"), is_required=True),
        ColumnPlan("楼层", "楼层", ("房屋楼层", "所在楼层")),
        ColumnPlan("总层数", also_called=("总楼层", "总楼层数"), note=_NO_PLACE),
        ColumnPlan("是否有电梯", also_called=("有无电梯", "电梯"), note=_NO_PLACE),
        ColumnPlan("房屋类型", "用途", words=USAGES, note="110 住宅、119 办公室、120 宿舍"),
        ColumnPlan("房屋户型", also_called=("户型",), note=_NO_PLACE),
        ColumnPlan("建筑面积", "建筑面积"),
        ColumnPlan("室内面积", "套内面积", ("套内面积",)),
        ColumnPlan("租金", also_called=("房屋租金",), note="留待收费，没有导入"),
        ColumnPlan("房屋状态", "状态", ("状态", "入住状态"), words=STATES),
        ColumnPlan("业主名称", "客户姓名", ("业主姓名", "业主", "姓名")),
        ColumnPlan("性别", also_called=("业主性别",), note=_NO_PLACE),
        ColumnPlan("年龄", also_called=("业主年龄",), note=_NO_PLACE),
        ColumnPlan("手机号", "手机号", ("手机", "手机号码", "电话", "联系电话", "联系方式")),
        ColumnPlan("身份证号", "证件号", ("身份证", "身份证号码", "证件号", "证件号码")),
        ColumnPlan("业主类型", "身份", ("人员类型",), words=RELATIONS),
    ),
)
#: Headings that no other list of rooms uses together.
_HALLMARKS: Final = frozenset(
    {"总层数", "是否有电梯", "房屋类型", "房屋户型", "室内面积", "租金", "业主名称", "业主类型"}
)
_ENOUGH: Final = 3


def _rooms(tables: list[Table]) -> list[Found]:
    return chosen(tables, ROOMS)


def _is_hc(found: Found) -> bool:
    own = {column.heading for _at, heading, column in found.places if heading_key(heading) == column.heading}
    return len(own & _HALLMARKS) >= _ENOUGH


def _recognises(tables: list[Table]) -> bool:
    return any(map(_is_hc, _rooms(tables)))


def _convert(tables: list[Table], _today: date) -> Converted:
    """Every sheet with the columns: many have one for each building."""
    sheets = _rooms(tables)
    if not sheets:
        raise layouts.missing_columns(tables, [ROOMS])
    making = Making()
    for found in sheets:
        convert(making, found)
    note_unread(making, tables, [found.table for found in sheets], silent=frozenset())
    return layouts.finished(making)


# The older first: its sheet of rooms alone could pass for the newer.
layouts.declare(Layout("hc-old", _("HC小区管理系统 旧版五张表"), "estate", recognises_old, convert_old))
layouts.declare(Layout("hc", _("HC小区管理系统 房产导入表"), "estate", _recognises, _convert))
