"""Web and worker as programs of their own: several beside each other on one database, and ended in good order."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.config.places import ROOT, Place
from tests.kernel.database.conftest import make_open_directory
from tests.template import ready_data
from zhongshu.kernel.database import Server

Program = subprocess.Popen[str]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A site with people on duty, in a database that the programs know by `DATABASE_URL`."""
    directory = make_open_directory()
    ready_data(directory / "data")
    server = Server(directory / "data")
    server.hold()
    server.start()
    with psycopg.connect(server.dsn(), autocommit=True) as session:
        session.execute("CREATE DATABASE company TEMPLATE zhongshu")
    yield Place(server, directory / "data", "company")
    server.release()
    subprocess.run(["rm", "-rf", str(directory)], check=True)


@pytest.fixture(scope="module")
def stage(place: Place) -> Any:
    argv = [sys.executable, "-m", "tests.stories.stage", "set"]
    done = subprocess.run(argv, cwd=ROOT, env=place.environment(), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def start(place: Place, stage: Any) -> Iterator[Callable[..., Program]]:
    running: list[Program] = []

    def start(*words: str) -> Program:
        running.append(place.start(*words, ZHONGSHU_WEB_WORKERS="1"))
        return running[-1]

    yield start
    for program in running:
        program.kill()
        program.communicate()


def test_two_webs_and_two_workers_on_one_database(place: Place, stage: Any, start: Callable[..., Program]) -> None:
    ports = [_free_port(), _free_port()]
    webs = [start("web", "--port", str(port)) for port in ports]
    workers = [start("worker"), start("worker")]
    for web, port in zip(webs, ports, strict=True):
        assert _until_it_answers(web) == f"http://127.0.0.1:{port}"
    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(lambda nth: _hear(ports[nth % 2], stage, nth), range(12)))
    assert len({said["case"]["number"] for said in heard}) == 12
    _until(lambda: _ask(place, "SELECT count(*) FROM kernel_outboxevent WHERE delivered_at IS NULL") == 0)
    _until(lambda: _ask(place, "SELECT count(*) FROM procrastinate_workers") == 2)
    assert _ask(place, "SELECT count(*) FROM kernel_outboxevent WHERE attempts > 0") == 0
    for program in (*webs, *workers):
        program.terminate()
    assert [program.wait(30) for program in (*webs, *workers)] == [0, 0, 0, 0]


def test_a_request_that_is_under_way_is_answered_before_the_web_ends(
    place: Place, start: Callable[..., Program]
) -> None:
    port = _free_port()
    web = start("web", "--port", str(port))
    _until_it_answers(web)
    with psycopg.connect(place.dsn) as session, ThreadPoolExecutor(1) as pool:
        session.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        asked: Future[int] = pool.submit(_status, f"http://127.0.0.1:{port}/health/ready")
        _until(lambda: _waiting_for_locks(session))
        web.terminate()
        time.sleep(1)
        assert web.poll() is None
        session.rollback()
        assert asked.result(30) == 200
    assert web.wait(30) == 0


def test_a_job_that_is_under_way_is_finished_before_the_worker_ends(
    place: Place, start: Callable[..., Program]
) -> None:
    with psycopg.connect(place.dsn) as session:
        session.execute("LOCK TABLE kernel_outboxevent IN ACCESS EXCLUSIVE MODE")
        with place.session() as other:
            other.execute(
                "INSERT INTO procrastinate_jobs (task_name, queue_name, args)"
                " VALUES ('kernel.sweep_outbox', 'events', '{\"timestamp\": 0}')"
            )
        worker = start("worker")
        _until(lambda: _waiting_for_locks(session))
        worker.terminate()
        time.sleep(1)
        assert worker.poll() is None
        session.rollback()
    assert worker.wait(30) == 0
    assert _ask(place, "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('doing', 'failed')") == 0


def test_of_two_migrations_at_once_one_waits_for_the_other(place: Place) -> None:
    fresh = Place(place.server, place.data, "fresh")
    with place.session() as session:
        session.execute("CREATE DATABASE fresh TEMPLATE zhongshu")
    assert fresh.run("migrate", "insight", "zero").returncode == 0
    both = [fresh.start("migrate") for _nth in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("No migrations to apply" in out for out, _err in said) == [False, True]
    twice = "SELECT count(*) FROM (SELECT 1 FROM django_migrations GROUP BY app, name HAVING count(*) > 1) AS twice"
    assert _ask(fresh, twice) == 0


def test_who_waits_to_migrate_holds_up_no_index(place: Place, stage: Any) -> None:
    """A migration that makes an index concurrently waits for whoever waits in a statement."""
    with place.session() as holder, place.session() as maker:
        holder.execute("SELECT pg_advisory_lock(%s)", [0x5A48534D])
        waiting = place.start("migrate")
        _until(lambda: _ask(place, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%advisory_lock%'") >= 2)
        maker.execute("SET statement_timeout = '20s'")
        maker.execute("CREATE INDEX CONCURRENTLY beside ON estate_place (label)")
        maker.execute("DROP INDEX beside")
        holder.execute("SELECT pg_advisory_unlock(%s)", [0x5A48534D])
    waiting.communicate(timeout=60)
    assert waiting.returncode == 0


@pytest.mark.parametrize("program", ["web", "worker"])
def test_tables_that_are_behind_start_nothing(program: str, place: Place) -> None:
    with place.session() as session:
        session.execute(f"CREATE DATABASE empty_for_{program}")  # type: ignore[call-overload]
    assert "bin/zhongshu migrate" in Place(place.server, place.data, f"empty_for_{program}").refusal(program)


def _hear(port: int, stage: Any, nth: int) -> Any:
    body = json.dumps(_matter(stage)).encode()
    sent = {
        "Authorization": f"Bearer {stage['keys']['call_taker']}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"{os.getpid()}-{nth}",
    }
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/cases", data=body, headers=sent)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _matter(stage: Any) -> dict[str, str]:
    said = {"text": "厨房水龙头滴水", "channel": "telephone", "category": "plumbing", "urgency": "P2"}
    return said | {"site": stage["site"], "place_text": stage["place"], "team_kind": "engineering"}


def _status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return int(answer.status)


def _until_it_answers(program: Program) -> str:
    """Gives the line in which it says where; granian may have words of its own before."""
    assert program.stdout is not None
    return next(line.strip() for line in program.stdout if line.startswith("http"))


def _ask(place: Place, question: str) -> Any:
    with place.session() as session:
        ((answer,),) = session.execute(question).fetchall()  # type: ignore[call-overload]
        return answer


def _waiting_for_locks(session: "psycopg.Connection[Any]") -> bool:
    ((count,),) = session.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchall()
    return bool(count)


def _until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
