"""What columns mean, told by people: saved for a header, renamed, ended; what an import was read with stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.estate.kinds import ImportState
from zhongshu.estate.models import ColumnMapping, EstateImport, ImportProgress
from zhongshu.estate.workbooks.layouts import Layout
from zhongshu.estate.workbooks.mapping import (
    Key,
    Mapping,
    column_named,
    filled_by,
    headers_of,
    mapping_layout,
    missing,
    sheets_with,
    twice,
)
from zhongshu.estate.workbooks.reading import Table, read_tables
from zhongshu.estate.workbooks.registry import WorkbookKind, kind_named
from zhongshu.estate.workbooks.sheets import Column, SheetSpec
from zhongshu.estate.workbooks.suggesting import Seen, seen_columns
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid, Refusal

LONGEST_NAME: Final = 80
MOST_WORDS: Final = 80
_TOLD: Final = ("name", "rules")
MAPPABLE: Final = frozenset({ImportState.UNMAPPED, ImportState.READY, ImportState.REFUSED})


class NotMappable(Refusal):
    """The import is being read, has been taken or was discarded: what its columns mean is settled."""

    code = "import_not_mappable"


class MappingChanged(Refusal):
    """Somebody else has said meanwhile what this header means."""

    code = "mapping_changed"


def tables_of(sent: EstateImport) -> list[Table]:
    """The sheets of a workbook that was sent, as sent."""
    with sent.file.open("rb") as file:
        return read_tables(file.read())


def mappings_for(*, site: Site, kind: WorkbookKind, tables: Sequence[Table]) -> list[ColumnMapping]:
    """The mappings in force at the site's company for any header in these sheets."""
    there = {fingerprint for table in tables for fingerprint in headers_of(kind.name, table)}
    rows = ColumnMapping.objects.filter(company_id=site.company_id, kind=kind.name, fingerprint__in=there)
    return list(rows.filter(ended_at=None).order_by("pk"))


def layout_by(mappings: Sequence[ColumnMapping], kind: WorkbookKind) -> Layout | None:
    """The layout that these mappings make; None when there are none."""
    rules = [Mapping.from_json(mapping.rules) for mapping in mappings]
    return mapping_layout(rules, kind.specs) if rules else None


@transaction.atomic
def save_mapping(
    *, actor: Actor, at: datetime, sent: EstateImport, mapping: Mapping, name: str, instead_of: int | None
) -> ColumnMapping:
    """Remembers what a header of the import means, and lets the import be checked anew with it.

    `instead_of` is the mapping that was on the page when it was made: what somebody else has saved since is not
    written over. Raises Invalid with the `field` at fault, NotMappable, MappingChanged, NotFound.
    """
    kind = kind_named(sent.kind)
    actor.require(kind.right, sent.site_id)
    sent = EstateImport.objects.select_for_update(of=("self",)).select_related("site").get(pk=sent.pk)
    check_mappable(sent)
    tables = tables_of(sent)
    _check(mapping, kind, tables, name)
    new = ColumnMapping(name=name.strip(), rules=mapping.as_json(), created_by_id=actor.user_id, created_at=at)
    new.company_id, new.kind, new.fingerprint = sent.site.company_id, kind.name, mapping.fingerprint
    present = _in_force(new, instead_of)
    before = audit.values(present, _TOLD) if present else None
    after = audit.values(new, _TOLD)
    saved = present if present and before == after else _begin(new, present)
    audit.record(
        actor=actor, at=at, verb="estate.save_mapping", target=saved, site_id=sent.site_id, before=before, after=after
    )
    sent.report["asked_layout"] = ""
    read_anew(sent, mappings_for(site=sent.site, kind=kind, tables=tables), {})
    return saved


def read_anew(sent: EstateImport, mappings: Sequence[ColumnMapping], doubt: dict[str, str]) -> None:
    """The import waits to be checked again with these mappings, or to be mapped; what was found before is forgotten.

    `doubt` is what to say in the report of one that nobody knows how to read.
    """
    sent.mappings.set(mappings)
    asked = {name: sent.report[name] for name in ("row_count", "asked_layout") if name in sent.report}
    sent.state = ImportState.UNMAPPED if doubt else ImportState.CHECKING
    sent.report, sent.error_file = {**asked, **doubt}, ""
    sent.save(update_fields=["state", "report", "error_file"])
    ImportProgress.objects.update_or_create(sent=sent, defaults={"percent": 0})


def check_mappable(sent: EstateImport) -> None:
    """Raises NotMappable."""
    if sent.state not in MAPPABLE:
        raise NotMappable(_("这份文件正在处理、已经导入或已经作废，不能再改列的对应。"))


def _in_force(new: ColumnMapping, instead_of: int | None) -> ColumnMapping | None:
    """What stands for that header now. Raises MappingChanged if it is not what was looked at."""
    header = {"company_id": new.company_id, "kind": new.kind, "fingerprint": new.fingerprint}
    present = ColumnMapping.objects.select_for_update().filter(**header, ended_at=None).first()
    if (present.pk if present else None) != instead_of:
        raise _changed()
    return present


def _begin(new: ColumnMapping, present: ColumnMapping | None) -> ColumnMapping:
    """Two who save the first for a header at once: the unique key lets one through."""
    if present:
        ColumnMapping.objects.filter(pk=present.pk).update(ended_at=new.created_at)
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError as error:
        raise _changed() from error
    return new


def _changed() -> MappingChanged:
    return MappingChanged(_("这个表头的对应刚被别人改过，请重新打开本页核对。"))


def _check(mapping: Mapping, kind: WorkbookKind, tables: Sequence[Table], name: str) -> None:
    """Raises Invalid: a name, a header that is in the file, columns of ours once each, none missing, no word left."""
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise Invalid(_("请给这个对应起个名字，最多 80 个字。"), field="name")
    spec = next((spec for spec in kind.specs if spec.title == mapping.sheet), None)
    sheets = sheets_with(kind.name, mapping.fingerprint, tables)
    if spec is None or not sheets:
        raise Invalid(_("文件里没有这个表头，请重新选择工作表和表头行。"), field="row")
    _check_columns(mapping, spec)
    _check_words(mapping, spec, seen_columns(sheets))


def _check_columns(mapping: Mapping, spec: SheetSpec) -> None:
    if unknown := [rule.becomes for rule in mapping.columns if rule.becomes and not filled_by(spec, rule.becomes)]:
        raise Invalid(_("没有这一列：%(title)s。") % {"title": unknown[0]}, field="columns")
    for title, headings in twice(mapping).items():
        said = {"title": title, "headings": "、".join(headings)}
        raise Invalid(_("%(headings)s 都读作“%(title)s”，请只留一列。") % said, field="columns")
    if lacking := missing(mapping, spec):
        raise Invalid(
            _("还缺必需的列：%(titles)s。请对应一列，或填固定值。") % {"titles": "、".join(lacking)}, field="fixed"
        )
    for title, value in mapping.fixed.items():
        if title not in {column.title for column in spec.columns} or not _is_word(spec.column(title), value):
            raise Invalid(_("“%(value)s”不能作为“%(title)s”。") % {"value": value, "title": title}, field="fixed")


def _check_words(mapping: Mapping, spec: SheetSpec, seen: dict[Key, Seen]) -> None:
    for key, rule in mapping.keyed():
        column, ours = seen[key], column_named(spec, rule.becomes)
        if not isinstance(ours, Column) or not ours.words:
            continue
        said = {"heading": rule.heading, "title": ours.title}
        if len(column.words) > MOST_WORDS:
            raise Invalid(_("“%(heading)s”里不同的内容太多，不像“%(title)s”。") % said, field="columns")
        if left := [w for w in column.words if w not in rule.words or not _is_word(ours, rule.words[w])]:
            said["words"] = "、".join(left[:10])
            raise Invalid(_("“%(heading)s”里还有没对应的词：%(words)s。") % said, field="words")


def _is_word(column: Column, value: str) -> bool:
    return not column.words or not value or value in column.words


@transaction.atomic
def rename_mapping(*, actor: Actor, at: datetime, mapping: ColumnMapping, name: str) -> ColumnMapping:
    """Another name, nothing else. Raises Invalid."""
    _require(actor, mapping)
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(_("请给这个对应起个名字，最多 80 个字。"), field="name")
    before, mapping.name = mapping.name, name
    mapping.save(update_fields=["name"])
    audit.record(
        actor=actor, at=at, verb="estate.rename_mapping", target=mapping, before={"name": before}, after={"name": name}
    )
    return mapping


@transaction.atomic
def end_mapping(*, actor: Actor, at: datetime, mapping: ColumnMapping) -> None:
    """Not used for workbooks to come; the imports that were read with it keep it. Once, however often it is asked."""
    _require(actor, mapping)
    if ColumnMapping.objects.filter(pk=mapping.pk, ended_at=None).update(ended_at=at):
        before = {"name": mapping.name, "fingerprint": mapping.fingerprint}
        audit.record(actor=actor, at=at, verb="estate.end_mapping", target=mapping, before=before)


def _require(actor: Actor, mapping: ColumnMapping) -> None:
    """A mapping is the company's: whoever may import its kind somewhere may."""
    actor.require(kind_named(mapping.kind).right)
