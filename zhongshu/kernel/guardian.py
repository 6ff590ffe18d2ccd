"""Ends process groups when the supervisor that names them on standard input dies; see processes.py."""

from __future__ import annotations

import os
import signal
import sys
import time


def main(grace: float) -> None:
    """Reads `+GROUP` and `-GROUP` until the pipe breaks, then ends the groups that are left."""
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    deadline = time.monotonic() + grace
    _signal(groups, signal.SIGTERM)
    while time.monotonic() < deadline and any(_exists(group) for group in groups):
        time.sleep(0.05)
    _signal(groups, signal.SIGKILL)


def _signal(groups: set[int], number: int) -> None:
    for group in groups:
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            continue


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(float(sys.argv[1]))
