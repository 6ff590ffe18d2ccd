"""Finds the programs that talk to a server — pg_dump, pg_restore, psql — be it ours or one of `DATABASE_URL`."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zhongshu.kernel.database.binaries import candidate_directories, output_of
from zhongshu.kernel.database.errors import DatabaseUnavailable

PROGRAMS = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True)
class Clients:
    """A directory of client programs of one major version."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.directory / name)


def find_clients(*, at_least: int) -> Clients:
    """The oldest programs that are not older than the server they talk to or the dump they read.

    Raises DatabaseUnavailable when there are none.
    """
    fitting = [clients for clients in _found() if clients.major >= at_least]
    if not fitting:
        raise DatabaseUnavailable(
            f"pg_dump, pg_restore and psql of PostgreSQL {at_least} or newer are needed and not here: "
            f"install the package postgresql-client-{at_least}."
        )
    return min(fitting, key=lambda clients: clients.major)


def _found() -> Iterator[Clients]:
    for directory in dict.fromkeys(_directories()):
        if all(os.access(directory / name, os.X_OK) for name in PROGRAMS):
            version = re.search(r"\(PostgreSQL\) (\d+)", output_of(str(directory / "pg_dump"), "--version"))
            if version is not None:
                yield Clients(directory, int(version[1]))


def _directories() -> Iterator[Path]:
    """Debian's `pg_dump` in PATH is a wrapper that chooses by itself; those behind it come with the servers'."""
    in_path = shutil.which("pg_dump")
    if in_path:
        yield Path(in_path).resolve().parent
    for directory, _from_wheel in candidate_directories(os.environ.get("ZHONGSHU_PG_BINARIES", "")):
        yield directory
