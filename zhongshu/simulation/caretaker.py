"""Removes a throw-away database once whoever made it is gone, killed or not.

`python -m zhongshu.simulation.caretaker directory PATH` (a data directory of ours) or `… databases PREFIX` (in the
server of `DATABASE_URL`). It waits for the end of its input: that comes when nobody holds the other end any more.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhongshu.kernel.database import REPOSITORY, DatabaseUnavailable, wipe

PATIENCE = 60.0


@contextmanager
def cared_for(what: str, name: str) -> Iterator[None]:
    """Within it a caretaker waits; at its end everything is removed."""
    argv = [sys.executable, "-m", "zhongshu.simulation.caretaker", what, name]
    caretaker = subprocess.Popen(argv, stdin=subprocess.PIPE, cwd=REPOSITORY, start_new_session=True)
    try:
        yield
    finally:
        caretaker.communicate()


def remove_directory(path: str) -> None:
    """Tried again while somebody still writes there: a server that was just starting, or being made."""
    deadline = time.monotonic() + PATIENCE
    while Path(path).exists():
        try:
            wipe(Path(path))
            shutil.rmtree(path)
        except (DatabaseUnavailable, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def remove_databases(prefix: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as line:
        for (name,) in line.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]):
            line.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def main(what: str, name: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    {"directory": remove_directory, "databases": remove_databases}[what](name)


if __name__ == "__main__":
    main(*sys.argv[1:])
