"""What a sheet looks like, what was found wrong in one, and the answer to a whole workbook. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from zhongshu.estate.workbooks.cells import (
    BadCell,
    area_of,
    coordinate_of,
    day_of_cell,
    name_of,
    part_of_code,
    plain_text_of,
    text_of,
)

T = TypeVar("T")
ERROR_COLUMN = "错误"
MOST_EXAMPLES = 3
MOST_ROWS_NAMED = 5
MEND = "改好这一格后，把这一行再导入一次"


@dataclass(frozen=True, slots=True)
class Column:
    """`words` are the entries a cell may hold, with what each stands for; the first of equal meaning is written out.

    `looks` tells whether a cell looks like one of this column's, where cells can tell: to suggest a mapping, no more.
    """

    title: str
    note: str = ""
    is_required: bool = False
    also_called: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    is_text: bool = False
    width: int = 12
    looks: Callable[[Any], bool] | None = None

    def listed(self) -> list[str]:
        """The words offered in a drop-down: one for each meaning."""
        first: dict[str, str] = {}
        for word, meaning in self.words.items():
            first.setdefault(meaning, word)
        return list(first.values())


@dataclass(frozen=True, slots=True)
class Combined:
    """Several columns of ours that others write in one cell, as 1-2-1502.

    `split` gives the text of each of `parts` and raises BadCell.
    """

    title: str
    note: str
    parts: tuple[str, ...]
    split: Callable[[Any], dict[str, str]]
    also_called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """A sheet by its title; one with `is_main` may also go under another title if its columns are there.

    `combined` may only be mapped to: our own workbooks have the columns one by one. `passes`: how often its rows are
    gone through, for the percentage.
    """

    title: str
    columns: tuple[Column, ...]
    is_main: bool = False
    combined: tuple[Combined, ...] = ()
    passes: int = 1

    def column(self, title: str) -> Column:
        return next(column for column in self.columns if column.title == title)

    @property
    def required(self) -> list[str]:
        return [column.title for column in self.columns if column.is_required]

    def title_of(self, heading: Any) -> str:
        """The column a heading means; empty when it means none of ours."""
        said = heading_key(heading)
        return next((c.title for c in self.columns if said in {heading_key(n) for n in (c.title, *c.also_called)}), "")


def heading_key(heading: Any) -> str:
    """A heading as it compares: no spaces, star, 必填, unit in brackets or explanation after a colon; any case."""
    text = re.sub(r"(?<=.):.*", "", unicodedata.normalize("NFKC", text_of(heading)))
    return re.sub(r"\(.*?\)|\[.*?\]|【.*?】|必填|选填|[\s*:★※]", "", text).lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a cell: `row` as the spreadsheet counts, 0 for the sheet as a whole. `mend`: what to do
    about it, where that does not go without saying."""

    sheet: str
    row: int
    column: str
    value: str
    message: str
    mend: str = ""

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do about it."""
        return f"{self.message}；{self.mend}" if self.mend else self.message

    def as_json(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in ("sheet", "row", "column", "value")}
        return {**said, "message": self.sentence}

    def as_refusal(self) -> dict[str, Any]:
        """The same for a row that was refused: reason and mending apart."""
        said = {name: getattr(self, name) for name in ("sheet", "row", "column", "value")}
        return {**said, "reason": self.message, "mend": self.mend or MEND}


@dataclass(frozen=True, slots=True)
class Change:
    """A value that the workbook puts right."""

    sheet: str
    row: int
    target: str
    column: str
    was: str
    becomes: str

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("sheet", "row", "target", "column", "was", "becomes")}


@dataclass(frozen=True, slots=True)
class Reading:
    """A column as sent and what it became: `房屋·建筑面积`, empty where it is not taken.

    `note` says how in words (`2001 → 已入住`); `examples` are up to three of `as sent → as read`.
    """

    sheet: str
    column: str
    becomes: str
    note: str
    examples: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in ("sheet", "column", "becomes", "note")}
        return {**said, "examples": list(self.examples)}


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A sheet as sent: the row of its headings (from 1), and the heading that each of our columns came from.

    A column of ours that no cell was sent for, because it is the same in every row, has no entry.
    """

    sheet: str
    row: int
    columns: Mapping[str, str]


#: The rows as sent that one row of ours came from, the main one first: (where, the spreadsheet's row number).
Origin = tuple[tuple[Source, int], ...]


@dataclass
class Report:
    """What a workbook would do, or did: `counts[kind]["created" | "updated" | "unchanged"]`.

    Of a kind taken row by row also: how many rows bring something new (`new_rows`), and how many say what is there
    already (`known_rows`); the rest were refused.
    """

    errors: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    layout: str = ""
    readings: list[Reading] = field(default_factory=list)
    samples: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    new_rows: int = 0
    known_rows: int = 0

    def took(self, *, is_new: bool) -> None:
        """A row was understood: it brings something new, or all of it is there already."""
        self.new_rows += is_new
        self.known_rows += not is_new

    def tally(self) -> dict[str, int]:
        """Rows in all, taken, already there, refused."""
        refused = len({(finding.sheet, finding.row) for finding in self.errors})
        rows = self.new_rows + self.known_rows + refused
        return {"rows": rows, "taken": self.new_rows, "already": self.known_rows, "refused": refused}

    def count(self, kind: str, what: str, by: int = 1) -> None:
        self.counts.setdefault(kind, Counter(created=0, updated=0, unchanged=0))[what] += by

    def total(self, what: str) -> int:
        return sum(counter[what] for counter in self.counts.values())

    def sample(self, sheet: str, column: str, becomes: str, sent: str, read: str) -> None:
        """An example of how a cell was read; the first three of a column are kept."""
        kept = self.samples.setdefault((sheet, column, becomes), {})
        if len(kept) < MOST_EXAMPLES:
            kept.setdefault(sent, read)

    def describe(self, layout: str, readings: Iterable[Reading]) -> None:
        """Says in which layout the file was, and what became of each column, with examples."""
        self.layout = layout
        self.readings = [replace(one, examples=self._examples_of(one) or one.examples) for one in readings]

    def _examples_of(self, reading: Reading) -> tuple[str, ...]:
        kept = self.samples.get((reading.sheet, reading.column, reading.becomes), {})
        return tuple(f"{sent} → {read}" for sent, read in kept.items())

    def as_json(self) -> dict[str, Any]:
        """Counts in all and per kind, rows per sheet, errors, notices, changes."""
        totals = {what: self.total(what) for what in ("created", "updated", "unchanged")}
        counts = {kind: dict(counter) for kind, counter in self.counts.items()}
        found = {
            "errors": [finding.as_json() for finding in sorted(self.errors, key=_in_order)],
            "notices": [finding.as_json() for finding in self.notices],
            "changes": [change.as_json() for change in self.changes],
            "readings": [reading.as_json() for reading in self.readings],
        }
        return {"layout": self.layout, **totals, "counts": counts, "rows": self.rows, **found}


def _in_order(finding: Finding) -> tuple[str, int]:
    return finding.sheet, finding.row


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """Identical ones of one column are said once, at the first, with their number and the first rows."""
    together: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        together.setdefault((finding.sheet, finding.column, finding.message), []).append(finding)
    return [_as_one(same) for same in together.values()]


def _as_one(same: list[Finding]) -> Finding:
    first = min(same, key=lambda finding: finding.row)
    if len(same) == 1:
        return first
    rows = sorted({finding.row for finding in same})
    named = "、".join(map(str, rows[:MOST_ROWS_NAMED])) + (" 等" if len(rows) > MOST_ROWS_NAMED else "")
    return replace(first, message=f"{first.message}（共 {len(same)} 处：第 {named} 行）")


@dataclass(slots=True)
class Row:
    """One row: raw cells by column title. What does not fit goes to the report and reads as empty."""

    spec: SheetSpec
    cells: Mapping[str, Any]
    report: Report
    today: date
    origin: Origin
    is_foreign: bool = False

    @property
    def sheet(self) -> str:
        """The sheet as sent."""
        return self.origin[0][0].sheet

    @property
    def number(self) -> int:
        """The row as the spreadsheet counts."""
        return self.origin[0][1]

    def spoken(self, other: "Row") -> str:
        """Where this row stands, as another row speaks of it: with its sheet where that is not the same."""
        return f"第 {self.number} 行" if other.sheet == self.sheet else f"工作表“{self.sheet}”第 {self.number} 行"

    def place(self, title: str) -> tuple[str, int, str]:
        """Sheet, row and column as sent of one of our columns."""
        for source, number in self.origin:
            if title in source.columns:
                return source.sheet, number, source.columns[title]
        return self.sheet, self.number, title

    def is_sent(self, title: str) -> bool:
        """Whether one of the sheets as sent has a column for it."""
        return any(title in source.columns for source, _number in self.origin)

    def code(self, title: str) -> str:
        """Text of a code; who takes it apart shows how it was read."""
        try:
            return part_of_code(self.cells.get(title))
        except BadCell as error:
            self.wrong(title, str(error))
            return ""

    def plain(self, title: str) -> str:
        return plain_text_of(self.cells.get(title))

    def name(self, title: str, *, longest: int = 80) -> str:
        return self._read(title, lambda cell: name_of(cell, longest=longest)) or ""

    def day(self, title: str) -> date | None:
        return self._doubted(title, lambda cell: day_of_cell(cell, today=self.today))

    def area(self, title: str) -> Decimal | None:
        return self._doubted(title, area_of)

    def coordinate(self, title: str) -> Decimal | None:
        return self._doubted(title, coordinate_of)

    def word(self, title: str) -> str:
        """What the word in the cell stands for; an unknown one is doubted, with a list of the known."""
        column, text = self.spec.column(title), self.plain(title).replace(" ", "")
        meaning = column.words.get(text, "")
        if text and not meaning:
            self.doubt(title, f"“{text[:20]}”不是可用的{title}，可填：{'、'.join(column.listed())}")
        elif text:
            self.show(title, text, next(word for word, stands_for in column.words.items() if stands_for == meaning))
        return meaning

    def wrong(self, title: str, message: str, mend: str = "") -> None:
        self.report.errors.append(replace(self._finding(title, message), mend=mend))

    def notice(self, title: str, message: str, *, value: str = "") -> None:
        """`value` where it is more than what stands in the cell."""
        self.report.notices.append(self._finding(title, message, value=value))

    def doubt(self, title: str, message: str) -> None:
        """A cell that is left out: an error in our own layout; in somebody else's it can be added later."""
        if self.is_foreign:
            self.notice(title, f"{message}；这一格没有导入，请核对后补上")
        else:
            self.wrong(title, message)

    def show(self, title: str, sent: Any, read: Any) -> None:
        """Keeps an example of a cell that was read otherwise than it stands there."""
        if read not in ("", None, sent) and (said := _shown(sent)) != (meant := _shown(read)):
            sheet, _number, column = self.place(title)
            self.report.sample(sheet, column, becomes(self.spec.title, title), said, meant)

    def _finding(self, title: str, message: str, *, value: str = "") -> Finding:
        sheet, number, column = self.place(title)
        return Finding(sheet, number, column, (value or plain_text_of(self.cells.get(title)))[:200], message)

    def _read(self, title: str, reader: Callable[[Any], T]) -> T | None:
        return self._attempt(title, reader, self.wrong)

    def _doubted(self, title: str, reader: Callable[[Any], T]) -> T | None:
        return self._attempt(title, reader, self.doubt)

    def _attempt(self, title: str, reader: Callable[[Any], T], refuse: Callable[[str, str], None]) -> T | None:
        cell = self.cells.get(title)
        try:
            value = reader(cell)
        except BadCell as error:
            refuse(title, str(error))
            return None
        if value is not None:
            self.show(title, cell, value)
        return value


def becomes(sheet: str, title: str) -> str:
    """One of our columns as a reading names it: 房屋·建筑面积."""
    return f"{sheet}·{title}"


def _shown(value: Any) -> str:
    """A value as an example shows it: 89.5 and not 89.50."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return text_of(value)[:80]
