"""The shortest story that still goes wrong: delta debugging (Zeller 1999) over the ids of happenings. Pure.

`fails(ids)` lives the story of just these ids and says whether it still goes wrong. It is asked once for each set of
ids. Given time, no single id can be left out of the answer.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

Fails = Callable[[tuple[str, ...]], bool]


class OutOfTime(Exception):
    """Raised by `fails` when the budget is spent: the shortest story so far is the answer."""


def shrunk(ids: Sequence[str], fails: Fails) -> tuple[str, ...]:
    """The ids that are needed, in their order. `fails(ids)` itself is taken for granted."""
    search = _Search(tuple(ids), fails)
    try:
        search.from_the_end()
        search.by_parts()
    except OutOfTime:
        pass
    return search.best


class _Search:
    def __init__(self, ids: tuple[str, ...], fails: Fails) -> None:
        self.best = ids
        self._fails = fails
        self._known: dict[tuple[str, ...], bool] = {}

    def from_the_end(self) -> None:
        """What goes wrong mostly has recent causes: the last 1, 2, 4 … happenings alone."""
        whole, length = self.best, 1
        while length < len(whole):
            if self._try(whole[-length:]):
                return
            length *= 2

    def by_parts(self) -> None:
        """Leave out one of n parts; when none can be spared, cut finer, until the parts are single happenings."""
        parts = 2
        while self.best:
            if self._leave_out_one_of(parts):
                parts = max(parts - 1, 2)
            elif parts >= len(self.best):
                return
            else:
                parts = min(2 * parts, len(self.best))

    def _leave_out_one_of(self, parts: int) -> bool:
        whole, count = self.best, min(parts, len(self.best))
        bounds = [len(whole) * nth // count for nth in range(count + 1)]
        return any(self._try(whole[:start] + whole[end:]) for start, end in pairwise(bounds))

    def _try(self, ids: tuple[str, ...]) -> bool:
        if ids not in self._known:
            self._known[ids] = self._fails(ids)
            if self._known[ids]:
                self.best = ids
        return self._known[ids]
