"""Places for backups and restores: a server of our own, databases in it, and the command line at work on them."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from zhongshu.kernel.database import Server, find_clients

ROOT = Path(__file__).resolve().parents[2]
_SPELLING = re.compile(r"::(text|character varying)(\[\])?|[()]")  # PostgreSQL writes down anew what it has read
Rows = dict[str, list[str]]


@dataclass(frozen=True)
class Place:
    """A database and the data directory beside it; without `name` the directory's own."""

    server: Server
    data: Path
    name: str = ""

    @property
    def url(self) -> str:
        to = self.server.connection()
        return f"postgresql://{to.user}@{quote(to.host, safe='')}:{to.port}/{self.name}"

    @property
    def dsn(self) -> str:
        return self.server.dsn(self.name) if self.name else self.server.dsn()

    @property
    def superuser_dsn(self) -> str:
        return self.dsn.replace("user=zhongshu", "user=postgres")

    def environment(self, **more: str) -> dict[str, str]:
        left_out = ("DATABASE_URL", "ZHONGSHU_SECRET_KEY")
        own = {name: value for name, value in os.environ.items() if name not in left_out}
        return own | {"ZHONGSHU_DATA": str(self.data)} | ({"DATABASE_URL": self.url} if self.name else {}) | more

    def start(self, *words: str | Path, **more: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "zhongshu", *map(str, words)]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str | Path, **more: str) -> "subprocess.CompletedProcess[str]":
        process = self.start(*words, **more)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def answer(self, *words: str | Path, **more: str) -> Any:
        done = self.run(*words, "--json", **more)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refusal(self, *words: str | Path, **more: str) -> str:
        """The one sentence of a command that would not."""
        done = self.run(*words, **more)
        assert done.returncode == 1, done.stdout + done.stderr
        assert done.stdout == ""
        (sentence,) = done.stderr.splitlines()
        return sentence

    @contextmanager
    def session(self) -> "Iterator[psycopg.Connection[Any]]":
        with psycopg.connect(self.dsn, autocommit=True) as session:
            yield session

    def rows(self) -> Rows:
        with self.session() as session:
            return all_rows(session)

    def files(self) -> dict[str, bytes]:
        media = self.data / "media"
        return {str(file.relative_to(media)): file.read_bytes() for file in media.rglob("*") if file.is_file()}

    def shape(self) -> list[str]:
        return shape_of(self.dsn)


def all_rows(session: "psycopg.Connection[Any]") -> Rows:
    """Every row of every table, as text."""
    tables = session.execute(
        "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY relname"
    ).fetchall()
    question = sql.SQL("SELECT t::text FROM {} t ORDER BY 1")
    return {
        name: [row for (row,) in session.execute(question.format(sql.Identifier(name))).fetchall()]
        for (name,) in tables
    }


def shape_of(dsn: str) -> list[str]:
    """Tables, keys, triggers, functions, sequences: everything but the rows, as pg_dump tells it."""
    program = find_clients(at_least=15).program("pg_dump")
    told = subprocess.run(
        [program, "--schema-only", "--no-owner", "--no-comments", dsn], capture_output=True, check=True
    )
    lines = told.stdout.decode().splitlines()
    return [_SPELLING.sub("", line) for line in lines if "restrict " not in line and line[:2] != "--"]
