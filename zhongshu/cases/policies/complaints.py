"""Rules of complaints: bands of points, who judges, who must act, and what each must show before it closes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from zhongshu.cases.kinds import CRITERIA, Criterion, Severity
from zhongshu.cases.lifecycle import Answer
from zhongshu.cases.policies import TRIES
from zhongshu.identity.roles import Role

#: Points from–to, both inclusive; the least severe first. A site may have others (`queries.points`).
BANDS = {
    Severity.NOT_UPHELD: (-1, -1),
    Severity.ORDINARY: (-2, -5),
    Severity.MEDIUM: (-6, -10),
    Severity.MAJOR: (-11, -50),
}

#: Who must act, the lowest level first.
ROLES = {
    Severity.NOT_UPHELD: (Role.KEEPER,),
    Severity.ORDINARY: (Role.KEEPER,),
    Severity.MEDIUM: (Role.KEEPER, Role.SUPERVISOR),
    Severity.MAJOR: (Role.KEEPER, Role.SUPERVISOR, Role.SITE_MANAGER),
}

#: Who signs when the customer of that role's line is not content: the next level up.
SIGNS_FOR = {
    Role.KEEPER: (Role.SUPERVISOR, Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.QUALITY, Role.HEAD_OFFICE),
    Role.SUPERVISOR: (Role.SITE_MANAGER, Role.QUALITY, Role.HEAD_OFFICE),
    Role.SITE_MANAGER: (Role.QUALITY, Role.HEAD_OFFICE),
}

#: In this order they are asked to judge; the first level of which somebody is there and not complained about.
JUDGES = (Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.QUALITY, Role.HEAD_OFFICE)
JUDGES_WITHOUT_DESK = JUDGES[1:]


def is_upheld(severity: Severity) -> bool:
    """Suggestions and what is not upheld still cost one point: somebody has to explain."""
    return severity != Severity.NOT_UPHELD


def is_in_band(severity: Severity, points: int, bands: Mapping[Severity, tuple[int, int]] = BANDS) -> bool:
    """Whether so many points (negative) may be given for it."""
    most, least = bands[severity]
    return least <= points <= most


def fits(severity: Severity, criteria: Collection[Criterion]) -> bool:
    """At least one criterion of that very severity is met, and none of a graver one."""
    met = [list(Severity).index(CRITERIA[criterion][0]) for criterion in criteria]
    return bool(met) and max(met) == list(Severity).index(severity)


def judges(holders: Mapping[Role, Sequence[int]], *, against: Collection[int], has_desk: bool) -> tuple[int, ...]:
    """Who is to judge: the lowest level with somebody who is not complained about."""
    for role in JUDGES if has_desk else JUDGES_WITHOUT_DESK:
        able = tuple(user_id for user_id in holders.get(role, ()) if user_id not in against)
        if able:
            return able
    return ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a role has written down so far."""

    explanation: str = ""
    contact: str = ""
    feedback: str = ""
    answer: Answer | None = None
    tries: int = 0
    is_signed: bool = False


def missing(severity: Severity, shown: Shown) -> tuple[str, ...]:
    """What a line still lacks: `explanation`, `contact`, `feedback`, `answer`, `tries` or `signature`."""
    if severity == Severity.NOT_UPHELD:
        return () if shown.explanation else ("explanation",)
    lacks = [name for name in ("contact", "feedback") if not getattr(shown, name)]
    return (*lacks, *_of_answer(shown))


def _of_answer(shown: Shown) -> tuple[str, ...]:
    if shown.answer in (None, Answer.REFUSED):
        return () if shown.answer else ("answer",)
    if shown.answer == Answer.UNREACHABLE:
        return () if shown.tries >= TRIES else ("tries",)
    return () if shown.answer == Answer.CONTENT or shown.is_signed else ("signature",)


def needs_report(severity: Severity) -> bool:
    """A major complaint is reported in writing to the site manager, with a copy to quality."""
    return severity == Severity.MAJOR
