"""Puts a backup back: into an empty place, or in the place of what is there.

Everything is prepared beside the old state. Then the database is replaced in one transaction, which is the point of
no return, and after it three names change: uploads, key, and the mark that says a restore is under way. Whoever is
killed between those finds the mark: no program starts on half a restore, and running the restore again finishes it.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.db import connection
from django.utils.translation import gettext as _

from zhongshu.kernel import schema
from zhongshu.kernel.backup import archive, postgres
from zhongshu.kernel.backup.errors import CannotRestore, writing
from zhongshu.kernel.backup.making import uploads_in
from zhongshu.kernel.backup.manifest import Manifest
from zhongshu.kernel.database import UNFINISHED, find_binaries, major_of


@dataclass(frozen=True)
class Found:
    """What stood where the backup went."""

    tables: int
    rows: int
    uploads: int

    def __bool__(self) -> bool:
        return bool(self.tables or self.uploads)


@dataclass(frozen=True)
class Restored:
    """A finished restore; `rows` and `uploads` were counted and compared with the backup's."""

    manifest: Manifest
    uploads: int
    replaced: Found
    migrated: list[str]
    put_back_jobs: int


def restore(file: Path, *, data: Path, replace: bool, start_database: Callable[[], Any]) -> Restored:
    """Checks the file, then the place, then restores; `start_database` is called when the file was found good.

    Raises NotABackup, CannotRestore or DatabaseUnavailable; until the last moment everything is as it was.
    """
    manifest = archive.verify(file)
    manifest.require_known()
    _require_able_server(manifest, data)
    start_database()
    with schema.alone():
        address = postgres.Address.of_django()
        found = _found(data / "media")
        _require_free(found, data, replace=replace)
        uploads = _put_in_place(file, manifest, address, data=data, empty_first=bool(found.tables))
        migrated = schema.missing_migrations()
        schema.bring_up_to_date()
        _gather_statistics()
        return Restored(manifest, uploads, found, migrated, _put_back_jobs())


def _require_able_server(manifest: Manifest, data: Path) -> None:
    """A dump goes into a server of its own version or a newer one."""
    if os.environ.get("DATABASE_URL"):
        return
    cluster = data / "pg"
    _require_major(major_of(cluster) if cluster.exists() else find_binaries().major, manifest)


def _require_major(major: int, manifest: Manifest) -> None:
    if major < manifest.server_major:
        raise CannotRestore(
            _("备份来自 PostgreSQL %(theirs)s，这里是较旧的 %(ours)s；请换用同版本或更新的数据库。")
            % {"theirs": manifest.server_major, "ours": major}
        )


def _found(media: Path) -> Found:
    rows = postgres.count_rows(connection.connection)
    return Found(len(rows), sum(rows.values()), sum(1 for _upload in uploads_in(media)))


def _require_free(found: Found, data: Path, *, replace: bool) -> None:
    if found and not replace:
        raise CannotRestore(
            _(
                "%(data)s 和它的数据库不是空的：有 %(tables)s 张表共 %(rows)s 行、"
                "%(uploads)s 个上传文件；要用备份取代它们，请加 --replace。"
            )
            % {"data": data, "tables": found.tables, "rows": found.rows, "uploads": found.uploads}
        )
    others = postgres.sessions_of_others()
    if others:
        raise CannotRestore(_("还有 %(count)s 个连接在使用这个数据库；请先停止网页和后台进程。") % {"count": others})


def _put_in_place(file: Path, manifest: Manifest, address: postgres.Address, *, data: Path, empty_first: bool) -> int:
    """Gives the number of uploads."""
    _require_major(address.major, manifest)
    mark, draft, uploads = data / UNFINISHED, data / f"{archive.KEY}.new", _Uploads(data / "media")
    with writing(data, CannotRestore):
        data.mkdir(parents=True, exist_ok=True)
        was_marked = mark.exists()
        try:
            count = uploads.unpack(file)
            draft.write_bytes(_member(file, archive.KEY))
            draft.chmod(0o600)
            _fill(file, manifest, address, empty_first=empty_first, before_commit=mark.touch)
        except BaseException:
            uploads.give_up()
            draft.unlink(missing_ok=True)
            if not was_marked:
                mark.unlink(missing_ok=True)
            raise
        uploads.take_over()
        draft.replace(data / archive.KEY)
        mark.unlink()
    return count


def _fill(
    file: Path, manifest: Manifest, address: postgres.Address, *, empty_first: bool, before_commit: Callable[[], None]
) -> None:
    for name, content in archive.members(file):
        if name == archive.DUMP:
            postgres.fill(address, manifest, content, empty_first=empty_first, before_commit=before_commit)


def _member(file: Path, wanted: str) -> bytes:
    return next(content.read() for name, content in archive.members(file) if name == wanted)


class _Uploads:
    """The uploads of a data directory and those that will take their place."""

    def __init__(self, media: Path) -> None:
        self._place = media.resolve()
        self._new = self._place.with_name(f"{self._place.name}.new")
        self._old = self._place.with_name(f"{self._place.name}.old")

    def unpack(self, file: Path) -> int:
        """Beside the old ones; then each is read again and its checksum compared."""
        shutil.rmtree(self._new, ignore_errors=True)
        self._new.mkdir(parents=True)
        count = 0
        for name, content in archive.members(file):
            if name.startswith(archive.MEDIA):
                self._write(name, content.read)
                count += 1
            elif name == archive.LISTING:
                self._compare(content)
        os.sync()  # once for all; after each of many small files it takes minutes
        return count

    def _write(self, name: str, read: Callable[[int], bytes]) -> None:
        target = self._target(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as copy:
            while block := read(1 << 20):
                copy.write(block)

    def _target(self, name: str) -> Path:
        target = self._new / name.removeprefix(archive.MEDIA)
        if not target.resolve().is_relative_to(self._new):
            raise CannotRestore(_("备份里的文件名 %(name)s 指向别处。") % {"name": name})
        return target

    def _compare(self, listing: Any) -> None:
        for line in listing:
            name = line.decode().rstrip("\n").partition("  ")[2]
            if not name.startswith(archive.MEDIA):
                continue
            with self._target(name).open("rb") as copy:
                hashed = archive.Hashed(copy)
                hashed.drain()
            if hashed.line(name).encode() != line:
                raise CannotRestore(_("写到磁盘上的 %(name)s 与备份不符；请检查磁盘。") % {"name": name})

    def give_up(self) -> None:
        shutil.rmtree(self._new, ignore_errors=True)

    def take_over(self) -> None:
        shutil.rmtree(self._old, ignore_errors=True)
        if self._place.exists():
            self._place.rename(self._old)
        self._new.rename(self._place)
        shutil.rmtree(self._old, ignore_errors=True)


def _gather_statistics() -> None:
    """So that the first questions are answered as fast as the later ones."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _put_back_jobs() -> int:
    """What was running when the backup was made has no worker any more; all jobs are safe to run again."""
    from zhongshu.kernel.jobs import revive

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
        running = int(cursor.fetchone()[0])
    if running:
        async_to_sync(revive)(stalled_after_seconds=0)
    return running
