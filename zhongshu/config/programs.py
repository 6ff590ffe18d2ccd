"""The programs an installation consists of: web and worker."""

import os
import socket
import sys

from zhongshu.kernel.processes import Process

WEB_WORKERS = int(os.environ.get("ZHONGSHU_WEB_WORKERS", "2"))
WEB_THREADS = 8
JOBS_AT_ONCE = int(os.environ.get("ZHONGSHU_JOBS_AT_ONCE", "2"))
HOST = os.environ.get("ZHONGSHU_BIND", "127.0.0.1")


def web(port: int) -> Process:
    """granian serving the pages; ready when the port answers."""
    argv = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    argv += ["--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS)]
    argv += ["--respawn-failed-workers", "--log-level", "warning", "zhongshu.config.wsgi:application"]
    return Process(name="web", argv=argv, is_ready=lambda: answers(port))


def worker() -> Process:
    """procrastinate running the jobs and the timetable; finished jobs are not kept."""
    argv = [sys.executable, "-m", "zhongshu", "procrastinate", "worker"]
    argv += ["--concurrency", str(JOBS_AT_ONCE), "--delete-jobs", "successful"]
    return Process(name="worker", argv=argv)


def answers(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as door:
        door.settimeout(0.3)
        return door.connect_ex((HOST if HOST != "0.0.0.0" else "127.0.0.1", port)) == 0  # noqa: S104
