"""Workbooks: send one, look at what it would do, take it; earlier ones; template and export."""

from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.estate import jobs, queries
from zhongshu.estate.actions import imports as actions
from zhongshu.estate.forms import UploadForm
from zhongshu.estate.kinds import IMPORT_STATE_LABELS, ImportState
from zhongshu.estate.models import EstateImport
from zhongshu.estate.permissions import IMPORT_ESTATE, SEND_WORKBOOKS
from zhongshu.estate.workbooks.layouts import layouts_of
from zhongshu.estate.workbooks.mapping import MAPPED
from zhongshu.estate.workbooks.reading import LARGEST, UnreadableWorkbook
from zhongshu.estate.workbooks.registry import WorkbookKind, exportable, kind_named, kinds
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.web.excel import attachment
from zhongshu.web.forms import attempt
from zhongshu.web.paging import PAGE_SIZE, Page, page_of

MOST_SHOWN: Final = 100


@page(SEND_WORKBOOKS, "GET", "POST")
def imports(request: SignedInRequest) -> HttpResponse:
    """Send a workbook; the earlier ones."""
    request.actor.require(SEND_WORKBOOKS, request.site.pk)
    offered = [kind for kind in kinds().values() if request.actor.may(kind.right, request.site.pk)]
    form = UploadForm(request.POST or None, request.FILES or None, kinds=[(kind.name, kind.label) for kind in offered])
    sent: list[EstateImport] = []
    if request.method == "POST" and attempt(form, lambda **said: sent.append(_send(request, **said))):
        return redirect("estate:import", sent[0].pk)
    mine = EstateImport.objects.filter(site=request.site, kind__in=[kind.name for kind in offered])
    rows = mine.select_related("created_by").order_by("-pk")
    context = {
        "form": form,
        "kinds": offered,
        "labels": {kind.name: kind.label for kind in offered},
        "states": IMPORT_STATE_LABELS,
        "page": page_of(rows, request.GET.get("page")),
        "may_map": request.actor.may(IMPORT_ESTATE, request.site.pk),
    }
    return render(request, "estate/imports.html", context, status=422 if form.errors else 200)


def _send(request: SignedInRequest, kind: str, file: "UploadedFile[Any]") -> EstateImport:
    if (file.size or 0) > LARGEST:
        raise UnreadableWorkbook(_("文件太大，最大 20 MB。"), field="file")
    try:
        sent = actions.send_workbook(
            actor=request.actor,
            at=now(),
            site=request.site,
            kind=kind_named(kind),
            file_name=file.name or "",
            content=file.read(),
        )
    except UnreadableWorkbook as error:
        raise UnreadableWorkbook(error.message, field="file") from error
    return jobs.check(actor=request.actor, at=now(), sent=sent)


@page(SEND_WORKBOOKS)
def preview(request: SignedInRequest, import_id: int) -> HttpResponse:
    """What the workbook would do, or did; while a worker has it, asks again every other second."""
    sent = queries.import_seen(request.actor, import_id)
    if sent.state == ImportState.UNMAPPED:
        return redirect("estate:import_columns", sent.pk)
    context = _waiting(sent) if actions.is_waiting(sent) else _found(request, sent)
    shown = {
        "sent": sent,
        "report": sent.report,
        "kind": kind_named(sent.kind),
        "state": IMPORT_STATE_LABELS[ImportState(sent.state)],
        **context,
    }
    return render(request, "estate/parts/preview.html" if request.htmx else "estate/import.html", shown)


def _waiting(sent: EstateImport) -> dict[str, Any]:
    return {"is_waiting": True, "percent": queries.percent_of(sent)}


def _found(request: SignedInRequest, sent: EstateImport) -> dict[str, Any]:
    report = sent.report
    mappings = list(sent.mappings.select_related("created_by").order_by("pk"))
    return {
        "is_ready": sent.state == ImportState.READY,
        "is_open": sent.state in {ImportState.READY, ImportState.REFUSED},
        "layout": _layout_label(sent),
        "mappings": mappings,
        "is_outdated": any(mapping.ended_at for mapping in mappings),
        "counts": [(queries.counted_label(kind), counts) for kind, counts in report.get("counts", {}).items()],
        "errors": _slice(report.get("errors", []), request.GET.get("page")),
        "changes": report.get("changes", [])[:MOST_SHOWN],
        "doubts": _doubts(report.get("notices", [])),
        **_readings(report.get("readings", []), request.GET.get("sheet", "")),
    }


def _readings(readings: list[dict[str, Any]], sheet: str) -> dict[str, Any]:
    """What became of the columns of one sheet or all: those taken, those left out."""
    shown = [reading for reading in readings if sheet in {"", reading["sheet"]}]
    return {
        "sheets": list(dict.fromkeys(reading["sheet"] for reading in readings)),
        "sheet": sheet,
        "taken": [reading for reading in shown if reading["becomes"]],
        "left": [reading for reading in shown if not reading["becomes"]],
    }


def _doubts(notices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was doubted, sheet by sheet and column by column."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for notice in notices:
        groups.setdefault((notice["sheet"], notice["column"]), []).append(notice)
    return [
        {"sheet": sheet, "column": column, "count": len(rows), "rows": rows[:MOST_SHOWN]}
        for (sheet, column), rows in groups.items()
    ]


def _layout_label(sent: EstateImport) -> Any:
    """What the layout in which the file was read is called."""
    labels = {layout.name: layout.label for layout in layouts_of(kind_named(sent.kind))}
    name = sent.report.get("layout", "")
    return labels.get(name) or (_("列的对应") if name == MAPPED else "")


def _slice(rows: list[dict[str, Any]], number: str | None) -> Page[Any]:
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    wanted = int(number) if number and number.isdecimal() and len(number) < 9 else 1
    at = min(max(1, wanted), pages)
    return Page(rows[(at - 1) * PAGE_SIZE : at * PAGE_SIZE], at, pages, len(rows))


@page(SEND_WORKBOOKS, "POST")
def taking(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Takes what the preview showed."""
    sent = jobs.take(actor=request.actor, at=now(), sent=queries.import_seen(request.actor, import_id))
    if sent.state == ImportState.TAKEN:
        messages.success(request, _("已导入。"))
    return redirect("estate:import", sent.pk)


@page(SEND_WORKBOOKS, "POST")
def checking(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Reads the file anew, as its columns are understood by now."""
    sent = actions.check_again(actor=request.actor, at=now(), sent=queries.import_seen(request.actor, import_id))
    jobs.check(actor=request.actor, at=now(), sent=sent)
    return redirect("estate:import", sent.pk)


@page(SEND_WORKBOOKS, "POST")
def discarding(request: SignedInRequest, import_id: int) -> HttpResponse:
    """It will not be taken."""
    actions.discard_import(actor=request.actor, at=now(), sent=queries.import_seen(request.actor, import_id))
    messages.success(request, _("已作废，什么都没有写入。"))
    return redirect("estate:imports")


@page(SEND_WORKBOOKS)
def errors(request: SignedInRequest, import_id: int) -> HttpResponse:
    """The workbook to correct and send again."""
    sent = queries.import_seen(request.actor, import_id)
    queries.found(EstateImport.objects.filter(pk=sent.pk).exclude(error_file=""))
    with sent.error_file.open("rb") as file:
        return attachment(f"errors-{sent.pk}", file.read())


@page(SEND_WORKBOOKS)
def template(request: SignedInRequest, kind: str) -> HttpResponse:
    """The empty workbook."""
    wanted = _kind(request, kind)
    return attachment(f"{wanted.name}-template", filled_workbook(wanted.specs, {}, wanted.notes))


@page(SEND_WORKBOOKS)
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """What is there now, as the import takes it, numbers in full: for those who may import."""
    wanted, rows = exportable(_kind(request, kind).name)
    actions.note_export(actor=request.actor, at=now(), site=request.site, kind=wanted)
    content = filled_workbook(wanted.specs, rows(request.site, now()), wanted.notes)
    return attachment(f"{wanted.name}-{request.site.code}", content)


def _kind(request: SignedInRequest, name: str) -> WorkbookKind:
    wanted = kind_named(name)
    request.actor.require(wanted.right, request.site.pk)
    return wanted
