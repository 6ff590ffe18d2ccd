"""Workbooks sent in: checked, then taken as a whole or not at all; every one that was sent is kept."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.estate.actions.mappings import (
    MappingChanged,
    check_mappable,
    layout_by,
    mappings_for,
    read_anew,
    tables_of,
)
from zhongshu.estate.kinds import ImportState
from zhongshu.estate.models import ColumnMapping, EstateImport, ImportProgress
from zhongshu.estate.workbooks.layouts import Converted, Layout, UnknownLayout, layout_named, recognised
from zhongshu.estate.workbooks.mapping import MAPPED
from zhongshu.estate.workbooks.progress import work_on
from zhongshu.estate.workbooks.reading import Table, UnreadableWorkbook, read_tables
from zhongshu.estate.workbooks.registry import WorkbookKind, kind_named
from zhongshu.estate.workbooks.sheets import Report, grouped
from zhongshu.estate.workbooks.writing import error_workbook, refused_workbook
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Refusal

MOST_KEPT: Final = 2_000
_WAITING = (ImportState.CHECKING, ImportState.TAKING)
_DISCARDABLE = (ImportState.UNMAPPED, ImportState.CHECKING, ImportState.READY, ImportState.REFUSED)


class NotReady(Refusal):
    """The workbook is not in the state in which this can be done."""

    code = "import_not_ready"


class ChangedMeanwhile(Refusal):
    """Somebody else wrote what the workbook would have written; nothing was taken."""

    code = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a workbook. `errors` is the workbook to correct, if anything is wrong; of a kind taken row by row
    that of the rows that were refused."""

    report: Report
    is_taken: bool
    errors: bytes | None


def take_workbook(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    kind: WorkbookKind,
    content: bytes,
    is_dry_run: bool = False,
    layout: str = "",
    told: Layout | None = None,
) -> Taken:
    """Checks the workbook and, unless `is_dry_run` or something is wrong in it, takes it. Audited.

    `layout` names the layout; empty: as told for its headers, else recognised; `told` goes before both. Raises
    UnreadableWorkbook, UnknownLayout, Invalid for a layout there is not, NotFound without the right, ChangedMeanwhile.
    """
    actor.require(kind.right, site.pk)
    sent = read_tables(content)
    chosen = told or _layout_of(mappings_for(site=site, kind=kind, tables=sent), sent, kind, layout)
    made = chosen.convert(sent, day_of(at))
    is_written = not is_dry_run and not made.errors
    passes = {spec.title: spec.passes for spec in kind.specs}
    row_count = sum(len(table.origins) * passes[title] for title, table in made.tables.items())
    try:
        with transaction.atomic(), work_on(row_count, is_written=is_written):
            report = kind.take(actor, at, site, made.tables, is_written)
            _tell(report, chosen, made)
            _check_filled(report)
            is_taken = is_written and is_takeable(kind, report)
            if is_taken:
                after = {"kind": kind.name, "sha256": hashlib.sha256(content).hexdigest(), **_summary(kind, report)}
                audit.record(actor=actor, at=at, verb="estate.take_workbook", target=site, site_id=site.pk, after=after)
    except IntegrityError as error:
        raise ChangedMeanwhile(_("导入时数据被别人改动，什么都没有导入，请重新核对后再试。")) from error
    write = refused_workbook if kind.is_by_row and not made.errors else error_workbook
    errors = write(sent, made.tables.values(), report.errors) if report.errors else None
    return Taken(report, is_taken=is_taken, errors=errors)


def is_takeable(kind: WorkbookKind, report: Report) -> bool:
    """Whether anything of it would be, or was, taken: all, or of a kind taken row by row at least one row."""
    return not report.errors or (kind.is_by_row and bool(report.new_rows or report.known_rows))


def _layout_of(mappings: Sequence[ColumnMapping], tables: list[Table], kind: WorkbookKind, name: str) -> Layout:
    """The layout asked for; else as the headers were told, else the one recognised. Raises UnknownLayout, Invalid."""
    told = layout_by(mappings, kind) if name in {"", MAPPED} else None
    if name == MAPPED and told is None:
        raise UnknownLayout(_("这些表头还没有对应过，请在导入页面上对应。"))
    if told is not None:
        return told
    return layout_named(name, tables, kind) if name else recognised(tables, kind)


def _tell(report: Report, layout: Layout, made: Converted) -> None:
    """What the layout had to say comes before what the rows gave rise to."""
    report.describe(layout.name, made.readings)
    report.errors[:0] = made.errors
    report.notices = grouped([*made.notices, *report.notices])


def _check_filled(report: Report) -> None:
    if not report.errors and not any(report.rows.values()):
        raise UnreadableWorkbook(_("工作簿里没有数据：表头下面是空的。"))


def _summary(kind: WorkbookKind, report: Report) -> dict[str, Any]:
    counts = {name: dict(counter) for name, counter in report.counts.items()}
    return {
        "layout": report.layout,
        "counts": counts,
        "changes": [change.as_json() for change in report.changes[:MOST_KEPT]],
        **({"tally": report.tally()} if kind.is_by_row else {}),
    }


def send_workbook(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    kind: WorkbookKind,
    file_name: str,
    content: bytes,
    layout: str = "",
) -> EstateImport:
    """Keeps the workbook, waiting to be checked (`check_import`), or to be told what its columns mean.

    Raises UnreadableWorkbook, Invalid for a layout there is not, NotFound without the right.
    """
    actor.require(kind.right, site.pk)
    tables = read_tables(content)
    mappings = mappings_for(site=site, kind=kind, tables=tables)
    doubt = _doubt(mappings, tables, kind, layout)
    sent = EstateImport(
        site=site,
        kind=kind.name,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        state=ImportState.UNMAPPED if doubt else ImportState.CHECKING,
        report={"row_count": sum(table.row_count for table in tables), "asked_layout": layout, **doubt},
        created_by_id=actor.user_id,
        created_at=at,
    )
    sent.file.save(f"{sent.sha256[:16]}.bin", ContentFile(content), save=False)
    _keep(sent, mappings if layout in {"", MAPPED} else [])
    after = {"kind": kind.name, "file_name": sent.file_name, "sha256": sent.sha256}
    audit.record(actor=actor, at=at, verb="estate.send_workbook", target=sent, after=after)
    return sent


def _doubt(mappings: Sequence[ColumnMapping], tables: list[Table], kind: WorkbookKind, layout: str) -> dict[str, str]:
    """Why nobody knows how to read these sheets, for the report; empty when somebody does. Nothing is no layout."""
    try:
        _layout_of(mappings, tables, kind, layout)
    except UnknownLayout as unknown:
        if all(table.is_blank for table in tables):
            raise
        return {"refusal": unknown.message}
    return {}


def _keep(sent: EstateImport, mappings: Sequence[ColumnMapping]) -> None:
    sent.save()
    sent.mappings.set(mappings)
    ImportProgress.objects.create(sent=sent)


@transaction.atomic
def check_again(*, actor: Actor, at: datetime, sent: EstateImport) -> EstateImport:
    """Waits to be checked anew, as its headers are understood by now. Raises NotMappable."""
    kind = kind_named(sent.kind)
    actor.require(kind.right, sent.site_id)
    sent = EstateImport.objects.select_for_update(of=("self",)).select_related("site").get(pk=sent.pk)
    check_mappable(sent)
    tables, layout = tables_of(sent), sent.report.get("asked_layout", "")
    mappings = mappings_for(site=sent.site, kind=kind, tables=tables)
    read_anew(sent, mappings if layout in {"", MAPPED} else [], _doubt(mappings, tables, kind, layout))
    audit.record(actor=actor, at=at, verb="estate.check_again", target=sent, after={"state": sent.state})
    return sent


@transaction.atomic
def discard_import(*, actor: Actor, at: datetime, sent: EstateImport) -> EstateImport:
    """It will not be taken; what was sent is kept. Raises NotReady."""
    actor.require(kind_named(sent.kind).right, sent.site_id)
    if not EstateImport.objects.filter(pk=sent.pk, state__in=_DISCARDABLE).update(state=ImportState.DISCARDED):
        raise NotReady(_("这份文件已经导入、正在导入或已经作废。"))
    audit.record(actor=actor, at=at, verb="estate.discard_import", target=sent, after={"state": ImportState.DISCARDED})
    sent.refresh_from_db()
    return sent


def check_import(*, actor: Actor, at: datetime, import_id: int) -> EstateImport:
    """The preview: what the workbook would do. Writes nothing of the estate; safe to run again."""
    return _run(actor, at, import_id, ImportState.CHECKING, ImportState.READY, is_dry_run=True)


def ask_to_take(*, actor: Actor, at: datetime, sent: EstateImport) -> EstateImport:
    """Somebody has read the preview and wants it: once, however often the button is pressed.

    Raises NotReady, and MappingChanged when its columns have been told otherwise since.
    """
    actor.require(kind_named(sent.kind).right, sent.site_id)
    if sent.mappings.filter(ended_at__isnull=False).exists():
        raise MappingChanged(_("列的对应已被改过或删除，请重新核对后再导入。"))
    ready = EstateImport.objects.filter(pk=sent.pk, state=ImportState.READY)
    if not ready.update(state=ImportState.TAKING):
        raise NotReady(_("这份文件已经导入，或还不能导入。"))
    ImportProgress.objects.filter(sent=sent).update(percent=0)
    audit.record(actor=actor, at=at, verb="estate.ask_to_take", target=sent, after={"state": ImportState.TAKING})
    sent.refresh_from_db()
    return sent


def take_import(*, actor: Actor, at: datetime, import_id: int) -> EstateImport:
    """Takes a workbook that somebody asked to take; what has become wrong since is shown like in the preview."""
    return _run(actor, at, import_id, ImportState.TAKING, ImportState.TAKEN, is_dry_run=False)


def _run(
    actor: Actor, at: datetime, import_id: int, waiting: ImportState, done: ImportState, *, is_dry_run: bool
) -> EstateImport:
    """One run at a time; a second finds the state moved on and leaves it."""
    with transaction.atomic():
        sent = EstateImport.objects.select_for_update(of=("self",)).select_related("site").get(pk=import_id)
        if sent.state != waiting:
            return sent
        kind = kind_named(sent.kind)
        with sent.file.open("rb") as file:
            content = file.read()
        try:
            taken = take_workbook(
                actor=actor,
                at=at,
                site=sent.site,
                kind=kind,
                content=content,
                is_dry_run=is_dry_run,
                layout=sent.report.get("asked_layout", ""),
                told=layout_by(list(sent.mappings.order_by("pk")), kind),
            )
        except Refusal as refusal:
            return _refuse(sent, refusal)
        _write_down(sent, kind, taken, done, at)
    return sent


def _refuse(sent: EstateImport, refusal: Refusal) -> EstateImport:
    sent.state = ImportState.REFUSED
    sent.report = {**sent.report, "refusal": refusal.message}
    sent.save(update_fields=["state", "report"])
    return sent


def _write_down(sent: EstateImport, kind: WorkbookKind, taken: Taken, done: ImportState, at: datetime) -> None:
    found = taken.report.as_json()
    totals = {f"{name}_count": len(found[name]) for name in ("errors", "notices", "changes")}
    kept: dict[str, Any] = {name: found[name][:MOST_KEPT] for name in ("errors", "notices", "changes")}
    asked = {name: sent.report[name] for name in ("row_count", "asked_layout") if name in sent.report}
    tally = {"tally": taken.report.tally()} if kind.is_by_row else {}
    sent.report = {**asked, **found, **totals, **kept, **tally}
    sent.state = done if is_takeable(kind, taken.report) else ImportState.REFUSED
    sent.taken_at = at if taken.is_taken else None
    if taken.errors:
        sent.error_file.save(f"{sent.sha256[:16]}-errors.xlsx", ContentFile(taken.errors), save=False)
    sent.save()


def is_waiting(sent: EstateImport) -> bool:
    """Whether a worker still has it in hand."""
    return sent.state in _WAITING


def note_export(*, actor: Actor, at: datetime, site: Site, kind: WorkbookKind) -> None:
    """Everything of a site in one file leaves a trace."""
    actor.require(kind.right, site.pk)
    audit.record(actor=actor, at=at, verb="estate.export", target=site, site_id=site.pk, after={"kind": kind.name})
