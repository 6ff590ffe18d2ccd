"""The table of the people who asked for this system: tiers of arrears, bands, points of complaints.

What it leaves open is a field of the policy. A version of the policy keeps these shapes as JSON.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zhongshu.care.kinds import Band, Manner, Rule

KEEPER, SUPERVISOR, SITE_MANAGER, LEGAL = "keeper", "supervisor", "site_manager", "legal"

LEGAL_OCCURRENCE = 1

_ALL = [KEEPER, SUPERVISOR, SITE_MANAGER]


def _tier(
    rule: Rule, months: list[int], points: int, letter: str, *, roles: list[str], manner: str = ""
) -> dict[str, Any]:
    return {"rule": rule, "months": months, "points": points, "letter": letter, "roles": roles, "manner": manner}


def arrears_tiers() -> list[dict[str, Any]]:
    """The ladder, the lowest tier first. `months`: when it fires, and fires again; none: after the final demand.

    `letter`: what is sent, a word of collecting's `NoticeKind`; the lawyer's letter becomes a formal demand where no
    lawyer is registered.
    """
    return [
        _tier(Rule.ARREARS_3, [3], -1, "payment_reminder", roles=[]),
        _tier(Rule.ARREARS_4, [4], -2, "payment_reminder", roles=[KEEPER], manner=Manner.TELEPHONE),
        _tier(Rule.ARREARS_5, [5], -3, "payment_reminder", roles=[KEEPER], manner=Manner.DOOR),
        _tier(Rule.ARREARS_6, [6, 8, 10], -5, "payment_notice", roles=[KEEPER, SUPERVISOR], manner=Manner.DOOR),
        _tier(Rule.ARREARS_12, [12], -10, "final_demand", roles=_ALL, manner=Manner.DOOR_PAPER),
        _tier(Rule.ARREARS_LEGAL, [], -20, "lawyer_letter", roles=[*_ALL, LEGAL], manner=Manner.LEGAL),
    ]


def bands() -> list[list[Any]]:
    """The least score of each band, the best first; the last holds the rest."""
    return [[Band.EXCELLENT, 95], [Band.GOOD, 80], [Band.FAIR, 70], [Band.POOR, 50], [Band.PRIORITY, 0]]


def complaint_bands() -> dict[str, list[int]]:
    """Points by severity, from–to."""
    return {"not_upheld": [-1, -1], "ordinary": [-2, -5], "medium": [-6, -10], "major": [-11, -50]}


def clamped(score: int) -> int:
    """What is shown of the sum; the sum itself is not clamped."""
    return max(0, min(100, score))


def band_of(score: int, table: Sequence[Sequence[Any]]) -> Band:
    """The band of a score shown."""
    return next((Band(band) for band, least in table if score >= least), Band(table[-1][0]))


def has_fallen(before: Band, after: Band) -> bool:
    order = list(Band)
    return order.index(after) > order.index(before)


@dataclass(frozen=True, slots=True)
class Step:
    """One firing of the ladder: a tier at a number of months (0: legal). `rank` grows with the ladder."""

    rule: str
    occurrence: int
    months: int
    points: int
    letter: str
    roles: tuple[str, ...]
    manner: str
    rank: int


def steps(tiers: Iterable[Mapping[str, Any]], *, repeat_deducts: bool) -> list[Step]:
    """Every firing of a ladder, in its order. Repeats of a tier may only act: points 0."""
    found: list[Step] = []
    for tier in tiers:
        for number, months in enumerate(tier["months"] or [0]):
            points = tier["points"] if number == 0 or repeat_deducts else 0
            facts = (tier["letter"], tuple(tier["roles"]), tier["manner"], len(found))
            found.append(Step(tier["rule"], months or LEGAL_OCCURRENCE, months, points, *facts))
    return found


def legal_on(sent_on: date, grace_days: int) -> date:
    """The day after the deadline of a final demand: sent 2026-03-01, 30 days, 2026-04-01."""
    return sent_on + timedelta(days=grace_days + 1)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month: 2024-02-29 and 12 months, 2025-02-28."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
