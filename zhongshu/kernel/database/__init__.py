"""The database launcher: finds or brings PostgreSQL and runs it for whoever needs it; standard library only.

`ensure()` is all that the settings need. `docs/adr/0001-embedded-postgres.md` tells why it is built so.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from zhongshu.kernel.database.binaries import Binaries, find_binaries
from zhongshu.kernel.database.errors import DatabaseUnavailable
from zhongshu.kernel.database.server import Connection, Server

__all__ = [
    "Binaries",
    "Connection",
    "DatabaseUnavailable",
    "Server",
    "data_directory",
    "ensure",
    "find_binaries",
    "options",
]

REPOSITORY = Path(__file__).resolve().parents[3]
CONNECTION_LASTS = 60  # seconds; measured best with the web server's threads


def data_directory() -> Path:
    """Where the database (`pg`) and the uploads (`media`) live: `ZHONGSHU_DATA`, else `var/data` here."""
    return Path(os.environ.get("ZHONGSHU_DATA") or REPOSITORY / "var" / "data").absolute()


def options() -> dict[str, Any]:
    """Django's `DATABASES["default"]`; starts nothing. `DATABASE_URL` comes before our own server."""
    if url := os.environ.get("DATABASE_URL"):
        import dj_database_url

        return dict(dj_database_url.parse(url, conn_max_age=CONNECTION_LASTS, conn_health_checks=True))
    connection = Server(data_directory()).connection()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": connection.host,
        "PORT": str(connection.port),
        "USER": connection.user,
        "NAME": connection.name,
        "CONN_MAX_AGE": CONNECTION_LASTS,
        "CONN_HEALTH_CHECKS": True,
    }


def ensure() -> dict[str, Any]:
    """`options()` of a server that runs: started when it is down, and kept until this process ends.

    Raises DatabaseUnavailable with one sentence for the user.
    """
    if not os.environ.get("DATABASE_URL"):
        server = Server(data_directory())
        server.hold()
        server.start()
    return options()
