"""What machines are told: alive, ready, and how much there is to do."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests.house.world import World
from zhongshu.kernel.clock import now
from zhongshu.kernel.models import OutboxEvent

ROOT = Path(__file__).resolve().parents[2]


def url_of(name: str) -> str:
    """The address of a database on the server of the tests."""
    where = connection.settings_dict
    return f"postgresql://{where['USER']}@/{name}?host={quote(str(where['HOST']), safe='')}&port={where['PORT']}"


def asked(path: str, database: str, data: Path) -> tuple[int, str]:
    """What a fresh process with that DATABASE_URL answers."""
    script = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'zhongshu.config.settings'; django.setup();"
        f"from django.test import Client; a = Client().get({path!r}); print(a.status_code, a.content.decode())"
    )
    environment = {**os.environ, "DATABASE_URL": database, "ZHONGSHU_DATA": str(data)}
    argv = [sys.executable, "-c", script]
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    status, body = done.stdout.split(" ", 1)
    return int(status), body


def figures(text: str) -> dict[str, float]:
    """`name{label=value}` → value."""
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {f"{s.name}{{{','.join(f'{k}={v}' for k, v in sorted(s.labels.items()))}}}": s.value for s in samples}


@pytest.fixture
def empty_database(db: None) -> Iterator[str]:
    name = f"{connection.settings_dict['NAME']}_empty"
    where = {"host": connection.settings_dict["HOST"], "port": connection.settings_dict["PORT"]}
    import psycopg

    with psycopg.connect(dbname="postgres", user=connection.settings_dict["USER"], **where, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield name
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.django_db
def test_a_process_that_can_work_says_so_under_any_name() -> None:
    for path in ("/health/live", "/health/ready"):
        assert Client(headers={"host": "10.0.0.7:8000"}).get(path).status_code == 200
    assert Client().get("/health/ready").json() == {"ready": True, "checks": {"database": "ok", "uploads": "ok"}}


def test_without_its_database_it_lives_but_is_not_ready(tmp_path: Path) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:9/nothing"
    assert asked("/health/live", nowhere, tmp_path)[0] == 200
    status, body = asked("/health/ready", nowhere, tmp_path)
    assert (status, '"database": "down"' in body) == (503, True)


def test_before_the_migrations_have_run_it_is_not_ready(empty_database: str, tmp_path: Path) -> None:
    status, body = asked("/health/ready", url_of(empty_database), tmp_path)
    assert (status, '"database": "behind"' in body) == (503, True)


@pytest.mark.django_db
def test_what_waits_is_counted() -> None:
    world = World.build(now())
    OutboxEvent.objects.update(delivered_at=None)  # as if the jobs that deliver had been lost
    told = figures(Client().get("/metrics").content.decode())
    assert told["zhongshu_cases_open{site=WTY,urgency=P3}"] == 1
    assert sum(value for name, value in told.items() if name.startswith("zhongshu_orders_open{site=WTY")) == 1
    assert told["zhongshu_events_undelivered{}"] == OutboxEvent.objects.count() > 0
    assert told["zhongshu_worker_silent_seconds{}"] == float("inf")
    assert told["zhongshu_database_bytes{}"] > 1_000_000
    assert world.site.name not in str(told)


@pytest.mark.django_db
def test_requests_are_counted_by_view_and_never_by_address() -> None:
    name = "zhongshu_requests_total{method=GET,status=200,view=identity:sign_in}"
    before = figures(Client().get("/metrics").content.decode()).get(name, 0)
    Client().get("/sign-in?next=/estate/accounts/13812345678")
    Client().get("/no/such/page/13812345678")
    text = Client().get("/metrics").content.decode()
    assert figures(text)[name] == before + 1
    assert "13812345678" not in text


@pytest.mark.django_db
def test_figures_are_for_this_machine_or_for_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client(REMOTE_ADDR="203.0.113.5").get("/metrics").status_code == 404
    assert Client(headers={"X-Forwarded-For": "127.0.0.1"}).get("/metrics").status_code == 404
    monkeypatch.setenv("ZHONGSHU_METRICS_TOKEN", "let-me-see")
    assert Client().get("/metrics").status_code == 404
    assert Client(headers={"Authorization": "Bearer let-me-sea"}).get("/metrics").status_code == 404
    far = Client(headers={"Authorization": "Bearer let-me-see"}, REMOTE_ADDR="203.0.113.5")
    assert far.get("/metrics").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_processes_of_a_web_program_count_together(tmp_path: Path, unused_port: int) -> None:
    """Two real workers of granian: whichever is asked has counted every request."""
    argv = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(unused_port), "--workers", "2"]
    argv += ["--log-level", "warning", "zhongshu.config.wsgi:application"]
    database = url_of(str(connection.settings_dict["NAME"]))
    environment = {**os.environ, "DATABASE_URL": database, "ZHONGSHU_DATA": str(tmp_path)}
    web = subprocess.Popen(argv, cwd=ROOT, env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{unused_port}/health/ready")
        for _nth in range(20):
            _get(f"http://127.0.0.1:{unused_port}/sign-in")
        told = {_get(f"http://127.0.0.1:{unused_port}/metrics") for _nth in range(6)}
    finally:
        web.terminate()
        web.wait(20)
    counts = {re.search(r"requests_total\{.*sign_in.*\} (\S+)", text)[1] for text in told}  # type: ignore[index]
    assert counts == {"20.0"}


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 40
    while True:
        try:
            _get(url)
            return
        except OSError:
            assert time.monotonic() < deadline, f"{url} did not answer"
            time.sleep(0.1)
