"""How far the work on a workbook has come, for whoever listens; without a listener nothing happens. Pure."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")
Listener = Callable[[int], None]
EVERY: Final = 100
_OPENED: Final = 10  # percent, when the file has been opened
_CHECKED: Final = 60  # when its rows have been checked and will be written
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)
_work: ContextVar["_Work | None"] = ContextVar("work", default=None)


@dataclass(slots=True)
class _Work:
    """`rows` rows are to be checked, up to `checked` percent."""

    rows: int
    checked: int
    done: int = 0


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Within, `listener` is told the percentage, from 0 to 100 and never less than before."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def work_on(rows: int, *, is_written: bool) -> Iterator[None]:
    """Within, that many rows are checked and, if `is_written`, written."""
    token = _work.set(_Work(rows, _CHECKED if is_written else 100))
    _tell(_OPENED)
    try:
        yield
    finally:
        _work.reset(token)


def checking(rows: Iterable[T]) -> Iterator[T]:
    """The rows (or groups of them), one by one, each of them counted when the next is asked for."""
    work = _work.get()
    for row in rows:
        yield row
        if work is not None:
            work.done += 1
            if work.done % EVERY == 0:
                _tell(_OPENED + (work.checked - _OPENED) * work.done // max(work.rows, work.done))


def written(done: int, of: int) -> None:
    """`done` of `of` steps of writing are behind us."""
    _tell(_CHECKED + (100 - _CHECKED) * done // of)


def _tell(percent: int) -> None:
    if listener := _listener.get():
        listener(percent)
