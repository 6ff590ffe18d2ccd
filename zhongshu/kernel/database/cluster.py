"""Makes a database cluster: all of it or nothing, so that a crash leaves no half-made one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from zhongshu.kernel.database.accounts import Account, account_for_new_cluster
from zhongshu.kernel.database.binaries import Binaries, find_binaries
from zhongshu.kernel.database.complaints import explain
from zhongshu.kernel.database.errors import DatabaseUnavailable
from zhongshu.kernel.database.shelter import new_cluster_home, reachable_binaries
from zhongshu.kernel.database.sockets import PORT, socket_directory

ROLE = "zhongshu"
DATABASE = "zhongshu"
SUPERUSER = "postgres"

# lc_messages is C because complaints.py reads the server's messages; jit only slows short queries down.
SETTINGS = {
    "listen_addresses": "''",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_checkpoints": "off",
    "lc_messages": "'C'",
}

_FIRST_STATEMENTS = f"""
CREATE ROLE {ROLE} LOGIN CREATEDB;
CREATE DATABASE {DATABASE} OWNER {ROLE};
"""


def create_cluster(*, data_directory: Path, place: Path) -> None:
    """Makes `place` a cluster with our role and an empty database; a link, if it has to live elsewhere.

    Raises DatabaseUnavailable with the reason.
    """
    account = account_for_new_cluster(data_directory)
    binaries = reachable_binaries(find_binaries(), account=account)
    home = new_cluster_home(account=account, data_directory=data_directory)
    unfinished = home / f"{place.name}.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    _initialise(unfinished, account=account, binaries=binaries)
    finished = unfinished.rename(home / place.name)
    if finished != place:
        place.symlink_to(finished)


def _initialise(cluster: Path, *, account: Account, binaries: Binaries) -> None:
    options = ["-A", "trust", "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"]
    _run([binaries.program("initdb"), "-D", str(cluster), *options], account=account)
    alone = [binaries.program("postgres"), "--single", "-D", str(cluster), "-c", "exit_on_error=true"]
    _run([*alone, "postgres"], account=account, text=_FIRST_STATEMENTS)


def _run(command: list[str], *, account: Account, text: str = "") -> None:
    """With no input but `text`, from a directory that everybody may be in."""
    done = subprocess.run(
        command,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        check=False,
        **account.become(),
    )
    if done.returncode != 0:
        raise DatabaseUnavailable(f"The database could not be created: {explain(done.stdout)}")


def configure(cluster: Path, *, account: Account) -> None:
    """Writes `postgresql.conf` anew before every start, for the socket's place follows the cluster's."""
    settings = SETTINGS | {"unix_socket_directories": f"'{socket_directory(cluster)}'"}
    file = cluster / "postgresql.conf"
    draft = cluster / "postgresql.conf.new"
    draft.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()), encoding="utf-8")
    account.own(draft)
    draft.replace(file)


def major_of(cluster: Path) -> int:
    """The PostgreSQL version that wrote the cluster. Raises DatabaseUnavailable when it is no cluster."""
    try:
        return int((cluster / "PG_VERSION").read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise DatabaseUnavailable(
            f"{cluster} is not a working database directory: put a backup back, "
            "or move it away to start with an empty one."
        ) from None
