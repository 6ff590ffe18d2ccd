"""Jobs run by a real worker, which is killed by force."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.kernel.worker import HEARTBEAT
from zhongshu.config import timetable
from zhongshu.kernel import jobs
from zhongshu.kernel.models import OutboxEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]
STALLED = 5 * HEARTBEAT
ROOT = Path(__file__).resolve().parents[2]


def _environment(**more: str) -> dict[str, str]:
    """That of a process which works on the tests' database."""
    here = connection.settings_dict
    host, user = quote(str(here["HOST"]), safe=""), quote(str(here["USER"]))
    password = f":{quote(str(here['PASSWORD']))}" if here["PASSWORD"] else ""
    port = f":{here['PORT']}" if here["PORT"] else ""
    return os.environ | {"DATABASE_URL": f"postgresql://{user}{password}@{host}{port}/{here['NAME']}"} | more


def work_off() -> None:
    """A worker comes, does what waits, and goes."""
    command = [sys.executable, "-m", "tests.kernel.worker"]
    subprocess.run(command, cwd=ROOT, env=_environment(), check=True, timeout=60)


@contextmanager
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    """A worker that stays until the end, or until it is killed."""
    command = [sys.executable, "-m", "tests.kernel.worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=_environment(WAIT="1"))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def defer(folder: Path, **options: str) -> int:
    job_id: int = app.configure_task("tests.wait", queue="tests", **options).defer(folder=str(folder))
    return job_id


def status(job_id: int) -> str:
    return ProcrastinateJob.objects.get(pk=job_id).status


def revive() -> None:
    async_to_sync(jobs.revive)(stalled_after_seconds=STALLED)


def starts(folder: Path) -> int:
    return len((folder / "starts").read_text().splitlines()) if (folder / "starts").exists() else 0


def test_a_worker_delivers_events(noon: datetime) -> None:
    event = OutboxEvent.objects.create(site_id=1, name="tests.forgotten", payload={}, occurred_at=noon)
    good = jobs.deliver_event.defer(event_id=event.pk + 1)
    bad = jobs.deliver_event.defer(event_id=event.pk)
    work_off()
    assert status(good) == "succeeded"
    assert status(bad) == "todo"  # to be tried again, later
    assert ProcrastinateJob.objects.get(pk=bad).scheduled_at is not None


def test_the_job_of_a_killed_worker_is_revived_and_done(tmp_path: Path) -> None:
    with worker() as victim:
        job_id = defer(tmp_path)
        until(lambda: starts(tmp_path) == 1)
        revive()
        assert status(job_id) == "doing"  # its worker lives
        victim.kill()
        victim.wait()
    assert status(job_id) == "doing"
    time.sleep(STALLED + HEARTBEAT)
    revive()
    assert status(job_id) == "todo"
    (tmp_path / "go").touch()
    work_off()
    assert status(job_id) == "succeeded"
    assert starts(tmp_path) == 2


def test_where_a_twin_waits_the_twin_does_the_work_and_no_other_job_is_forgotten(tmp_path: Path) -> None:
    with worker() as victim:
        stalled = defer(tmp_path, queueing_lock="one-waits")
        until(lambda: starts(tmp_path) == 1)
        other = defer(tmp_path)
        until(lambda: starts(tmp_path) >= 1)
        victim.kill()
        victim.wait()
    twin = defer(tmp_path, queueing_lock="one-waits")
    time.sleep(STALLED + HEARTBEAT)
    revive()
    assert (status(stalled), status(twin), status(other)) == ("aborted", "todo", "todo")
    (tmp_path / "go").touch()
    work_off()
    assert (status(twin), status(other)) == ("succeeded", "succeeded")


def test_the_timetable_knows_only_tasks_that_exist_and_counts_seconds_last(noon: datetime) -> None:
    periodic = {task.task.name: task for task in app.periodic_registry.periodic_tasks.values()}
    assert timetable.__doc__
    assert {"config.tick", "kernel.revive_stalled", "kernel.sweep_outbox", "kernel.forget_old_jobs"} <= set(periodic)
    starts_at = noon.timestamp()
    seconds = {name: _gap(periodic[name].croniter.expanded, periodic[name].cron, starts_at) for name in periodic}
    assert seconds["config.tick"] == 10
    assert seconds["kernel.revive_stalled"] == 30
    assert seconds["kernel.sweep_outbox"] == 60


def _gap(_expanded: object, cron: str, start: float) -> float:
    import croniter

    turns = croniter.croniter(cron, start)
    first: float = turns.get_next(float)
    second: float = turns.get_next(float)
    return second - first
