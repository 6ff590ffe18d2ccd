"""The operating-system user that runs the database server (PostgreSQL refuses to run as root)."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhongshu.kernel.database.errors import DatabaseUnavailable

UNPRIVILEGED_NAMES = ("zhongshu", "postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user id with its group, and what `subprocess` needs to become it."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def become(self) -> dict[str, Any]:
        """Arguments for `subprocess.run`; empty when no change of user is needed."""
        return {} if self.is_us else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, directory: Path) -> bool:
        """Asks the kernel as that user, so that access control lists and mounts count too."""
        question = ["/bin/sh", "-c", 'test -x "$0"', str(directory)]
        return subprocess.run(question, cwd="/", check=False, **self.become()).returncode == 0

    def own(self, directory: Path) -> None:
        if not self.is_us:
            os.chown(directory, self.uid, self.gid)


def check_it_is_ours(cluster: Path) -> None:
    """Raises DatabaseUnavailable when the cluster is another user's and we are not root."""
    owner = cluster.stat().st_uid
    if os.geteuid() not in (0, owner):
        raise DatabaseUnavailable(
            f"The database in {cluster} belongs to user {owner}: run this as that user or as root, "
            "or choose another directory with ZHONGSHU_DATA."
        )


def owner_of(cluster: Path) -> Account:
    """The account of an existing cluster. Raises DatabaseUnavailable when we can't run a server for it."""
    check_it_is_ours(cluster)
    status = cluster.stat()
    if status.st_uid == 0:
        raise DatabaseUnavailable(
            f"The database in {cluster} belongs to root, and PostgreSQL refuses to run as root: "
            "give it to an ordinary user with chown -R."
        )
    return Account(status.st_uid, status.st_gid)


def account_for_new_cluster(data_directory: Path) -> Account:
    """Ourselves; for root the owner of the surrounding directory, or the first unprivileged user there is."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for account in _unprivileged_accounts(data_directory):
        return account
    raise DatabaseUnavailable(
        "PostgreSQL refuses to run as root and this machine has no user "
        f"{' or '.join(UNPRIVILEGED_NAMES)}: create one with useradd --system zhongshu."
    )


def _unprivileged_accounts(data_directory: Path) -> Iterator[Account]:
    """initdb looks its user up in the password database, so nameless ids are left out."""
    owner = data_directory.stat().st_uid
    for known in pwd.getpwall():
        if owner == known.pw_uid != 0:
            yield Account(known.pw_uid, known.pw_gid)
    for name in UNPRIVILEGED_NAMES:
        for known in pwd.getpwall():
            if known.pw_name == name:
                yield Account(known.pw_uid, known.pw_gid)
