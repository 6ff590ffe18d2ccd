"""Runs several programs as one: started together, restarted when they die, stopped together.

Standard library only. Every program gets a process group of its own, so that Ctrl-C reaches us alone and nothing
that a program started outlives it. A guardian process ends the groups if we are killed and can't do it ourselves.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

SETTLES_IN = 3.0  # seconds; a program that ends sooner on its first start can't run here
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
LIVED_WELL = 60.0  # seconds of life after which the next pause is the first again
GRACE = 10.0  # seconds between asking a program to end and killing it, unless told otherwise
_LOOK_EVERY = 0.1

_GUARDIAN = Path(__file__).with_name("guardian.py")


def _at_once() -> bool:
    return True


@dataclass(frozen=True)
class Process:
    """A program to run: its name for messages, its command, its environment (None: ours), and how to ask whether
    it is ready for work.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    is_ready: Callable[[], bool] = _at_once


class CannotStart(RuntimeError):
    """A program ended right after its first start, or isn't there."""


def run_together(
    processes: Sequence[Process],
    *,
    on_ready: Callable[[], None] | None = None,
    settles_in: float = SETTLES_IN,
    grace: float = GRACE,
) -> int:
    """Runs them until SIGINT, SIGTERM or SIGHUP; calls `on_ready` once when all are ready.

    `grace` seconds after the signal whoever is still at work is killed. Gives an exit code: 0 after such a signal,
    1 when one of them can't start (the reason goes to stderr).
    Call it from the main thread.
    """
    with _Told() as told, _Guardian(grace) as guardian:
        crew = [_Keeper(process, guardian, settles_in) for process in processes]
        try:
            _keep_running(crew, told=told, on_ready=on_ready)
        except CannotStart as reason:
            _say(str(reason))
            return 1
        finally:
            _end(crew, told=told, grace=grace)
    return 0


def _keep_running(crew: list[_Keeper], *, told: _Told, on_ready: Callable[[], None] | None) -> None:
    for keeper in crew:
        keeper.start()
    while not told.wait(_LOOK_EVERY):
        for keeper in crew:
            keeper.look_after()
        if on_ready is not None and all(keeper.process.is_ready() for keeper in crew):
            on_ready()
            on_ready = None


def _end(crew: list[_Keeper], *, told: _Told, grace: float) -> None:
    """Asks all to end, and kills what is left after the grace time or when told a second time."""
    for keeper in crew:
        keeper.ask_to_end()
    deadline = time.monotonic() + grace
    while any(keeper.is_alive() for keeper in crew) and time.monotonic() < deadline and told.times < 2:
        time.sleep(_LOOK_EVERY / 4)
    for keeper in crew:
        keeper.clear_away()


class _Keeper:
    """Keeps one program running."""

    def __init__(self, process: Process, guardian: _Guardian, settles_in: float) -> None:
        self.process = process
        self._guardian = guardian
        self._settles_in = settles_in
        self._settled = False
        self._child: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_again_at: float | None = None
        self._pause = FIRST_PAUSE

    def start(self) -> None:
        self._start_again_at = None
        self._started_at = time.monotonic()
        try:
            self._child = subprocess.Popen(
                self.process.argv, env=self.process.env, stdin=subprocess.DEVNULL, process_group=0
            )
        except OSError as reason:
            raise CannotStart(f"{self.process.name} can't start: {reason}") from reason
        self._guardian.watch(self._child.pid)

    def look_after(self) -> None:
        """Raises CannotStart when the program ends before it ever settled."""
        now = time.monotonic()
        if self._start_again_at is not None:
            if now >= self._start_again_at:
                self.start()
        elif self.is_alive():
            self._settled = self._settled or now - self._started_at >= self._settles_in
        else:
            self._plan_restart(now)

    def _plan_restart(self, now: float) -> None:
        code = self._child.returncode if self._child else None
        self.clear_away()
        if not self._settled:
            raise CannotStart(f"{self.process.name} can't start: it ended at once with code {code}.")
        if now - self._started_at >= LIVED_WELL:
            self._pause = FIRST_PAUSE
        self._start_again_at = now + self._pause
        _say(f"{self.process.name} ended with code {code} and starts again in {self._pause:g} s.")
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def is_alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def ask_to_end(self) -> None:
        """Only the program itself is asked: it knows how to end its own workers in good order."""
        if self._child is not None and self.is_alive():
            self._child.terminate()

    def clear_away(self) -> None:
        """Kills whatever is left of the program's group."""
        if self._child is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        self._guardian.forget(self._child.pid)
        self._child = None


class _Told:
    """Counts the signals that tell us to end."""

    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self.times = 0
        self._event = threading.Event()

    def wait(self, seconds: float) -> bool:
        return self._event.wait(seconds)

    def __enter__(self) -> _Told:
        self._before = {number: signal.signal(number, self._hear) for number in self.SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.times += 1
        self._event.set()


class _Guardian:
    """A process that reads from us which groups live, and ends them when the pipe breaks: then we are dead."""

    def __init__(self, grace: float) -> None:
        self._grace = grace

    def __enter__(self) -> _Guardian:
        self._process = subprocess.Popen(
            [sys.executable, "-IS", str(_GUARDIAN), str(self._grace)], stdin=subprocess.PIPE, start_new_session=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def watch(self, group: int) -> None:
        self._write(f"+{group}\n")

    def forget(self, group: int) -> None:
        self._write(f"-{group}\n")

    def _write(self, line: str) -> None:
        """Goes on without a guardian: whoever killed it may do so."""
        if self._process.stdin is None:
            return
        with suppress(BrokenPipeError):
            self._process.stdin.write(line.encode("ascii"))
            self._process.stdin.flush()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
