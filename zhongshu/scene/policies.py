"""The rules of help on the scene: who is called, in which order, when the call goes wider, what the log's chain is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from json import dumps

from zhongshu.people.kinds import TeamKind
from zhongshu.scene.kinds import Danger, Why
from zhongshu.work.kinds import Nearness

NEAREST = 3
WIDER_AFTER = timedelta(minutes=2)
#: From the third call on nobody is left to be added: the site manager and head office are told again and again.
AGAIN_AFTER = timedelta(minutes=5)
LAST_NEW_ROUND = 3

#: Minutes in which back-up should be there, where the site has set no others.
TARGET_MINUTES = {
    Danger.VIOLENCE: 3,
    Danger.FIRE: 3,
    Danger.INJURY: 5,
    Danger.OTHER: 5,
    Danger.TECHNICAL: 10,
}
#: Whose trade it is comes first.
FIRST: dict[Danger, frozenset[TeamKind]] = {
    Danger.VIOLENCE: frozenset({TeamKind.SECURITY, TeamKind.CONTROL_ROOM}),
    Danger.FIRE: frozenset({TeamKind.SECURITY, TeamKind.CONTROL_ROOM}),
    Danger.TECHNICAL: frozenset({TeamKind.ENGINEERING}),
    Danger.INJURY: frozenset(),
    Danger.OTHER: frozenset(),
}
_NEARER_FIRST = tuple(Nearness)
_REMINDS_MANAGER_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody on shift."""

    user_id: int
    team_kind: str
    nearness: Nearness


def nearest_first(danger: Danger, colleagues: Iterable[Colleague]) -> tuple[Colleague, ...]:
    """Whose trade it is, then by distance in the tree of places, then who has been here longer (id)."""
    return tuple(
        sorted(
            colleagues,
            key=lambda one: (
                one.team_kind not in FIRST[danger],
                _NEARER_FIRST.index(one.nearness),
                one.user_id,
            ),
        )
    )


def next_call_at(round_no: int, called_at: datetime) -> datetime:
    """When the call goes wider, if nobody has accepted by then."""
    return called_at + (WIDER_AFTER if round_no < LAST_NEW_ROUND else AGAIN_AFTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Who could be called: user ids; `nearest` are those on shift, best first."""

    nearest: tuple[int, ...]
    control_room: frozenset[int] = frozenset()
    duty_officers: frozenset[int] = frozenset()
    managers: frozenset[int] = frozenset()
    company: frozenset[int] = frozenset()


def called(round_no: int, present: Present, *, everybody: bool) -> dict[int, Why]:
    """Whom a round calls, and why; a person called for several reasons has the first.

    1: the nearest, the control room and the duty officer (no duty officer: the site manager). 2: everybody on shift and
    the site manager. 3 and on: the company as well. `everybody` (a small site): the second round is the first.
    """
    rounds = [_near(present), _all(present), _all(present) | dict.fromkeys(present.company, Why.COMPANY)]
    wanted = rounds[min(round_no + everybody, len(rounds)) - 1]
    return wanted or dict.fromkeys(present.company, Why.COMPANY)


def _near(present: Present) -> dict[int, Why]:
    officers = dict.fromkeys(present.duty_officers, Why.DUTY_OFFICER)
    managers = dict.fromkeys(present.managers, Why.SITE_MANAGER)
    return {
        **(officers or managers),
        **dict.fromkeys(present.control_room, Why.CONTROL_ROOM),
        **dict.fromkeys(present.nearest[:NEAREST], Why.NEAREST),
    }


def _all(present: Present) -> dict[int, Why]:
    return {
        **dict.fromkeys(present.managers, Why.SITE_MANAGER),
        **dict.fromkeys(present.nearest, Why.ON_SHIFT),
        **_near(present),
    }


def link(previous: str, said: Mapping[str, str]) -> str:
    """The hash of a line of the log: SHA-256 over the hash before it and what the line says, as canonical JSON."""
    plain = dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(f"{previous}\n{plain}".encode()).hexdigest()


def reminds_manager(due_at: datetime, at: datetime) -> bool:
    """Whether a care task is so late that the site manager hears of it too."""
    return at - due_at >= _REMINDS_MANAGER_AFTER
