"""The tables of the tests, made once: every test database is a copy of them, in a second instead of half a minute.

So is every data directory that a program of its own is to find as after its first commands. `bin/test` makes both
while the static checks run (`python -m tests.template`); a single test makes what it needs.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from zhongshu.kernel.database import Server, data_dir, wipe
from zhongshu.kernel.database.accounts import owner_of
from zhongshu.kernel.database.cluster import SUPERUSER
from zhongshu.kernel.database.shelter import new_cluster_home

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "zhongshu_template_"
READY = ROOT / "var" / "test-ready"


def template_database() -> str:
    """The name of a database that has the tables of this version, made when there is none. Old ones are dropped."""
    from django.db import connection

    name = PREFIX + _fingerprint()
    to = connection.get_connection_params() | {"dbname": "postgres"}
    known = {key: to[key] for key in ("host", "port", "user", "password", "dbname") if to.get(key)}
    with _lock(), psycopg.connect(**known, autocommit=True) as line:
        if name not in _templates(line):
            _make(line, name)
    return name


def ready_data(directory: Path) -> None:
    """Makes a data directory like one after the first commands: a cluster with the tables, its server down."""
    cluster = _ready_cluster()
    ready_model(directory)
    home = new_cluster_home(account=owner_of(cluster), data_directory=directory)
    subprocess.run(["cp", "-a", "--reflink=auto", str(cluster), str(home / "pg")], check=True)
    if home != directory:
        (directory / "pg").symlink_to(home / "pg")


def ready_model(directory: Path) -> None:
    """Puts the classifier's model into a data directory: to learn it anew takes each program some seconds."""
    from zhongshu.cases.classification.shipped import shipped_model

    shipped_model()
    shutil.copytree(data_dir() / "models", directory / "models", dirs_exist_ok=True)


def hasten(server: Server) -> None:
    """For a server that holds nothing but tests: it need not survive a loss of power, and tests may empty tables."""
    to = server.connection("postgres")
    statements = ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
    grant = f"GRANT SET ON PARAMETER session_replication_role TO {to.user}"
    with psycopg.connect(host=to.host, port=to.port, user=SUPERUSER, dbname=to.name, autocommit=True) as line:
        for statement in (*statements, grant):
            line.execute(statement.encode())


def deletions(operations: Any, _style: object, tables: Sequence[str], **_options: object) -> list[str]:
    """The statements that empty all tables after a test: to delete its few rows is ten times faster than to truncate.

    Neither keys nor the triggers that keep history look, which only a hastened server allows.
    """
    quoted = [operations.quote_name(name) for name in tables]
    with operations.connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        if cursor.fetchone() != (True,):
            return _truncations(cursor, quoted)
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in quoted))
        filled = [name for (name,) in cursor.fetchall()]
    return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {name}" for name in filled)]


def _truncations(cursor: Any, tables: Sequence[str]) -> list[str]:
    """Also of tables that refuse it to everybody else (TRUNCATE is bit 5 of a trigger's type)."""
    refusing = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0"
    cursor.execute(refusing)
    found = cursor.fetchall()
    off, on = ([f"ALTER TABLE {table} {how} TRIGGER {name}" for table, name in found] for how in ("DISABLE", "ENABLE"))
    return [*off, f"TRUNCATE {', '.join(tables)}", *on]


def _ready_cluster() -> Path:
    """Of this version, made when there is none; an older one is wiped."""
    finished, said = READY / "finished", _fingerprint()
    with _lock():
        if not finished.exists() or finished.read_text() != said:
            finished.unlink(missing_ok=True)
            wipe(READY)
            left_out = ("DATABASE_URL", "ZHONGSHU_SECRET_KEY")
            own = {name: value for name, value in os.environ.items() if name not in left_out}
            env = own | {"ZHONGSHU_DATA": str(READY)}
            subprocess.run([sys.executable, "-m", "zhongshu", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
            finished.write_text(said)
    return Server(READY).cluster


def _make(line: "psycopg.Connection[tuple[str, ...]]", name: str) -> None:
    for old in _templates(line):
        line.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
    unfinished = f"unfinished_{name}"
    line.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(unfinished)))
    line.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
    migrate = "from django.db import connection as c; c.settings_dict['NAME'] = {!r}; " + (
        "from django.core.management import call_command; call_command('migrate', verbosity=0, interactive=False)"
    )
    program = f"import django; django.setup(); {migrate.format(unfinished)}"
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "zhongshu.config.settings"}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, check=True)
    line.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name)))


def _templates(line: "psycopg.Connection[tuple[str, ...]]") -> list[str]:
    return [row[0] for row in line.execute("SELECT datname FROM pg_database WHERE datname LIKE 'zhongshu_template_%'")]


@contextmanager
def _lock() -> Iterator[None]:
    """One process of this machine makes it; the others wait."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "test-template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    """Of all that makes tables or fills them from the start."""
    said = sha256(os.environ.get("DATABASE_URL", "").encode())
    for path in sorted(_sources()):
        said.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return said.hexdigest()[:16]


def _sources() -> Iterable[Path]:
    package = ROOT / "zhongshu"
    yield ROOT / "requirements" / "runtime.txt"
    for pattern in ("*/migrations/*.py", "*/defaults.py", "*/models/*.py", "*/data/*"):
        yield from package.glob(pattern)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhongshu.config.settings")
    django.setup()
    from zhongshu.cases.classification.shipped import shipped_model

    template_database()
    _ready_cluster()
    shipped_model()
