"""Telling what the columns of a workbook mean: for one that was sent, and all that have been told so far."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.estate import jobs, queries
from zhongshu.estate.actions import mappings as actions
from zhongshu.estate.forms import MappingNameForm
from zhongshu.estate.models import ColumnMapping, EstateImport
from zhongshu.estate.permissions import IMPORT_ESTATE, SEND_WORKBOOKS
from zhongshu.estate.workbooks.cells import text_of
from zhongshu.estate.workbooks.converting import column_name
from zhongshu.estate.workbooks.mapping import (
    ColumnRule,
    Header,
    Key,
    Mapping,
    column_named,
    columns_of,
    fingerprint_of,
    header_at,
    mapping_layout,
    missing,
    sheets_with,
)
from zhongshu.estate.workbooks.reading import Table
from zhongshu.estate.workbooks.registry import WorkbookKind, kind_named, kinds
from zhongshu.estate.workbooks.sheets import Column, SheetSpec
from zhongshu.estate.workbooks.suggesting import (
    Seen,
    Suggestion,
    Why,
    likely_header,
    likely_sheet,
    likely_spec,
    likely_word,
    seen_columns,
    suggestions,
)
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.web.forms import attempt

BLANK: Final = "-"
ROWS_SHOWN: Final = 8
CELLS_SHOWN: Final = 8
_TRIED: Final = 3
_WHY: Final = {
    Why.HEADING: gettext_lazy("按表头"),
    Why.SIMILAR: gettext_lazy("按相近的表头"),
    Why.CELLS: gettext_lazy("按内容"),
}


@dataclass(slots=True)
class Looked:
    """What somebody is looking at: a header of the file, our sheet it shall fill, what is known about its columns."""

    kind: WorkbookKind
    tables: list[Table]
    at: int
    header: Header
    spec: SheetSpec
    sheets: list[tuple[Table, Header]]
    seen: dict[Key, Seen]
    stored: ColumnMapping | None

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.kind.name, self.header.columns.values())


@dataclass(slots=True)
class WordLine:
    name: str
    word: str
    count: int
    chosen: str
    is_guess: bool


@dataclass(slots=True)
class ColumnLine:
    """A column as sent: what it was said to become, what is suggested, the words that need a meaning."""

    at: int
    letter: str
    seen: Seen
    becomes: str
    hint: str
    ours: Column | None
    words: list[WordLine]

    @property
    def has_too_many(self) -> bool:
        return len(self.seen.words) > actions.MOST_WORDS

    @property
    def rule(self) -> ColumnRule:
        words = {line.word: "" if line.chosen == BLANK else line.chosen for line in self.words if line.chosen}
        return ColumnRule(self.seen.heading, self.becomes, words)


@dataclass(slots=True)
class FixedLine:
    name: str
    column: Column
    value: str
    is_missing: bool


@page(SEND_WORKBOOKS, "GET", "POST")
def columns(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Which column is what. A change of one (htmx) shows what follows from it; nothing is kept before it is sent."""
    sent = queries.import_seen(request.actor, import_id)
    if sent.state not in actions.MAPPABLE:
        return redirect("estate:import", sent.pk)
    looked = _looked(request.POST or request.GET, sent)
    refusal: Refusal | None = None
    if request.method == "POST" and not request.htmx:
        try:
            return _save(request, sent, looked)
        except NotFound:
            raise
        except Refusal as refused:
            refusal = refused
    context = {**_context(request, sent, looked), "refusal": refusal}
    template = "estate/parts/meaning.html" if request.htmx else "estate/columns.html"
    return render(request, template, context, status=refusal.status if refusal else 200)


def _save(request: SignedInRequest, sent: EstateImport, looked: Looked) -> HttpResponse:
    instead_of = request.POST.get("instead_of", "")
    actions.save_mapping(
        actor=request.actor,
        at=now(),
        sent=sent,
        mapping=_posted(request.POST, looked),
        name=text_of(request.POST.get("name")),
        instead_of=int(instead_of) if instead_of.isdecimal() else None,
    )
    jobs.check(actor=request.actor, at=now(), sent=EstateImport.objects.select_related("site").get(pk=sent.pk))
    return redirect("estate:import", sent.pk)


def _looked(said: QueryDict, sent: EstateImport) -> Looked:
    """Sheet, row of headings and our sheet as asked for, else the likeliest."""
    kind = kind_named(sent.kind)
    tables = [table for table in actions.tables_of(sent) if not table.is_blank]
    at = _number(said.get("sheet"), len(tables) - 1)
    table = tables[likely_sheet(tables, kind.specs) if at is None else at]
    row = _number(said.get("row"), len(table.grid))
    header = header_at(table, row or likely_header(table, kind.specs))
    fingerprint = fingerprint_of(kind.name, header.columns.values())
    stored = ColumnMapping.objects.filter(
        company_id=sent.site.company_id, kind=kind.name, fingerprint=fingerprint, ended_at=None
    )
    mapping = stored.select_related("created_by").first()
    wanted = said.get("ours") or (mapping.rules["sheet"] if mapping else "")
    spec = next((spec for spec in kind.specs if spec.title == wanted), None) or likely_spec(header, kind.specs)
    others = [pair for pair in sheets_with(kind.name, fingerprint, tables) if pair[0] is not table]
    sheets = [(table, header), *others]
    return Looked(kind, tables, tables.index(table), header, spec, sheets, seen_columns(sheets), mapping)


def _number(text: str | None, most: int) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 9 and int(text) <= most else None


def _posted(data: QueryDict, looked: Looked) -> Mapping:
    """What the form says; a word not decided is not in the rules."""
    ours = {one.title: n for n, one in enumerate(columns_of(looked.spec))}
    rules = []
    for at, column in enumerate(looked.seen.values()):
        becomes = data.get(f"c{at}", "")
        names = ((word, data.get(_word_name(at, ours.get(becomes, -1), k))) for k, word in enumerate(column.words))
        words = {word: "" if meant == BLANK else meant for word, meant in names if meant}
        rules.append(ColumnRule(column.heading, becomes, words))
    direct = {rule.becomes for rule in rules}
    said = ((column.title, text_of(data.get(f"f{n}"))) for n, column in enumerate(looked.spec.columns))
    fixed = {title: value for title, value in said if value and title not in direct}
    return Mapping(looked.kind.name, looked.spec.title, tuple(rules), fixed, data.get("title_is", ""))


def _word_name(at: int, ours: int, word: int) -> str:
    return f"w{at}-{ours}-{word}"


def _offered(looked: Looked, said: list[Suggestion | None]) -> Mapping:
    """What is on the page at first: the mapping that is stored for this header, else what is suggested."""
    if looked.stored and looked.stored.rules["sheet"] == looked.spec.title:
        stored = Mapping.from_json(looked.stored.rules)
        by_key = dict(stored.keyed())
        rules = tuple(by_key[key] for key in looked.seen)
        return Mapping(stored.kind, stored.sheet, rules, stored.fixed, stored.title_is)
    pairs = zip(looked.seen.values(), said, strict=True)
    suggested = tuple(ColumnRule(column.heading, s.becomes if s else "") for column, s in pairs)
    return Mapping(looked.kind.name, looked.spec.title, suggested)


def _context(request: SignedInRequest, sent: EstateImport, looked: Looked) -> dict[str, Any]:
    said = suggestions(list(looked.seen.values()), looked.spec)
    mapping = _posted(request.POST, looked) if request.method == "POST" else _offered(looked, said)
    lines = list(_lines(request.POST, looked, mapping, said))
    mapping = replace(mapping, columns=tuple(line.rule for line in lines))
    fixed = _fixed(looked, mapping)
    name = looked.stored.name if looked.stored else sent.file_name.rsplit(".", 1)[0]
    return {
        "sent": sent,
        "looked": looked,
        "heads": _heads(looked.tables[looked.at]),
        "lines": lines,
        "worded": [line for line in lines if line.words or (line.ours and line.has_too_many)],
        "options": [one.title for one in columns_of(looked.spec)],
        "combined": looked.spec.combined,
        "lacking": [line for line in fixed if line.is_missing],
        "fixed": [line for line in fixed if not line.is_missing],
        "titled": [column.title for column in looked.spec.columns if not column.words],
        "mapping": mapping,
        "tried": _tried(looked, mapping),
        "name": request.POST.get("name", name[: actions.LONGEST_NAME]),
        "instead_of": request.POST.get("instead_of", looked.stored.pk if looked.stored else ""),
        "same_header": [table.title for table, _header in looked.sheets[1:]],
    }


def _heads(table: Table) -> list[tuple[int, list[str]]]:
    """The first rows of a sheet, to tell which of them holds the headings."""
    rows = ((number, list(header_at(table, number).columns.values())) for number in range(1, 21))
    return [(number, cells[:CELLS_SHOWN]) for number, cells in rows if cells][:ROWS_SHOWN]


def _lines(data: QueryDict, looked: Looked, mapping: Mapping, said: list[Suggestion | None]) -> Iterator[ColumnLine]:
    ours = {one.title: n for n, one in enumerate(columns_of(looked.spec))}
    places = list(looked.header.columns)
    for at, (column, rule) in enumerate(zip(looked.seen.values(), mapping.columns, strict=True)):
        becomes = column_named(looked.spec, rule.becomes)
        worded = becomes if isinstance(becomes, Column) and becomes.words else None
        words = list(_words(data, (at, ours[rule.becomes]), column, rule, worded)) if worded else []
        title = becomes.title if becomes else ""
        yield ColumnLine(at, column_name(places[at]), column, title, _hint(said[at]), worded, words)


def _hint(said: Suggestion | None) -> str:
    if said is None:
        return ""
    return _("建议：%(title)s（%(why)s）") % {"title": said.becomes, "why": _WHY[said.why]}


def _words(data: QueryDict, place: tuple[int, int], column: Seen, rule: ColumnRule, ours: Column) -> Iterator[WordLine]:
    """Every word with what it was said to mean; one that nobody has seen yet, with what it might."""
    if len(column.words) > actions.MOST_WORDS:
        return
    for k, (word, count) in enumerate(column.words.items()):
        name = _word_name(*place, k)
        is_new = word not in rule.words and name not in data
        chosen = likely_word(word, ours) if is_new else rule.words.get(word)
        is_guess = is_new and bool(chosen) and word not in ours.words
        yield WordLine(name, word, count, BLANK if chosen == "" and not is_new else chosen or "", is_guess)


def _fixed(looked: Looked, mapping: Mapping) -> list[FixedLine]:
    """The columns of ours that no column was said to become, those that are needed first."""
    direct = {rule.becomes for rule in mapping.columns}
    lacking = set(missing(mapping, looked.spec))
    by_hand = {title for title, value in mapping.fixed.items() if value and title in looked.spec.required}
    lines = [
        FixedLine(f"f{n}", column, mapping.fixed.get(column.title, ""), column.title in lacking | by_hand)
        for n, column in enumerate(looked.spec.columns)
        if column.title not in direct
    ]
    return sorted(lines, key=lambda line: not line.is_missing)


def _tried(looked: Looked, mapping: Mapping) -> dict[str, Any]:
    """The first rows as the mapping reads them: our titles that say anything, the rows, what cannot be read."""
    table = looked.tables[looked.at]
    head = Table(table.title, table.grid[: looked.header.row + _TRIED])
    converted = mapping_layout([mapping], looked.kind.specs).convert([head], day_of(now()))
    titles, *rows = next(iter(converted.tables.values())).grid
    shown = [at for at, _title in enumerate(titles) if any(row[at] not in ("", None) for row in rows)]
    cells = [[text_of(row[at]) for at in shown] for row in rows]
    return {"titles": [titles[at] for at in shown], "rows": cells, "errors": converted.errors}


@page(IMPORT_ESTATE)
def mappings(request: SignedInRequest) -> HttpResponse:
    """What has been told about headers of this company's workbooks."""
    request.actor.require(IMPORT_ESTATE, request.site.pk)
    context = {"rows": _listed(request), "labels": {name: kind.label for name, kind in kinds().items()}}
    return render(request, "estate/mappings.html", context)


def _listed(request: SignedInRequest) -> list[ColumnMapping]:
    offered = [name for name, kind in kinds().items() if request.actor.may(kind.right, request.site.pk)]
    return list(queries.mappings_listed(request.site.company_id).filter(kind__in=offered))


@page(IMPORT_ESTATE, "GET", "POST")
def mapping(request: SignedInRequest, mapping_id: int) -> HttpResponse:
    """One mapping: what each column becomes; another name for it."""
    row = queries.mapping_seen(request.actor, mapping_id)
    form = MappingNameForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and attempt(
        form, lambda name: actions.rename_mapping(actor=request.actor, at=now(), mapping=row, name=name)
    ):
        messages.success(request, _("已改名。"))
        return redirect("estate:mappings")
    rules = Mapping.from_json(row.rules)
    context = {"mapping": row, "rules": rules, "form": form, "kind": kind_named(row.kind)}
    return render(request, "estate/mapping.html", context, status=422 if form.errors else 200)


@page(IMPORT_ESTATE, "POST")
def mapping_ending(request: SignedInRequest, mapping_id: int) -> HttpResponse:
    """Not used any more for workbooks to come."""
    row = queries.mapping_seen(request.actor, mapping_id)
    actions.end_mapping(actor=request.actor, at=now(), mapping=row)
    messages.success(request, _("已删除；已经用它读过的导入不受影响。"))
    return redirect("estate:mappings")
