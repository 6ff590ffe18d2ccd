"""Who hears about a target when how much of it is used up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from zhongshu.work.kinds import EscalationRole

SHARES = (
    (50, EscalationRole.ASSIGNEE),
    (80, EscalationRole.SUPERVISOR),
    (100, EscalationRole.SITE_MANAGER),
    (150, EscalationRole.QUALITY),
    (200, EscalationRole.HEAD_OFFICE),
)
LADDER = tuple(role for _percent, role in SHARES)


@dataclass(frozen=True, slots=True)
class Step:
    percent: int
    role: EscalationRole
    due_at: datetime


def steps(*, started_at: datetime, target_at: datetime) -> tuple[Step, ...]:
    """The steps of a clock, all known when it starts: `started_at` plus the share of the way to the target."""
    span = target_at - started_at
    return tuple(Step(percent, role, started_at + span * percent / 100) for percent, role in SHARES)


def recipients(role: EscalationRole, people: Mapping[EscalationRole, Collection[int]]) -> tuple[int, ...]:
    """The users of that role, else of the next one up that has anybody, else of the nearest one below.

    A step is never told to nobody in silence.
    """
    here = LADDER.index(role)
    for rung in (*LADDER[here:], *reversed(LADDER[:here])):
        if people.get(rung):
            return tuple(sorted(people[rung]))
    return ()
