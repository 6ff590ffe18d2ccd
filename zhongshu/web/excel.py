"""Workbooks out: one sheet or several, headed, with columns as wide as what they hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import HttpResponse

from zhongshu.kernel.clock import local

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to write: `rows` are sequences as long as `header`."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The bytes of an .xlsx. Text stays text: nothing that begins with `=` becomes a formula."""
    buffer = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        heading = book.add_format({"bold": True, "bg_color": "#f0f2f5", "bottom": 1})
        for sheet in sheets:
            _write(book.add_worksheet(sheet.title), sheet, heading)
    return buffer.getvalue()


def download(name: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """A new workbook as an attachment."""
    return attachment(name, workbook(sheets))


def attachment(name: str, content: bytes) -> HttpResponse:
    """The bytes of a workbook as an attachment; `name` without its ending."""
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _write(page: Any, sheet: Sheet, heading: Any) -> None:
    page.write_row(0, 0, sheet.header, heading)
    page.freeze_panes(1, 0)
    widths = [len(title) * 2 + 2 for title in sheet.header]
    for number, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            shown = _shown(value)
            page.write(number, column, shown)
            widths[column] = min(60, max(widths[column], len(str(shown)) + 2))
    for column, width in enumerate(widths):
        page.set_column(column, column, width)


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value
