"""The live board and the wall as more is open at a site, against counting what is open by one statement.

The wall stands on a television that asks every few seconds; the board is in front of every call-taker.
"""

from __future__ import annotations

import sys
import time

from bench import kit
from bench.kit import Report, spread
from bench.lists import session
from bench.load import Ask, press

COUNT = """
    SELECT t.kind, o.urgency, count(*), min(k.target_at) FROM work_workorder o JOIN people_team t ON t.id = o.team_id
    LEFT JOIN work_slaclock k ON k.order_id = o.id AND k.stopped_at IS NULL
    WHERE o.ended_at IS NULL AND o.site_id = %s GROUP BY 1, 2
"""


def main() -> None:
    given = kit.options(__doc__.split("\n")[0])
    sizes, rounds, seconds = ([100], 1, 0.3) if given.quick else ([100, 1_000, 10_000], 5, 2.0)
    report = Report("board")
    with kit.throw_away("board") as data:
        kit.demo_company()
        argv = [sys.executable, "-m", "zhongshu", "serve", "--port"]
        port = kit.free_port()
        with kit.running([*argv, str(port)], port=port):
            cookie = {"Cookie": f"sessionid={session('yql01')}"}
            for size in sizes:
                _fill(size)
                for name, path in _boards():
                    _measure(report, size, name, port, Ask(path, headers=cookie), rounds=rounds, seconds=seconds)
            report.memory = {"database_server_peak_MB": kit.peak_megabytes(kit.database_pid(data))[0]}
    report.sizes = {"open_orders": sizes, "orders": 20 * max(sizes)}
    report.notes = ["The floor is one statement that counts what is open by team and urgency with the nearest target."]
    report.show(as_json=given.json)


def _boards() -> list[tuple[str, str]]:
    from django.urls import reverse

    return [("board", reverse("console:board")), ("wall", reverse("insight:wall"))]


def _fill(size: int) -> None:
    from bench.filling import clocks, history

    history(20 * size, open_in_a_thousand=50)
    clocks()


def _measure(report: Report, size: int, name: str, port: int, ask: Ask, *, rounds: int, seconds: float) -> None:
    statements = _statements(ask)
    press(port, lambda _: ask, clients=4, seconds=seconds)  # every thread has its connection and its plans
    seen = [press(port, lambda _: ask, clients=1, seconds=seconds) for _ in range(rounds)]
    floor = [_count() for _ in range(rounds * 5)]
    report.tables.setdefault("boards", []).append(
        {
            "open orders": size,
            "": name,
            "SQL": statements,
            "p50 ms": spread(each.p50 for each in seen),
            "p95 ms": spread(each.p95 for each in seen),
            "floor ms": spread(floor, 2),
            "errors": sum(sum(each.errors.values()) for each in seen),
        }
    )


def _statements(ask: Ask) -> int:
    """How many statements an answer takes, seen in this process. Raises RuntimeError for an answer that is none."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1", headers=ask.headers)
    client.get(ask.path)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(ask.path)
    if answer.status_code != 200:
        raise RuntimeError(f"{ask.path}: {answer.status_code}")
    return len(caught)


def _count() -> float:
    from django.db import connection

    from zhongshu.identity.models import Site

    site = Site.objects.get(code="YQL").pk
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [site])
        cursor.fetchall()
    return (time.perf_counter() - began) * 1000
