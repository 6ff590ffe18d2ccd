"""The database's side of backup and restore: one snapshot out, one transaction in."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Self, cast

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from zhongshu.kernel.backup.errors import CannotBackUp, CannotRestore
from zhongshu.kernel.backup.manifest import Manifest
from zhongshu.kernel.database import Clients, find_clients

# pg_dump and pg_restore of version 17 and newer set this, and older servers do not know it.
_FORGET_NEW_SETTINGS = "1,40{/^SET transaction_timeout = 0;$/d}"
# As PostgreSQL makes it in a new database.
_EMPTY = """DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
# The tables that other sessions keep for themselves (pg_temp_…) are no part of it, and may not be read.
_COUNTED = (
    "SELECT schemaname, relname FROM pg_stat_user_tables WHERE NOT starts_with(schemaname, 'pg_temp')"
    " ORDER BY schemaname, relname"
)


@dataclass(frozen=True)
class Address:
    """How programs outside Django reach the same database; the password goes by the environment, unseen by `ps`."""

    dsn: str
    password: str
    server: int

    @classmethod
    def of_django(cls) -> Self:
        connection.ensure_connection()
        given = connection.get_connection_params()
        password = given.pop("password", "")
        known = {option.keyword.decode() for option in Conninfo.get_defaults()}
        dsn = make_conninfo(**{name: value for name, value in given.items() if name in known})
        return cls(dsn, password, connection.connection.info.server_version)

    @property
    def major(self) -> int:
        return self.server // 10000

    @property
    def version(self) -> str:
        return f"{self.major}.{self.server % 10000}"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PGPASSWORD": self.password, "LC_ALL": "C.UTF-8"}

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self.dsn, password=self.password or None)


@dataclass(frozen=True)
class Snapshot:
    """One instant of the database, and the counts at that instant."""

    name: str
    rows: dict[str, int]
    migrations: dict[str, list[str]]


@contextmanager
def snapshot(address: Address) -> Iterator[Snapshot]:
    """Keeps an instant of the database in view; others read and write on. Raises CannotBackUp when it is empty."""
    with address.connect() as session:
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        ((name,),) = session.execute("SELECT pg_export_snapshot()").fetchall()
        rows = count_rows(session)
        if "public.django_migrations" not in rows:
            raise CannotBackUp(_("数据库是空的，没有可备份的内容。"))
        yield Snapshot(str(name), rows, _migrations(session))


def count_rows(session: "psycopg.Connection[tuple[object, ...]]") -> dict[str, int]:
    """Rows of every table, by `schema.table`; a table once counted keeps its shape until the transaction ends."""
    return {
        f"{schema}.{table}": _count(session, sql.Identifier(str(schema), str(table)))
        for schema, table in session.execute(_COUNTED).fetchall()
    }


def _count(session: "psycopg.Connection[tuple[object, ...]]", table: sql.Identifier) -> int:
    ((rows,),) = session.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchall()
    return int(str(rows))


def _migrations(session: "psycopg.Connection[tuple[object, ...]]") -> dict[str, list[str]]:
    ran: dict[str, list[str]] = {}
    for app, name in session.execute("SELECT app, name FROM public.django_migrations ORDER BY app, name").fetchall():
        ran.setdefault(str(app), []).append(str(name))
    return ran


def dump(address: Address, seen: Snapshot, target: IO[bytes]) -> int:
    """Writes the snapshot to a file, and gives pg_dump's major version. Raises CannotBackUp with its reason."""
    clients = find_clients(at_least=address.major)
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={seen.name}"]
    done = subprocess.run(
        [clients.program("pg_dump"), *options, f"--dbname={address.dsn}"],
        stdin=subprocess.DEVNULL,
        stdout=target,
        stderr=subprocess.PIPE,
        env=address.environment,
        check=False,
    )
    if done.returncode != 0:
        raise CannotBackUp(_("备份没有完成：%(reason)s") % {"reason": _reason(done.stderr)})
    return clients.major


def sessions_of_others() -> int:
    """Of the database that we are connected to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def fill(
    address: Address, manifest: Manifest, content: IO[bytes], *, empty_first: bool, before_commit: Callable[[], None]
) -> None:
    """Puts a dump into the database and counts its rows there, all in one transaction: done, or as it was.

    Killed at any moment, psql sees the end of its input without a COMMIT. Raises CannotRestore with the reason.
    """
    clients = find_clients(at_least=max(address.major, manifest.dump_major))
    with tempfile.TemporaryFile("w+b") as complaints:
        psql = _psql(clients, address, complaints)
        script, answer = cast(IO[bytes], psql.stdin), cast(IO[bytes], psql.stdout)
        with suppress(BrokenPipeError):  # psql has given up, and says why
            script.write(f"BEGIN;\n{_EMPTY if empty_first else ''}".encode())
            script.flush()
            if _write_script(clients, content, script, complaints):
                script.write(_check_rows(manifest).encode())
                before_commit()
                script.write(b"COMMIT;\n\\echo committed\n")
            script.close()
        if psql.wait() != 0 or answer.read() != b"committed\n":
            complaints.seek(0)
            reason = _reason(complaints.read())
            raise CannotRestore(_("恢复没有完成，数据库保持原样：%(reason)s") % {"reason": reason})


def _psql(clients: Clients, address: Address, complaints: IO[bytes]) -> "subprocess.Popen[bytes]":
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--output={os.devnull}", f"--dbname={address.dsn}"]
    return subprocess.Popen(
        [clients.program("psql"), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env=address.environment | {"PGOPTIONS": "--client-min-messages=warning"},
    )


def _write_script(clients: Clients, content: IO[bytes], script: IO[bytes], complaints: IO[bytes]) -> bool:
    """Lets pg_restore write a dump as SQL; False when it could not."""
    options = ["--no-owner", "--no-privileges", "--no-comments", "--file=-"]
    reader = subprocess.Popen(
        [clients.program("pg_restore"), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
    )
    dumped, restored = cast(IO[bytes], reader.stdin), cast(IO[bytes], reader.stdout)
    in_bytes = {**os.environ, "LC_ALL": "C"}
    sieve = subprocess.Popen(
        ["sed", _FORGET_NEW_SETTINGS], stdin=restored, stdout=script, stderr=complaints, env=in_bytes
    )
    restored.close()
    with suppress(BrokenPipeError), dumped:
        shutil.copyfileobj(content, dumped, 1 << 20)
    return (reader.wait(), sieve.wait()) == (0, 0)


def _check_rows(manifest: Manifest) -> str:
    """A block that raises when a table has not the rows that the manifest promises."""
    checks = [
        sql.SQL(
            "IF (SELECT count(*) FROM {table}) <> {rows} THEN RAISE 'not % rows in %', {rows}, {name}; END IF;\n"
        ).format(table=sql.Identifier(*name.split(".", 1)), rows=sql.Literal(rows), name=sql.Literal(name))
        for name, rows in manifest.rows.items()
    ]
    return sql.SQL("DO $check$ BEGIN\n{}END $check$;\n").format(sql.SQL("").join(checks)).as_string(None)


def _reason(said: bytes) -> str:
    """The first complaint, without the place in a script that nobody sees."""
    lines = said.decode("utf-8", "replace").strip().splitlines() or ["?"]
    telling = next((line for line in lines if "ERROR" in line or "FATAL" in line or "error:" in line), lines[0])
    return telling.rpartition("ERROR:")[2].rpartition("error:")[2].strip()
