"""The example client, as its README has it: generated from the description, run against a real server."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.api.conftest import program, town
from tests.cases.conftest import Town
from zhongshu.cases.actions import record_follow_up, sign_off_for_customer
from zhongshu.cases.lifecycle import Answer, CaseState
from zhongshu.cases.models import Case, FollowUp
from zhongshu.identity.roles import Role
from zhongshu.kernel import outbox
from zhongshu.kernel.clock import now
from zhongshu.webhooks import actions
from zhongshu.webhooks.kinds import WebhookDeliveryState
from zhongshu.webhooks.models import Delivery, Endpoint
from zhongshu.work.lifecycle import State

__all__ = ["program", "town"]

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "client" / "follow_a_case.py"
PATIENCE = 60
Script = subprocess.Popen[str]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the client in it, generated as the README says."""
    folder = tmp_path_factory.mktemp("client")
    call_command("openapi", out=folder / "openapi.json")
    generator = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"]
    told = subprocess.run(
        [*generator, "--meta", "none", "--output-path", "zhongshu_client", "--fail-on-warning"],
        cwd=folder,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return folder


def test_the_example_fits_the_generated_client(generated: Path) -> None:
    """A type checker finds no word in the script that the client does not have."""
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-incremental", "--follow-imports=silent", "--config-file=", str(EXAMPLE)],
        cwd=generated,
        env=os.environ | {"MYPYPATH": str(generated)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.fixture
def script(
    generated: Path, live_server: Any, town: Town, program: Any, settings: Any
) -> Iterator[subprocess.Popen[str]]:
    settings.WEBHOOKS_PRIVATE = True
    caller = program(Role.ADMINISTRATOR)
    more = {"ZHONGSHU_URL": live_server.url, "ZHONGSHU_TOKEN": caller.secret, "PYTHONPATH": str(generated)}
    said = ["--site", "HT", "--text", "厨房水龙头一直滴水", "--place", "二期3栋2单元1502", "--listen", "0"]
    process = subprocess.Popen(
        [sys.executable, str(EXAMPLE), *said],
        env=os.environ | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.django_db(transaction=True)
def test_it_opens_a_case_and_is_told_until_it_is_closed(script: Script, town: Town) -> None:
    case = _wait_for_case()
    deadline = time.monotonic() + PATIENCE
    while script.poll() is None and time.monotonic() < deadline:
        _live_on(town, case)
        _send_what_waits()
        time.sleep(0.1)
    said = script.communicate(timeout=10)[0]
    assert script.returncode == 0, said
    lines = said.splitlines()
    assert lines[0] == f"{case.number} opened"
    assert lines[-1].startswith(f"{case.number} is closed")
    assert any(line.startswith("told work.order_moved") and "'verb': 'finish'" in line for line in lines)
    assert Endpoint.objects.get().deleted_at is not None


def _wait_for_case() -> Case:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if case := Case.objects.first():
            return case
        time.sleep(0.1)
    raise AssertionError("the script opened no case")


def _live_on(town: Town, case: Case) -> None:
    """The work is done, accepted for the customer, and the customer, if called, is content: one step at a time."""
    case.refresh_from_db()
    lead = town.actor(Role.SERVICE_LEAD)
    if call := FollowUp.objects.filter(case=case, done_at__isnull=True).first():
        record_follow_up(actor=lead, at=now(), follow_up_id=call.pk, answer=Answer.CONTENT, score=5)
    elif case.state == CaseState.OPEN and town.order(case).state == State.DONE:
        sign_off_for_customer(actor=lead, at=now(), case_id=case.pk)
        outbox.deliver_pending(at=now())
    elif case.state == CaseState.OPEN:
        town.do_the_work(case, at=now())


def _send_what_waits() -> None:
    """What a worker does."""
    for pk in Delivery.objects.filter(state=WebhookDeliveryState.WAITING).values_list("pk", flat=True):
        actions.send(delivery_id=pk, at=now())
