"""Layouts: the ways in which a workbook may be laid out, and what becomes of its columns. Pure.

Ours is `zhongshu`, one for each kind of workbook. A layout of somebody else is declared like a kind, in the module
`importing` of its app. Order counts: the first that recognises a file has it, ours last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from zhongshu.estate.workbooks.cells import text_of
from zhongshu.estate.workbooks.converting import (
    MOST_ABOVE,
    ColumnPlan,
    Found,
    Making,
    SheetPlan,
    chosen,
    convert,
    note_unread,
)
from zhongshu.estate.workbooks.reading import Table, UnreadableWorkbook, is_filled
from zhongshu.estate.workbooks.registry import WorkbookKind, kinds
from zhongshu.estate.workbooks.sheets import Finding, Reading, SheetSpec, heading_key
from zhongshu.kernel.errors import Invalid

OURS: Final = "zhongshu"
HELP: Final = "说明"


class UnknownLayout(UnreadableWorkbook):
    """A workbook, but in no layout we know; the message names the columns that are missing."""

    code = "unknown_layout"


@dataclass(slots=True)
class Converted:
    """What a layout made of a file: our sheets by our titles, and everything there is to say about the making."""

    tables: dict[str, Table] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """`convert(tables, today)` raises UnknownLayout where the columns it cannot do without are missing.

    `kind` is the name of the kind of workbook; a layout `hc-old` may also be asked for as `hc`.
    """

    name: str
    label: Any
    kind: str
    recognises: Callable[[list[Table]], bool]
    convert: Callable[[list[Table], date], Converted]


_declared: dict[str, list[Layout]] = {}


def declare(layout: Layout) -> Layout:
    """Make a layout of somebody else known; once."""
    known = _declared.setdefault(layout.kind, [])
    if any(other.name == layout.name for other in known):
        raise ValueError(f"layout {layout.name} of {layout.kind} is declared twice")
    known.append(layout)
    return layout


def layouts_of(kind: WorkbookKind) -> list[Layout]:
    """Every layout a workbook of that kind may have, ours last."""
    kinds()
    return [*_declared.get(kind.name, ()), own_layout(kind)]


def recognised(tables: list[Table], kind: WorkbookKind) -> Layout:
    """The layout of a file. Raises UnknownLayout, saying what ours would need."""
    for layout in layouts_of(kind):
        if layout.recognises(tables):
            return layout
    raise UnknownLayout(_unknown(tables, [plan_of(spec) for spec in kind.specs]))


def layout_named(name: str, tables: list[Table], kind: WorkbookKind) -> Layout:
    """The layout asked for: `hc` is whichever of `hc` and `hc-old` the file is. Raises Invalid, naming those known."""
    known = layouts_of(kind)
    asked = [layout for layout in known if layout.name == name or layout.name.startswith(f"{name}-")]
    if not asked:
        raise Invalid(f"没有这种版式：{name}；可用：{'、'.join(layout.name for layout in known)}。", field="layout")
    return next((layout for layout in asked if layout.recognises(tables)), min(asked, key=lambda one: one.name))


def own_layout(kind: WorkbookKind) -> Layout:
    """The layout `zhongshu`: the sheets and columns of the template, wherever the headings stand."""

    def recognises(tables: list[Table]) -> bool:
        return bool(_own_sheets(tables, kind.specs))

    def make(tables: list[Table], _today: date) -> Converted:
        return _convert_own(tables, kind.specs)

    return Layout(OURS, _("中枢模板"), kind.name, recognises, make)


def plan_of(spec: SheetSpec) -> SheetPlan:
    """A sheet of ours as a plan: every column becomes itself."""
    columns = tuple(ColumnPlan(c.title, c.title, c.also_called, is_required=c.is_required) for c in spec.columns)
    return SheetPlan(spec, columns, is_foreign=False)


def _own_sheets(tables: list[Table], specs: Sequence[SheetSpec]) -> list[Found]:
    """Sheets by their titles; the main one's rows may also stand under any other title that is none of ours."""
    ours = {heading_key(spec.title) for spec in specs}
    others = [table for table in tables if heading_key(table.title) not in ours]
    found = []
    for spec in specs:
        plan = plan_of(spec)
        titled = chosen([table for table in tables if heading_key(table.title) == heading_key(spec.title)], plan)
        found += titled or (chosen(others, plan) if spec.is_main else [])
    return found


def _convert_own(tables: list[Table], specs: Sequence[SheetSpec]) -> Converted:
    sheets = _own_sheets(tables, specs)
    if not sheets:
        raise UnknownLayout(_unknown(tables, [plan_of(spec) for spec in specs]))
    making = Making()
    for found in sheets:
        convert(making, found)
    read = [found.table for found in sheets]
    _refuse_headless(making, tables, read, specs)
    note_unread(making, tables, read, silent=frozenset({HELP, *(spec.title for spec in specs)}))
    return finished(making)


def _refuse_headless(making: Making, tables: list[Table], read: list[Table], specs: Sequence[SheetSpec]) -> None:
    """A sheet under one of our titles that lacks a column is a mistake, not something to pass over."""
    for spec in specs:
        for table in tables:
            if table.title == spec.title and table not in read and not table.is_blank:
                making.errors.append(Finding(table.title, 1, "", "", _missing(table, plan_of(spec))))


def finished(making: Making) -> Converted:
    """What was made, as a layout gives it back."""
    return Converted(making.tables, making.readings, making.notices, making.errors)


def _unknown(tables: list[Table], plans: Sequence[SheetPlan]) -> str:
    filled = [table for table in tables if not table.is_blank]
    if not filled:
        return "工作簿里没有数据。"
    wanted = "、".join(plan.spec.title for plan in plans)
    there = "、".join(table.title for table in filled)
    missing = _missing(filled[0], plans[0])
    return f"没有找到工作表：{wanted}；文件里有：{there}。“{filled[0].title}”{missing}。可在导入页面上指定各列的意思。"


def _missing(table: Table, plan: SheetPlan) -> str:
    """The required columns that the best row of headings lacks, and what stands there instead."""
    by_key = plan.by_key()

    def known(cells: Sequence[Any]) -> set[str]:
        return {by_key[key].heading for cell in cells if (key := heading_key(cell)) in by_key}

    rows = [(number, cells) for number, cells in enumerate(table.grid[:MOST_ABOVE], 1) if any(map(is_filled, cells))]
    number, cells = max(rows, key=lambda row: len(known(row[1])))
    missing = "、".join(column.heading for column in plan.required if column.heading not in known(cells))
    found = "、".join(text_of(cell) for cell in cells if is_filled(cell))
    return f"缺少列：{missing}；第 {number} 行现有：{found[:200]}"


def missing_columns(tables: list[Table], plans: Sequence[SheetPlan]) -> UnknownLayout:
    """The refusal of a file that was said to be in a layout and is not."""
    return UnknownLayout(_unknown(tables, plans))
