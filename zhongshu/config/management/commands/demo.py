"""`bin/demo`: a company to try it on, made once, then web and worker until Ctrl-C."""

import sys
from argparse import ArgumentParser
from typing import Any

from zhongshu.cases.classification.shipped import learn_aside
from zhongshu.config.programs import web, worker
from zhongshu.config.tick import tick
from zhongshu.kernel import database
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.kernel.processes import run_together
from zhongshu.simulation import past
from zhongshu.simulation.demo import DEFAULT_SEED, Demo
from zhongshu.simulation.progress import Bar


class Command(ZhongshuCommand):
    help = "Make the demo company if it is not there, and run web and worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--data", help="directory of the data; bin/demo has set it already")
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
        parser.add_argument("--days", type=int, default=90, help="days of history")
        parser.add_argument("--no-serve", action="store_true", help="make the company and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        learn_aside()
        with database.kept_up():
            demo = Demo(seed=options["seed"], days=options["days"], tick=lambda at: tick(at=at))
            with Bar(self.stdout) as bar:
                demo.make(progress=bar.show)
            if not options["no_serve"]:
                sys.exit(self._serve(options["port"], demo))

    def _serve(self, port: int, demo: Demo) -> int:
        def say_where() -> None:
            address = f"http://127.0.0.1:{port}"
            still = "收费历史还在补 its money is still being lived"  # matter
            history = "" if past.is_whole() else f"{still}: {address}/demo/\n"
            self.stdout.write(f"\nZhongshu  {address}\n{demo.sign_ins()}\n{history}Ctrl-C stops it.")
            self.stdout.flush()

        return run_together([web(port), worker()], on_ready=say_where)
