"""Workbooks as people send them."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.estate.conftest import Estate
from zhongshu.estate.actions.imports import Taken, take_workbook
from zhongshu.estate.importing.sheets import ALL
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.identity.models import Site

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}


def book(**sheets: Sequence[Mapping[str, Any]]) -> bytes:
    """An .xlsx with the template's columns; rows name the cells they fill."""
    return raw_book(
        {
            spec.title: [
                [column.title for column in spec.columns],
                *[[row.get(column.title) for column in spec.columns] for row in sheets[spec.title]],
            ]
            for spec in ALL
            if spec.title in sheets
        }
    )


def raw_book(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """An .xlsx with exactly these cells."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as target:
        for title, rows in sheets.items():
            page = target.add_worksheet(title)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return buffer.getvalue()


def cells(content: bytes, title: str) -> list[list[Any]]:
    """The cells of a sheet, row by row."""
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(title).to_python(skip_empty_area=False)


def unit(room: Any = "101", **more: Any) -> dict[str, Any]:
    """A row of 房屋: 一期1栋1单元."""
    return {"期": "一期", "楼栋": "1", "单元": "1", "房号": room, **more}


def owner(name: str = "王小明", phone: Any = "13800001234", room: Any = "101", **more: Any) -> dict[str, Any]:
    """A row of 房屋 with its owner since 2024-05-01."""
    return unit(room, **{"客户姓名": name, "身份": "业主", "手机号": phone, "入住日期": "2024-05-01", **more})


def take(estate: Estate, content: bytes, *, site: Site | None = None, is_dry_run: bool = False) -> Taken:
    """As the command line does."""
    return take_workbook(
        actor=estate.cast.system,
        at=estate.at,
        site=site or estate.site,
        kind=kind_named("estate"),
        content=content,
        is_dry_run=is_dry_run,
    )


def send(estate: Estate, *rows: Mapping[str, Any]) -> Taken:
    """Rows of 房屋."""
    return take(estate, book(房屋=rows))


def complaints(taken: Taken) -> list[tuple[int, str, str]]:
    """Row, column, message of each error."""
    return [(finding.row, finding.column, finding.message) for finding in taken.report.errors]
