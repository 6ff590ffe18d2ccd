"""bin/zhongshu template KIND [--out FILE]: the empty workbook to fill in."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from zhongshu.estate.workbooks.files import write_file
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Writes the empty workbook that an import takes: estate or staff."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind")
        parser.add_argument("--out", type=Path, help="where to write it; default KIND-template.xlsx here")

    def handle(self, *_args: Any, **options: Any) -> None:
        kind = kind_named(options["kind"])
        out: Path = options["out"] or Path(f"{kind.name}-template.xlsx")
        write_file(out, filled_workbook(kind.specs, {}, kind.notes))
        self.answer({"file": str(out)}, json=options["json"], text=_("模板已写入 %(file)s") % {"file": out})
