"""A lived-in world is backed up, lost, and comes back: every row, every file, every rule of the database."""

import io
import itertools
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from hypothesis import given
from hypothesis import settings as how_often
from hypothesis import strategies as st

from tests.config.places import ROOT, Place, Rows, all_rows, shape_of
from tests.house.world import World
from tests.kernel.database.conftest import make_open_directory
from zhongshu.estate.actions.imports import send_workbook
from zhongshu.estate.models import EstateImport
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.kernel.backup import archive, making, postgres
from zhongshu.kernel.backup.errors import CannotBackUp, CannotRestore, NotABackup
from zhongshu.kernel.backup.manifest import MANIFEST, Manifest
from zhongshu.kernel.backup.restoring import restore
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.database import DatabaseUnavailable, Server, find_binaries, find_clients

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=SITE_ZONE)
_numbers = itertools.count()

pytestmark = pytest.mark.django_db


@dataclass
class LivedIn:
    """The world in the tests' database, what was in it, and its backup."""

    world: World
    media: Path
    file: Path
    rows: Rows
    shape: list[str]
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def open_directory() -> Iterator[Path]:
    directory = make_open_directory()
    yield directory
    subprocess.run(["rm", "-rf", str(directory)], check=True)


@pytest.fixture(scope="module")
def lived_in(django_db_setup: None, django_db_blocker: Any, open_directory: Path) -> Iterator[LivedIn]:
    media, file = open_directory / "world" / "media", open_directory / "world.tar"
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        assert connection.settings_dict["NAME"].startswith("test_")
        world = World.build_whole(NOON)
        (media / "空 格").mkdir()
        (media / "空 格" / "照片 (1).jpg").write_bytes(os.urandom(3_000_000))
        (media / "空 格" / "空.txt").touch()
        making.write_file(file, at=NOON, media=media)
        files = {str(each.relative_to(media)): each.read_bytes() for each in media.rglob("*") if each.is_file()}
        dsn = postgres.Address.of_django().dsn
        with psycopg.connect(dsn) as session:
            rows = all_rows(session)
        yield LivedIn(world, media, file, rows, shape_of(dsn), files)
        call_command("flush", verbosity=0, interactive=False)
        connection.close()


@pytest.fixture(scope="module")
def restored(lived_in: LivedIn, open_directory: Path) -> Iterator[Place]:
    """The world in a data directory that was not there before; its server stays up for databases of our own."""
    place = Place(Server(open_directory / "物业 数据"), open_directory / "物业 数据")
    place.answer("restore", lived_in.file, "--data", place.data, ZHONGSHU_DATA="/nowhere/to/be/made")
    place.server.hold()
    place.server.start()
    yield place
    place.server.release()


@pytest.fixture
def new_place(restored: Place, tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Databases for `DATABASE_URL`, empty or like another."""
    made: list[str] = []

    def make(template: str = "template0") -> Place:
        made.append(f"place_{next(_numbers)}")
        with restored.session() as session:
            session.execute(f"CREATE DATABASE {made[-1]} TEMPLATE {template}")  # type: ignore[call-overload]
        return Place(restored.server, tmp_path / made[-1], made[-1])

    yield make
    with psycopg.connect(restored.superuser_dsn, autocommit=True) as session:
        for name in made:
            session.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def never() -> None:
    pytest.fail("a file that is refused starts no database")


class TestTheWholeWorld:
    def test_every_row_comes_back(self, lived_in: LivedIn, restored: Place) -> None:
        assert sum(map(len, lived_in.rows.values())) > 300
        assert restored.rows() == lived_in.rows

    def test_every_file_comes_back(self, lived_in: LivedIn, restored: Place) -> None:
        assert len(lived_in.files) > 3
        assert restored.files() == lived_in.files

    def test_tables_keys_triggers_and_functions_are_the_same(self, lived_in: LivedIn, restored: Place) -> None:
        assert any("CREATE TRIGGER" in line for line in lived_in.shape)
        assert restored.shape() == lived_in.shape

    def test_sequences_go_on(self, restored: Place) -> None:
        with restored.session() as session:
            ((newest,),) = session.execute("SELECT max(id) FROM estate_place").fetchall()
            ((following,),) = session.execute("SELECT nextval('estate_place_id_seq')").fetchall()
        assert following > newest

    def test_history_still_takes_new_rows_only(self, restored: Place) -> None:
        with restored.session() as session, pytest.raises(psycopg.errors.RestrictViolation):
            session.execute("UPDATE identity_auditentry SET verb = 'forged'")

    def test_the_key_that_opens_the_secrets_comes_back_for_its_owner_alone(self, restored: Place) -> None:
        key = restored.data / "secret_key"
        assert key.read_text() == settings.SECRET_KEY
        assert key.stat().st_mode & 0o777 == 0o600

    def test_nothing_is_left_lying_about(self, restored: Place) -> None:
        names = {entry.name for entry in restored.data.iterdir()}
        assert names == {"pg", "pg.lock", "pg.clients", "postgres.log", "media", "secret_key"}

    def test_the_program_works_on(self, restored: Place) -> None:
        assert [site["code"] for site in restored.answer("site", "list")] == ["WTY", "XH", "YQL"]

    def test_the_manifest_tells_what_is_inside(self, lived_in: LivedIn) -> None:
        manifest = archive.verify(lived_in.file)
        assert manifest.rows == {f"public.{table}": len(rows) for table, rows in lived_in.rows.items()}
        assert "0001_initial" in manifest.migrations["work"]
        assert manifest.made_at == NOON

    def test_ordinary_tools_can_read_and_check_it(self, lived_in: LivedIn, tmp_path: Path) -> None:
        subprocess.run(["tar", "xf", lived_in.file, "-C", tmp_path], check=True)
        subprocess.run(["sha256sum", "--quiet", "-c", "files.sha256"], cwd=tmp_path, check=True)
        assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


class TestABackupOfTheOldSchema:
    def test_it_is_brought_up_to_this_version(self, new_place: Callable[..., Place], tmp_path: Path) -> None:
        old, new = new_place("zhongshu"), new_place()
        assert old.run("migrate", "insight", "zero").returncode == 0
        old.answer("backup", tmp_path / "old.tar")
        answer = new.answer("restore", tmp_path / "old.tar")
        assert "insight.0001_initial" in answer["migrated"]
        assert new.run("migrate", "--check").returncode == 0
        assert new.rows()["work_workorder"] == old.rows()["work_workorder"]


class TestWhileTheSystemIsUsed:
    def test_every_row_finds_its_file_and_the_counts_are_of_one_instant(
        self, lived_in: LivedIn, new_place: Callable[..., Place], tmp_path: Path
    ) -> None:
        enough, file = Event(), tmp_path / "busy.tar"
        with override_settings(MEDIA_ROOT=lived_in.media):
            before = EstateImport.objects.count()
            writers = [Thread(target=_send_workbooks, args=[lived_in.world, enough]) for _ in range(2)]
            for writer in writers:
                writer.start()
            while EstateImport.objects.count() < before + 3:
                time.sleep(0.01)
            making.write_file(file, at=NOON, media=lived_in.media)
            seen_then = EstateImport.objects.count()
            while EstateImport.objects.count() == seen_then:
                time.sleep(0.01)
            enough.set()
            for writer in writers:
                writer.join()
            after = EstateImport.objects.count()
        place = new_place()
        place.answer("restore", file)
        with place.session() as session:
            names = [name for (name,) in session.execute("SELECT file FROM estate_estateimport").fetchall()]
        assert before < len(names) < after
        assert set(names) <= set(place.files())


def _send_workbooks(world: World, enough: Event) -> None:
    kind = kind_named("estate")
    content = filled_workbook(kind.specs, {}, kind.notes)
    while not enough.is_set():
        send_workbook(
            actor=world.cast.system, at=NOON, site=world.site, kind=kind, file_name="房产.xlsx", content=content
        )
    connection.close()


class TestFilesThatAreRefused:
    """Each with one sentence, and before anything is touched: not even a database is started."""

    def test_one_byte_changed_in_any_part(self, lived_in: LivedIn, tmp_path: Path) -> None:
        whole = lived_in.file.read_bytes()
        with tarfile.open(lived_in.file) as tar:
            places = [(m.name, m.offset_data + m.size // 2) for m in tar if m.size] + [
                ("header", tar.getmembers()[1].offset)
            ]
        for name, position in places:
            damaged = tmp_path / "damaged.tar"
            damaged.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
            with pytest.raises(NotABackup):
                restore(damaged, data=tmp_path / name, replace=False, start_database=never)
            assert not (tmp_path / name).exists()

    @how_often(max_examples=60, deadline=None)
    @given(data=st.data())
    def test_what_is_taken_for_sound_says_what_was_written(self, data: st.DataObject) -> None:
        """Bytes that only fill up a block may be any; all others are noticed."""
        small = _small()
        position = data.draw(st.integers(0, len(small) - 1))
        damaged = small[:position] + bytes([small[position] ^ data.draw(st.integers(1, 255))]) + small[position + 1 :]
        with _as_file(damaged) as file:
            try:
                archive.verify(file)
            except NotABackup:
                return
            assert _contents(file) == SMALL

    @how_often(max_examples=60, deadline=None)
    @given(data=st.data())
    def test_a_file_cut_off_anywhere(self, data: st.DataObject) -> None:
        small = _small()
        length = data.draw(st.integers(0, len(small.rstrip(b"\0")) - 1))
        with _as_file(small[:length]) as file, pytest.raises(NotABackup):
            archive.verify(file)

    def test_files_of_another_kind(self, tmp_path: Path) -> None:
        (tmp_path / "letter").write_text("Dear all, " * 2000)
        (tmp_path / "empty").touch()
        with tarfile.open(tmp_path / "other.tar", "w") as tar:
            tar.add(tmp_path / "letter", "letter")
        for name in ("letter", "empty", "other.tar"):
            with pytest.raises(NotABackup, match="不是中枢的备份"):
                archive.verify(tmp_path / name)
        for name in ("nowhere", "."):
            with pytest.raises(NotABackup, match="无法读取"):
                archive.verify(tmp_path / name)

    @pytest.mark.parametrize("change", [{"format": 2}, {"migrations": {"work": ["0999_from_the_future"]}}])
    def test_one_of_a_newer_program(self, change: dict[str, Any], tmp_path: Path) -> None:
        file = tmp_path / "newer.tar"
        with file.open("wb") as target:
            _write(target, **SMALL | {MANIFEST: json.dumps(_fields() | change).encode()})
        with pytest.raises(NotABackup, match="更新的版本"):
            restore(file, data=tmp_path / "data", replace=False, start_database=never)

    def test_one_of_a_newer_server(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("DATABASE_URL", raising=False)
        file = tmp_path / "newer.tar"
        with file.open("wb") as target:
            _write(target, **SMALL | {MANIFEST: json.dumps(_fields() | {"server_major": 99}).encode()})
        with pytest.raises(CannotRestore, match="PostgreSQL 99"):
            restore(file, data=tmp_path / "data", replace=False, start_database=never)

    def test_migrations_of_apps_we_gave_up_are_no_sign_of_the_future(self) -> None:
        given_up = _fields() | {"migrations": {"sessions": ["0001_initial"]}}
        Manifest.read(json.dumps(given_up).encode()).require_known()

    def test_check_says_so_and_makes_no_data_directory(self, lived_in: LivedIn, tmp_path: Path) -> None:
        place = Place(Server(tmp_path / "none"), tmp_path / "none")
        assert place.answer("backup", "--check", lived_in.file)["sound"] is True
        half = tmp_path / "half.tar"
        half.write_bytes(lived_in.file.read_bytes()[:100_000])
        assert "不完整" in place.refusal("backup", "--check", half)
        assert "不完整" in place.refusal("restore", half)
        assert not place.data.exists()


class TestPlacesThatAreRefused:
    def test_a_second_time_only_if_told_to_replace(self, lived_in: LivedIn, new_place: Callable[..., Place]) -> None:
        place = new_place()
        place.answer("restore", lived_in.file)
        assert "--replace" in place.refusal("restore", lived_in.file)
        with place.session() as session:
            session.execute("TRUNCATE messaging_message CASCADE")
            session.execute("CREATE TABLE of_a_later_version (id int)")
        (place.data / "media" / "later.jpg").touch()
        answer = place.answer("restore", lived_in.file, "--replace")
        assert answer["replaced"]["uploads"] == len(lived_in.files) + 1
        assert (place.rows(), place.shape(), place.files()) == (lived_in.rows, lived_in.shape, lived_in.files)

    def test_a_database_that_somebody_uses(self, lived_in: LivedIn, new_place: Callable[..., Place]) -> None:
        place = new_place()
        with place.session():
            assert "还有 1 个连接" in place.refusal("restore", lived_in.file)
        assert place.rows() == {}

    def test_a_database_where_we_may_not_make_tables(self, lived_in: LivedIn, new_place: Callable[..., Place]) -> None:
        place = new_place()
        with psycopg.connect(place.superuser_dsn, autocommit=True) as session:
            session.execute(f"ALTER DATABASE {place.name} OWNER TO postgres")  # type: ignore[call-overload]
        assert "数据库保持原样：permission denied" in place.refusal("restore", lived_in.file)
        assert place.rows() == {}
        assert list(place.data.iterdir()) == []

    def test_a_directory_that_is_none(self, lived_in: LivedIn, new_place: Callable[..., Place], tmp_path: Path) -> None:
        place = new_place()
        place.data.write_text("a file")
        assert "无法写入" in place.refusal("restore", lived_in.file)
        assert place.rows() == {}

    def test_names_that_lead_elsewhere(self, new_place: Callable[..., Place], tmp_path: Path) -> None:
        file, place = tmp_path / "evil.tar", new_place()
        with file.open("wb") as target:
            _write(target, **SMALL | {"media/../../evil": b"!"})
        assert "指向别处" in place.refusal("restore", file)
        assert not (tmp_path / "evil").exists()


class TestInterrupted:
    @pytest.mark.slow
    def test_killed_again_and_again_it_leaves_the_old_or_the_new_and_a_way_on(
        self, lived_in: LivedIn, new_place: Callable[..., Place]
    ) -> None:
        place = new_place("zhongshu")
        (place.data / "media").mkdir(parents=True)
        (place.data / "media" / "old.jpg").touch()
        with place.session() as session:
            session.execute("TRUNCATE messaging_message CASCADE")
        old = place.rows()
        for patience in (1.0, 1.4, 1.8):
            process = place.start("restore", lived_in.file, "--replace")
            time.sleep(patience)
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            _wait_until_alone(place)
            assert place.rows() in (old, lived_in.rows)
        place.answer("restore", lived_in.file, "--replace")
        assert (place.rows(), place.files()) == (lived_in.rows, lived_in.files)

    def test_between_database_and_uploads_no_program_starts(
        self, lived_in: LivedIn, new_place: Callable[..., Place]
    ) -> None:
        place = new_place()
        place.answer("restore", lived_in.file)
        (place.data / "restore.unfinished").touch()
        assert "A restore into" in place.refusal("site", "list")
        place.answer("restore", lived_in.file, "--replace")
        assert len(place.answer("site", "list")) == 3


def _wait_until_alone(place: Place) -> None:
    with place.session() as session:
        question = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        while session.execute(question).fetchone() != (0,):
            time.sleep(0.05)


class TestJobs:
    def test_what_was_running_is_put_back(self, new_place: Callable[..., Place], tmp_path: Path) -> None:
        place, other = new_place("zhongshu"), new_place()
        with place.session() as session:
            session.execute(
                "INSERT INTO procrastinate_jobs (task_name, queue_name) VALUES ('kernel.sweep_outbox', 'x')"
            )
            session.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE queue_name = 'x'")
        place.answer("backup", tmp_path / "running.tar")
        assert other.answer("restore", tmp_path / "running.tar")["put_back_jobs"] == 1
        with other.session() as session:
            states = session.execute("SELECT status FROM procrastinate_jobs WHERE queue_name = 'x'").fetchall()
        assert states == [("todo",)]


class TestWritingIt:
    def test_it_is_for_its_owner_alone_and_never_written_over(
        self, new_place: Callable[..., Place], tmp_path: Path
    ) -> None:
        place, file = new_place("zhongshu"), tmp_path / "b.tar"
        place.answer("backup", file)
        assert file.stat().st_mode & 0o777 == 0o600
        before = file.read_bytes()
        assert "已存在" in place.refusal("backup", file)
        assert file.read_bytes() == before

    def test_what_fails_leaves_nothing_behind(self, new_place: Callable[..., Place], tmp_path: Path) -> None:
        place, there = new_place(), tmp_path / "backups"
        there.mkdir()
        assert "数据库是空的" in place.refusal("backup", there / "b.tar")
        assert list(there.iterdir()) == []
        assert "无法写入" in place.refusal("backup", tmp_path / "nowhere" / "b.tar")

    def test_dated_names_and_the_newest_are_kept(self, new_place: Callable[..., Place], tmp_path: Path) -> None:
        place, there = new_place("zhongshu"), tmp_path / "backups"
        there.mkdir()
        for day in range(1, 5):
            (there / making.dated_name(datetime(2020, 1, day, tzinfo=UTC))).touch()
        (there / "zhongshu-of-my-own.tar").touch()
        answer = place.answer("backup", there, "--keep", "2")
        assert [Path(name).name for name in answer["forgotten"]] == [
            f"zhongshu-2020010{day}-080000.tar" for day in (1, 2, 3)
        ]
        names = sorted(entry.name for entry in there.iterdir())
        assert names == ["zhongshu-20200104-080000.tar", Path(answer["file"]).name, "zhongshu-of-my-own.tar"]

    @pytest.mark.parametrize("words", [["--keep", "0"], ["-", "--keep", "3"], ["b.tar", "--keep", "3"]])
    def test_keep_wants_a_directory_and_a_number(self, words: list[str]) -> None:
        with pytest.raises(CommandError, match="--keep"):
            call_command("backup", *words)

    def test_as_a_stream(self, new_place: Callable[..., Place], tmp_path: Path) -> None:
        place, file = new_place("zhongshu"), tmp_path / "stream.tar"
        command = [sys.executable, "-m", "zhongshu", "backup", "-", "--json"]
        with file.open("wb") as target:
            done = subprocess.run(
                command, cwd=ROOT, env=place.environment(), stdout=target, stderr=subprocess.PIPE, check=True
            )
        assert json.loads(done.stderr)["rows"] == sum(archive.verify(file).rows.values())

    @pytest.mark.slow
    def test_the_wheels_newer_programs_do_as_well(
        self, new_place: Callable[..., Place], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("ZHONGSHU_PG_BINARIES", "wheel")
        try:
            newer = find_binaries()
        except DatabaseUnavailable:
            pytest.skip("no PostgreSQL in a wheel here")
        place, other, wheel = new_place("zhongshu"), new_place(), {"ZHONGSHU_PG_BINARIES": "wheel", "PATH": "/bin"}
        place.answer("backup", tmp_path / "b.tar", **wheel)
        assert archive.verify(tmp_path / "b.tar").dump_major == newer.major
        other.answer("restore", tmp_path / "b.tar", **wheel)
        assert other.rows() == place.rows()

    def test_programs_older_than_the_server_do_not(self) -> None:
        with pytest.raises(DatabaseUnavailable, match="postgresql-client-99"):
            find_clients(at_least=99)

    def test_a_name_taken_meanwhile_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "draft").write_text("mine")
        (tmp_path / "b.tar").write_text("theirs")
        with pytest.raises(CannotBackUp):
            making._name(tmp_path / "draft", tmp_path / "b.tar")
        assert (tmp_path / "b.tar").read_text() == "theirs"


class TestTheKey:
    def test_another_key_in_the_environment_is_told_about(
        self, lived_in: LivedIn, new_place: Callable[..., Place]
    ) -> None:
        done = new_place().run("restore", lived_in.file, ZHONGSHU_SECRET_KEY="another")
        assert "ZHONGSHU_SECRET_KEY" in done.stdout


def _fields() -> dict[str, Any]:
    manifest = Manifest(
        program="0.1.0",
        made_at=NOON + timedelta(minutes=1),
        postgres="15.1",
        server_major=15,
        dump_major=15,
        migrations={"work": ["0001_initial"]},
        rows={"public.t": 1},
    )
    fields: dict[str, Any] = json.loads(manifest.written())
    return fields


SMALL = {
    MANIFEST: json.dumps(_fields()).encode(),
    archive.DUMP: bytes(range(256)) * 4,
    archive.KEY: b"key",
    "media/a/b.jpg": b"b" * 700,
    "media/c.jpg": b"",
}


@cache
def _small() -> bytes:
    buffer = io.BytesIO()
    _write(buffer, **SMALL)
    return buffer.getvalue()


def _write(target: Any, **contents: bytes) -> None:
    writer = archive.Writer(target)
    for name, content in contents.items():
        writer.add(name, io.BytesIO(content), size=len(content), made_at=0)
    writer.finish(made_at=0)


def _contents(file: Path) -> dict[str, bytes]:
    found = {name: content.read() for name, content in archive.members(file)}
    del found[archive.LISTING]
    return found


class _as_file:  # noqa: N801 - reads like a function
    """A file in memory with that content, for as long as it is looked at."""

    def __init__(self, content: bytes) -> None:
        self._file = tempfile.NamedTemporaryFile()  # noqa: SIM115
        self._file.write(content)
        self._file.flush()

    def __enter__(self) -> Path:
        return Path(self._file.name)

    def __exit__(self, *_: object) -> None:
        self._file.close()
