"""`bin/demo` the second time, until its pages answer, against PostgreSQL's own start on the same data.

Both start from nothing running; they take turns. The company is there already, so nothing is made.
"""

from __future__ import annotations

import http.client
import subprocess
import time
from pathlib import Path

from bench import kit
from bench.kit import Report, spread


def main() -> None:
    given = kit.options(__doc__.split("\n")[0])
    rounds = 1 if given.quick else 5
    report = Report("start")
    with kit.data_directory("start") as data:
        kit.demo_company()
        _ours(data)  # the files of both come into the machine's memory
        pairs = []
        for _ in range(rounds):
            floor = _floor(data)
            seconds, peaks = _ours(data)
            pairs.append((seconds, floor))
        report.memory = {"peak_MB_of_each_process": peaks}
    report.sizes = {"rounds": rounds}
    report.tables["start"] = [
        {
            "ours s": spread((ours for ours, _ in pairs), 2),
            "floor s": spread((floor for _, floor in pairs), 2),
            "ratio": spread(ours / floor for ours, floor in pairs),
        }
    ]
    report.notes = ["Aim: at most 6 s. Ours ends with the first page answered; the floor when pg_isready says yes."]
    report.show(as_json=given.json)


def _ours(data: Path) -> tuple[float, list[int]]:
    """Seconds until the sign-in page is there, and what memory the programs took by then."""
    port = kit.free_port()
    began = time.perf_counter()
    with kit.running(
        [str(kit.REPOSITORY / "bin" / "demo"), "--data", str(data), "--port", str(port)], port=port
    ) as pid:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("GET", "/sign-in")
        status = line.getresponse().status
        seconds = time.perf_counter() - began
        if status != 200:
            raise RuntimeError(f"the sign-in page answers {status}")
        peaks = kit.peak_megabytes(pid)
    _wait_until_down(data)
    return seconds, peaks


def _wait_until_down(data: Path) -> None:
    """The last of the programs to leave stops the database. Raises RuntimeError when nobody does."""
    deadline = time.monotonic() + 120
    while (data / "pg" / "postmaster.pid").exists():
        if time.monotonic() > deadline:
            raise RuntimeError("the database did not stop")
        time.sleep(0.1)


def _floor(data: Path) -> float:
    """Seconds of pg_ctl start -w and pg_isready; as the cluster's owner, for PostgreSQL refuses to run as root."""
    from zhongshu.kernel.database import Server, find_binaries
    from zhongshu.kernel.database.accounts import owner_of
    from zhongshu.kernel.database.cluster import major_of
    from zhongshu.kernel.database.shelter import reachable_binaries
    from zhongshu.kernel.database.sockets import make_socket_directory, socket_directory

    server = Server(data)
    owner = owner_of(server.cluster)
    binaries = reachable_binaries(find_binaries(major_of(server.cluster)), account=owner)
    make_socket_directory(socket_directory(server.cluster), account=owner)

    def run(program: str, *words: str) -> None:
        command = [binaries.program(program), *words]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **owner.become())

    there = ["-D", str(server.cluster)]
    began = time.perf_counter()
    run("pg_ctl", "start", "-w", *there, "-l", "/dev/null")
    to = server.connection()
    run("pg_isready", "-q", "-h", to.host, "-p", str(to.port))
    seconds = time.perf_counter() - began
    run("pg_ctl", "stop", "-w", "-m", "fast", *there)
    return seconds
