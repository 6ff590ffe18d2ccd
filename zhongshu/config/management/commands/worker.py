"""A worker alone: as many beside each other as there are jobs for; each job and each tick is done by one of them."""

import sys
from typing import Any

from zhongshu.config.programs import PATIENCE, worker
from zhongshu.kernel import database
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.kernel.processes import run_together


class Command(ZhongshuCommand):
    help = "Run a worker alone until it is told to end; running jobs are finished first."

    def handle(self, *args: Any, **options: Any) -> None:
        with database.kept_up():
            sys.exit(run_together([worker()], grace=PATIENCE))
