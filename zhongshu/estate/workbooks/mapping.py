"""What the columns of somebody's own sheet mean to us: told once, remembered by the header. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from zhongshu.estate.workbooks.cells import BadCell, plain_text_of, text_of
from zhongshu.estate.workbooks.converting import ColumnPlan, Found, Making, SheetPlan, records
from zhongshu.estate.workbooks.layouts import Converted, Layout
from zhongshu.estate.workbooks.reading import Table, is_filled
from zhongshu.estate.workbooks.sheets import (
    ERROR_COLUMN,
    Column,
    Combined,
    Finding,
    Origin,
    Reading,
    SheetSpec,
    Source,
    becomes,
    heading_key,
)

MAPPED: Final = "mapped"
HEADER_ROWS: Final = 20
EXAMPLES: Final = 3
Key = tuple[str, int]  # a heading as it compares, and which of its likes it is


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """A column by its heading as sent; `becomes` is a column of ours, or a combined one; empty: not taken.

    `words` says which of our words each word as sent stands for; "" for one that says nothing to us.
    """

    heading: str
    becomes: str = ""
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A header of theirs and our sheet it fills. The order of columns does not matter unless two are called the same.

    `fixed` fills columns of ours where a row says nothing; so does the sheet's own title for the column `title_is`.
    """

    kind: str
    sheet: str
    columns: tuple[ColumnRule, ...]
    fixed: dict[str, str] = field(default_factory=dict)
    title_is: str = ""

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.kind, [rule.heading for rule in self.columns])

    def keyed(self) -> list[tuple[Key, ColumnRule]]:
        """The rules with what tells their columns apart."""
        return list(zip(_numbered(rule.heading for rule in self.columns), self.columns, strict=True))

    def as_json(self) -> dict[str, Any]:
        columns = [{"heading": c.heading, "becomes": c.becomes, "words": c.words} for c in self.columns]
        said = {"kind": self.kind, "sheet": self.sheet, "title_is": self.title_is}
        return {**said, "columns": columns, "fixed": self.fixed}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Mapping":
        columns = tuple(ColumnRule(c["heading"], c["becomes"], dict(c["words"])) for c in said["columns"])
        return cls(said["kind"], said["sheet"], columns, dict(said["fixed"]), said["title_is"])


def fingerprint_of(kind: str, headings: Iterable[Any]) -> str:
    """Tells a header: which headings, however written, in any order; in this order where one comes twice."""
    keys = [key for heading in headings if (key := heading_key(heading)) not in ("", ERROR_COLUMN)]
    told = keys if len(set(keys)) < len(keys) else sorted(keys)
    return hashlib.sha256(json.dumps([kind, told], ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Header:
    """The row of headings of a sheet, counted from 1; `columns` are the positions of those that say something."""

    row: int
    columns: dict[int, str]

    def positions(self) -> dict[Key, int]:
        """Where each heading stands."""
        return dict(zip(_numbered(self.columns.values()), self.columns, strict=True))


def _numbered(headings: Iterable[Any]) -> Iterator[Key]:
    seen: Counter[str] = Counter()
    for heading in headings:
        key = heading_key(heading)
        yield key, seen[key]
        seen[key] += 1


def header_at(table: Table, row: int) -> Header:
    """The headings in that row of the sheet; none beyond its end."""
    cells = table.grid[row - 1] if 0 < row <= len(table.grid) else ()
    said = {at: text_of(cell) for at, cell in enumerate(cells)}
    return Header(row, {at: text for at, text in said.items() if heading_key(text) not in ("", ERROR_COLUMN)})


def headers_of(kind: str, table: Table) -> dict[str, Header]:
    """Every row at the top of the sheet that could be its header, by fingerprint."""
    found: dict[str, Header] = {}
    for row in range(1, min(HEADER_ROWS, len(table.grid)) + 1):
        header = header_at(table, row)
        found.setdefault(fingerprint_of(kind, header.columns.values()), header)
    return found


def sheets_with(kind: str, fingerprint: str, tables: Iterable[Table]) -> list[tuple[Table, Header]]:
    """The sheets that have that header, each with where it is."""
    found = ((table, headers_of(kind, table).get(fingerprint)) for table in tables)
    return [(table, header) for table, header in found if header]


def cells_below(table: Table, header: Header) -> Iterator[tuple[int, Sequence[Any]]]:
    """The filled rows below the header, with the spreadsheet's number."""
    below = enumerate(table.grid[header.row :], start=header.row + 1)
    return ((number, cells) for number, cells in below if any(map(is_filled, cells)))


def word_of(cell: Any) -> str:
    """A cell as it is looked up among words."""
    return plain_text_of(cell).replace(" ", "")


def columns_of(spec: SheetSpec) -> list[Column | Combined]:
    """Everything a column as sent may become."""
    return [*spec.combined, *spec.columns]


def column_named(spec: SheetSpec, title: str) -> Column | Combined | None:
    """A column of ours or a combined one; None for a title that is neither."""
    return next((one for one in columns_of(spec) if one.title == title), None)


def filled_by(spec: SheetSpec, title: str) -> tuple[str, ...]:
    """The columns of ours that mapping to `title` fills."""
    column = column_named(spec, title)
    return column.parts if isinstance(column, Combined) else (title,) if column else ()


def missing(mapping: Mapping, spec: SheetSpec) -> list[str]:
    """The required columns that nothing fills."""
    filled = {title for rule in mapping.columns for title in filled_by(spec, rule.becomes)}
    filled |= {title for title, value in mapping.fixed.items() if value} | {mapping.title_is}
    return [title for title in spec.required if title not in filled]


def twice(mapping: Mapping) -> dict[str, list[str]]:
    """What two columns as sent would both become, with their headings."""
    said: dict[str, list[str]] = {}
    for rule in mapping.columns:
        if rule.becomes:
            said.setdefault(rule.becomes, []).append(rule.heading)
    return {title: headings for title, headings in said.items() if len(headings) > 1}


def mapping_layout(mappings: Sequence[Mapping], specs: Sequence[SheetSpec]) -> Layout:
    """Reads every sheet that has the header of one of the mappings; `mappings` are of one kind and not empty."""

    def convert(tables: list[Table], today: date) -> Converted:
        return _Conversion(mappings, specs).of(tables)

    def recognises(tables: list[Table]) -> bool:
        return any(_fitting(mappings, table) for table in tables)

    return Layout(MAPPED, "列对应", mappings[0].kind, recognises, convert)


def _fitting(mappings: Sequence[Mapping], table: Table) -> tuple[Mapping, Header] | None:
    headers = headers_of(mappings[0].kind, table)
    known = ((mapping, headers.get(mapping.fingerprint)) for mapping in mappings)
    return next(((mapping, header) for mapping, header in known if header), None)


class _Conversion:
    """A file on its way: rows gather under our titles, with where they came from."""

    def __init__(self, mappings: Sequence[Mapping], specs: Sequence[SheetSpec]) -> None:
        self.mappings = mappings
        self.specs = {spec.title: spec for spec in specs}
        self.making = Making()

    def of(self, tables: list[Table]) -> Converted:
        for table in tables:
            if fitting := _fitting(self.mappings, table):
                _SheetReader(self.specs[fitting[0].sheet], table, *fitting).into(self.making)
            elif not table.is_blank:
                self.making.readings.append(Reading(table.title, "", "", "表头没有对应过，整张工作表不导入"))
        return Converted(self.making.tables, self.making.readings, self.making.notices, self.making.errors)


class _SheetReader:
    """One sheet as sent, read by its mapping."""

    def __init__(self, spec: SheetSpec, table: Table, mapping: Mapping, header: Header) -> None:
        self.spec, self.table, self.mapping, self.header = spec, table, mapping, header
        positions = header.positions()
        self.rules = [(positions[key], rule) for key, rule in mapping.keyed()]
        self.taken = [(at, rule, column_named(spec, rule.becomes)) for at, rule in self.rules if rule.becomes]
        self.fixed = {**mapping.fixed, **({mapping.title_is: table.title} if mapping.title_is else {})}
        self.examples: dict[int, dict[str, None]] = {}

    def into(self, making: Making) -> None:
        making.add(SheetPlan(self.spec, ()), self._rows(making))
        making.readings += self._readings()

    def _rows(self, making: Making) -> Iterator[tuple[dict[str, Any], Origin]]:
        source = self._source()
        for number, cells in records(making, self._found()):
            try:
                yield self._read(cells), ((source, number),)
            except _Unsplit as fault:
                making.errors.append(Finding(self.table.title, number, fault.heading, fault.said[:200], str(fault)))

    def _found(self) -> Found:
        """The sheet as the engine of the layouts knows it; every column is its own, whatever it is called."""
        plan = SheetPlan(self.spec, tuple(ColumnPlan(f"{at}") for at, _rule in self.rules))
        places = [(at, rule.heading, ColumnPlan(f"{at}")) for at, rule in sorted(self.rules, key=lambda one: one[0])]
        return Found(self.table, plan, self.header.row - 1, self.header.row - 1, places)

    def _source(self) -> Source:
        """Each of our columns with the heading it came from; a column of its own goes before a combined one."""
        by_breadth = sorted(self.taken, key=lambda one: -len(filled_by(self.spec, one[1].becomes)))
        columns = {title: rule.heading for _at, rule, _c in by_breadth for title in filled_by(self.spec, rule.becomes)}
        return Source(self.table.title, self.header.row, columns)

    def _read(self, cells: Sequence[Any]) -> dict[str, Any]:
        """Our cells by title: a column of its own says more than a combined one, what is fixed the least."""
        own: dict[str, Any] = {}
        parts: dict[str, Any] = {}
        for at, rule, column in self.taken:
            cell = cells[at] if at < len(cells) else ""
            if isinstance(column, Combined):
                parts |= self._split(at, rule, column, cell)
            else:
                own[rule.becomes] = self._meant(at, rule, cell)
        return _filled(own, parts, self.fixed)

    def _split(self, at: int, rule: ColumnRule, column: Combined, cell: Any) -> dict[str, str]:
        if not is_filled(cell):
            return {}
        try:
            said = column.split(cell)
        except BadCell as error:
            raise _Unsplit(rule.heading, text_of(cell), str(error)) from error
        self._note(at, cell, "，".join(f"{title} {text}" for title, text in said.items() if text))
        return said

    def _meant(self, at: int, rule: ColumnRule, cell: Any) -> Any:
        meant = rule.words.get(word_of(cell), cell) if rule.words else cell
        self._note(at, cell, plain_text_of(meant) or "（空）")
        return meant

    def _note(self, at: int, cell: Any, read: str) -> None:
        kept, said = self.examples.setdefault(at, {}), text_of(cell)
        if said and len(kept) < EXAMPLES:
            kept[said if said == read else f"{said} → {read}"] = None

    def _readings(self) -> Iterator[Reading]:
        sheet = self.table.title
        for at, rule in self.rules:
            ours = "、".join(becomes(self.spec.title, title) for title in filled_by(self.spec, rule.becomes))
            yield Reading(sheet, rule.heading, ours, _how(rule), tuple(self.examples.get(at, ())))
        for title, value in self.fixed.items():
            how = "工作表名" if title == self.mapping.title_is else "固定值"
            yield Reading(sheet, "", becomes(self.spec.title, title), f"没有填的都当作 {value}（{how}）")


class _Unsplit(Exception):
    def __init__(self, heading: str, said: str, message: str) -> None:
        super().__init__(message)
        self.heading, self.said = heading, said


def _filled(*sources: dict[str, Any]) -> dict[str, Any]:
    """Every title any of them has, with the first that says anything."""
    titles = dict.fromkeys(title for source in sources for title in source)
    return {title: next((s[title] for s in sources if text_of(s.get(title))), "") for title in titles}


def _how(rule: ColumnRule) -> str:
    if not rule.becomes:
        return "不导入"
    return "；".join(f"{said} → {meant or '（当作空白）'}" for said, meant in rule.words.items() if said != meant)
