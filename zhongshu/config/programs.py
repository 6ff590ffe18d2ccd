"""The programs an installation consists of: web and worker."""

import os
import socket
import sys

from zhongshu.kernel.processes import Process


def _count(name: str, default: int) -> int:
    said = os.environ.get(name) or str(default)
    if not said.isdecimal() or int(said) < 1:
        sys.exit(f"{name} must be a number from 1 on, not {said!r}.")
    return int(said)


WEB_WORKERS = _count("ZHONGSHU_WEB_WORKERS", 2)
WEB_THREADS = 8
JOBS_AT_ONCE = _count("ZHONGSHU_JOBS_AT_ONCE", 2)
HOST = os.environ.get("ZHONGSHU_BIND", "127.0.0.1")
PATIENCE = 60.0  # seconds that requests and jobs get to end when one program is stopped by itself
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def web(port: int, host: str = HOST) -> Process:
    """granian serving the pages; ready when the port answers. Told to end, it answers what it was asked."""
    argv = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    argv += ["--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS)]
    argv += ["--respawn-failed-workers", "--log-level", "warning", "zhongshu.config.wsgi:application"]
    return Process(name="web", argv=argv, is_ready=lambda: answers(host, port))


def worker() -> Process:
    """procrastinate running the jobs and the timetable; finished jobs are not kept. Told to end, it ends its jobs."""
    argv = [sys.executable, "-m", "zhongshu", "procrastinate", "worker"]
    argv += ["--concurrency", str(JOBS_AT_ONCE), "--delete-jobs", "successful"]
    return Process(name="worker", argv=argv)


def answers(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        socket.create_connection((_EVERYWHERE.get(host, host), port), timeout=0.3).close()
    except OSError:
        return False
    return True
