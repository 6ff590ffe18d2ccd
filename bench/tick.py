"""Letting time pass over many open orders with nothing due, against one indexed scan of what is due.

Then with some steps due at once: how many are fired a second. Ours and the floor take turns in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from bench import kit
from bench.kit import Report, spread

DUE = """
    SELECT id FROM work_escalationstep WHERE due_at <= %s AND fired_at IS NULL AND cancelled_at IS NULL
    ORDER BY due_at LIMIT 500
"""


def main() -> None:
    given = kit.options(__doc__.split("\n")[0])
    sizes, rounds = ([500], 3) if given.quick else ([1_000, 10_000, 100_000], 30)
    report = Report("tick")
    with kit.throw_away("tick") as data:
        kit.demo_company()
        for size in sizes:
            _measure(report, size, rounds=rounds)
        report.memory = {"database_server_peak_MB": kit.peak_megabytes(kit.database_pid(data))[0]}
    report.sizes = {"open_orders": sizes, "steps_of_an_order": 15}
    report.notes = [
        "Aim: a quiet tick over 100,000 open orders at most twice one indexed scan, and the same at any size."
    ]
    report.show(as_json=given.json)


def _measure(report: Report, size: int, *, rounds: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.filling import clocks, history
    from zhongshu.config.tick import tick
    from zhongshu.kernel.clock import now

    history(size, open_in_a_thousand=1000)
    clocks()
    at = now()
    tick(at=at)
    with CaptureQueriesContext(connection) as caught:
        tick(at=at)
    quiet = [(_milliseconds(lambda: tick(at=at)), _milliseconds(lambda: _scan(at))) for _ in range(rounds)]
    later = _first_due() + timedelta(minutes=1)
    began = time.perf_counter()
    fired = tick(at=later)
    busy = time.perf_counter() - began
    report.tables.setdefault("tick", []).append(
        {
            "open orders": size,
            "quiet ms": spread(ours for ours, _ in quiet),
            "SQL": len(caught),
            "floor ms": spread((floor for _, floor in quiet), 2),
            "ratio": spread(ours / floor for ours, floor in quiet),
            "steps due at once": fired["steps_fired"],
            "fired per second": round(fired["steps_fired"] / busy),
        }
    )


def _scan(at: object) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(DUE, [at])
        cursor.fetchall()


def _first_due() -> object:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT min(due_at) FROM work_escalationstep WHERE fired_at IS NULL AND cancelled_at IS NULL")
        return cursor.fetchone()[0]


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
