"""What all benches share: a throw-away database, programs started and ended, figures taken and shown."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGES = ("django", "psycopg", "granian", "procrastinate")
#: Rates that are counted as ever, but never refused: a bench asks more than people do.
UNLIMITED = ("api_read", "api_write", "stranger", "upload", "export", "classify", "search", "secret", "check")
TICKS = os.sysconf("SC_CLK_TCK")


def options(description: str, *more: tuple[str, dict[str, Any]]) -> argparse.Namespace:
    """The options every bench has, and its own as (name, arguments of add_argument)."""
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=description)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of tables")
    parser.add_argument("--quick", action="store_true", help="small and short: shows that it runs, not how fast")
    for name, arguments in more:
        parser.add_argument(name, **arguments)
    return parser.parse_args()


def machine() -> dict[str, Any]:
    """What it ran on, and how busy that was with other things when it began."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_GB": memory,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        "commit": _commit(),
        "load_at_start": round(os.getloadavg()[0], 1),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _commit() -> str:
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or "unknown"


@dataclass
class Report:
    """What a bench found: `sizes` of what it worked on, tables of rows (dicts of the same keys), notes."""

    name: str
    sizes: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    machine: dict[str, Any] = field(default_factory=machine)

    def show(self, *, as_json: bool) -> None:
        """Print it."""
        self.machine["load_at_end"] = round(os.getloadavg()[0], 1)
        print(json.dumps(vars(self), ensure_ascii=False, indent=1) if as_json else self._in_words(), flush=True)

    def _in_words(self) -> str:
        parts = [f"# {self.name}"]
        for title, facts in (("machine", self.machine), ("sizes", self.sizes), ("memory", self.memory)):
            parts.append(f"{title}: " + " · ".join(f"{key.replace('_', ' ')} {facts[key]}" for key in facts))
        parts += [f"\n## {title}\n{_table(rows)}" for title, rows in self.tables.items()]
        return "\n".join([*parts, "", *self.notes])


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


@contextmanager
def data_directory(name: str) -> Iterator[Path]:
    """A data directory of its own for every program that is started, gone afterwards."""
    os.environ.pop("DATABASE_URL", None)
    (REPOSITORY / "var").mkdir(exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix=f"bench-{name}-", dir=REPOSITORY / "var"))
    data.chmod(0o755)  # root's database server runs as somebody else
    os.environ["ZHONGSHU_DATA"] = str(data)
    os.environ["ZHONGSHU_LIMITS"] = ",".join(f"{each}=1000000" for each in UNLIMITED)
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhongshu.config.settings"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    from zhongshu.kernel.database import Server, wipe

    try:
        yield data
    finally:
        Server(data).release()
        wipe(data)
        shutil.rmtree(data)


@contextmanager
def throw_away(name: str) -> Iterator[Path]:
    """The same, with its database up and Django set up on it in this process."""
    with data_directory(name) as data:
        import django
        from django.db import connections

        django.setup()
        try:
            yield data
        finally:
            connections.close_all()


def zhongshu(*words: str) -> str:
    """What a command of ours prints. Raises CalledProcessError."""
    asked = subprocess.run(
        [sys.executable, "-m", "zhongshu", *words], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True
    )
    return asked.stdout


def demo_company(*, days: int = 0) -> None:
    """The sites, people, rosters and households of `bin/demo`, with so many days of history."""
    zhongshu("migrate", "-v0")
    zhongshu("demo", "--no-serve", "--days", str(days))


def token(username: str = "admin") -> str:
    """A key for the API with every right of that user."""
    return str(json.loads(zhongshu("create-token", username, "--json"))["secret"])


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def running(argv: list[str], *, port: int, **environment: str) -> Iterator[int]:
    """A program that serves a port, until the block ends; its process id, once the port answers."""
    with tempfile.TemporaryFile("w+") as said:
        program = subprocess.Popen(argv, cwd=REPOSITORY, env=os.environ | environment, stdout=said, stderr=said)
        try:
            wait_for(port, program)
            yield program.pid
        except BaseException:
            said.seek(0)
            print(said.read()[-4000:], file=sys.stderr)
            raise
        finally:
            program.terminate()
            program.wait(60)


def wait_for(port: int, program: subprocess.Popen[Any], *, seconds: float = 60) -> None:
    """Until the port answers. Raises RuntimeError when it does not, or the program has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and program.poll() is None:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"port {port} does not answer")


def _family(pid: int) -> list[int]:
    """The process and everything it started."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def processor_seconds(pid: int) -> float:
    """What the process and its children have used of the processor so far, ended children included."""
    total = 0
    for member in _family(pid):
        try:
            fields = Path(f"/proc/{member}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def peak_megabytes(pid: int) -> list[int]:
    """The most memory each living process of that family has held, the largest first."""
    peaks = []
    for member in _family(pid):
        try:
            lines = Path(f"/proc/{member}/status").read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        peaks += [int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")]
    return sorted(peaks, reverse=True)


def database_pid(data: Path) -> int:
    """The process of the database server."""
    return int((data / "pg" / "postmaster.pid").read_text(encoding="utf-8").split()[0])


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Iterable[float], digits: int = 1) -> str:
    """The median, and the range in brackets where there are several."""
    several = list(values)
    middle = f"{statistics.median(several):.{digits}f}"
    return f"{middle} ({min(several):.{digits}f}–{max(several):.{digits}f})" if len(several) > 1 else middle
