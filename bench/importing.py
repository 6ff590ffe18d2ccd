"""A workbook of rooms and who lives there taken by `bin/zhongshu import`, against reading the file alone.

Both are whole processes that take turns; time and peak memory are the operating system's own account of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from bench import kit
from bench.kit import Report, spread

READ = (
    "import sys; from python_calamine import CalamineWorkbook as B; b = B.from_path(sys.argv[1]);"
    "print(sum(len(b.get_sheet_by_name(n).to_python()) for n in b.sheet_names))"
)


@dataclass(frozen=True)
class Run:
    """A finished process: seconds on the clock and of the processor, peak megabytes."""

    seconds: float
    processor: float
    megabytes: float


def main() -> None:
    given = kit.options(__doc__.split("\n")[0], ("--rooms", {"type": int, "nargs": "+", "help": "how many, several"}))
    sizes = given.rooms or ([200] if given.quick else [5_000, 20_000, 80_000])
    report = Report("import")
    with kit.throw_away("import") as data:
        kit.zhongshu("migrate", "-v0")
        from zhongshu.identity.models import Company

        Company.objects.create(name="bench")
        for nth, rooms in enumerate(sizes):
            _measure(report, data, f"B{nth}", rooms, rounds=1 if given.quick or rooms > 20_000 else 3)
    report.sizes = {"rooms": sizes}
    report.notes = ["Aim: 20,000 rooms in at most 30 s, memory flat. A run starts Python, too: about a second."]
    report.show(as_json=given.json)


def _measure(report: Report, data: Path, code: str, rooms: int, *, rounds: int) -> None:
    file = data / "media" / f"{code}.xlsx"
    rows = _write(file, rooms)
    floor, ours = [], []
    for nth in range(rounds):
        kit.zhongshu("site", "add", f"{code}{nth}", "bench")
        floor.append(_run([sys.executable, "-c", READ, str(file)]))
        command = [sys.executable, "-m", "zhongshu", "import", "estate", str(file), "--site", f"{code}{nth}"]
        ours.append(_run(command))
    report.tables.setdefault("import", []).append(
        {
            "rooms": rooms,
            "rows": rows,
            "ours s": spread(run.seconds for run in ours),
            "floor s": spread((run.seconds for run in floor), 2),
            "ratio": spread(mine.seconds / alone.seconds for mine, alone in zip(ours, floor, strict=True)),
            "processor s": spread(run.processor for run in ours),
            "ours peak MB": spread((run.megabytes for run in ours), 0),
            "floor peak MB": spread((run.megabytes for run in floor), 0),
            "MB per thousand rows": round(max(run.megabytes for run in ours) * 1000 / rows, 1),
        }
    )
    report.memory[f"peak_MB_{rooms}"] = round(max(run.megabytes for run in ours))
    file.unlink()


def _write(file: Path, rooms: int) -> int:
    """A workbook of our own template with so many rooms; the number of its rows, one for each person."""
    from zhongshu.estate.importing.sheets import UNITS
    from zhongshu.estate.workbooks.writing import filled_workbook
    from zhongshu.simulation.workbook import Numbers, households, unit_rows

    homes = households(_units(rooms), dice=Random(1), numbers=Numbers(), today=date(2026, 11, 1))
    rows = list(unit_rows(homes))
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(filled_workbook([UNITS], {UNITS.title: rows}, ()))
    return len(rows)


def _units(rooms: int) -> Iterator[object]:
    """Buildings of two entrances, thirty floors, four doors."""
    from zhongshu.simulation.layout import UnitSpec

    for nth in range(rooms):
        building, inside = divmod(nth, 240)
        entrance, above = divmod(inside, 120)
        yield UnitSpec("", building + 1, entrance + 1, above // 4 + 1, above % 4 + 1)


def _run(command: list[str]) -> Run:
    """Raises RuntimeError when it fails."""
    began, peak = time.perf_counter(), 0
    process = subprocess.Popen(command, cwd=kit.REPOSITORY, stdout=subprocess.DEVNULL)
    # What the system reports at the end would count us, whose copy the process was at first.
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        peak = max([peak, *kit.peak_megabytes(process.pid)])
        time.sleep(0.02)
    _pid, status, used = ended
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Run(time.perf_counter() - began, used.ru_utime + used.ru_stime, peak)
