"""Web and worker together, until Ctrl-C."""

import sys
from argparse import ArgumentParser
from typing import Any

from zhongshu.config.programs import HOST, web, worker
from zhongshu.kernel import database
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.kernel.processes import run_together


class Command(ZhongshuCommand):
    help = "Run web and worker (and the database, unless DATABASE_URL names one) until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        with database.kept_up():
            sys.exit(run_together([web(options["port"]), worker()], on_ready=lambda: self._ready(options["port"])))

    def _ready(self, port: int) -> None:
        self.stdout.write(f"http://{HOST}:{port}")
        self.stdout.flush()
