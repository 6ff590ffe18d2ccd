"""bin/zhongshu export KIND --site CODE --out FILE: what is there now, as the import takes it."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from zhongshu.estate.queries import site_by_code
from zhongshu.estate.workbooks.files import write_file
from zhongshu.estate.workbooks.registry import exportable
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Writes what a site has as the workbook that an import takes: estate or staff."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind")
        parser.add_argument("--site", required=True, help="code of the site")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        kind, written = exportable(options["kind"])
        rows = written(site_by_code(options["site"]), now())
        write_file(options["out"], filled_workbook(kind.specs, rows, kind.notes))
        counts = {title: len(of_sheet) for title, of_sheet in rows.items()}
        answer = {"file": str(options["out"]), "rows": counts}
        self.answer(answer, json=options["json"], text=_("已导出到 %(file)s") % {"file": options["out"]})
