"""The file of a backup: an ordinary tar archive that can be written and read in one pass.

    manifest.json   what the backup holds and which program made it (manifest.py)
    database.dump   pg_dump's custom format
    secret_key      signs sessions and opens stored secrets: whoever has the file has the key
    media/…         the uploads
    files.sha256    the checksums of all of the above, as `sha256sum -c` reads them; last, so that a file which was
                    cut off lacks it

Nothing is held in memory but one block at a time, however large the database and however many the uploads.
"""

import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from zhongshu.kernel.backup.errors import NotABackup
from zhongshu.kernel.backup.manifest import MANIFEST, Manifest

DUMP = "database.dump"
KEY = "secret_key"
MEDIA = "media/"
LISTING = "files.sha256"

_BLOCK = 1 << 20


class Hashed:
    """A stream that keeps the checksum of what was read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._sum = hashlib.sha256()

    def read(self, size: int = _BLOCK) -> bytes:
        block = self._stream.read(size)
        self._sum.update(block)
        return block

    def drain(self) -> None:
        while self.read():
            pass

    def line(self, name: str) -> str:
        """The stream's line in the listing."""
        return f"{self._sum.hexdigest()}  {name}\n"


class Writer:
    """Writes members one after the other; `finish` adds the listing."""

    def __init__(self, target: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._listing = tempfile.TemporaryFile("w+b")  # noqa: SIM115

    def add(self, name: str, stream: IO[bytes], *, size: int, made_at: float) -> None:
        """Takes `size` bytes of the stream. Raises OSError when it has fewer."""
        hashed = Hashed(stream)
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, int(made_at), 0o600
        self._tar.addfile(member, hashed)
        _forget_members(self._tar)
        self._listing.write(hashed.line(name).encode())

    def finish(self, *, made_at: float) -> None:
        size = self._listing.tell()
        self._listing.seek(0)
        member = tarfile.TarInfo(LISTING)
        member.size, member.mtime, member.mode = size, int(made_at), 0o600
        self._tar.addfile(member, self._listing)
        self._tar.close()
        self._listing.close()


def members(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and content of each member in their order; the content can be read until the next is asked for.

    Raises NotABackup when the file is no archive or can't be read, and TarError where it ends too early.
    """
    with _opened(file) as tar:
        while (member := tar.next()) is not None:
            _forget_members(tar)
            content = tar.extractfile(member)
            if content is not None:
                yield member.name, content


def verify(file: Path) -> Manifest:
    """Reads the whole file and compares every checksum. Raises NotABackup with the first thing that is wrong."""
    try:
        return _verified(file)
    except tarfile.TarError:
        raise _cut_off(file) from None


def _verified(file: Path) -> Manifest:
    with tempfile.TemporaryFile("w+b") as computed:
        found = members(file)
        manifest = _manifest_of(found, file)
        computed.write(_line_of(MANIFEST, io.BytesIO(manifest)).encode())
        for name, content in found:
            if name == LISTING:
                computed.seek(0)
                _compare(content, computed, file)
                return Manifest.read(manifest)
            computed.write(_line_of(name, content).encode())
    raise _cut_off(file)


def _manifest_of(found: Iterator[tuple[str, IO[bytes]]], file: Path) -> bytes:
    name, content = next(found, ("", io.BytesIO()))
    if name != MANIFEST:
        raise _foreign(file)
    manifest = content.read()
    _require_known_format(manifest, file)
    return manifest


def _line_of(name: str, content: IO[bytes]) -> str:
    hashed = Hashed(content)
    hashed.drain()
    return hashed.line(name)


def _compare(listing: IO[bytes], computed: IO[bytes], file: Path) -> None:
    for promised, found in zip_longest(listing, computed, fillvalue=b""):
        if promised != found:
            name = (found or promised).decode("utf-8", "replace").partition("  ")[2].strip()
            raise NotABackup(_("备份 %(file)s 已损坏：%(name)s 的校验和不符。") % {"file": file, "name": name})


def _require_known_format(manifest: bytes, file: Path) -> None:
    """Before anything else, for a newer program may write everything else differently."""
    try:
        head: Any = json.loads(manifest)
        newer = head["format"] > Manifest.FORMAT
    except (ValueError, TypeError, KeyError):
        raise NotABackup(
            _("备份 %(file)s 已损坏：%(name)s 的校验和不符。") % {"file": file, "name": MANIFEST}
        ) from None
    if newer:
        raise NotABackup(_("备份 %(file)s 由更新的版本制作，请先升级本程序。") % {"file": file})


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        tar = tarfile.open(file, "r:")  # noqa: SIM115
    except tarfile.TarError:
        raise _foreign(file) from None
    except OSError as refusal:
        raise NotABackup(
            _("无法读取 %(file)s：%(reason)s。") % {"file": file, "reason": refusal.strerror or refusal}
        ) from None
    with tar:
        yield tar


def _forget_members(tar: tarfile.TarFile) -> None:
    """It would keep a note of every file it has ever seen."""
    tar.members.clear()  # type: ignore[attr-defined]


def _foreign(file: Path) -> NotABackup:
    return NotABackup(_("%(file)s 不是中枢的备份。") % {"file": file})


def _cut_off(file: Path) -> NotABackup:
    return NotABackup(_("备份 %(file)s 不完整：它在中途断了，或中间已损坏。") % {"file": file})
