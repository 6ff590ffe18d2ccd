"""A matter from hearing to closing while web, worker and database are killed by force again and again.

The programs are the real ones, in a data directory of their own. The people of the story do what people do when a
page does not answer: they try again. In the end nothing is lost and nothing happened twice.
"""

import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.stories.stage_text import TEXT
from tests.template import ready_data
from zhongshu.kernel.processes import SETTLES_IN

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0  # seconds until somebody who tries again gives up
VICTIMS = ("web", "worker", "database")
LIFE = ["accept", "travel", "arrive", "finish"]
Json = dict[str, Any]


class Programs:
    """Web, worker and database of one data directory, and the means to kill each."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = _free_port()
        self.environment = {**os.environ, "ZHONGSHU_DATA": str(data), "PYTHONPATH": str(ROOT)}
        self.environment.pop("DATABASE_URL", None)
        self.log = (data.parent / "serve.log").open("wb")
        self._serve: subprocess.Popen[bytes] | None = None

    def stage(self, what: str) -> Json:
        argv = [sys.executable, "-m", "tests.stories.stage", what]
        done = subprocess.run(argv, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        answer: Json = json.loads(done.stdout)
        return answer

    def start(self) -> None:
        argv = [sys.executable, "-m", "zhongshu", "serve", "--port", str(self.port)]
        self._serve = subprocess.Popen(
            argv, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def stop(self) -> None:
        if self._serve is not None:
            self._serve.terminate()
            self._serve.wait(30)
        self.log.close()

    def are_up(self) -> bool:
        """Whether all three are at work."""
        return any(pid_is_alive(pid) for pid in self._database()) and bool(self._worker()) and self._web_answers()

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sign-in", timeout=5) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    def wait_until_up(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self.are_up():
            assert time.monotonic() < end, "the programs did not start"
            time.sleep(0.1)
        time.sleep(SETTLES_IN)

    def kill(self, victim: str) -> bool:
        """Whether somebody was there to be killed."""
        pids = {"web": self._web, "worker": self._worker, "database": self._database}[victim]()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(pids)

    def _web(self) -> list[int]:
        return [pid for pid, words in self._ours() if "granian" in words]

    def _worker(self) -> list[int]:
        return [pid for pid, words in self._ours() if "procrastinate" in words]

    def _database(self) -> list[int]:
        with suppress(OSError, ValueError, IndexError):
            return [int((self.data / "pg" / "postmaster.pid").read_text().splitlines()[0])]
        return []

    def _ours(self) -> Iterator[tuple[int, str]]:
        """Processes that were started with our data directory."""
        mine = f"ZHONGSHU_DATA={self.data}\0".encode()
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdecimal() and mine in (entry / "environ").read_bytes() + b"\0":
                    yield int(entry.name), (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()


class Refused(Exception):
    """The program answered, and said no."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body = status, body


class Person:
    """Somebody with a key who asks, and asks again when nobody answers."""

    def __init__(self, programs: Programs, key: str) -> None:
        self.base = f"http://127.0.0.1:{programs.port}/api/v1"
        self.key = key

    def ask(self, method: str, path: str, body: Json | None = None, **headers: str) -> Json:
        """Raises Refused; tries again while the program is down or in trouble."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self._once(method, path, body, headers)
            except (OSError, TimeoutError) as trouble:
                if time.monotonic() > end:
                    raise AssertionError(f"{method} {path}: no answer for {PATIENCE:g} s") from trouble
                time.sleep(0.25)

    def move(self, order: str, verb: str, **words: str) -> None:
        """Makes the move; an answer that was lost shows as a move that is no longer possible."""
        try:
            self.ask("POST", f"/orders/{order}/moves", {"verb": verb, **words})
        except Refused as refusal:
            if refusal.body.get("code") != "illegal_move":
                raise

    def wait_for(self, case: str, is_so: Callable[[Json], bool]) -> Json:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = self.ask("GET", f"/cases/{case}")
            if is_so(found):
                return found
            time.sleep(0.3)
        raise AssertionError(f"still {found['state']}")

    def _once(self, method: str, path: str, body: Json | None, headers: dict[str, str]) -> Json:
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data=data, headers=sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                found: Json = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise OSError(f"status {error.code}") from error
            raise Refused(error.code, json.load(error)) from error


class Killer:
    """Kills one after the other, each at a moment nobody chose while all three are at work, until told to stop."""

    def __init__(self, programs: Programs, seed: int) -> None:
        self.programs, self.dice = programs, random.Random(seed)
        self.killed = dict.fromkeys(VICTIMS, 0)
        self._enough = Event()
        self._thread = Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._enough.set()
        self._thread.join(30)

    def _go_on(self) -> None:
        for turn in itertools.count():
            while not self.programs.are_up():
                if self._enough.wait(0.1):
                    return
            if self._enough.wait(self.dice.uniform(0.0, 1.5)):
                return
            victim = VICTIMS[turn % 3]
            self.killed[victim] += self.programs.kill(victim)


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    ready_data(tmp_path / "data")
    found = Programs(tmp_path / "data")
    yield found
    found.stop()


def test_nothing_is_lost_and_nothing_happens_twice(programs: Programs) -> None:
    stage = programs.stage("set")
    programs.start()
    programs.wait_until_up()
    desk = Person(programs, stage["keys"]["call_taker"])
    team = {role: Person(programs, stage["keys"][role]) for role in ("technician", "supervisor")}
    with Killer(programs, seed=20261123) as killer:
        case, order = hear(desk, stage)
        do_the_work(team, desk, order)
        answer(desk, case, "not_content", 1)
        do_the_work(team, desk, order)
        answer(desk, case, "content", 5)
        while min(killer.killed.values()) < 2:
            desk.ask("GET", f"/cases/{case}")
            time.sleep(0.2)
    desk.wait_for(case, lambda found: bool(found["state"] == "closed"))
    told = settled(programs)
    assert told["cases"] == 1
    assert told["state"] == "closed"
    assert told["reopened"] == 1
    assert told["moves"] == ["dispatch", *LIFE, "reopen", "dispatch", *LIFE, "sign_off", "close"]
    assert told["audited_moves"] >= len(told["moves"])
    assert told["answers"] == ["not_content", "content"]
    assert told["closures"] == 1
    twice = {name: told[name] for name in ("reactions_twice", "messages_twice", "steps_twice", "clocks_running")}
    assert not any(twice.values()), twice


def hear(desk: Person, stage: Json) -> tuple[str, str]:
    """The call-taker sends the same matter until somebody answers; the key makes it one case."""
    said = {
        "site": stage["site"],
        "text": TEXT,
        "place_text": stage["place"],
        "channel": "telephone",
        "category": "plumbing",
        "urgency": "P2",
        "team_kind": "engineering",
    }
    heard = desk.ask("POST", "/cases", said, Idempotency_Key="one-matter")
    again = desk.ask("POST", "/cases", said, Idempotency_Key="one-matter")
    assert again == heard
    return heard["case"]["number"], heard["order"]["number"]


def do_the_work(team: dict[str, Person], desk: Person, order: str) -> None:
    """Whoever of the team has it on their phone does it."""
    assignee = desk.ask("GET", f"/orders/{order}")["assignee"]["name"]
    for verb in LIFE:
        team[assignee].move(order, verb, **({"reason": "换了软管"} if verb == "finish" else {}))


def answer(desk: Person, case: str, what: str, score: int) -> None:
    """Once the worker has noticed that the work is done, the desk calls back; a lost answer shows as a refusal."""
    found = desk.wait_for(case, lambda case: bool(case["follow_up"]))
    with suppress(Refused):
        desk.ask("POST", f"/follow-ups/{found['follow_up']['id']}/attempts", {"answer": what, "score": score})


def settled(programs: Programs) -> Json:
    """What is in the database once every event is delivered."""
    end = time.monotonic() + PATIENCE
    while True:
        told = programs.stage("tell")
        if told["undelivered"] == 0 or time.monotonic() > end:
            assert told["undelivered"] == 0
            return told
        time.sleep(1)


def pid_is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
