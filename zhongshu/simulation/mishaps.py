"""How things are made to go wrong: real threads, real processes, real deaths of real connections."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import Barrier
from typing import Any

from django.db import OperationalError, connection, connections

from zhongshu.kernel.errors import Refusal
from zhongshu.simulation.throwaway import Throwaway

_inherited: list[Any] = []


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gives, or the refusal it meets, when all start together on connections of their own."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            ready.wait()
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [pool.submit(copy_context().run, run, act) for act in acts]
        return [future.result() for future in futures]


def killed_at(nth: int, work: Callable[[], object]) -> bool:
    """Another process does the work and is killed by force at its nth statement; whether it came that far."""
    process = os.fork()
    if process == 0:
        _work_until_killed(nth, work)
    _pid, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status)


def _work_until_killed(nth: int, work: Callable[[], object]) -> None:
    """Never returns. The parent's connection is not touched: closing it here would end its session."""
    try:
        _inherited.append(connections["default"].connection)
        connections["default"].connection = None
        with connection.execute_wrapper(_at_statement(nth, lambda: os.kill(os.getpid(), signal.SIGKILL))):
            work()
    finally:
        os._exit(0)


@contextmanager
def connection_cut(database: Throwaway, *, at_statement: int) -> Iterator[None]:
    """Within it this thread's session is ended at its nth statement, once."""
    with connection.execute_wrapper(_at_statement(at_statement, lambda: database.end_session(_session()))):
        yield


def commit_fails(database: Throwaway) -> "_Commits":
    """Within it the server dies as the first COMMIT is about to reach it: nothing is written."""

    def commit(usual: Callable[[], None]) -> None:
        database.restart()
        usual()

    return _Commits(commit)


def answer_lost(database: Throwaway) -> "_Commits":
    """Within it the server dies after the first COMMIT, before its answer is heard: everything is written."""

    def commit(usual: Callable[[], None]) -> None:
        usual()
        database.restart()
        raise OperationalError("the server was gone before its answer came")

    return _Commits(commit)


class _Commits:
    """Puts something of ours in the place of this thread's next COMMIT."""

    def __init__(self, commit: Callable[[Callable[[], None]], None]) -> None:
        self._instead = commit

    def __enter__(self) -> None:
        wrapper, usual = connections["default"], connections["default"]._commit  # type: ignore[attr-defined]

        def commit() -> None:
            self._usual_again()
            self._instead(usual)

        wrapper._commit = commit  # type: ignore[attr-defined]

    def __exit__(self, *_error: object) -> None:
        self._usual_again()

    def _usual_again(self) -> None:
        vars(connections["default"]).pop("_commit", None)


def _at_statement(nth: int, strike: Callable[[], None]) -> Callable[..., Any]:
    """An execute wrapper that strikes before the nth statement, once."""
    seen = 0

    def wrapper(execute: Callable[..., Any], *statement: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == nth:
            strike()
        return execute(*statement)

    return wrapper


def _session() -> int:
    return int(connections["default"].connection.info.backend_pid)
