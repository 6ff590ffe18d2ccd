"""Brings a killed server back while a program runs that others rely on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from zhongshu.kernel.database.errors import DatabaseUnavailable
from zhongshu.kernel.database.server import Server


@contextmanager
def watched(server: Server, *, every: float = 1.0) -> Iterator[None]:
    """Looks every so many seconds, in a thread, whether the server answers, and starts it when it does not."""
    enough = threading.Event()
    watcher = threading.Thread(target=_watch, args=[server, enough, every], name="database watcher", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        enough.set()
        watcher.join()


def _watch(server: Server, enough: threading.Event, every: float) -> None:
    said = ""
    while not enough.wait(every):
        try:
            server.start()
            said = ""
        except DatabaseUnavailable as reason:
            if str(reason) != said:
                said = str(reason)
                print(said, file=sys.stderr, flush=True)
