"""Old books taken by `bin/zhongshu import`, against reading the file and plainly inserting its rows.

Both are whole processes; time and peak memory are the operating system's own account of them. The last column is the
same file once more, when all of it is there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench import kit
from bench.importing import Run, _run, _write
from bench.kit import Report

MONTHS = 25
FLOOR = """
import sys, psycopg
from python_calamine import CalamineWorkbook as Book
rows = Book.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()[1:]
with psycopg.connect(sys.argv[2]) as link, link.cursor() as cursor:
    cursor.execute("CREATE TEMP TABLE plain (a text, b text, c text, d text, e text, f text)")
    cursor.executemany("INSERT INTO plain VALUES (%s, %s, %s, %s, %s, %s)", [list(map(str, row[:6])) for row in rows])
print(len(rows))
"""


def main() -> None:
    given = kit.options(__doc__.split("\n")[0], ("--lines", {"type": int, "nargs": "+", "help": "how many, several"}))
    sizes = given.lines or ([1_000] if given.quick else [5_000, 100_000])
    report = Report("import-history")
    with kit.throw_away("history") as data:
        kit.zhongshu("migrate", "-v0")
        from zhongshu.identity.models import Company

        Company.objects.create(name="bench")
        for nth, lines in enumerate(sizes):
            _measure(report, data, f"H{nth}", lines)
    report.sizes = {"lines": sizes, "months": MONTHS}
    report.notes = [
        "Half of the lines are charges, half payments. Aim: 100,000 lines in at most a minute, memory flat."
    ]
    report.show(as_json=given.json)


def _measure(report: Report, data: Path, code: str, lines: int) -> None:
    homes = _site(data, code, max(1, lines // (2 * MONTHS)))
    kinds = {"charges": _charges(homes), "payments": _payments(homes)}
    for kind, rows in kinds.items():
        file = data / "media" / f"{code}-{kind}.xlsx"
        count = _file(file, kind, rows)
        floor = _run([sys.executable, "-c", FLOOR, str(file), _database()])
        command = [sys.executable, "-m", "zhongshu", "import", kind, str(file), "--site", code, "--json"]
        report.tables.setdefault("import", []).append(_row(kind, count, floor, _run(command), _run(command)))
        _check(command, count)
        file.unlink()


def _row(kind: str, lines: int, floor: Run, ours: Run, again: Run) -> dict[str, Any]:
    return {
        "what": kind,
        "lines": lines,
        "ours s": round(ours.seconds, 1),
        "floor s": round(floor.seconds, 1),
        "ratio": round(ours.seconds / floor.seconds, 1),
        "processor s": round(ours.processor, 1),
        "floor processor s": round(floor.processor, 1),
        "lines per s": round(lines / ours.seconds),
        "ours peak MB": round(ours.megabytes),
        "floor peak MB": round(floor.megabytes),
        "again s": round(again.seconds, 1),
    }


def _check(command: list[str], count: int) -> None:
    """Every line is there by now. Raises RuntimeError."""
    told = json.loads(subprocess.run(command, cwd=kit.REPOSITORY, stdout=subprocess.PIPE, check=True).stdout)
    if told["tally"]["already"] != count:
        raise RuntimeError(f"not all of it was taken: {told['tally']}")


def _site(data: Path, code: str, rooms: int) -> list[str]:
    """A site with so many rooms, their owners and a management fee; the codes of the rooms."""
    from zhongshu.billing.models import ChargeItem
    from zhongshu.estate.models import Place
    from zhongshu.identity.models import Site

    kit.zhongshu("site", "add", code, "bench")
    file = data / "media" / f"{code}.xlsx"
    _write(file, rooms)
    kit.zhongshu("import", "estate", str(file), "--site", code)
    site = Site.objects.get(code=code)
    ChargeItem.objects.get_or_create(site=site, code="WYF", defaults={"name": "物业费", "method": "area_gross"})
    return list(Place.objects.filter(site=site, kind="unit").order_by("pk").values_list("code", flat=True))


def _months() -> Iterator[tuple[date, date]]:
    """First and last days."""
    first = date(2024, 1, 1)
    for _nth in range(MONTHS):
        following = (first + timedelta(days=31)).replace(day=1)
        yield first, following - timedelta(days=1)
        first = following


def _charges(homes: list[str]) -> Iterator[list[Any]]:
    for first, last in _months():
        for nth, home in enumerate(homes):
            yield [home, "物业费", str(first), str(last), str(last), f"{200 + nth % 90}.50"]


def _payments(homes: list[str]) -> Iterator[list[Any]]:
    """Most pay in time, some later, a few too much."""
    for first, last in _months():
        for nth, home in enumerate(homes):
            day = last + timedelta(days=20) if nth % 7 == 0 else first + timedelta(days=nth % 20)
            amount = f"{200 + nth % 90 + (50 if nth % 11 == 0 else 0)}.50"
            yield [home, amount, "微信" if nth % 2 else "银行转账", f"{home}-{first:%Y%m}", str(day), ""]


def _file(file: Path, kind: str, rows: Iterator[list[Any]]) -> int:
    from zhongshu.estate.workbooks.registry import kind_named
    from zhongshu.estate.workbooks.writing import filled_workbook

    spec, listed = kind_named(kind).specs[0], list(rows)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(filled_workbook([spec], {spec.title: listed}, ()))
    return len(listed)


def _database() -> str:
    """How the floor reaches the same server."""
    from django.db import connection

    facts = connection.get_connection_params()
    names = {"dbname": "dbname", "user": "user", "password": "password", "host": "host", "port": "port"}
    return " ".join(f"{name}={facts[key]}" for key, name in names.items() if facts.get(key))
