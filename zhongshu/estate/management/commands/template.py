"""bin/zhongshu template KIND [FILE]: the empty workbook to fill in."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from zhongshu.estate.workbooks.files import write_file
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Writes the empty workbook that an import takes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help="estate, staff, meters, readings, charges, payments or complaints")
        parser.add_argument("file", type=Path, nargs="?", help="where to write it; default KIND-template.xlsx here")
        parser.add_argument("--out", type=Path, help="the same")

    def handle(self, *_args: Any, **options: Any) -> None:
        kind = kind_named(options["kind"])
        out: Path = options["file"] or options["out"] or Path(f"{kind.name}-template.xlsx")
        write_file(out, filled_workbook(kind.specs, {}, kind.notes))
        self.answer({"file": str(out)}, json=options["json"], text=_("模板已写入 %(file)s") % {"file": out})
