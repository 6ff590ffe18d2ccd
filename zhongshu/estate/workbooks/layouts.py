"""Layouts: the ways in which a workbook may be laid out, and what becomes of its columns. Pure.

Ours is `zhongshu`, one for each kind of workbook. A layout of somebody else is declared like a kind, in the module
`importing` of its app. Order counts: the first that recognises a file has it, ours last.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhongshu.estate.workbooks.reading import Table, UnreadableWorkbook
from zhongshu.estate.workbooks.registry import WorkbookKind, kinds
from zhongshu.estate.workbooks.sheets import Finding, Origin, Reading, Source
from zhongshu.kernel.errors import Invalid

__all__ = ["Converted", "Layout", "Origin", "Reading", "Source", "UnknownLayout", "layouts_of", "recognised"]


class UnknownLayout(UnreadableWorkbook):
    """A workbook, but in no layout we know; the message names the columns that are missing."""

    code = "unknown_layout"


@dataclass(slots=True)
class Converted:
    """What a layout made of a file: our sheets by our titles, and everything there is to say about the making."""

    tables: dict[str, Table] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """`convert(tables, today)` raises UnknownLayout where the columns it cannot do without are missing.

    `kind` is the name of the kind of workbook; a layout `hc-old` may also be asked for as `hc`.
    """

    name: str
    label: Any
    kind: str
    recognises: Callable[[list[Table]], bool]
    convert: Callable[[list[Table], date], Converted]


_declared: dict[str, list[Layout]] = {}


def declare(layout: Layout) -> Layout:
    """Make a layout of somebody else known; once."""
    known = _declared.setdefault(layout.kind, [])
    if any(other.name == layout.name for other in known):
        raise ValueError(f"layout {layout.name} of {layout.kind} is declared twice")
    known.append(layout)
    return layout


def layouts_of(kind: WorkbookKind) -> list[Layout]:
    """Every layout a workbook of that kind may have, ours last."""
    kinds()
    return [*_declared.get(kind.name, ()), own_layout(kind)]


def own_layout(kind: WorkbookKind) -> Layout:
    """The layout `zhongshu`: the sheets and columns of the template, wherever the headings stand."""
    raise NotImplementedError


def recognised(tables: list[Table], kind: WorkbookKind) -> Layout:
    """The layout of a file. Raises UnknownLayout, saying what ours would need."""
    for layout in layouts_of(kind):
        if layout.recognises(tables):
            return layout
    raise UnknownLayout("")


def layout_named(name: str, tables: list[Table], kind: WorkbookKind) -> Layout:
    """The layout asked for: `hc` is whichever of `hc` and `hc-old` the file is. Raises Invalid, naming those known."""
    known = layouts_of(kind)
    asked = [layout for layout in known if layout.name == name or layout.name.startswith(f"{name}-")]
    if not asked:
        raise Invalid(f"没有这种版式：{name}；可用：{'、'.join(layout.name for layout in known)}。", field="layout")
    return next((layout for layout in asked if layout.recognises(tables)), asked[0])
