"""From sheets as sent to ours: where the headings stand, which rows are rows, which words mean what. Pure.

A layout is data: a `SheetPlan` for each sheet, a `ColumnPlan` for each column. Whatever is left out on the way (text
above, beside and below the rows, totals, columns without a place, sheets nobody knows) is said in a notice.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from zhongshu.estate.workbooks.cells import plain_text_of, text_of
from zhongshu.estate.workbooks.reading import Table, is_filled
from zhongshu.estate.workbooks.sheets import (
    ERROR_COLUMN,
    Finding,
    Origin,
    Reading,
    SheetSpec,
    Source,
    becomes,
    heading_key,
)

MOST_ABOVE: Final = 20
_TOTAL: Final = re.compile(r"(?:合|总|小|共|累)计(?:[:：(（\d].*)?")
_TOTAL_OF: Final = re.compile(r".{1,10}[合总小共累]计(?:[:：(（\d].*)?")
_EXAMPLE: Final = re.compile(r"(?:示例|样例|例如|例[:：]|填写示例).*")
_PROSE: Final = re.compile(
    r"(?:注|备注|说明|提示|注意|填表|填写|制表|审核|以下|以上|附).*|.*[。；;，,：:！!].*|.{16,}", re.DOTALL
)
_NUMBERED: Final = re.compile(r"[(（]?\d{1,2}[、.)）]\D{4}.*")
_LABEL: Final = re.compile(r"\D{2,8}[:：].*")
_CODE: Final = re.compile(r"(?<!\d)\d{3,4}(?!\d)")


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """A column of a layout and the column of ours it becomes; without one `note` says what happens to it.

    `words` are its codes and words, each with the word of ours that it stands for.
    """

    heading: str
    becomes: str = ""
    also_called: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet of a layout. `titles`: it is called so; none: any sheet with its required columns."""

    spec: SheetSpec
    columns: tuple[ColumnPlan, ...]
    titles: tuple[str, ...] = ()
    is_foreign: bool = True

    def by_key(self) -> dict[str, ColumnPlan]:
        return {heading_key(name): column for column in self.columns for name in (column.heading, *column.also_called)}

    @property
    def required(self) -> list[ColumnPlan]:
        return [column for column in self.columns if column.is_required]


Place = tuple[int, str, ColumnPlan]


@dataclass(slots=True)
class Found:
    """A sheet in which a plan's headings were found: in rows `top` to `bottom` of its grid, from 0."""

    table: Table
    plan: SheetPlan
    top: int
    bottom: int
    places: list[Place]

    def source(self) -> Source:
        columns = {column.becomes: heading for _at, heading, column in self.places if column.becomes}
        return Source(self.table.title, self.bottom + 1, columns)


def find(table: Table, plan: SheetPlan) -> Found | None:
    """The headings of a plan, in one row or over two, within the first rows of a sheet."""
    if plan.titles and heading_key(table.title) not in {heading_key(title) for title in plan.titles}:
        return None
    by_key = plan.by_key()
    rows = [_named(cells, by_key) for cells in table.grid[: MOST_ABOVE + 2]]
    for at, named in enumerate(rows[:MOST_ABOVE]):
        above = rows[at - 1] if at and named else {}
        free = {place: said for place, said in above.items() if not _cell(table.grid[at], place)}
        if _has(plan, {**free, **named}):
            return _extended(table, plan, at, {**free, **named}, rows, top=at - 1 if free else at)
    return None


def find_in_order(making: "Making", table: Table, plan: SheetPlan) -> Found | None:
    """A sheet known by its title whose software goes by the order of columns: unknown headings are read by their place.

    Only where every heading that is known stands at its place; said in a notice.
    """
    if heading_key(table.title) not in {heading_key(title) for title in plan.titles} or table.is_blank:
        return None
    found = find(table, plan) or _best(table, plan)
    known = {at for at, _heading, _column in found.places}
    if any(plan.columns[at : at + 1] != (column,) for at, _heading, column in found.places):
        return found if _has(plan, {place[0]: place for place in found.places}) else None
    cells = table.grid[found.bottom]
    for at, column in enumerate(plan.columns):
        if at not in known and (heading := _cell(cells, at)):
            found.places.append((at, heading, column))
            message = f"不认识列“{heading[:40]}”，按列的顺序读作“{column.heading}”，请核对"
            making.notices.append(Finding(table.title, found.bottom + 1, heading, "", message))
    return found


def _best(table: Table, plan: SheetPlan) -> Found:
    """The row at the top with the most headings that are known, else the first that is filled."""
    by_key = plan.by_key()
    top = enumerate(table.grid[:MOST_ABOVE])
    rows = [(len(_named(cells, by_key)), -at) for at, cells in top if any(map(is_filled, cells))]
    at = -max(rows, default=(0, 0))[1]
    named = _named(table.grid[at], by_key)
    return Found(table, plan, at, at, [named[place] for place in sorted(named)])


def _named(cells: Sequence[Any], by_key: Mapping[str, ColumnPlan]) -> dict[int, Place]:
    keyed = ((at, text_of(cell), by_key.get(heading_key(cell))) for at, cell in enumerate(cells) if is_filled(cell))
    return {at: (at, said, column) for at, said, column in keyed if column is not None}


def _cell(cells: Sequence[Any], at: int) -> str:
    return text_of(cells[at]) if at < len(cells) else ""


def _has(plan: SheetPlan, named: Mapping[int, Place]) -> bool:
    there = {column.heading for _at, _said, column in named.values()}
    return bool(there) and all(column.heading in there for column in plan.required)


def _extended(
    table: Table, plan: SheetPlan, at: int, named: dict[int, Place], rows: Sequence[dict[int, Place]], *, top: int
) -> Found:
    """A second row of headings below belongs to them: where the first has one, it has the same or nothing."""
    below = rows[at + 1] if at + 1 < len(rows) else {}
    same = (_cell(table.grid[at + 1], place) == "" or _means_same(below.get(place), named[place]) for place in named)
    if below and all(same):
        named, at = {**named, **below}, at + 1
    return Found(table, plan, top, at, [named[place] for place in sorted(named)])


def _means_same(place: Place | None, other: Place) -> bool:
    return place is not None and place[2] is other[2]


@dataclass(slots=True)
class Making:
    """What converting found out so far; tables are filled by our titles."""

    tables: dict[str, Table] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)

    def add(self, plan: SheetPlan, rows: Iterable[tuple[Mapping[str, Any], Origin]]) -> None:
        """Rows of ours, by our titles, behind those that are there."""
        titles = [column.title for column in plan.spec.columns]
        table = self.tables.setdefault(plan.spec.title, Table(plan.spec.title, [titles], is_foreign=plan.is_foreign))
        for cells, origin in rows:
            table.grid.append([cells.get(title, "") for title in titles])
            table.origins.append(origin)


def convert(making: Making, found: Found) -> None:
    """A sheet of which each row is one of ours."""
    source = found.source()
    words: dict[str, dict[str, str]] = {}
    making.add(found.plan, _converted(making, found, source, words))
    making.readings += readings_of(found, words)


def _converted(
    making: Making, found: Found, source: Source, words: dict[str, dict[str, str]]
) -> Iterator[tuple[Mapping[str, Any], Origin]]:
    for number, cells in records(making, found):
        row = {column.becomes: meant(cells[at], column, words) for at, _h, column in found.places if at < len(cells)}
        yield row, ((source, number),)


def meant(cell: Any, column: ColumnPlan, words: dict[str, dict[str, str]]) -> Any:
    """The word of ours that a code, a word or a code with its word stands for; anything else as it is."""
    if not column.words:
        return cell
    said = plain_text_of(cell).replace(" ", "").upper()
    word = column.words.get(said) or _agreed(said, column.words)
    if word is not None:
        words.setdefault(column.heading, {})[said] = word
    return cell if word is None else word


def _agreed(said: str, words: Mapping[str, str]) -> str | None:
    """What a code and the word beside it both stand for; nothing where two codes, or code and word, disagree."""
    codes = {words.get(code) for code in _CODE.findall(said)}
    beside = words.get(re.sub(r"[\W\d_]+", "", said))
    meanings = codes | {beside} if codes and beside else codes
    return meanings.pop() if len(meanings) == 1 else None


def readings_of(found: Found, words: Mapping[str, Mapping[str, str]]) -> list[Reading]:
    """What each column became, and in words how."""
    title, sheet = found.plan.spec.title, found.table.title
    readings = []
    for _at, heading, column in found.places:
        how = "、".join(f"{said} → {meant or '（空）'}" for said, meant in words.get(column.heading, {}).items())
        note = "；".join(part for part in (column.note, how) if part)
        readings.append(Reading(sheet, heading, becomes(title, column.becomes) if column.becomes else "", note))
    return readings + [Reading(sheet, heading, "", "不认识的列，没有读") for heading in _unknown(found)]


def _unknown(found: Found) -> list[str]:
    """Headings nobody knows, without the column of errors that we wrote ourselves."""
    known = {at for at, _heading, _column in found.places}
    cells = found.table.grid[found.bottom]
    said = [text_of(cell) for at, cell in enumerate(cells) if at not in known and is_filled(cell)]
    return [heading[:80] for heading in said if heading_key(heading) != ERROR_COLUMN]


def records(making: Making, found: Found) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows below the headings, with the spreadsheet's number; what is no row becomes a notice."""
    _note_around(making, found)
    required = {at for at, _heading, column in found.places if column.is_required}
    numbers = {column.title for column in found.plan.spec.columns if column.is_text}
    numbered = {at for at, _heading, column in found.places if column.is_required and column.becomes in numbers}
    for number, cells in enumerate(found.table.grid[found.bottom + 1 :], start=found.bottom + 2):
        filled = [place for place in found.places if place[0] < len(cells) and is_filled(cells[place[0]])]
        if not filled:
            continue
        if why := _no_row(cells, filled, required, numbered):
            first = text_of(cells[filled[0][0]])
            making.notices.append(Finding(found.table.title, number, "", first[:200], why))
        else:
            yield number, cells


def _no_row(cells: Sequence[Any], filled: Sequence[Place], required: set[int], numbered: set[int]) -> str:
    """Why a row is none; empty when it is one. `required` and `numbered`: places of columns that must be filled."""
    first = cells[filled[0][0]]
    if isinstance(first, str):
        says_more = not required.isdisjoint(at for at, _heading, _column in filled[1:])
        is_title = len(filled) == 1 and filled[0][0] in numbered and not re.search(r"\d", first)
        return _no_row_beginning(text_of(first), cells, filled, says_more=says_more, is_title=is_title)
    if all(at > max(required, default=-1) and isinstance(cells[at], int | float) for at, _heading, _column in filled):
        return "只有数字，像没有写明的合计行，没有当数据读"
    return ""


def _no_row_beginning(
    said: str, cells: Sequence[Any], filled: Sequence[Place], *, says_more: bool, is_title: bool
) -> str:
    """Why a row with a text first is none.

    `says_more`: a required column is filled behind it, so that it is no sum and no signature (1栋小计, 制表人：…).
    `is_title`: words alone where the number of a building or a room would stand (商铺部分).
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", said))
    if _TOTAL.fullmatch(text) or (not says_more and _TOTAL_OF.fullmatch(text)):
        return "合计行，没有当数据读"
    if len(filled) > 1 and all(text_of(cells[at]) == heading for at, heading, _column in filled):
        return "重复的表头，没有当数据读"
    if _EXAMPLE.fullmatch(text):
        return f"示例行，没有当数据读：“{said[:40]}”"
    is_alone = len(filled) == 1 and not text.startswith("#")  # a failed formula is no prose
    is_prose = is_alone and (is_title or _PROSE.fullmatch(text) or _NUMBERED.fullmatch(text))
    is_signature = not says_more and _LABEL.fullmatch(text)
    return f"说明文字，没有当数据读：“{said[:40]}”" if is_prose or is_signature else ""


def _note_around(making: Making, found: Found) -> None:
    """Text above the headings, columns nobody knows, text beside the columns, merged cells."""
    table, row = found.table, found.bottom + 1
    for heading in _repeated(found):
        making.errors.append(Finding(table.title, row, heading, "", f"列“{heading}”出现了两次"))
    above = next((text_of(cell) for cells in table.grid[: found.top] for cell in cells if is_filled(cell)), "")
    if above:
        message = f"表头在第 {row} 行，它上面的文字没有当数据读"
        making.notices.append(Finding(table.title, row, "", above[:200], message))
    elif found.top < found.bottom:
        making.notices.append(Finding(table.title, row, "", "", f"表头占了两行：第 {row - 1}、{row} 行"))
    if unknown := _unknown(found):
        message = f"不认识的列已忽略：{'、'.join(unknown)[:200]}"
        making.notices.append(Finding(table.title, row, "", "", message))
    making.notices += [notice for notice in table.notices if notice.row > row]
    making.notices += _beside(found)


def _repeated(found: Found) -> list[str]:
    """Headings as sent that mean the same as another."""
    targets = [column.becomes or column.heading for _at, _heading, column in found.places]
    named = [heading for _at, heading, _column in found.places]
    return sorted({name for name, target in zip(named, targets, strict=True) if targets.count(target) > 1})


def _beside(found: Found) -> Iterator[Finding]:
    """Columns without a heading that hold something: instructions, mostly."""
    grid, table = found.table.grid, found.table
    headed = {at for cells in grid[found.top : found.bottom + 1] for at, cell in enumerate(cells) if is_filled(cell)}
    for at in range(max(map(len, grid))):
        if at in headed:
            continue
        below = [
            (index + 1, text) for index, cells in enumerate(grid) if index > found.bottom and (text := _cell(cells, at))
        ]
        if below:
            row, text = below[0]
            message = f"{column_name(at)} 列没有表头，其中 {len(below)} 格内容没有读，如“{text[:40]}”"
            yield Finding(table.title, row, column_name(at), text[:200], message)


def column_name(at: int) -> str:
    """0 → A, 26 → AA."""
    return (column_name(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def chosen(tables: Iterable[Table], plan: SheetPlan) -> list[Found]:
    """The sheets a plan fits; hidden ones only where no other does."""
    fitting = [found for table in tables if (found := find(table, plan)) is not None]
    return [found for found in fitting if not found.table.is_hidden] or fitting


def note_unread(making: Making, tables: Iterable[Table], read: Iterable[Table], *, silent: frozenset[str]) -> None:
    """Sheets that hold something and were not read."""
    were = {id(table) for table in read}
    for table in tables:
        if id(table) in were:
            if table.is_hidden:
                making.notices.append(Finding(table.title, 0, "", "", "这是隐藏的工作表，已读，请核对"))
        elif not table.is_blank and table.title not in silent:
            why = "隐藏的工作表，没有读" if table.is_hidden else "工作表没有读：没有认识的表头"
            making.notices.append(Finding(table.title, 0, "", "", why))
