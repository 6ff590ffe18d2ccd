"""A queue of what happens when: instants in order, ties in the order of entry."""

import heapq
from collections.abc import Callable
from datetime import datetime

Happening = Callable[[datetime], None]


class Diary:
    """Happenings still to come."""

    def __init__(self) -> None:
        self._queue: list[tuple[datetime, int, Happening]] = []
        self._entries = 0

    def add(self, at: datetime, happening: Happening) -> None:
        self._entries += 1
        heapq.heappush(self._queue, (at, self._entries, happening))

    def pop_before(self, end: datetime) -> tuple[datetime, Happening] | None:
        """The next happening before `end`, if there is one."""
        if not self._queue or self._queue[0][0] >= end:
            return None
        at, _entry, happening = heapq.heappop(self._queue)
        return at, happening
