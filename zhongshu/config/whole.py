"""The whole installation for backup and restore: its database, started only when it is needed, and its directory."""

import os
from pathlib import Path

from django.db import connection

from zhongshu.kernel import database


def start_database() -> None:
    """Starts what the command line has postponed for these commands. Raises DatabaseUnavailable."""
    connection.settings_dict.update(database.start_postponed())


def use_directory(directory: Path) -> None:
    """From now on the data directory is this one; only before the database is started."""
    os.environ["ZHONGSHU_DATA"] = str(directory.absolute())
