"""`bin/zhongshu openapi [--out FILE]`: the description of the API, as /api/v1/openapi.json gives it."""

from json import dumps
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Write the description of the API (OpenAPI 3.1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", metavar="FILE", type=Path, help="where to; without it, to standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        from zhongshu.config.api import api

        text = dumps(api.get_openapi_schema(path_prefix="/api/v1/"), ensure_ascii=False, indent=2, default=str)
        if options["out"] is None:
            self.stdout.write(text)
            return
        try:
            options["out"].write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
        self.answer({"out": str(options["out"])}, json=options["json"], text=str(options["out"]))
