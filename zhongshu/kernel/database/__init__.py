"""The database launcher: finds or brings PostgreSQL and runs it for whoever needs it; standard library only.

The settings need `django_settings()`, scripts without Django `ensure()`. ADR 0001 tells why it is built so.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhongshu.kernel.database.binaries import Binaries, find_binaries
from zhongshu.kernel.database.clients import Clients, find_clients
from zhongshu.kernel.database.cluster import major_of
from zhongshu.kernel.database.complaints import explained
from zhongshu.kernel.database.errors import DatabaseUnavailable
from zhongshu.kernel.database.server import Connection, Server
from zhongshu.kernel.database.watching import watched
from zhongshu.kernel.database.wiping import wipe

__all__ = [
    "UNFINISHED",
    "Binaries",
    "Clients",
    "Connection",
    "DatabaseUnavailable",
    "Server",
    "data_dir",
    "django_settings",
    "ensure",
    "find_binaries",
    "find_clients",
    "kept_up",
    "major_of",
    "postpone",
    "secret_key",
    "start_postponed",
    "wipe",
]

REPOSITORY = Path(__file__).resolve().parents[3]
SCHEMES = ("postgres://", "postgresql://")
CONNECTION_LASTS = 60  # seconds; measured best with the web server's threads
# Values travel beside the statement, and what comes a third time is planned once: a third less work for the database.
PREPARED = {"server_side_binding": True, "prepare_threshold": 3}
PATIENCE = {"connect_timeout": 5}  # seconds; a server that does not answer is told as down, not waited for
UNFINISHED = "restore.unfinished"  # in the data directory while a restore is past its point of no return

_postponed = False


def data_dir() -> Path:
    """Where the database (`pg`) and the uploads (`media`) live: `ZHONGSHU_DATA`, else `var/data` here."""
    return Path(os.environ.get("ZHONGSHU_DATA") or REPOSITORY / "var" / "data").absolute()


def ensure() -> None:
    """Starts our server when it is down, and keeps it until this process ends; `DATABASE_URL` goes before it.

    Raises DatabaseUnavailable with one sentence for the user.
    """
    if _postponed:
        return
    if (data_dir() / UNFINISHED).exists():
        raise DatabaseUnavailable(
            f"A restore into {data_dir()} was interrupted: run it again, bin/zhongshu restore FILE --replace."
        )
    _start()


def _start() -> None:
    if not os.environ.get("DATABASE_URL"):
        server = Server(data_dir())
        server.hold()
        server.start()


def postpone() -> None:
    """For commands that must look before they touch anything: until `start_postponed`, nothing is started or made."""
    global _postponed  # noqa: PLW0603
    _postponed = True


def start_postponed() -> dict[str, Any]:
    """Starts our server for a command that had postponed it, and gives the settings that lead to it.

    Raises DatabaseUnavailable. An interrupted restore is no obstacle: who postpones either mends it or only reads.
    """
    _start()
    return django_settings()


@contextmanager
def kept_up() -> Iterator[None]:
    """`ensure`, and within a second or two again whenever the server is killed; for `bin/demo` and its like."""
    ensure()
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with watched(Server(data_dir())):
        yield


def django_settings() -> dict[str, Any]:
    """Django's `DATABASES["default"]`, with the server up. Raises what `ensure` raises."""
    ensure()
    if url := os.environ.get("DATABASE_URL"):
        return _settings_of(url)
    connection = Server(data_dir()).connection()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": connection.host,
        "PORT": str(connection.port),
        "USER": connection.user,
        "NAME": connection.name,
        "CONN_MAX_AGE": CONNECTION_LASTS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": PREPARED | PATIENCE,
    }


def _settings_of(url: str) -> dict[str, Any]:
    if not url.startswith(SCHEMES):
        raise DatabaseUnavailable(
            "DATABASE_URL must name a PostgreSQL server: postgresql://USER:PASSWORD@HOST:5432/NAME."
        )
    import dj_database_url

    try:
        settings: dict[str, Any] = {
            **dj_database_url.parse(url, conn_max_age=CONNECTION_LASTS, conn_health_checks=True)
        }
    except ValueError as error:
        raise DatabaseUnavailable(f"DATABASE_URL can't be understood: {str(error).rstrip('.')}.") from error
    return settings | {"OPTIONS": PREPARED | PATIENCE | settings.get("OPTIONS", {})}


def secret_key() -> str:
    """The key that signs sessions: made once per data directory, and kept there for its owner alone."""
    file = data_dir() / "secret_key"
    with explained(file.parent):
        if not file.exists():
            if _postponed:
                return secrets.token_urlsafe(48)
            _put_first(file, secrets.token_urlsafe(48))
        return file.read_text(encoding="ascii")


def _put_first(file: Path, text: str) -> None:
    """Whoever comes first decides; nobody sees a half-written file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, encoding="ascii") as draft:
        draft.write(text)
        draft.flush()
        try:
            file.hardlink_to(draft.name)
        except FileExistsError:
            return
