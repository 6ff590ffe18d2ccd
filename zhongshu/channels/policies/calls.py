"""What became of a call, from what a telephone system told of it: in any order, and as often as it likes."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhongshu.channels.kinds import CallEvent, CallState
from zhongshu.estate.phones import BadPhone, read_phones

NUMBER_LENGTH = 20
_NOT_DIGITS = re.compile("[^0-9]")
_TRUNK = re.compile(r"^0(?=1[3-9]\d{9}$)")

FRESH = timedelta(minutes=3)
"""So long a call that is said to ring, or to be spoken on, is shown at a desk without further news of it ringing."""

TRIES = 3
"""So often a caller who was missed is tried; then they are written to, or it is given up."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a call. `extension` empty: of the call as a whole."""

    event: CallEvent
    extension: str
    at: datetime


def state_of(told: Collection[Told]) -> CallState:
    """Depends on what was told, not on the order in which it came.

    A call missed at one desk that rings at another rings; one that ended and was never answered was missed.
    """
    seen = {(one.event, one.extension) for one in told}
    events = {event for event, _extension in seen}
    if CallEvent.ANSWERED in events:
        return CallState.ENDED if CallEvent.ENDED in events else CallState.ANSWERED
    if _is_over(seen):
        return CallState.ENGAGED if CallEvent.ENGAGED in events and not _rang(events) else CallState.MISSED
    if _rings(seen):
        return CallState.RINGING
    if CallEvent.MISSED in events or CallEvent.ENGAGED in events:
        return CallState.MISSED if _rang(events) else CallState.ENGAGED
    return CallState.ENDED


def _is_over(seen: Collection[tuple[CallEvent, str]]) -> bool:
    whole = {event for event, extension in seen if not extension}
    return any(event == CallEvent.ENDED for event, _at in seen) or bool(whole & {CallEvent.MISSED, CallEvent.ENGAGED})


def _rang(events: Collection[CallEvent]) -> bool:
    return CallEvent.MISSED in events or CallEvent.RINGING in events


def _rings(seen: Collection[tuple[CallEvent, str]]) -> bool:
    ringing = {extension for event, extension in seen if event == CallEvent.RINGING}
    return bool(ringing - given_up(seen))


def given_up(seen: Collection[tuple[CallEvent, str]]) -> frozenset[str]:
    """The extensions at which nobody took the call."""
    return frozenset(extension for event, extension in seen if event in (CallEvent.MISSED, CallEvent.ENGAGED))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a call. `extension` is where it was answered, else where it rang last."""

    state: CallState
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    extension: str


def facts_of(told: Collection[Told]) -> Facts:
    """`told` is not empty."""
    return Facts(
        state=state_of(told),
        started_at=min(one.at for one in told),
        answered_at=_first(told, CallEvent.ANSWERED),
        ended_at=_first(told, CallEvent.ENDED),
        extension=_desk(told),
    )


def _first(told: Collection[Told], event: CallEvent) -> datetime | None:
    return min((one.at for one in told if one.event == event), default=None)


def _desk(told: Collection[Told]) -> str:
    for event in (CallEvent.ANSWERED, CallEvent.RINGING, CallEvent.MISSED):
        at_desks = [one for one in told if one.event == event and one.extension]
        if at_desks:
            return max(at_desks, key=lambda one: (one.at, one.extension)).extension
    return ""


def number_of(text: str) -> str:
    """A caller's number as customers' numbers are kept; empty for one that is withheld.

    `+86` and the 0 that switchboards set before a mobile are dropped. Never refused: the call has happened.
    """
    digits = _TRUNK.sub("", _NOT_DIGITS.sub("", text))
    try:
        return next(iter(read_phones(digits)), "")
    except BadPhone:
        return digits[-NUMBER_LENGTH:]
