"""Where the processes of one web program count together. Called before prometheus_client is first imported."""

import os
import shutil
from pathlib import Path

from zhongshu.kernel import database


def share_counts() -> None:
    """Makes a directory for the processes with our parent (granian's workers); removes those of programs now gone."""
    shared = database.data_dir() / "metrics" / str(os.getppid())
    for other in shared.parent.glob("*"):
        if other.name.isdecimal() and not Path("/proc", other.name).exists():
            shutil.rmtree(other, ignore_errors=True)
    shared.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)
