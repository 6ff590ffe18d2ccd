"""Opening what was sent: .xlsx, .xls, .ods or .csv, judged by content and not by name."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from zhongshu.estate.workbooks.sheets import ERROR_COLUMN, Finding, Origin, Report, Row, SheetSpec, heading_key
from zhongshu.kernel.errors import Invalid

LARGEST: Final = 20 * 1024 * 1024
LARGEST_UNPACKED: Final = 400 * 1024 * 1024
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 200
Area = tuple[tuple[int, int], tuple[int, int]]  # (row, column) of the first and of the last cell, from 0
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class UnreadableWorkbook(Invalid):
    """It is no workbook we can read; the message says why and what to send instead."""

    code = "unreadable_workbook"


@dataclass(slots=True)
class Table:
    """A sheet as sent, `grid[0]` the spreadsheet's row 1; or one of ours that a layout made of what was sent.

    One of ours has our titles in `grid[0]` and for each further row its origin: `origins[n]` is where `grid[n + 1]`
    came from. `is_foreign`: somebody else's layout, in which a cell that cannot be read is doubted, not refused.
    """

    title: str
    grid: list[Sequence[Any]]
    was_merged: bool = False
    origins: list[Origin] = field(default_factory=list)
    is_foreign: bool = False

    def rows(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Rows below the heading that hold anything, with the spreadsheet's number."""
        for number, cells in enumerate(self.grid[1:], start=2):
            if any(str(cell).strip() for cell in cells if cell is not None):
                yield number, cells


def read_tables(content: bytes) -> list[Table]:
    """Every sheet. Raises UnreadableWorkbook."""
    if not content.strip(b"\0 \t\r\n"):
        raise UnreadableWorkbook("文件是空的。")
    if len(content) > LARGEST:
        raise UnreadableWorkbook(f"文件太大：{len(content) // 2**20} MB，最大 {LARGEST // 2**20} MB。")
    if content.startswith((b"PK", _OLE)):
        return _read_workbook(content)
    return [_read_csv(content)]


def _read_workbook(content: bytes) -> list[Table]:
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise UnreadableWorkbook("文件设有密码，请去掉密码后再上传。")
    _check_unpacked_size(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [_table(book, title) for title in book.sheet_names]
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


def _table(book: CalamineWorkbook, title: str) -> Table:
    sheet = book.get_sheet_by_name(title)
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        said = f"工作表“{title}”有 {sheet.total_height} 行 {sheet.total_width} 列"
        raise UnreadableWorkbook(f"{said}，最多 {MOST_ROWS} 行 {MOST_COLUMNS} 列；请删去空行空列或分开上传。")
    table = Table(title.strip(), list(sheet.to_python(skip_empty_area=False)))
    _fill_merged(table, sheet.merged_cell_ranges or [])
    return table


def _fill_merged(table: Table, areas: Iterable[Area]) -> None:
    """A cell merged down several rows says the same in each of them; 一期 left in the first alone would be lost."""
    for (top, left), (bottom, _right) in areas:
        if 0 < top < bottom < MOST_ROWS and top < len(table.grid):
            table.was_merged = True
            _fill_down(table.grid, top, bottom, left)


def _fill_down(grid: list[Sequence[Any]], top: int, bottom: int, column: int) -> None:
    said = grid[top][column] if column < len(grid[top]) else ""
    for number in range(top + 1, min(bottom + 1, len(grid))):
        row = list(grid[number])
        if any(str(cell).strip() for cell in row if cell is not None):  # else it stays an empty row
            row += [""] * (column + 1 - len(row))
            row[column] = said
            grid[number] = row


def _read_csv(content: bytes) -> Table:
    text = _decoded(content)
    if "\0" in text or not any(mark in text.splitlines()[0] for mark in ",\t;"):
        raise UnreadableWorkbook("文件不是 Excel 工作簿，请用模板另存为 .xlsx 后再上传。")
    mark = "\t" if "\t" in text.splitlines()[0] else ","
    return Table("", list(csv.reader(io.StringIO(text), delimiter=mark)))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).lstrip("\n\r")
        except UnicodeDecodeError:
            continue
    raise UnreadableWorkbook("文件不是 Excel 工作簿，请用模板另存为 .xlsx 后再上传。")


def match_tables(tables: list[Table], specs: Sequence[SheetSpec]) -> dict[str, Table]:
    """Our sheets among those sent, by our title. Raises UnreadableWorkbook when there is none of them."""
    titled = {spec.title: table for spec in specs for table in tables if heading_key(table.title) == spec.title}
    if titled:
        return titled
    for spec in (spec for spec in specs if spec.is_main):
        for table in tables:
            if table.grid and set(spec.required) <= {spec.title_of(heading) for heading in table.grid[0]}:
                return {spec.title: table}
    wanted = "、".join(spec.title for spec in specs)
    return _only_main(tables, specs, wanted)


def _only_main(tables: list[Table], specs: Sequence[SheetSpec], wanted: str) -> dict[str, Table]:
    """A single sheet under another title is taken for the main one, so that its heading is what gets criticised."""
    filled = [table for table in tables if any(True for _ in table.rows()) or any(map(str, table.grid[:1]))]
    main = next((spec for spec in specs if spec.is_main), None)
    if main is None or len(filled) != 1:
        found = "、".join(table.title for table in tables) or "（无）"
        raise UnreadableWorkbook(f"没有找到工作表：{wanted}；文件里有：{found}。")
    return {main.title: filled[0]}


def rows_of(table: Table, spec: SheetSpec, report: Report, *, today: date) -> list[Row]:
    """The filled rows of a sheet; without the needed columns one error that names them, and no rows."""
    headings = list(table.grid[0]) if table.grid else []
    titles = [spec.title_of(heading) for heading in headings]
    if trouble := _heading_trouble(table, spec, titles):
        report.errors.append(Finding(spec.title, 1, "", "", trouble))
        return []
    _report_ignored(spec, headings, titles, report)
    if table.was_merged:
        report.notices.append(Finding(spec.title, 1, "", "", "合并的单元格已按每一行都写了同样内容处理，请核对"))
    places = [(position, title) for position, title in enumerate(titles) if title]
    rows = [
        Row(spec, number, {title: cells[at] for at, title in places if at < len(cells)}, report, today)
        for number, cells in table.rows()
    ]
    report.rows[spec.title] = len(rows)
    return rows


def _heading_trouble(table: Table, spec: SheetSpec, titles: list[str]) -> str:
    missing = [title for title in spec.required if title not in titles]
    if not missing:
        repeated = {title for title in titles if title and titles.count(title) > 1}
        return f"列“{'、'.join(sorted(repeated))}”出现了两次" if repeated else ""
    for number, cells in enumerate(table.grid[1:20], start=2):
        if set(spec.required) <= {spec.title_of(cell) for cell in cells}:
            return f"表头应在第 1 行，现在看起来在第 {number} 行；请删去它上面的行"
    found = "、".join(str(cell) for cell in table.grid[0] if str(cell).strip()) if table.grid else ""
    return f"缺少列：{'、'.join(missing)}；第 1 行现有：{found[:200] or '（空）'}"


def _report_ignored(spec: SheetSpec, headings: list[Any], titles: list[str], report: Report) -> None:
    pairs = zip(headings, titles, strict=True)
    unknown = [str(heading).strip() for heading, title in pairs if not title and str(heading).strip()]
    if ignored := [heading for heading in unknown if heading != ERROR_COLUMN]:
        message = f"不认识的列已忽略：{'、'.join(ignored)[:200]}"
        report.notices.append(Finding(spec.title, 1, "", "", message))
