"""Turns what PostgreSQL and the operating system say into one sentence that tells how to mend it."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhongshu.kernel.database.errors import DatabaseUnavailable

ORPHANS = "is still in use"
LOCK_FILE = "lock file"
_FULL = "No space left on device"
_REASON = re.compile(r"(?:FATAL|PANIC|error): +(.+)|^postgres: (.+)", re.MULTILINE)


def explain(output: str) -> str:
    """The reason in the server's output, as the end of a sentence."""
    if _FULL in output:
        return "the disk is full, free some space and start again."
    if ORPHANS in output:
        return "processes of a server that was killed are still at work, wait for them to end or kill them."
    reasons = [first or second for first, second in _REASON.findall(output)]
    return f"PostgreSQL says “{reasons[-1].strip()}”." if reasons else "PostgreSQL gave no reason."


@contextmanager
def explained(directory: Path) -> Iterator[None]:
    """Raises DatabaseUnavailable for whatever the operating system refuses in `directory`."""
    try:
        yield
    except OSError as refusal:
        raise DatabaseUnavailable(_sentence(refusal, directory)) from refusal


def _sentence(refusal: OSError, directory: Path) -> str:
    if refusal.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{directory} can't be written: change its permissions, or choose another with ZHONGSHU_DATA."
    if refusal.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {directory} is full: free some space and start again."
    if refusal.errno in (errno.EEXIST, errno.ENOTDIR):
        return f"{refusal.filename or directory} is in the way of a directory: move it or choose another."
    return f"The data directory {directory} can't be used: {refusal.strerror or refusal}."
