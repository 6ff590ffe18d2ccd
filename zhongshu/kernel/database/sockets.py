"""The server's private socket: a short directory of its own, and whether anybody answers there."""

from __future__ import annotations

import enum
import hashlib
import os
import socket
import stat
import struct
from pathlib import Path

from zhongshu.kernel.database.accounts import Account
from zhongshu.kernel.database.errors import DatabaseUnavailable

PORT = 5432
_PROTOCOL = 196608  # version 3.0 of PostgreSQL's frontend/backend protocol
_STARTING_OR_STOPPING = b"C57P03\0"
_PATIENCE = 10.0


class State(enum.Enum):
    """What a server says to somebody who knocks."""

    DOWN = "down"
    BUSY = "busy"
    READY = "ready"


def socket_directory(cluster: Path) -> Path:
    """Short, as a socket's path has 107 bytes at most; in /tmp, as TMPDIR differs between callers."""
    return Path("/tmp") / f"zhongshu-{hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]}"  # noqa: S108


def make_socket_directory(directory: Path, *, account: Account) -> None:
    """Creates the directory for its owner alone. Raises DatabaseUnavailable when somebody else made it."""
    try:
        directory.mkdir(mode=0o700)
        account.own(directory)
    except FileExistsError:
        pass
    status = directory.lstat()
    private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
    if not private or status.st_uid != account.uid:
        raise DatabaseUnavailable(f"{directory} is not private to user {account.uid}: remove it.")


def knock(directory: Path, *, user: str, database: str) -> State:
    """Asks the server for a session and takes leave at once: `pg_isready` for the database that we use."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(_PATIENCE)
        try:
            line.connect(str(directory / f".s.PGSQL.{PORT}"))
            line.sendall(_greeting(user, database))
            answer = line.recv(1024)
            line.sendall(b"X" + struct.pack("!i", 4))
        except (FileNotFoundError, ConnectionRefusedError):
            return State.DOWN
        except OSError:
            return State.BUSY
    refused = not answer or (answer.startswith(b"E") and _STARTING_OR_STOPPING in answer)
    return State.BUSY if refused else State.READY


def _greeting(user: str, database: str) -> bytes:
    body = struct.pack("!i", _PROTOCOL) + b"user\0%b\0database\0%b\0\0" % (user.encode(), database.encode())
    return struct.pack("!i", len(body) + 4) + body
