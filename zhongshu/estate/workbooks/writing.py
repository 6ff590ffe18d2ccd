"""Workbooks out: the empty template, what is there now, and what was sent together with its errors."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from zhongshu.estate.workbooks.reading import Table
from zhongshu.estate.workbooks.sheets import ERROR_COLUMN, Finding, SheetSpec, heading_key

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_VALIDATED_ROWS = 20_000
_HELP = "说明"


def filled_workbook(
    specs: Sequence[SheetSpec], rows: Mapping[str, Iterable[Sequence[Any]]], notes: Sequence[str]
) -> bytes:
    """Our sheets with `rows[title]` under their headings (none: the template), and a sheet of explanations."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        for spec in specs:
            page = book.add_worksheet(spec.title)
            _head(book, page, spec)
            for number, row in enumerate(rows.get(spec.title, ()), start=1):
                _write_row(page, number, row)
        _write_help(book, specs, notes)
    return buffer.getvalue()


def _head(book: Any, page: Any, spec: SheetSpec) -> None:
    plain = book.add_format({"bold": True, "bg_color": "#e6f0ff", "bottom": 1})
    required = book.add_format({"bold": True, "bg_color": "#e6f0ff", "bottom": 1, "font_color": "#cf1322"})
    as_text = book.add_format({"num_format": "@"})
    for position, column in enumerate(spec.columns):
        page.write_string(0, position, column.title, required if column.is_required else plain)
        page.set_column(position, position, column.width, as_text if column.is_text else None)
        if column.words:
            page.data_validation(1, position, _VALIDATED_ROWS, position, _choice_of(column.listed()))
    page.freeze_panes(1, 0)


def _choice_of(words: list[str]) -> dict[str, Any]:
    return {"validate": "list", "source": words, "error_title": "请从列表选择", "error_message": "、".join(words)[:250]}


def _write_help(book: Any, specs: Sequence[SheetSpec], notes: Sequence[str]) -> None:
    page = book.add_worksheet(_HELP)
    bold = book.add_format({"bold": True})
    lines: list[tuple[str, ...]] = [(note,) for note in notes]
    for spec in specs:
        lines += [(), (f"工作表“{spec.title}”", "说明", "可填")]
        lines += [
            (c.title + ("（必填）" if c.is_required else ""), c.note, "、".join(c.listed())) for c in spec.columns
        ]
    for number, line in enumerate(lines):
        page.write_row(number, 0, line, bold if line[1:2] == ("说明",) else None)
    page.set_column(0, 0, 24)
    page.set_column(1, 2, 70)


def error_workbook(tables: dict[str, Table], errors: Sequence[Finding], specs: Sequence[SheetSpec]) -> bytes:
    """What was sent, with the cells at fault marked and a column 错误 that says why; to be corrected and sent again."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        for spec in specs:
            if spec.title in tables:
                found = [finding for finding in errors if finding.sheet == spec.title]
                _write_criticised(book, tables[spec.title], spec, found)
    return buffer.getvalue()


def _write_criticised(book: Any, table: Table, spec: SheetSpec, errors: Sequence[Finding]) -> None:
    page = book.add_worksheet(spec.title)
    marked = book.add_format({"bg_color": "#ffd6d9", "font_color": "#a8071a"})
    headings = list(table.grid[0]) if table.grid else []
    keep = [at for at, heading in enumerate(headings) if heading_key(heading) != ERROR_COLUMN]
    titles = [spec.title_of(headings[at]) for at in keep]
    by_row: dict[int, list[Finding]] = defaultdict(list)
    for finding in errors:
        by_row[finding.row].append(finding)
    for number, cells in enumerate(table.grid, start=1):
        row = [cells[at] for at in keep if at < len(cells)]
        _write_row(page, number - 1, row)
        for finding in by_row.get(number, ()):
            if finding.column in titles:
                at = titles.index(finding.column)
                _write_cell(page, number - 1, at, row[at] if at < len(row) else "", marked)
        if by_row.get(number):
            page.write_string(number - 1, len(keep), "；".join(f.message for f in by_row[number]), marked)
    page.write_string(0, len(keep), "；".join([ERROR_COLUMN, *(f.message for f in by_row.get(1, ()))][:1]), marked)
    page.set_column(0, len(keep) - 1, 12)
    page.set_column(len(keep), len(keep), 60)
    page.freeze_panes(1, 0)


def _write_row(page: Any, number: int, row: Sequence[Any]) -> None:
    for position, value in enumerate(row):
        if value not in ("", None):
            _write_cell(page, number, position, value, None)


def _write_cell(page: Any, number: int, position: int, value: Any, look: Any) -> None:
    if value in ("", None):
        page.write_blank(number, position, None, look)
    elif isinstance(value, datetime | date):
        page.write_string(number, position, str(value).removesuffix(" 00:00:00"), look)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        page.write_number(number, position, value, look)
    else:
        page.write_string(number, position, str(value), look)
