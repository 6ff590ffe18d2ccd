"""The lists of cases and orders, 20 to a page with filters and count, over the API and as a page, as the tables grow.

The floor is the two statements that matter, the count and the rows, by psycopg alone. Ours and the floor take turns.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from bench import kit
from bench.kit import Report, percentile, spread
from bench.load import Ask, press

LISTS = {
    "GET /api/v1/cases": "/api/v1/cases?site=YQL&state=closed&category=plumbing",
    "GET /api/v1/orders": "/api/v1/orders?site=YQL&state=closed&urgency=P2",
    "page /cases/": "/cases/?state=closed&category=plumbing",
    "page /orders/": "/orders/?state=closed&urgency=P2",
}
CLIENTS = 8


@dataclass(frozen=True)
class Statements:
    """What one answer asked of the database: how many statements, and the count and the rows among them."""

    asked: int
    floor: list[str]


def main() -> None:
    given = kit.options(__doc__.split("\n")[0], ("--full", {"action": "store_true", "help": "also a million rows"}))
    sizes = [2_000] if given.quick else [2_000, 100_000, *([1_000_000] if given.full else [])]
    rounds, seconds = (1, 0.5) if given.quick else (3, 2.0)
    report = Report("list")
    with kit.throw_away("list") as data:
        kit.demo_company()
        headers = {"Authorization": f"Bearer {kit.token('admin')}"}
        cookies = {"Cookie": f"sessionid={session('admin')}"}
        argv = [sys.executable, "-m", "zhongshu", "serve", "--port"]
        port = kit.free_port()
        with kit.running([*argv, str(port)], port=port) as server:
            for size in sizes:
                _fill(size)
                for name, path in LISTS.items():
                    ask = Ask(path, headers=cookies if name.startswith("page") else headers)
                    _measure(report, size, name, port, ask, rounds=rounds, seconds=seconds)
            report.memory = {
                "web_and_worker_peak_MB_of_each_process": kit.peak_megabytes(server),
                "database_server_peak_MB": kit.peak_megabytes(kit.database_pid(data))[0],
            }
    report.sizes = {"rows": sizes, "rows_of_a_page": 20, "clients": [1, CLIENTS]}
    report.notes = [
        "Aims: at most 8 statements; p95 at most 30 ms with one client; at least 150 a second with eight.",
        "The floor is count and rows by psycopg, on one connection or on eight, in one process.",
    ]
    report.show(as_json=given.json)


def session(username: str) -> str:
    """The cookie of somebody who has signed in on the page."""
    from django.test import Client

    from zhongshu.identity.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    User.objects.filter(username=username).update(must_change_password=False)
    client.post("/sign-in", {"username": username, "password": "zhongshu2026"})
    return client.cookies["sessionid"].value


def _fill(size: int) -> None:
    from bench.filling import history

    history(size)


def _statements(ask: Ask) -> Statements:
    """What the answer takes, seen in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1", headers=ask.headers)
    client.get(ask.path)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(ask.path)
    if answer.status_code != 200:
        raise RuntimeError(f"{ask.path}: {answer.status_code}")
    texts = [query["sql"] for query in caught]
    table = "cases_case" if "cases" in ask.path else "work_workorder"
    about = [text for text in texts if f'FROM "{table}"' in text and ("COUNT(" in text or "LIMIT 20" in text)]
    return Statements(len(texts), about)


def _measure(report: Report, size: int, name: str, port: int, ask: Ask, *, rounds: int, seconds: float) -> None:
    statements = _statements(ask)
    press(port, lambda _: ask, clients=16, seconds=seconds)  # every thread has its connection and its plans
    ours, floor = [], []
    for _ in range(rounds):
        ours.append([press(port, lambda _: ask, clients=many, seconds=seconds) for many in (1, CLIENTS)])
        floor.append([_floor(statements.floor, clients=many, seconds=seconds) for many in (1, CLIENTS)])
    alone, crowd = [pair[0] for pair in ours], [pair[1] for pair in ours]
    report.tables.setdefault("lists", []).append(
        {
            "rows": size,
            "": name,
            "SQL": statements.asked,
            "p50 ms": spread(seen.p50 for seen in alone),
            "p95 ms": spread(seen.p95 for seen in alone),
            "floor p50 ms": spread(one.p50 for one, _ in floor),
            "ratio of p50": spread(seen.p50 / one.p50 for seen, (one, _) in zip(alone, floor, strict=True)),
            f"per second with {CLIENTS}": spread(seen.rate for seen in crowd),
            "floor per second": spread(many.rate for _, many in floor),
            "errors": sum(sum(seen.errors.values()) for seen in [*alone, *crowd]),
        }
    )


@dataclass(frozen=True)
class Asked:
    """How the floor did: median milliseconds, answers a second."""

    p50: float
    rate: float


def _floor(statements: list[str], *, clients: int, seconds: float) -> Asked:
    """The statements alone, each client on a connection of its own."""
    took: list[float] = []
    until = time.perf_counter() + seconds

    def client() -> None:
        with psycopg.connect(**_where(), autocommit=True) as line:
            while time.perf_counter() < until:
                began = time.perf_counter()
                for statement in statements:
                    line.execute(statement).fetchall()
                took.append(time.perf_counter() - began)

    _together(client, clients)
    return Asked(percentile(took, 0.5) * 1000, len(took) / seconds)


def _together(work: Callable[[], None], many: int) -> None:
    crowd = [threading.Thread(target=work) for _ in range(many)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()


def _where() -> dict[str, Any]:
    from django.conf import settings

    known = settings.DATABASES["default"]
    return {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "dbname": known["NAME"]}
