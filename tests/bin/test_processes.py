"""The supervisor that runs web and worker as one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from zhongshu.kernel import processes

REPOSITORY = Path(__file__).resolve().parents[2]

# A program that writes its number down and sleeps, with a worker of its own in the same group.
MEMBER = """
import os, subprocess, sys, time
from pathlib import Path
worker = subprocess.Popen(["sleep", "60"])
with Path(sys.argv[1]).open("a") as notes:
    notes.write(f"{os.getpid()} {worker.pid}\\n")
time.sleep(60)
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + MEMBER

SUPERVISOR = """
import sys
from zhongshu.kernel.processes import Process, run_together
from pathlib import Path
notes = Path(sys.argv[1])
commands = [[sys.executable, "-c", text, str(notes / f"member-{n}")] for n, text in enumerate(sys.argv[2:])]
crew = [Process(f"member {n}", command) for n, command in enumerate(commands)]
sys.exit(run_together(crew, on_ready=lambda: (notes / "ready").touch(), settles_in=0.2))
"""


class Crew:
    """A supervisor in a process of its own, and what its members wrote down."""

    def __init__(self, notes: Path, *members: str) -> None:
        self.notes = notes
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(notes), *members],
            cwd=REPOSITORY,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def lives_of(self, member: int) -> list[list[int]]:
        """The numbers of the member and its worker, once per life."""
        file = self.notes / f"member-{member}"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [[int(number) for number in line.split()] for line in lines]

    def settled(self, members: int) -> None:
        wait_until(lambda: all(self.lives_of(member) for member in range(members)))
        wait_until((self.notes / "ready").exists)
        time.sleep(0.4)

    def everybody(self) -> list[int]:
        files = self.notes.glob("member-*")
        return [int(number) for file in files for number in file.read_text(encoding="utf-8").split()]


def wait_until(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("signal_sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everybody_in_good_order(tmp_path: Path, signal_sent: signal.Signals) -> None:
    crew = Crew(tmp_path, MEMBER, MEMBER)
    crew.settled(2)
    crew.process.send_signal(signal_sent)
    _, said = crew.process.communicate(timeout=10)
    assert (crew.process.returncode, said) == (0, "")
    assert not any(map(is_alive, crew.everybody()))


def test_who_dies_is_started_again_and_the_other_works_on(tmp_path: Path) -> None:
    crew = Crew(tmp_path, MEMBER, MEMBER)
    crew.settled(2)
    member, its_worker = crew.lives_of(0)[0]
    os.kill(member, signal.SIGKILL)
    wait_until(lambda: len(crew.lives_of(0)) == 2)
    assert not is_alive(its_worker), "a killed program's workers go with it"
    assert len(crew.lives_of(1)) == 1
    crew.process.terminate()
    _, said = crew.process.communicate(timeout=10)
    assert said == "member 0 ended with code -9 and starts again in 0.5 s.\n"
    assert not any(map(is_alive, crew.everybody()))


def test_after_kill_9_of_the_supervisor_nobody_is_left(tmp_path: Path) -> None:
    crew = Crew(tmp_path, MEMBER, MEMBER)
    crew.settled(2)
    assert all(map(is_alive, crew.everybody()))
    crew.process.kill()
    crew.process.communicate()
    wait_until(lambda: not any(map(is_alive, crew.everybody())))


def test_who_does_not_listen_is_killed_when_told_twice(tmp_path: Path) -> None:
    crew = Crew(tmp_path, STUBBORN)
    crew.settled(1)
    crew.process.terminate()
    time.sleep(0.5)
    assert crew.process.poll() is None
    crew.process.terminate()
    crew.process.communicate(timeout=5)
    assert not any(map(is_alive, crew.everybody()))


def test_a_program_that_ends_at_once_ends_the_others_too(tmp_path: Path) -> None:
    crew = Crew(tmp_path, MEMBER, "raise SystemExit(3)")
    _, said = crew.process.communicate(timeout=10)
    assert crew.process.returncode == 1
    assert "member 1 can't start: it ended at once with code 3." in said
    assert not any(map(is_alive, crew.everybody()))


def test_a_program_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert processes.run_together([processes.Process("web", ["/nowhere/granian"])]) == 1
    assert "web can't start" in capsys.readouterr().err


def test_ready_is_said_once_and_only_when_all_are(tmp_path: Path) -> None:
    asked: list[float] = []
    said: list[int] = []

    def is_ready() -> bool:
        asked.append(time.monotonic())
        return len(asked) >= 3

    def on_ready() -> None:
        said.append(len(asked))
        os.kill(os.getpid(), signal.SIGTERM)

    web = processes.Process("web", ["sleep", "60"], is_ready=is_ready)
    assert processes.run_together([web], on_ready=on_ready) == 0
    assert said == [3]


def test_pauses_between_restarts_grow(tmp_path: Path) -> None:
    settles_then_ends = f"import time; {MEMBER.replace('time.sleep(60)', 'time.sleep(0.6)')}"
    crew = Crew(tmp_path, settles_then_ends)
    wait_until(lambda: len(crew.lives_of(0)) == 3)
    crew.process.terminate()
    _, said = crew.process.communicate(timeout=10)
    assert said.index("again in 0.5 s.") < said.index("again in 1 s.")
