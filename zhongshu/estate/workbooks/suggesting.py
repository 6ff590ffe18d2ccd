"""What a sheet nobody has mapped yet might mean: by its headings, by what stands below them. Pure; only suggests."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from zhongshu.estate.workbooks.cells import BadCell, text_of
from zhongshu.estate.workbooks.mapping import (
    EXAMPLES,
    HEADER_ROWS,
    ColumnRule,
    Header,
    Key,
    Mapping,
    cells_below,
    column_named,
    columns_of,
    filled_by,
    header_at,
    word_of,
)
from zhongshu.estate.workbooks.reading import Table
from zhongshu.estate.workbooks.sheets import Column, Combined, SheetSpec, heading_key

LOOKED_AT: Final = 200
ENOUGH: Final = 0.6
_OTHER: Final = ("总", "合计", "备用", "紧急", "原")  # 总层数 is no floor, 备用电话 not the number to call


class Why(StrEnum):
    """What a suggestion rests on."""

    HEADING = "heading"
    SIMILAR = "similar"
    CELLS = "cells"


@dataclass(frozen=True, slots=True)
class Suggestion:
    becomes: str
    why: Why


@dataclass(slots=True)
class Seen:
    """A column as sent: three examples of its cells, and each of its words with how often it comes."""

    heading: str
    examples: tuple[str, ...] = ()
    words: Counter[str] = field(default_factory=Counter)
    sample: list[Any] = field(default_factory=list)


def seen_columns(sheets: Sequence[tuple[Table, Header]]) -> dict[Key, Seen]:
    """The columns of a header, in the order of the first sheet, with what stands below it in all of these sheets."""
    first = sheets[0][1]
    seen = {key: Seen(first.columns[at]) for key, at in first.positions().items()}
    for table, header in sheets:
        places = [(at, seen[key]) for key, at in header.positions().items()]
        for _number, cells in cells_below(table, header):
            _look(places, cells)
    for column in seen.values():
        column.examples = tuple(dict.fromkeys(map(text_of, column.sample)))[:EXAMPLES]
    return seen


def _look(places: Iterable[tuple[int, Seen]], cells: Sequence[Any]) -> None:
    for at, column in places:
        if at < len(cells) and (word := word_of(cells[at])):
            column.words[word] += 1
            if len(column.sample) < LOOKED_AT:
                column.sample.append(cells[at])


def likely_sheet(tables: Sequence[Table], specs: Sequence[SheetSpec]) -> int:
    """Which of the sheets, from 0, has most headings we know; the longest of equals."""

    def merit(at: int) -> tuple[int, int]:
        table = tables[at]
        return _merit(header_at(table, likely_header(table, specs)), specs)[0], len(table.grid)

    return max(range(len(tables)), key=merit)


def likely_header(table: Table, specs: Sequence[SheetSpec]) -> int:
    """The row, from 1, that has most headings we know, and most words; the uppermost of equals."""
    rows = range(1, min(HEADER_ROWS, len(table.grid)) + 1)
    return max(rows, key=lambda row: _merit(header_at(table, row), specs), default=1)


def _merit(header: Header, specs: Sequence[SheetSpec]) -> tuple[int, int]:
    headings = header.columns.values()
    known = sum(any(_named(spec, heading) for spec in specs) for heading in headings)
    return known, len({heading for heading in headings if not _is_number(heading)})


def likely_spec(header: Header, specs: Sequence[SheetSpec]) -> SheetSpec:
    """Our sheet whose columns the headings name most of; the main one when none does."""
    return max(specs, key=lambda spec: (sum(bool(_named(spec, h)) for h in header.columns.values()), spec.is_main))


def suggest(table: Table, specs: Sequence[SheetSpec], kind: str = "") -> Mapping:
    """What the sheet might mean if nobody says anything: its likely header, our likely sheet, its columns and words."""
    header = header_at(table, likely_header(table, specs))
    spec = likely_spec(header, specs)
    seen = list(seen_columns([(table, header)]).values())
    said = suggestions(seen, spec)
    rules = (ColumnRule(c.heading, s.becomes if s else "", {}) for c, s in zip(seen, said, strict=True))
    columns = tuple(with_words(rule, column, spec) for rule, column in zip(rules, seen, strict=True))
    return Mapping(kind, spec.title, columns)


def with_words(rule: ColumnRule, column: Seen, spec: SheetSpec) -> ColumnRule:
    """The rule with what its words might mean, where it becomes a column of words."""
    ours = column_named(spec, rule.becomes)
    if not isinstance(ours, Column) or not ours.words:
        return rule
    found = {word: meant for word in column.words if (meant := likely_word(word, ours))}
    return ColumnRule(rule.heading, rule.becomes, found)


def likely_word(word: str, column: Column) -> str:
    """The word of ours that stands for the same, or is part of it (自住房, 自住 → 已入住); empty for none."""
    offered = {column.words[ours]: ours for ours in column.listed()}
    if word in column.words:
        return offered[column.words[word]]
    alike = [ours for ours in column.words if len(ours) > 1 and (ours in word or (len(word) > 1 and word in ours))]
    return offered[column.words[max(alike, key=len)]] if alike else ""


def suggestions(seen: Sequence[Seen], spec: SheetSpec) -> list[Suggestion | None]:
    """For each column what it might become; nothing of ours twice, the surest first."""
    found: dict[int, Suggestion] = {}
    taken: set[str] = set()
    for why, candidates in _WAYS.items():
        for at, column in enumerate(seen):
            if at not in found and (title := _first_free(candidates(column, spec), spec, taken)):
                found[at] = Suggestion(title, why)
                taken |= {title, *filled_by(spec, title)}
    _combine(found, seen, spec)
    return [found.get(at) for at in range(len(seen))]


def _combine(found: dict[int, Suggestion], seen: Sequence[Seen], spec: SheetSpec) -> None:
    """A part (房号) whose cells hold all of them (1-2-1502) is the combined column, where no other part has one."""
    for combined in spec.combined:
        parts = [at for at, suggestion in found.items() if suggestion.becomes in combined.parts]
        if len(parts) == 1 and _share(seen[parts[0]].sample, _splits(combined)) >= ENOUGH:
            found[parts[0]] = Suggestion(combined.title, Why.CELLS)


def _first_free(titles: Iterable[str], spec: SheetSpec, taken: set[str]) -> str:
    return next((title for title in titles if not taken & {title, *filled_by(spec, title)}), "")


def _named(spec: SheetSpec, heading: Any) -> str:
    """The column of ours, or the combined one, that a heading names exactly."""
    said = heading_key(heading)
    combined = (c.title for c in spec.combined if said in {heading_key(n) for n in (c.title, *c.also_called)})
    return spec.title_of(heading) or next(combined, "")


def _by_heading(column: Seen, spec: SheetSpec) -> list[str]:
    title = _named(spec, column.heading)
    return [title] if title and _fits(column, column_named(spec, title)) else []


def _fits(column: Seen, ours: Column | Combined | None) -> bool:
    """Whether the cells do not speak against it: a combined column must be one that can be split."""
    return not isinstance(ours, Combined) or _share(column.sample, _splits(ours)) >= ENOUGH


def _by_similar(column: Seen, spec: SheetSpec) -> list[str]:
    """Columns of ours whose name is part of the heading, or the other way round; the longest part first."""
    said = heading_key(column.heading)
    if len(said) < 2 or said.startswith(_OTHER):
        return []
    alike = {ours.title: _overlap(said, ours) for ours in columns_of(spec)}
    titles = sorted((title for title, length in alike.items() if length), key=lambda title: -alike[title])
    return [title for title in titles if _speaks_for(column, column_named(spec, title))]


def _overlap(said: str, ours: Column | Combined) -> int:
    names = [key for name in (ours.title, *ours.also_called) if len(key := heading_key(name)) > 1]
    return max((min(len(said), len(name)) for name in names if name in said or said in name), default=0)


def _speaks_for(column: Seen, ours: Column | Combined | None) -> bool:
    """A heading that is only similar must not be contradicted by the cells, where cells can tell."""
    test = _test_of(ours) if ours else None
    return test is None or not column.sample or _share(column.sample, test) >= ENOUGH


def _by_cells(column: Seen, spec: SheetSpec) -> list[str]:
    """Columns of ours whose cells look like these, if it is one alone: two dates cannot be told apart."""
    if not column.sample:
        return []
    tests = {ours.title: test for ours in columns_of(spec) if (test := _test_of(ours))}
    titles = [title for title, test in tests.items() if _share(column.sample, test) >= ENOUGH]
    return titles if len(titles) == 1 else []


def _test_of(ours: Column | Combined) -> Callable[[Any], bool] | None:
    if isinstance(ours, Combined):
        return _splits(ours)
    if ours.words:
        return lambda cell: bool(likely_word(word_of(cell), ours))
    return ours.looks


def _splits(ours: Combined) -> Callable[[Any], bool]:
    def test(cell: Any) -> bool:
        try:
            return bool(ours.split(cell))
        except BadCell:
            return False

    return test


def _share(sample: Sequence[Any], test: Callable[[Any], bool]) -> float:
    return sum(map(test, sample)) / len(sample) if sample else 0.0


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace("-", "").isdecimal()


_WAYS: Final[dict[Why, Callable[[Seen, SheetSpec], list[str]]]] = {
    Why.HEADING: _by_heading,
    Why.SIMILAR: _by_similar,
    Why.CELLS: _by_cells,
}
