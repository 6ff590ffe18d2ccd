"""Which clocks a move stops and starts, and how a running one looks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from zhongshu.work.kinds import Stage
from zhongshu.work.lifecycle import Verb

EVERY = frozenset(Stage)
FROM_THE_START = frozenset({Stage.ACKNOWLEDGE, Stage.ARRIVE, Stage.FINISH, Stage.CLOSE})

STOPS: dict[Verb, frozenset[Stage]] = {
    Verb.ACCEPT: frozenset({Stage.ACKNOWLEDGE}),
    Verb.OBJECT: frozenset({Stage.ACKNOWLEDGE}),
    Verb.OVERRULE: frozenset({Stage.RULING}),
    Verb.REASSIGN: frozenset({Stage.ACKNOWLEDGE, Stage.RULING}),
    Verb.ARRIVE: frozenset({Stage.ARRIVE}),
    # Who answers from the desk never arrives.
    Verb.FINISH: frozenset({Stage.ARRIVE, Stage.FINISH, Stage.CONTRACTOR}),
    Verb.CLOSE: EVERY,
    Verb.WITHDRAW: EVERY,
}
STARTS: dict[Verb, frozenset[Stage]] = {
    Verb.OBJECT: frozenset({Stage.RULING}),
    Verb.OVERRULE: frozenset({Stage.ACKNOWLEDGE}),
    Verb.REASSIGN: frozenset({Stage.ACKNOWLEDGE}),
    Verb.REOPEN: FROM_THE_START,
}


class Colour(StrEnum):
    """Green: less than half used; amber: more; red: late; grey: does not run."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Face:
    """A clock as one reads it. `remaining` is negative when late; `used_percent` counts on beyond 100."""

    colour: Colour
    used_percent: int
    remaining: timedelta
    is_running: bool
    is_paused: bool

    @property
    def is_late(self) -> bool:
        return self.remaining < timedelta(0)


def face(
    *,
    started_at: datetime,
    target_at: datetime,
    stopped_at: datetime | None = None,
    paused_at: datetime | None = None,
    at: datetime,
) -> Face:
    """The face at `at`: of a stopped or paused clock, as it stood when it was stopped or paused."""
    seen_at = stopped_at or paused_at or at
    remaining = target_at - seen_at
    span = max(target_at - started_at, timedelta(seconds=1))
    used = int((seen_at - started_at) / span * 100)
    is_running = stopped_at is None and paused_at is None
    colour = _colour(used, remaining) if is_running else _at_rest(stopped_at, remaining)
    return Face(colour, used, remaining, is_running, stopped_at is None and paused_at is not None)


def _colour(used: int, remaining: timedelta) -> Colour:
    if remaining < timedelta(0):
        return Colour.RED
    return Colour.AMBER if used >= 50 else Colour.GREEN


def _at_rest(stopped_at: datetime | None, remaining: timedelta) -> Colour:
    """A stopped clock that was late stays red; one that was in time, or only pauses, is grey."""
    return Colour.RED if stopped_at is not None and remaining < timedelta(0) else Colour.GREY
