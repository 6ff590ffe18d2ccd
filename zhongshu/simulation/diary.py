"""A queue of what happens when: instants in order, ties in the order of their names and then of entry."""

import heapq
from collections.abc import Callable
from datetime import datetime

Happen = Callable[[datetime], None]


class Diary:
    """Entries still to come."""

    def __init__(self) -> None:
        self._queue: list[tuple[datetime, str, int, Happen]] = []
        self._entries = 0

    def add(self, at: datetime, name: str, happen: Happen) -> None:
        self._entries += 1
        heapq.heappush(self._queue, (at, name, self._entries, happen))

    def next_at(self) -> datetime | None:
        """When the next entry is due."""
        return self._queue[0][0] if self._queue else None

    def pop(self) -> tuple[datetime, Happen]:
        """The next entry. Raises IndexError when there is none."""
        at, _name, _entry, happen = heapq.heappop(self._queue)
        return at, happen
