"""What comes from outside, with dice of its own; and what people do about it, through one door."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

INTAKE = "cases.open_case"
#: Every way in of a household; its key is the name of the happening alone.
WAYS_IN = frozenset({INTAKE, "cases.open_cases", "portal.report"})


@dataclass(slots=True)
class Happening:
    """Something that comes from outside: a matter, a breakdown, somebody ill. `id` is such as `2026-03-05/matter/2`.

    Every chance in its course is drawn from dice made for that purpose, so that leaving another happening out, or
    taking another turn in this one, changes no other chance.
    """

    id: str
    seed: str
    _drawn: Counter[str] = field(default_factory=Counter)
    _done: Counter[str] = field(default_factory=Counter)

    def dice(self, purpose: str) -> Random:
        """Fresh dice for the nth time that something is drawn for this purpose."""
        nth = self._drawn[purpose]
        self._drawn[purpose] += 1
        return Random(f"{self.seed}:{self.id}#{purpose}/{nth}")  # noqa: S311

    def key(self, site_code: str, what: str) -> str:
        """The idempotency key of the nth time that this is done because of it; of its intake: its own name."""
        nth = self._done[what]
        self._done[what] += 1
        return f"{site_code}:{self.id}" + (f":{what}/{nth}" if nth or what not in WAYS_IN else "")


@dataclass(frozen=True, slots=True)
class Deed:
    """A call of an action, named `what` (`cases.open_case`). `act` may be called again, and beside itself."""

    what: str
    at: datetime
    happening_id: str
    act: Callable[[], Any]


Perform = Callable[[Deed], Any]


def plainly(deed: Deed) -> Any:
    """Just do it."""
    return deed.act()


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened, in plain English."""

    at: datetime
    happening_id: str
    words: str

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} [{self.happening_id}] {self.words}"
