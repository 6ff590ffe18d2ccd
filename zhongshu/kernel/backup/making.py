"""Makes a backup while everybody works on."""

import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

import zhongshu
from zhongshu.kernel.backup import archive, postgres
from zhongshu.kernel.backup.errors import CannotBackUp, writing
from zhongshu.kernel.backup.manifest import MANIFEST, Manifest
from zhongshu.kernel.clock import SITE_ZONE

PREFIX = "zhongshu-"
_DATED = f"{PREFIX}????????-??????.tar"


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    manifest: Manifest
    uploads: int


def dated_name(at: datetime) -> str:
    """By the sites' clock; sorted by name is sorted by time."""
    return f"{PREFIX}{at.astimezone(SITE_ZONE):%Y%m%d-%H%M%S}.tar"


def write_file(file: Path, *, at: datetime, media: Path) -> Made:
    """A backup under a name that is free: complete and on the disk, or not there at all.

    Only its owner may read it: the secret key is in it. Raises CannotBackUp.
    """
    with writing(file, CannotBackUp):
        _require_free(file)
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".part")
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                made = write(target, at=at, media=media, workplace=file.parent)
                target.flush()
                os.fsync(target.fileno())
            _name(draft, file)
        finally:
            draft.unlink(missing_ok=True)
        _settle(file.parent)
    return made


def write(target: IO[bytes], *, at: datetime, media: Path, workplace: Path | None = None) -> Made:
    """A backup as a stream. `workplace` has room for the dump, whose size must be known before it is written.

    The uploads are copied after the dump: a file is written before the row that names it, and never written again,
    so that every row finds its file. Raises CannotBackUp.
    """
    address = postgres.Address.of_django()
    with tempfile.TemporaryFile(dir=workplace) as dumped:
        with postgres.snapshot(address) as seen:
            dump_major = postgres.dump(address, seen, dumped)
        manifest = Manifest(
            program=zhongshu.__version__,
            made_at=at,
            postgres=address.version,
            server_major=address.major,
            dump_major=dump_major,
            migrations=seen.migrations,
            rows=seen.rows,
        )
        writer = archive.Writer(target)
        _add_bytes(writer, MANIFEST, manifest.written(), at)
        _add_stream(writer, archive.DUMP, dumped, at.timestamp())
        _add_bytes(writer, archive.KEY, settings.SECRET_KEY.encode(), at)
        uploads = _add_uploads(writer, media)
        writer.finish(made_at=at.timestamp())
    return Made(manifest, uploads)


def forget_old(directory: Path, *, keep: int) -> list[Path]:
    """Deletes all but the newest `keep` dated backups of a directory; gives those deleted."""
    with writing(directory, CannotBackUp):
        old = sorted(directory.glob(_DATED))[:-keep]
        for file in old:
            file.unlink()
    return old


def uploads_in(media: Path) -> Iterator[tuple[str, Path]]:
    """Every upload with its path below `media`, in an order that depends on nothing but the names."""
    if not media.is_dir():
        return
    for entry in sorted(media.iterdir()):
        if entry.is_dir():
            yield from ((f"{entry.name}/{name}", file) for name, file in uploads_in(entry))
        elif entry.is_file():
            yield entry.name, entry


def _add_uploads(writer: archive.Writer, media: Path) -> int:
    count = 0
    for name, file in uploads_in(media):
        try:
            upload = file.open("rb")
        except FileNotFoundError:  # given up by the request that was writing it
            continue
        with upload:
            _add_stream(writer, f"{archive.MEDIA}{name}", upload, file.stat().st_mtime)
        count += 1
    return count


def _add_bytes(writer: archive.Writer, name: str, content: bytes, at: datetime) -> None:
    writer.add(name, io.BytesIO(content), size=len(content), made_at=at.timestamp())


def _add_stream(writer: archive.Writer, name: str, stream: IO[bytes], made_at: float) -> None:
    """What the file holds now: one that is being uploaded may grow, and no row of the dump names it."""
    size = os.fstat(stream.fileno()).st_size
    stream.seek(0)
    writer.add(name, stream, size=size, made_at=made_at)


def _require_free(file: Path) -> None:
    if file.exists():
        raise CannotBackUp(_("%(file)s 已存在，不会覆盖；请换一个名字。") % {"file": file})


def _name(draft: Path, file: Path) -> None:
    """A link fails where a rename would replace; file systems without links (USB sticks) have to do with a look."""
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        _require_free(file)
    except OSError:
        _require_free(file)
        draft.rename(file)


def _settle(directory: Path) -> None:
    """The name is on the disk too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
