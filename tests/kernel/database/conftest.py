"""Data directories with a server that is gone after the test."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from zhongshu.kernel.database import DatabaseUnavailable, Server, find_binaries
from zhongshu.kernel.database.cluster import create_cluster

NOBODY = pwd.getpwnam("nobody").pw_uid
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture(autouse=True)
def our_own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that every user of the machine may enter, unlike pytest's."""
    directory = make_open_directory()
    yield directory
    shutil.rmtree(directory)


def make_open_directory() -> Path:
    """In memory where there is enough of it: making a cluster waits for the disk most of the time."""
    memory = Path("/dev/shm")
    enough = memory.is_dir() and shutil.disk_usage(memory).free > 2**31
    may_run_programs = enough and not os.statvfs(memory).f_flag & os.ST_NOEXEC
    directory = Path(tempfile.mkdtemp(prefix="zhongshu-test-", dir=memory if may_run_programs else None))
    directory.chmod(0o755)
    return directory


@pytest.fixture
def new_server(open_directory: Path) -> Iterator[Server]:
    """A server that was never started; its path has blanks and Chinese characters."""
    server = Server(open_directory / "物业 数据")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def master_copies() -> Iterator[dict[str, Path]]:
    """Clusters as they are when just made, by kind of binaries: copying one is faster than making it."""
    copies: dict[str, Path] = {}
    yield copies
    for copy in copies.values():
        shutil.rmtree(copy.parent)


@pytest.fixture
def server(new_server: Server, master_copies: dict[str, Path]) -> Server:
    """A server whose cluster is made, but which is down."""
    kind = os.environ.get("ZHONGSHU_PG_BINARIES", "")
    if kind not in master_copies:
        directory = make_open_directory()
        create_cluster(data_directory=directory, place=directory / "pg")
        master_copies[kind] = directory / "pg"
    new_server.data_directory.mkdir()
    subprocess.run(["cp", "-a", str(master_copies[kind]), str(new_server.place)], check=True)
    return new_server


@pytest.fixture(params=["installed", "wheel"])
def either_binaries(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ZHONGSHU_PG_BINARIES", request.param)
    return choice_or_skip(request.param)


@pytest.fixture
def both_binaries(monkeypatch: pytest.MonkeyPatch) -> None:
    for choice in ("installed", "wheel"):
        monkeypatch.setenv("ZHONGSHU_PG_BINARIES", choice)
        choice_or_skip(choice)
    monkeypatch.delenv("ZHONGSHU_PG_BINARIES")


def choice_or_skip(choice: str) -> str:
    try:
        find_binaries()
    except DatabaseUnavailable:
        pytest.skip(f"no PostgreSQL of this kind here: {choice}")
    return choice


@pytest.fixture
def as_nobody() -> Callable[[Callable[[], None]], str]:
    """Runs a function in a child process of user nobody and gives what it raised, or an empty text."""

    def run(function: Callable[[], None]) -> str:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.setgroups([])
            os.setgid(pwd.getpwnam("nobody").pw_gid)
            os.setuid(NOBODY)
            try:
                function()
            except BaseException as problem:
                os.write(writer, f"{type(problem).__name__}: {problem}".encode())
            os._exit(0)
        os.close(writer)
        os.waitpid(child, 0)
        with os.fdopen(reader) as text:
            return text.read()

    return run
