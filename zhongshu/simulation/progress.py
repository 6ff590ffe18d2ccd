"""A progress bar for long work in a terminal; plain lines where there is none."""

import time
from types import TracebackType
from typing import Any

WIDTH = 30


class Bar:
    """`show(share, words)` with a share from 0 to 1; redraws at most ten times a second."""

    def __init__(self, out: Any) -> None:
        self._out = out
        self.is_terminal = bool(getattr(out, "isatty", lambda: False)())
        self._shown_at = 0.0
        self._words = ""

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.is_terminal and self._words:
            self._out.write("\n", ending="")

    def show(self, share: float, words: str) -> None:
        if self.is_terminal:
            self._draw(share, words)
        elif words != self._words:
            self._out.write(f"{share:4.0%} {words}")
            self._out.flush()
        self._words = words

    def _draw(self, share: float, words: str) -> None:
        if share < 1 and time.monotonic() - self._shown_at < 0.1:
            return
        self._shown_at = time.monotonic()
        done = round(share * WIDTH)
        self._out.write(f"\r[{'█' * done}{'·' * (WIDTH - done)}] {share:4.0%} {words}\033[K", ending="")
        self._out.flush()
