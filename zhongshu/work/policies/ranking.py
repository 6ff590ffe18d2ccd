"""Who of the people on shift gets an order, in points, with a reason for each of them.

Five criteria, 100 points together: does the work in hand leave room for this urgency (20), open load against
capacity (30), how near the last known place is (20), knowing the account (15), fairness over the week (15). Somebody
at capacity comes after everybody who is not: they lose 100 points, unless the order is P1, which may interrupt. P1
also counts nearness twice, for minutes matter there. The team's lead loses 40: who is to rule on objections and to hear
of delays goes out after the others. On a small site, where team walls fall, the skill itself is worth 60 and the team
it is meant for 20: whoever can do it exactly comes first, but anybody on shift may be sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from zhongshu.work.kinds import Level, Nearness, Urgency

ROOM, LOAD, NEAR, KNOWS, FAIR = 20, 30, 20, 15, 15
SKILLED, OWN_TEAM = 60, 20
OVERLOADED = -100
LEADS = -40

NEAR_SHARE = {
    Nearness.SAME_ENTRANCE: 1.0,
    Nearness.SAME_BUILDING: 0.75,
    Nearness.SAME_PHASE: 0.5,
    Nearness.SAME_SITE: 0.25,
    Nearness.UNKNOWN: 0.25,
}
NEAR_SAYS = {
    Nearness.SAME_ENTRANCE: "就在同一单元",  # matter
    Nearness.SAME_BUILDING: "在同一栋楼",  # matter
    Nearness.SAME_PHASE: "在同一期",  # matter
    Nearness.SAME_SITE: "在小区内，离得较远",  # matter
    Nearness.UNKNOWN: "位置未知，按较远计",  # matter
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody on shift who could do it. `load`: open orders not on hold; `urgent`: those of them that are P1;
    `recent`: orders of the last seven days. `has_skill`, `in_team`: None where team walls stand, which answer both."""

    staff_id: int
    name: str
    capacity: int
    load: int = 0
    urgent: int = 0
    recent: int = 0
    nearness: Nearness = Nearness.UNKNOWN
    has_served: bool = False
    is_keeper: bool = False
    is_lead: bool = False
    has_skill: bool | None = None
    in_team: bool | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate's place in the ranking: the points and one sentence for each criterion."""

    staff_id: int
    name: str
    score: int
    reasons: tuple[str, ...]


def rank(candidates: Iterable[Candidate], urgency: Urgency) -> tuple[Ranked, ...]:
    """Best first. Equal points: the smaller load, then fewer orders this week, then who has been here longer (id)."""
    everybody = list(candidates)
    most = max((candidate.recent for candidate in everybody), default=0)
    scored = [(candidate, *_score(candidate, urgency, most)) for candidate in everybody]
    scored.sort(key=lambda row: (-row[1], row[0].load, row[0].recent, row[0].staff_id))
    return tuple(Ranked(c.staff_id, c.name, points, reasons) for c, points, reasons in scored)


def _score(candidate: Candidate, urgency: Urgency, most_recent: int) -> tuple[int, tuple[str, ...]]:
    parts = (
        _room(candidate),
        _load(candidate, urgency),
        _near(candidate, urgency),
        _knows(candidate),
        _fair(candidate, most_recent),
        *([_leads()] if candidate.is_lead else []),
        *([_skill(candidate)] if candidate.has_skill is not None else []),
    )
    return sum(points for points, _reason in parts), tuple(reason for _points, reason in parts)


def _room(candidate: Candidate) -> tuple[int, str]:
    if candidate.urgent:
        return 0, f"手上有 {candidate.urgent} 个特急工单，不宜再派（0 分）"  # matter
    return ROOM, f"手上没有特急工单（{ROOM} 分）"  # matter


def _load(candidate: Candidate, urgency: Urgency) -> tuple[int, str]:
    held = f"手头 {candidate.load} 单，可承接 {candidate.capacity} 单"  # matter
    if urgency == Urgency.P1:
        return LOAD, f"特急可打断手头工作（{held}，{LOAD} 分）"  # matter
    if candidate.load >= candidate.capacity:
        return OVERLOADED, f"{held}，已满，排在其他人之后（{OVERLOADED} 分）"  # matter
    points = round(LOAD * (1 - candidate.load / candidate.capacity))
    return points, f"{held}（{points} 分）"  # matter


def _near(candidate: Candidate, urgency: Urgency) -> tuple[int, str]:
    weight = NEAR * 2 if urgency == Urgency.P1 else NEAR
    points = round(weight * NEAR_SHARE[candidate.nearness])
    return points, f"{NEAR_SAYS[candidate.nearness]}（{points} 分）"  # matter


def _knows(candidate: Candidate) -> tuple[int, str]:
    if candidate.has_served:
        return KNOWS, f"曾为这一户服务（{KNOWS} 分）"  # matter
    if candidate.is_keeper:
        return KNOWS, f"是这里的管家（{KNOWS} 分）"  # matter
    return 0, "未服务过这一户（0 分）"  # matter


def _fair(candidate: Candidate, most_recent: int) -> tuple[int, str]:
    points = round(FAIR * (1 - candidate.recent / most_recent)) if most_recent else FAIR
    return points, f"近七天 {candidate.recent} 单（{points} 分）"  # matter


def _skill(candidate: Candidate) -> tuple[int, str]:
    points = SKILLED * bool(candidate.has_skill) + OWN_TEAM * bool(candidate.in_team)
    said = "有这项技能" if candidate.has_skill else "没有这项技能，可先到场"  # matter
    team = "本班组" if candidate.in_team else "跨班组"  # matter
    return points, f"{team}，{said}（{points} 分）"  # matter


def _leads() -> tuple[int, str]:
    return LEADS, f"是班组主管，留作调度（{LEADS} 分）"  # matter


def summary(level: Level, name: str, ranking: tuple[Ranked, ...]) -> str:
    """One sentence on why the order went there."""
    if level == Level.CANDIDATE:
        return f"当班可派 {len(ranking)} 人，{name} {ranking[0].score} 分最高。"  # matter
    if level == Level.BY_HAND:
        return f"由人工指派给 {name}。"  # matter
    if level == Level.NOBODY:
        return "当班、值班经理、消控中心、项目经理均无人可派，已报告公司总部，将不断重试。"  # matter
    if level in _OTHERWISE_SAYS:
        return _OTHERWISE_SAYS[level].format(name=name, count=len(ranking))
    return f"当班无人可派，转{_STAND_IN_SAYS[level]} {name}。"  # matter


_OTHERWISE_SAYS = {
    Level.POOL: "进入抢单池，当班可抢 {count} 人；到时无人抢单则自动派单。",  # matter
    Level.LEAD: "由班组主管派单；到时未派则自动派单。",  # matter
    Level.CLAIMED: "由 {name} 抢单。",  # matter
    Level.PLANNED: "按当日上门计划派给 {name}。",  # matter
}
_STAND_IN_SAYS = {
    Level.DUTY_OFFICER: "值班经理",  # matter
    Level.CONTROL_ROOM: "消控中心",  # matter
    Level.SITE_MANAGER: "项目经理",  # matter
}
