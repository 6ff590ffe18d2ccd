"""The web processes alone: as many beside each other as there are ports, all on one database."""

import sys
from argparse import ArgumentParser
from typing import Any

from zhongshu.config.programs import HOST, PATIENCE, web
from zhongshu.kernel import database
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.kernel.processes import run_together


class Command(ZhongshuCommand):
    help = "Run the web processes alone until they are told to end; running requests are answered first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--bind", default=HOST, help="address to listen on; else ZHONGSHU_BIND")

    def handle(self, *args: Any, **options: Any) -> None:
        def say_where() -> None:
            self.stdout.write(f"http://{options['bind']}:{options['port']}")
            self.stdout.flush()

        with database.kept_up():
            sys.exit(run_together([web(options["port"], options["bind"])], on_ready=say_where, grace=PATIENCE))
