"""A database of one's own, to be lived in, restarted, copied and thrown away. Nobody's data is touched.

Without `DATABASE_URL` it is a server of ours in a temporary directory; with it, databases in that server. Within
`throwaway()` Django speaks to it, in every thread, and keeps uploads there too. It is removed at the end, also when
this process is killed.
"""

from __future__ import annotations

import os
import secrets
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.core.management import call_command
from django.db import connections
from django.test.utils import override_settings
from psycopg import sql

from zhongshu.kernel.database import DatabaseUnavailable, Server
from zhongshu.kernel.database.cluster import SUPERUSER
from zhongshu.simulation.caretaker import cared_for

#: Harmless: what is committed survives the death of the server, which is a fault we make, but not a loss of power.
_FAST = ("fsync = off", "full_page_writes = off", "max_wal_size = '1GB'")
MIGRATED = "migrated"
_PATIENCE = 30.0


class Host(Protocol):
    """A server that gives us databases. `can_restart`: it is ours alone and may be killed. `copying`: how to copy."""

    can_restart: bool
    copying: sql.SQL

    def settings(self, name: str) -> dict[str, Any]:
        """Where Django finds the database of that name."""

    def command(self, statement: sql.SQL | sql.Composed) -> None:
        """Run a statement outside of our databases."""

    def restart(self, name: str) -> None:
        """Every session ends now, whatever it was doing."""


class OwnServer:
    """An embedded server in a directory that nobody else knows.

    Copies go by files: after a copy by log, a sequence that had been used falls back to its copied value when the
    server dies before its next checkpoint (it takes the next values for logged already).
    """

    can_restart = True
    copying = sql.SQL(" STRATEGY FILE_COPY")

    def __init__(self, directory: Path) -> None:
        self.server = Server(directory)
        self.server.start()
        with psycopg.connect(self._dsn("postgres", SUPERUSER), autocommit=True) as line:
            for setting in _FAST:
                line.execute(f"ALTER SYSTEM SET {setting}".encode())
            line.execute("SELECT pg_reload_conf()")

    def settings(self, name: str) -> dict[str, Any]:
        to = self.server.connection(name)
        return {"HOST": to.host, "PORT": str(to.port), "USER": to.user, "PASSWORD": "", "NAME": name, "OPTIONS": {}}

    def command(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.server.dsn(), autocommit=True) as line:
            line.execute(statement)

    def restart(self, name: str) -> None:
        """Killed in the midst of its work (an immediate shutdown: nothing is written down), and started again."""
        process = int((self.server.cluster / "postmaster.pid").read_text(encoding="ascii").split()[0])
        os.kill(process, signal.SIGQUIT)
        with suppress(ChildProcessError):  # started by a process before us
            os.waitpid(process, 0)
        self.server.start()

    def _dsn(self, name: str, user: str) -> str:
        to = self.server.connection(name)
        return f"host={to.host} port={to.port} user={user} dbname={name}"


class BorrowedServer:
    """Databases in the server that `DATABASE_URL` names, whose other users must not notice us."""

    can_restart = False
    copying = sql.SQL("")

    def __init__(self, url: str) -> None:
        self.url = url
        self._usual = dict(connections.settings["default"])

    def settings(self, name: str) -> dict[str, Any]:
        return {**self._usual, "NAME": name}

    def command(self, statement: sql.SQL | sql.Composed) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True) as line:
                line.execute(statement)
        except psycopg.errors.InsufficientPrivilege as error:
            raise DatabaseUnavailable(
                "The user of DATABASE_URL may not create databases, and the simulation lives in one of its own: "
                "grant it CREATEDB, or leave DATABASE_URL out."
            ) from error

    def restart(self, name: str) -> None:
        """The nearest thing in somebody's server: our sessions are ended."""
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {} AND pid <> pg_backend_pid()"
        self.command(sql.SQL(end).format(sql.Literal(name)))


class Throwaway:
    """Databases to begin a life in, each a copy of one that was kept under a name."""

    def __init__(self, host: Host, prefix: str) -> None:
        self.host, self.prefix = host, prefix
        self.name = ""
        self._made = 0
        self._kept: dict[str, str] = {}

    @property
    def can_restart(self) -> bool:
        return self.host.can_restart

    def has(self, name: str) -> bool:
        """Whether something is kept under that name."""
        return name in self._kept

    def begin(self, name: str = MIGRATED) -> None:
        """From now on Django speaks to a copy of what is kept as `name`; the database before it is dropped."""
        if name == MIGRATED and not self.has(MIGRATED):
            self._migrate()
        self._replace_by(sql.SQL(" TEMPLATE {}").format(sql.Identifier(self._kept[name])) + self.host.copying)

    def keep(self, name: str) -> None:
        """Keep the present database, as it is, to begin from. Follow with `begin`."""
        self._close()
        self._kept[name], self.name = self.name, ""

    def restart(self) -> None:
        """The server is killed and comes back; whoever was connected notices."""
        self.host.restart(self.name)

    def end_session(self, process: int) -> None:
        """The server ends one session, as an impatient administrator would."""
        self.host.command(sql.SQL("SELECT pg_terminate_backend({}, 5000)").format(sql.Literal(process)))

    def wait_until_alone(self) -> None:
        """Until the sessions of killed processes and ended threads are gone, and their locks with them."""
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        deadline = time.monotonic() + _PATIENCE
        with connections["default"].cursor() as cursor:
            while time.monotonic() < deadline:
                cursor.execute(count + " AND backend_type = 'client backend'")
                if cursor.fetchone() == (0,):
                    return
                time.sleep(0.002)
        raise DatabaseUnavailable("Sessions of the simulation did not end.")

    def _migrate(self) -> None:
        self._replace_by(sql.SQL(""))
        call_command("migrate", verbosity=0, interactive=False)
        self.keep(MIGRATED)

    def _replace_by(self, template: sql.SQL | sql.Composed) -> None:
        self._close()
        before, self._made = self.name, self._made + 1
        self.name = f"{self.prefix}{self._made}"
        self.host.command(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)) + template)
        connections.settings["default"].update(self.host.settings(self.name))
        if before:
            self.host.command(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(before)))

    def _close(self) -> None:
        connections["default"].close()


@contextmanager
def throwaway() -> Iterator[Throwaway]:
    """Within it Django has no other database than ours. Call it from the main thread, outside of any transaction.

    Raises DatabaseUnavailable.
    """
    usual = dict(connections.settings["default"])
    prefix = f"zhongshu_trial_{secrets.token_hex(4)}_"
    try:
        with _host(prefix) as (host, directory), override_settings(MEDIA_ROOT=directory / "media"):
            connections["default"].close()
            yield Throwaway(host, prefix)
            connections["default"].close()
    finally:
        connections["default"].close()
        connections.settings["default"].update(usual)


@contextmanager
def _host(prefix: str) -> Iterator[tuple[Host, Path]]:
    """The server, and a directory for files."""
    if url := os.environ.get("DATABASE_URL"):
        with tempfile.TemporaryDirectory(prefix="zhongshu-trial-") as directory, cared_for("databases", prefix):
            yield BorrowedServer(url), Path(directory)
    else:
        directory = tempfile.mkdtemp(prefix="zhongshu-trial-")
        Path(directory).chmod(0o755)  # the unprivileged user that runs a server for root must get in
        with cared_for("directory", directory):
            yield OwnServer(Path(directory)), Path(directory)
