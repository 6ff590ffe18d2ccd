"""bin/zhongshu import KIND FILE --site CODE [--layout NAME] [--dry-run] [--errors FILE.xlsx]."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from zhongshu.estate.actions.imports import Taken, is_takeable, take_workbook
from zhongshu.estate.queries import site_by_code
from zhongshu.estate.workbooks.files import read_file, write_file
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.estate.workbooks.sheets import Finding, Reading, Report
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand

_SHOWN = 20


class Command(ZhongshuCommand):
    help = (
        "Takes a filled workbook. estate, staff and meters: as a whole, or, if anything in it is wrong, not at all. "
        "charges, payments, complaints and readings: row by row; what is refused is told and can be written out with "
        "--errors. HC's workbooks are recognised by their headings. docs/imports.md tells more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help="estate, staff, meters, readings, charges, payments or complaints")
        parser.add_argument("file", type=Path)
        parser.add_argument("--site", required=True, help="code of the site")
        parser.add_argument("--layout", default="", help="zhongshu, hc or mapped; recognised by itself when left out")
        parser.add_argument("--dry-run", "--preview", action="store_true", help="only say what it would do")
        parser.add_argument(
            "--errors", type=Path, help="where to write the workbook with the errors, or of refused rows"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        kind, site = kind_named(options["kind"]), site_by_code(options["site"])
        path: Path = options["file"]
        taken = take_workbook(
            actor=system_actor(Origin.COMMAND),
            at=now(),
            site=site,
            kind=kind,
            content=read_file(path),
            is_dry_run=options["dry_run"],
            layout=options["layout"],
        )
        errors = _write_errors(taken, options["errors"])
        facts = {"site": site.code, "kind": kind.name, "dry_run": options["dry_run"], "taken": taken.is_taken}
        answer = {**facts, **taken.report.as_json(), "error_file": errors}
        answer |= _by_row(taken.report) if kind.is_by_row else {}
        text = _rows_in_words(taken, errors) if kind.is_by_row else _in_words(taken, errors)
        self.answer(answer, json=options["json"], text=text)
        if not is_takeable(kind, taken.report):
            sys.exit(1)


def _by_row(report: Report) -> dict[str, Any]:
    """How many rows were taken, were there already, were refused; and of those refused why, and how to mend it."""
    return {"tally": report.tally(), "refused": [finding.as_refusal() for finding in report.errors]}


def _rows_in_words(taken: Taken, errors: str | None) -> str:
    report = taken.report
    lines = [_("版式：%(layout)s") % {"layout": report.layout}]
    lines += map(_finding_in_words, [*report.notices[:_SHOWN], *report.errors[:_SHOWN]])
    lines.append(_("共 %(rows)s 行：导入 %(taken)s，原来就有 %(already)s，退回 %(refused)s") % report.tally())
    lines += [_("退回的行：%(file)s") % {"file": errors}] if errors else []
    lines += [] if taken.is_taken else [_("什么都没有写入。")]
    return "\n".join(lines)


def _write_errors(taken: Taken, wanted: Path | None) -> str | None:
    if taken.errors is None or wanted is None:
        return None
    write_file(wanted, taken.errors)
    return str(wanted)


def _in_words(taken: Taken, errors: str | None) -> str:
    report = taken.report
    told = [*report.notices[:_SHOWN], *report.errors[:_SHOWN]]
    lines = [_("版式：%(layout)s") % {"layout": report.layout}, *map(_reading_in_words, report.readings)]
    lines += map(_finding_in_words, told)
    if report.errors:
        lines.append(_("共 %(count)s 处错误，什么都没有导入。") % {"count": len(report.errors)})
        lines += [_("错误表：%(file)s") % {"file": errors}] if errors else []
    else:
        lines.append(_counted(report))
        lines += [] if taken.is_taken else [_("这是预演，什么都没有写入。")]
    return "\n".join(lines)


def _finding_in_words(finding: Finding) -> str:
    """Row 0 is the sheet as a whole."""
    if not finding.row:
        return f"{finding.sheet}: {finding.message}"
    return _("%(sheet)s 第 %(row)s 行 %(column)s：%(message)s") % finding.as_json()


def _reading_in_words(reading: Reading) -> str:
    """房屋信息 房屋状态 → 房屋·状态（2001 → 已入住）"""
    how = "；".join(part for part in (reading.note, *reading.examples) if part)
    target = reading.becomes or _("不导入")
    return f"{reading.sheet} {reading.column} → {target}" + (f"（{how}）" if how else "")


def _counted(report: Report) -> str:
    counts = {what: report.total(what) for what in ("created", "updated", "unchanged")}
    return _("新增 %(created)s，更新 %(updated)s，未变 %(unchanged)s") % counts
