"""What a role must show before its part of a task is done, and what it still lacks. Pure."""

from dataclasses import dataclass
from typing import Final

from zhongshu.care.kinds import Manner, Rule
from zhongshu.cases.policies import TRIES
from zhongshu.cases.policies.complaints import SIGNS_FOR
from zhongshu.collecting.kinds import ContactManner, Outcome
from zhongshu.identity.roles import Role

_NO_WAYS: Final[tuple[ContactManner, ...]] = ()
_WAYS: Final = {
    Manner.TELEPHONE: (ContactManner.PHONE, ContactManner.VISIT),  # who went there did more than telephone
    Manner.DOOR: (ContactManner.VISIT,),
    Manner.DOOR_PAPER: (ContactManner.VISIT,),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What one role of a task is asked for. `ways`: how the customer is to be spoken to about money; none: not at all.
    `paper`: the letter of the task handed over or left, once for all its roles. `did`: in words, what was done.
    `is_visit`: at the door, though not about money."""

    ways: tuple[ContactManner, ...] = ()
    paper: bool = False
    did: bool = False
    is_visit: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What is there. `tries`: how often nobody was reached since the task was opened."""

    outcome: Outcome | None = None
    tries: int = 0
    has_paper: bool = False
    did: str = ""
    is_signed: bool = False


def asked_of(rule: Rule, manner: Manner) -> Asked:
    """Of every role of the task. Bringing the gold card is no talk about money; before a court, papers are gathered."""
    if rule == Rule.PREPAID_12 or manner == Manner.LEGAL:
        return Asked(did=True, is_visit=manner == Manner.DOOR)
    return Asked(ways=_WAYS.get(manner, _NO_WAYS), paper=manner == Manner.DOOR_PAPER)


def missing(asked: Asked, shown: Shown) -> tuple[str, ...]:
    """What a line still lacks: `contact`, `tries`, `paper`, `did`, `signature`; nothing: it is done."""
    lacks = _of_contact(shown) if asked.ways else ()
    lacks += ("paper",) if asked.paper and not shown.has_paper else ()
    lacks += ("did",) if asked.did and not shown.did else ()
    return lacks


def _of_contact(shown: Shown) -> tuple[str, ...]:
    if shown.outcome is None:
        return ("contact",)
    if shown.outcome == Outcome.UNREACHED and shown.tries < TRIES:
        return ("tries",)
    return ("signature",) if needs_signature(shown.outcome) and not shown.is_signed else ()


def needs_signature(outcome: Outcome | None) -> bool:
    """Nobody could be reached, or the customer will not pay: the next level up signs that it may end so."""
    return outcome in (Outcome.UNREACHED, Outcome.REFUSED)


def signers_for(role: Role) -> tuple[Role, ...]:
    """The levels above that role, the nearest first."""
    return SIGNS_FOR.get(role, (Role.HEAD_OFFICE,))
