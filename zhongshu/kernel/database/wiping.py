"""Empties a data directory, if it is one of ours and nobody uses it."""

from __future__ import annotations

import shutil
from pathlib import Path

from zhongshu.kernel.database.complaints import explained
from zhongshu.kernel.database.errors import DatabaseUnavailable
from zhongshu.kernel.database.server import Server
from zhongshu.kernel.database.shelter import SHELTER

LOCKS = {"pg.lock", "pg.clients"}
OURS = LOCKS | {"pg", "pg.new", "postgres.log", "postgres.log.1", "secret_key", "media", "metrics", "models"}


def wipe(data_directory: Path) -> None:
    """Deletes database, uploads and key; a directory that is not there or empty is left alone.

    Raises DatabaseUnavailable when it holds anything else, is not ours, or is in use.
    """
    with explained(data_directory):
        names = {entry.name for entry in data_directory.iterdir()} if data_directory.exists() else set()
    if not names:
        return
    strangers = sorted(names - OURS)
    if strangers or not (data_directory / "pg.lock").exists():
        raise DatabaseUnavailable(
            f"{data_directory} is not a data directory of Zhongshu"
            f"{f' (it holds {strangers[0]})' if strangers else ''}, so it is not emptied: name another."
        )
    server = Server(data_directory)
    with server.alone(), explained(data_directory):
        server.stop()
        _delete_sheltered(server)
        for name in OURS - LOCKS:  # somebody may be waiting at a lock
            _delete(data_directory / name)


def _delete_sheltered(server: Server) -> None:
    if server.place.is_symlink() and server.cluster.is_relative_to(SHELTER) and server.cluster.exists():
        shutil.rmtree(server.cluster.parent)


def _delete(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink(missing_ok=True)
