"""Workbooks out: the empty template, what is there now, and what was sent together with its errors."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from zhongshu.estate.workbooks.cells import text_of
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


def error_workbook(sent: Sequence[Table], converted: Iterable[Table], errors: Sequence[Finding]) -> bytes:
    """What was sent, with the cells at fault marked and a column 错误 that says why; to be corrected and sent again."""
    heads = {source.sheet: source.row for table in converted for origin in table.origins for source, _row in origin}
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        for table in sent:
            found = [finding for finding in errors if finding.sheet == table.title]
            _write_criticised(book, table, heads.get(table.title, 1 if found else 0), found)
    return buffer.getvalue()


def refused_workbook(sent: Sequence[Table], converted: Iterable[Table], errors: Sequence[Finding]) -> bytes:
    """The rows that were refused, below their headings, each with the reason: to be mended and sent again."""
    heads = {source.sheet: source.row for table in converted for origin in table.origins for source, _row in origin}
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        for table in sent:
            found = [finding for finding in errors if finding.sheet == table.title]
            head = heads.get(table.title, 1)
            if found:
                rows = sorted({finding.row for finding in found if finding.row > head})
                kept = [table.grid[number - 1] for number in (*range(1, head + 1), *rows)]
                places = {number: head + nth for nth, number in enumerate(rows, start=1)}
                moved = [replace(finding, row=places.get(finding.row, finding.row)) for finding in found]
                _write_criticised(book, Table(table.title, kept), head, moved)
    return buffer.getvalue()


def _write_criticised(book: Any, table: Table, head: int, errors: Sequence[Finding]) -> None:
    """`head` is the row of the headings; 0: a sheet that was not read, copied as it is."""
    page = book.add_worksheet(table.title)
    marked = book.add_format({"bg_color": "#ffd6d9", "font_color": "#a8071a"})
    headings = list(table.grid[head - 1]) if 0 < head <= len(table.grid) else []
    dropped = {at for at, heading in enumerate(headings) if heading_key(heading) == ERROR_COLUMN}
    places = {text_of(heading): at for at, heading in enumerate(headings)}
    width = max(map(len, table.grid), default=0) - len(dropped)
    by_row: dict[int, list[Finding]] = defaultdict(list)
    for finding in errors:
        by_row[max(finding.row, 1)].append(finding)
    for number, cells in enumerate(table.grid, start=1):
        found = by_row.get(number, [])
        faulty = {places[finding.column] for finding in found if finding.column in places}
        kept = [(cell, marked if at in faulty else None) for at, cell in enumerate(cells) if at not in dropped]
        for at, (cell, look) in enumerate(kept):
            _write_cell(page, number - 1, at, cell, look)
        if found:
            page.write_string(number - 1, width, "；".join(finding.sentence for finding in found), marked)
    _finish(page, head, width, marked, is_hidden=table.is_hidden)


def _finish(page: Any, head: int, width: int, marked: Any, *, is_hidden: bool) -> None:
    page.set_column(0, max(width - 1, 0), 12)
    if head:
        page.write_string(head - 1, width, ERROR_COLUMN, marked)
        page.set_column(width, width, 60)
        page.freeze_panes(head, 0)
    if is_hidden:
        page.hide()


def _write_row(page: Any, number: int, row: Sequence[Any]) -> None:
    for position, value in enumerate(row):
        if value not in ("", None):
            _write_cell(page, number, position, value, None)


def _write_cell(page: Any, number: int, position: int, value: Any, look: Any) -> None:
    if value in ("", None):
        if look is not None:
            page.write_blank(number, position, None, look)
    elif isinstance(value, datetime | date):
        page.write_string(number, position, str(value).removesuffix(" 00:00:00"), look)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        page.write_number(number, position, value, look)
    else:
        page.write_string(number, position, str(value), look)
