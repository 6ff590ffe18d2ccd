"""What is to be thrown away is thrown away, however it ends; nobody's data is touched."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.template import ready_model
from zhongshu.kernel.database import Server, data_dir

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0


def simulate(tmp_path: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """A short life, in a process that keeps its temporary files in a place of its own."""
    argv = [sys.executable, "-m", "zhongshu", "simulate", "--seed", "1", "--units", "4", *words]
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    own |= {"ZHONGSHU_DATA": str(tmp_path / "data"), "TMPDIR": str(tmp_path), **environment}
    ready_model(tmp_path / "data")
    return subprocess.Popen(argv, cwd=ROOT, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def traces(tmp_path: Path) -> list[Path]:
    """What is left: temporary directories, and a database of one's own that nobody asked for."""
    return [*tmp_path.glob("zhongshu-trial-*"), *tmp_path.glob("data/pg*")]


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def tmp_path(tmp_path: Path) -> Path:
    """The server's own user must get in."""
    for directory in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        directory.chmod(0o755)
    return tmp_path


def test_a_month_of_100_dwellings_with_faults_keeps_every_promise_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Always the same month; where it fails, the answer holds the story."""
    month = ("--seed", "20261123", "--days", "30", "--units", "100", "--faults", "--json")
    process = simulate(tmp_path, *month)
    out, err = process.communicate(timeout=10 * PATIENCE)
    assert process.returncode == 0, err + out
    found = json.loads(out)
    assert (found["ok"], found["lived"]["days"], found["note"]) == (True, 30, "")
    assert traces(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_is_removed_when_it_is_interrupted_or_killed(tmp_path: Path, number: signal.Signals) -> None:
    process = simulate(tmp_path, "--days", "4000")
    wait_until(lambda: bool(list(tmp_path.glob("zhongshu-trial-*/pg/postmaster.pid"))))
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    wait_until(lambda: not traces(tmp_path))


@pytest.fixture
def role() -> Iterator[Callable[[str], str]]:
    """Users of the tests' server, by what they may, and their `DATABASE_URL`."""
    to = Server(data_dir()).connection()
    made = []

    def url(may: str) -> str:
        name = f"trial_{os.getpid()}_{may.lower()}"
        with psycopg.connect(host=to.host, port=to.port, user="postgres", dbname="postgres", autocommit=True) as line:
            line.execute(f"CREATE ROLE {name} LOGIN {may}".encode())
        made.append(name)
        return f"postgresql://{name}@/postgres?host={to.host}&port={to.port}"

    yield url
    with psycopg.connect(host=to.host, port=to.port, user="postgres", dbname="postgres", autocommit=True) as line:
        for name in made:
            line.execute(f"DROP ROLE {name}".encode())


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="roles are made in a server of our own only")
def test_a_server_of_the_users_lends_databases_and_gets_them_back(tmp_path: Path, role: Callable[[str], str]) -> None:
    url = role("CREATEDB")
    process = simulate(tmp_path, "--days", "2", "--faults", "--json", DATABASE_URL=url)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err + out
    assert "not ours to restart" in json.loads(out)["note"]
    with psycopg.connect(url) as line:
        assert line.execute("SELECT datname FROM pg_database WHERE datname LIKE 'zhongshu_trial%'").fetchall() == []
    assert traces(tmp_path) == []


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="roles are made in a server of our own only")
def test_who_may_not_create_databases_is_told_so_in_a_sentence(tmp_path: Path, role: Callable[[str], str]) -> None:
    process = simulate(tmp_path, "--days", "2", DATABASE_URL=role("NOCREATEDB"))
    _out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert err.strip().splitlines()[-1].startswith("zhongshu: The user of DATABASE_URL may not create databases")
    assert "Traceback" not in err
