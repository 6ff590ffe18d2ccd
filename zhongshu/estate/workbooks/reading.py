"""Opening what was sent: .xlsx, .xls, .ods or .csv, judged by content and not by name."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from zhongshu.estate.workbooks.cells import text_of
from zhongshu.estate.workbooks.formulas import Cells, errors_in
from zhongshu.estate.workbooks.progress import checking
from zhongshu.estate.workbooks.sheets import Finding, Origin, Report, Row, SheetSpec, Source
from zhongshu.kernel.errors import Invalid

LARGEST: Final = 20 * 1024 * 1024
LARGEST_UNPACKED: Final = 400 * 1024 * 1024
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 200
CSV_TITLE: Final = "CSV"
Area = tuple[tuple[int, int], tuple[int, int]]  # (row, column) of the first and of the last cell, from 0
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class UnreadableWorkbook(Invalid):
    """It is no workbook we can read; the message says why and what to send instead."""

    code = "unreadable_workbook"


@dataclass(slots=True, eq=False)
class Table:
    """A sheet as sent, `grid[0]` the spreadsheet's row 1; or one of ours that a layout made of what was sent.

    One of ours has our titles in `grid[0]` and for each further row its origin: `origins[n]` is where `grid[n + 1]`
    came from. `is_foreign`: somebody else's layout, in which a cell that cannot be read is doubted, not refused.
    `notices` are what opening the sheet already had to decide.
    """

    title: str
    grid: list[Sequence[Any]]
    notices: list[Finding] = field(default_factory=list)
    is_hidden: bool = False
    origins: list[Origin] = field(default_factory=list)
    is_foreign: bool = False

    @property
    def is_blank(self) -> bool:
        return not any(is_filled(cell) for cells in self.grid for cell in cells)

    @property
    def row_count(self) -> int:
        """Filled rows without one for the headings."""
        return max(0, sum(1 for cells in self.grid if any(map(is_filled, cells))) - 1)


def is_filled(cell: Any) -> bool:
    """Whether a cell holds anything but spaces."""
    return cell is not None and bool(str(cell).strip())


def read_tables(content: bytes) -> list[Table]:
    """Every sheet. Raises UnreadableWorkbook."""
    if not content.strip(b"\0 \t\r\n"):
        raise UnreadableWorkbook("文件是空的。")
    if len(content) > LARGEST:
        raise UnreadableWorkbook(f"文件太大：{len(content) // 2**20} MB，最大 {LARGEST // 2**20} MB。")
    if content.startswith((b"PK", _OLE)):
        return _read_workbook(content)
    if content.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):  # many web programs call such a page .xls
        raise UnreadableWorkbook("这是网页格式的表，不是 Excel 工作簿；请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。")
    return [_read_csv(content)]


def _read_workbook(content: bytes) -> list[Table]:
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise UnreadableWorkbook("文件设有密码，请去掉密码后再上传。")
    _check_unpacked_size(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            errors = errors_in(content)
            sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            return [_table(book, sheet, errors.get(sheet.name, {})) for sheet in sheets]
    except PasswordError as error:
        raise UnreadableWorkbook("文件设有密码，请去掉密码后再上传。") from error
    except (CalamineError, OSError) as error:
        raise UnreadableWorkbook("文件不是 Excel 工作簿或已损坏，请用模板另存为 .xlsx 后再上传。") from error


def _check_unpacked_size(content: bytes) -> None:
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableWorkbook("文件不是 Excel 工作簿或已损坏，请用模板另存为 .xlsx 后再上传。") from error
    if unpacked > LARGEST_UNPACKED:
        raise UnreadableWorkbook("文件解压后过大，请删去多余的工作表和格式后再上传。")


def _table(book: CalamineWorkbook, about: SheetMetadata, errors: Cells) -> Table:
    title, is_hidden = about.name, about.visible != SheetVisibleEnum.Visible
    sheet = book.get_sheet_by_name(title)
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        said = f"工作表“{title}”有 {sheet.total_height} 行 {sheet.total_width} 列"
        raise UnreadableWorkbook(f"{said}，最多 {MOST_ROWS} 行 {MOST_COLUMNS} 列；请删去空行空列或分开上传。")
    table = Table(title.strip(), list(sheet.to_python(skip_empty_area=False)), is_hidden=is_hidden)
    for (row, column), error in errors.items():
        if row < len(table.grid):
            _put(table.grid, row, column, error)
    _note_merged(table, sheet.merged_cell_ranges or [])
    return table


def _note_merged(table: Table, areas: Iterable[Area]) -> None:
    """A cell merged down several rows says the same in each of them; 一期 left in the first alone would be lost."""
    for (top, left), (bottom, right) in areas:
        if top >= len(table.grid) or bottom >= MOST_ROWS:
            continue
        said = text_of(table.grid[top][left])[:200] if left < len(table.grid[top]) else ""
        if bottom > top:
            _fill_down(table.grid, top, bottom, left)
            message = "合并的单元格已按每一行都写了同样内容处理，请核对"
            table.notices.append(Finding(table.title, top + 1, "", said, message))
        if right > left:
            message = "横向合并的单元格只读作它的第一列，其余各列当作没有填，请核对"
            table.notices.append(Finding(table.title, top + 1, "", said, message))


def _fill_down(grid: list[Sequence[Any]], top: int, bottom: int, column: int) -> None:
    said = grid[top][column] if column < len(grid[top]) else ""
    for number in range(top + 1, min(bottom + 1, len(grid))):
        if any(is_filled(cell) for cell in grid[number]):  # else it stays an empty row
            _put(grid, number, column, said)


def _put(grid: list[Sequence[Any]], row: int, column: int, said: Any) -> None:
    cells = list(grid[row])
    cells += [""] * (column + 1 - len(cells))
    cells[column] = said
    grid[row] = cells


def _read_csv(content: bytes) -> Table:
    text = _decoded(content)
    head = "".join(text.splitlines(keepends=True)[:20])  # a title above the headings may be a line without any mark
    mark = max(",\t;", key=head.count)
    if "\0" in text or mark not in head:
        raise UnreadableWorkbook("文件不是 Excel 工作簿，请用模板另存为 .xlsx 后再上传。")
    rows = [list(map(_kept_as_text, cells)) for cells in csv.reader(io.StringIO(text, newline=""), delimiter=mark)]
    if len(rows) > MOST_ROWS or max(map(len, rows)) > MOST_COLUMNS:
        raise UnreadableWorkbook(f"表格太大，最多 {MOST_ROWS} 行 {MOST_COLUMNS} 列；请分开上传。")
    return Table(CSV_TITLE, list(rows))


def _kept_as_text(cell: str) -> str:
    """`="13800001234"` is how programs keep a spreadsheet from rounding a number."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell


def _decoded(content: bytes) -> str:
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableWorkbook("文件不是 Excel 工作簿，请用模板另存为 .xlsx 后再上传。")


def rows_of(table: Table, spec: SheetSpec, report: Report, *, today: date) -> Iterator[Row]:
    """The filled rows of one of our sheets, as a layout made it; to be gone through once, which counts as progress."""
    places = [(position, title) for position, heading in enumerate(table.grid[0]) if (title := spec.title_of(heading))]
    is_foreign = table.is_foreign
    origins = table.origins or [((Source(spec.title, 1, {}), number),) for number in range(2, len(table.grid) + 1)]
    rows = [
        Row(spec, {title: cells[at] for at, title in places if at < len(cells)}, report, today, origin, is_foreign)
        for cells, origin in zip(table.grid[1:], origins, strict=True)
    ]
    report.rows[spec.title] = len(rows)
    return checking(rows)
