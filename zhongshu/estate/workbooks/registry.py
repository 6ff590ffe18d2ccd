"""Which kinds of workbooks there are. An app that takes one declares it in its module `importing`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.module_loading import autodiscover_modules

from zhongshu.estate.workbooks.reading import Table
from zhongshu.estate.workbooks.sheets import Report, SheetSpec
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.rights import Right
from zhongshu.kernel.errors import Invalid

Taker = Callable[..., Report]


@dataclass(frozen=True, slots=True)
class WorkbookKind:
    """`take(actor=, at=, site=, tables=, write=)` checks the tables and, if `write` and all is well, writes them.

    `rows(site, at)` gives what is there now, by sheet, in the same columns; None: it is not written out. `is_by_row`:
    what is refused does not stop the rest; `take` then says of every row that it `took` what became of it.
    """

    name: str
    label: Any
    right: Right
    specs: tuple[SheetSpec, ...]
    notes: tuple[str, ...]
    take: Callable[[Actor, datetime, Site, dict[str, Table], bool], Report]
    rows: Callable[[Site, datetime], dict[str, list[list[Any]]]] | None
    is_by_row: bool = False

    @property
    def is_exported(self) -> bool:
        """Whether what is there can be written out."""
        return self.rows is not None


_kinds: dict[str, WorkbookKind] = {}


def declare(kind: WorkbookKind) -> WorkbookKind:
    """Make a kind known; once."""
    if kind.name in _kinds:
        raise ValueError(f"workbook {kind.name} is declared twice")
    _kinds[kind.name] = kind
    return kind


def kinds() -> dict[str, WorkbookKind]:
    """Every kind by name."""
    autodiscover_modules("importing")
    return _kinds


def kind_named(name: str) -> WorkbookKind:
    """Raises Invalid, naming the kinds there are."""
    known = kinds()
    if name not in known:
        raise Invalid(f"没有这种模板：{name}；可用：{'、'.join(sorted(known))}。", field="kind")
    return known[name]


def exportable(name: str) -> tuple[WorkbookKind, Callable[[Site, datetime], dict[str, list[list[Any]]]]]:
    """The kind, and how what is there of it is written out. Raises Invalid where it is not."""
    kind = kind_named(name)
    if kind.rows is None:
        raise Invalid(f"“{kind.label}”只能导入，不能从这里导出；请到对应的列表页导出。", field="kind")
    return kind, kind.rows
