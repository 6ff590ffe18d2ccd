"""A matter heard over HTTP: placed, classified, written down, dispatched with reasons, timed, audited, told.

The floor is the same granian with one plain Django view that writes the same rows by plain INSERTs (bench.floor). Ours
and the floor take turns; medians of several rounds are shown with their range.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import kit
from bench.kit import Report, spread
from bench.load import Ask, Seen, press

MATTERS, SEED = 400, 20261123


@dataclass(frozen=True)
class Server:
    """A running web server: its port, and the processes whose time counts."""

    port: int
    pid: int


@dataclass(frozen=True)
class Round:
    """One stretch of load: what the clients saw, and processor milliseconds per answer."""

    seen: Seen
    web: float
    database: float


def main() -> None:
    given = kit.options(__doc__.split("\n")[0], ("--seconds", {"type": float, "help": "of each round"}))
    seconds = given.seconds or (1.0 if given.quick else 6.0)
    rounds, crowds = (1, (8,)) if given.quick else (3, (1, 8, 16))
    with kit.throw_away("intake") as data:
        kit.demo_company()
        from bench.filling import history

        history(500 if given.quick else 20_000)
        report = _measure(data, rounds=rounds, crowds=crowds, seconds=seconds)
    report.show(as_json=given.json)


def matters(count: int) -> list[dict[str, str]]:
    """What people say: the classifier's hold-out sentences, two in three with a place in words, half with a number."""
    from zhongshu.cases.classification.examples import holdout_examples
    from zhongshu.estate.models import Account

    dice = random.Random(SEED)
    homes = list(
        Account.objects.filter(site__code="YQL", unit__kind="unit", customer__phones__is_primary=True)
        .order_by("pk")
        .values_list("unit__label", "customer__phones__number")
    )
    said = [example.text for example in holdout_examples()]
    told = []
    for _ in range(count):
        label, number = dice.choice(homes)
        matter = {"site": "YQL", "text": dice.choice(said), "channel": "telephone"}
        matter |= {"place_text": label} if dice.random() < 2 / 3 else {}
        told.append(matter | ({"caller_phone": number} if dice.random() < 1 / 2 else {}))
    return told


def _measure(data: Path, *, rounds: int, crowds: tuple[int, ...], seconds: float) -> Report:
    from bench import rows
    from bench.filling import end_everything

    key, told = kit.token("yql04"), matters(MATTERS)
    ask = _asking(told, key)
    plans, statements = _recorded(ask, 40)
    file = data / "media" / "plans.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(rows.as_json(plans), encoding="utf-8")
    report = Report("intake")
    classifying = _classifying([matter["text"] for matter in told])
    with ExitStack() as stack:
        ours = start(stack, [sys.executable, "-m", "zhongshu", "serve", "--port"])
        floor = start(stack, [*granian(), "--port"], "bench.floor:application", ZHONGSHU_BENCH_PLANS=str(file))
        for server in (ours, floor):
            press(server.port, ask, clients=16, seconds=min(4.0, 2 * seconds))
        for clients in crowds:
            pairs = []
            for _ in range(rounds):
                end_everything()
                pairs.append(tuple(round_of(each, ask, data, clients, seconds) for each in (ours, floor)))
            _add(report, clients, pairs, classifying)
        web = [("ours", ours), ("floor", floor)]
        report.memory = {f"{name}_peak_MB_of_each_process": kit.peak_megabytes(each.pid) for name, each in web}
    _describe(report, plans, statements, classifying)
    return report


def _asking(told: list[dict[str, str]], key: str) -> Callable[[int], Ask]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(number: int) -> Ask:
        return Ask("/api/v1/cases", "POST", json.dumps(told[number % len(told)]).encode(), headers)

    return ask


def _recorded(ask: Callable[[int], Ask], count: int) -> tuple[list[list[object]], list[int]]:
    """What so many matters write, and the statements each takes; in this process, with nothing else running."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.rows import written_by

    client = Client(SERVER_NAME="127.0.0.1")
    plans, statements = [], []

    def post(number: int) -> None:
        request = ask(number)
        with CaptureQueriesContext(connection) as caught:
            answer = client.post(request.path, request.body, content_type="application/json", headers=request.headers)
        if answer.status_code != 201:
            raise RuntimeError(f"{answer.status_code}: {answer.content.decode()}")
        statements.append(len(caught))

    for number in range(3):
        post(number)  # the model learns, caches fill
    statements.clear()
    for number in range(count):
        plans.append(written_by(lambda number=number: post(number)))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kernel_runningnumber (series, last) VALUES ('GD:BENCH', 0), ('BS:BENCH', 0)")
        cursor.execute("DELETE FROM procrastinate_jobs")
    return plans, statements


def _classifying(texts: list[str]) -> float:
    """Processor milliseconds for one sentence."""
    from zhongshu.cases.classification import classify

    began = time.process_time()
    for text in texts:
        classify(text)
    return (time.process_time() - began) / len(texts) * 1000


def granian() -> list[str]:
    """The web server as our own web process starts it, without the application."""
    from zhongshu.config.programs import web

    argv = web(0).argv
    del argv[argv.index("--port") : argv.index("--port") + 2]
    return argv[:-1]


def start(stack: ExitStack, argv: list[str], *more: str, **environment: str) -> Server:
    port = kit.free_port()
    return Server(port, stack.enter_context(kit.running([*argv, str(port), *more], port=port, **environment)))


def round_of(server: Server, ask: Callable[[int], Ask], data: Path, clients: int, seconds: float) -> Round:
    postgres = kit.database_pid(data)
    web, database = kit.processor_seconds(server.pid), kit.processor_seconds(postgres)
    seen = press(server.port, ask, clients=clients, seconds=seconds)
    count = len(seen.latencies) / 1000
    used = kit.processor_seconds(server.pid) - web, kit.processor_seconds(postgres) - database
    return Round(seen, used[0] / count, used[1] / count)


def _add(report: Report, clients: int, pairs: list[tuple[Round, ...]], classifying: float) -> None:
    table = report.tables.setdefault("over HTTP", [])
    for name, which in (("ours", 0), ("floor", 1)):
        rounds = [pair[which] for pair in pairs]
        table.append(
            {
                "clients": clients,
                "": name,
                "per second": spread(r.seen.rate for r in rounds),
                "p50 ms": spread(r.seen.p50 for r in rounds),
                "p95 ms": spread(r.seen.p95 for r in rounds),
                "cpu ms web": spread(r.web for r in rounds),
                "cpu ms database": spread(r.database for r in rounds),
                "errors": sum(sum(r.seen.errors.values()) for r in rounds),
            }
        )
    ratios = report.tables.setdefault("ours to floor", [])
    cpu = [(ours.web + ours.database, floor.web + floor.database) for ours, floor in pairs]
    ratios.append(
        {
            "clients": clients,
            "rate, floor to ours": spread((f.seen.rate / o.seen.rate for o, f in pairs), 2),
            "processor": spread((ours / floor for ours, floor in cpu), 2),
            "processor without classification": spread(((ours - classifying) / floor for ours, floor in cpu), 2),
        }
    )


def _describe(report: Report, plans: list[list[object]], statements: list[int], classifying: float) -> None:
    from django.db import connection

    counts: dict[str, list[int]] = {}
    for plan in plans:
        for insert in plan:
            counts.setdefault(insert.table, []).append(insert.rows)
    report.tables["rows of one matter"] = [
        {"table": table, "rows on average": round(sum(rows) / len(plans), 2)} for table, rows in sorted(counts.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        (cases,) = cursor.fetchone()
    report.sizes = {
        "cases_at_end": cases,
        "sentences": MATTERS,
        "statements_of_one_matter": spread(statements, 0),
        "INSERTs_of_the_floor": spread((len(plan) + 2 for plan in plans), 0),
        "classification_cpu_ms": round(classifying, 2),
    }
    report.notes = [
        "Aims: at most 3 times the floor without classification; p95 at most 100 ms with 8 clients, 200 ms with 16;",
        "at least 120 a second. Clients, both servers, the worker and the database share the machine.",
    ]
