"""One PostgreSQL server per data directory, started and stopped by whoever needs it.

Two locks in the data directory keep concurrent callers apart. Whoever starts the server holds `pg.lock`.
Whoever uses it holds `pg.clients` shared until it ends (the kernel lets go for the killed), and the last one
to leave, who gets that lock for itself alone, stops the server. A newcomer waits for that and starts anew.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from zhongshu.kernel.database.accounts import Account, check_it_is_ours, owner_of
from zhongshu.kernel.database.binaries import Binaries, find_binaries
from zhongshu.kernel.database.cluster import DATABASE, ROLE, configure, create_cluster, major_of
from zhongshu.kernel.database.complaints import LOCK_FILE, ORPHANS, explain, explained
from zhongshu.kernel.database.errors import DatabaseUnavailable
from zhongshu.kernel.database.shelter import reachable_binaries
from zhongshu.kernel.database.sockets import PORT, State, knock, make_socket_directory, socket_directory

ORPHANS_MAY_TAKE = 90.0
DYING_MAY_TAKE = 5.0
RECOVERY_MAY_TAKE = 600.0
LARGEST_LOG = 10_000_000

_held: dict[Path, int] = {}


class InUse(DatabaseUnavailable):
    """Another process uses the database."""


@dataclass(frozen=True)
class Connection:
    """How to reach a database of ours: the socket's directory stands where a host name would."""

    host: str
    port: int
    user: str
    name: str


class Server:
    """The server of one data directory; several objects and processes may speak of the same one."""

    def __init__(self, data_directory: Path) -> None:
        self.data_directory = data_directory.absolute()
        self.place = self.data_directory / "pg"
        self.log = self.data_directory / "postgres.log"

    @property
    def cluster(self) -> Path:
        """Where the cluster really is: root's may live in a shelter."""
        return self.place.resolve()

    def connection(self, name: str = DATABASE) -> Connection:
        return Connection(str(socket_directory(self.cluster)), PORT, ROLE, name)

    def dsn(self, name: str = DATABASE) -> str:
        """A connection string for libpq and psycopg."""
        to = self.connection(name)
        return f"host={to.host} port={to.port} user={to.user} dbname={to.name}"

    def is_running(self) -> bool:
        return self._state() is State.READY

    def start(self) -> Connection:
        """Makes the cluster when there is none and starts its server when it is down; safe beside itself.

        Raises DatabaseUnavailable with a sentence for the user.
        """
        if not self.is_running():
            with explained(self.data_directory):
                self.data_directory.mkdir(parents=True, exist_ok=True)
                with _locked(self.data_directory / "pg.lock"):
                    self._create_or_check()
                    self._launch()
        return self.connection()

    def stop(self) -> None:
        """Ends sessions, writes everything down and stops. Does nothing when the server is down."""
        if self._state() is State.DOWN:
            return
        account = owner_of(self.cluster)
        control = self._binaries(account).program("pg_ctl")
        command = [control, "stop", "-D", str(self.cluster), "-m", "fast", "-w", "-t", "120"]
        how = account.become()
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **how)
        if done.returncode != 0 and self._state() is not State.DOWN:
            raise DatabaseUnavailable(f"The database in {self.cluster} did not stop: {done.stderr.strip()}")
        with suppress(OSError):  # another starter may be in it already
            socket_directory(self.cluster).rmdir()

    def hold(self) -> None:
        """Says that this process uses the server, until it ends or calls `release`."""
        with explained(self.data_directory):
            if self.data_directory not in _held:
                self.data_directory.mkdir(parents=True, exist_ok=True)
                _held[self.data_directory] = _lock(self.data_directory / "pg.clients", fcntl.LOCK_SH)
                atexit.register(self._release_in, os.getpid())

    def release(self) -> None:
        """Says that this process no longer uses the server, and stops it when nobody else does."""
        mine = _held.pop(self.data_directory, None)
        if mine is None:
            return
        os.close(mine)
        try:
            with self.alone():
                self.stop()
        except InUse:
            return

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps everybody else away from the server. Raises InUse when somebody is there."""
        with explained(self.data_directory):
            try:
                lock = _lock(self.data_directory / "pg.clients", fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InUse(
                    f"The database in {self.data_directory} is in use: stop bin/demo and other commands first."
                ) from None
        try:
            yield
        finally:
            os.close(lock)

    def _release_in(self, process: int) -> None:
        """At exit; a forked child inherits the wish but not the duty."""
        if os.getpid() == process:
            try:
                self.release()
            except DatabaseUnavailable as reason:
                print(reason, file=sys.stderr)

    def _state(self) -> State:
        return knock(socket_directory(self.cluster), user=ROLE, database=DATABASE)

    def _binaries(self, account: Account) -> Binaries:
        return reachable_binaries(find_binaries(major_of(self.cluster)), account=account)

    def _create_or_check(self) -> None:
        if self.place.is_symlink() and not self.place.exists():
            raise DatabaseUnavailable(
                f"The database of {self.data_directory} was in {self.cluster} and is gone: restore a backup, "
                f"or delete {self.place} to start with an empty one."
            )
        if not self.place.exists():
            create_cluster(data_directory=self.data_directory, place=self.place)
        check_it_is_ours(self.cluster)
        major_of(self.cluster)

    def _launch(self) -> None:
        account = owner_of(self.cluster)
        if not account.can_enter(self.cluster):
            raise DatabaseUnavailable(
                f"User {account.uid}, who owns the database in {self.cluster}, can't get there: "
                "move it to a directory that this user may enter."
            )
        binaries = self._binaries(account)
        make_socket_directory(socket_directory(self.cluster), account=account)
        _shorten(self.log)
        began_at = time.monotonic()
        while (output := self._try(account=account, binaries=binaries)) is not None:
            if time.monotonic() - began_at >= _patience_with(output):
                raise DatabaseUnavailable(
                    f"The database in {self.cluster} did not start: {explain(output)[:-1]}; see {self.log}."
                )
            time.sleep(0.5)

    def _try(self, *, account: Account, binaries: Binaries) -> str | None:
        """Starts the server once; None when it is ready, what it wrote when it gave up."""
        _forget_stale_processes(self.cluster)
        configure(self.cluster, account=account)
        with self.log.open("ab") as log:
            before = log.tell()
            process = subprocess.Popen(
                [binaries.program("postgres"), "-D", str(self.cluster)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **account.become(),
            )
        if self._became_ready(process):
            return None
        with self.log.open("rb") as log:
            log.seek(before)
            return log.read().decode("utf-8", "replace")

    def _became_ready(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + RECOVERY_MAY_TAKE
        while process.poll() is None:
            if self._state() is State.READY:
                process.returncode = 0  # it outlives us: no warning about a child left behind
                return True
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(f"The database in {self.cluster} is recovering; see {self.log}.")
            time.sleep(0.02)
        return self._state() is State.READY


def _patience_with(output: str) -> float:
    """How long to try again when a killed server is not quite gone."""
    if ORPHANS in output:
        return ORPHANS_MAY_TAKE
    return DYING_MAY_TAKE if LOCK_FILE in output else 0.0


def _forget_stale_processes(cluster: Path) -> None:
    """Removes PostgreSQL's notes of a dead server's process when its number is a zombie's or another program's.

    PostgreSQL only asks whether the number is taken, as it is when the killed server's parent has not taken note,
    or after a container's restart. What children of a killed server still hold, it finds itself.
    """
    for note in (cluster / "postmaster.pid", socket_directory(cluster) / f".s.PGSQL.{PORT}.lock"):
        try:
            process = Path("/proc") / note.read_text(encoding="utf-8").split()[0]
            if process.exists() and not _is_server_of(cluster, process):
                note.unlink()
        except (OSError, IndexError):
            continue


def _is_server_of(cluster: Path, process: Path) -> bool:
    """A server sits in its cluster; a zombie sits nowhere."""
    if (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
        return False
    return (process / "cwd").readlink() == cluster


def _shorten(log: Path) -> None:
    """Keeps one earlier log, so that years of starts don't fill the disk."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    handle = _lock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def _lock(file: Path, how: int) -> int:
    """Takes a lock that ends with the process, killed or not; programs that we start do not inherit it."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, how)
    except BaseException:
        os.close(handle)
        raise
    return handle
