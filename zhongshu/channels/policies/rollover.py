"""Who rings next: by the site's operating model, who is there, and how much anger they have had."""

from collections.abc import Collection
from dataclasses import dataclass

from zhongshu.channels.kinds import RUNG_LABELS, Rung
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.roles import Role
from zhongshu.people.kinds import Duty
from zhongshu.work.policies.operating import answering_roles, answering_team

RUNGS = {
    OperatingModel.CENTRE: (Rung.CALL_TAKERS, Rung.DUTY_OFFICER, Rung.CONTROL_ROOM, Rung.SITE_MANAGER),
    OperatingModel.LEAN: (Rung.TEAM_ON_DUTY, Rung.COLLEAGUES, Rung.DUTY_OFFICER, Rung.CONTROL_ROOM, Rung.SITE_MANAGER),
    OperatingModel.SMALL: (Rung.PEOPLE_ON_SHIFT, Rung.SITE_MANAGER),
}
"""A centre has a desk; a lean site has none, the team on duty is rung; on a small one whoever is there."""


@dataclass(frozen=True, slots=True)
class Ringable:
    """Somebody who may be rung. `is_resting`: relieved, rung for nobody; `is_strained`: for no angry caller."""

    staff_id: int
    name: str
    line: str
    roles: frozenset[Role]
    team: str
    duties: frozenset[Duty]
    is_busy: bool = False
    is_resting: bool = False
    is_strained: bool = False
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Ring:
    """Somebody to ring, and on which rung they stand."""

    rung: Rung
    staff_id: int
    name: str
    line: str

    @property
    def label(self) -> str:
        return str(RUNG_LABELS[self.rung])


def roll_over(
    model: str,
    people: Collection[Ringable],
    *,
    is_angry: bool = False,
    team: str = "",
    passed: Collection[str] = (),
) -> tuple[Ring, ...]:
    """Everybody to ring in turn, the first first; empty where nobody has a telephone.

    `team`: the team that the caller chose from the menu: on a lean site it is rung straight away. `passed`: lines at
    which nobody answered. Who is strained hears no angry caller unless nobody else is left at all: a telephone does
    not ring for nobody.
    """
    free = [one for one in people if one.line and one.line not in passed and not one.is_busy and not one.is_resting]
    spared = [one for one in free if not (is_angry and one.is_strained)]
    return _rings(model, spared, team) or _rings(model, free, team)


def _rings(model: str, people: Collection[Ringable], team: str) -> tuple[Ring, ...]:
    on_duty = team or answering_team(model) or ""
    found: dict[int, Ring] = {}
    for rung in RUNGS[OperatingModel(model)]:
        stands = [one for one in people if _stands(rung, one, model, on_duty)]
        for one in sorted(stands, key=lambda one: (one.calls, one.staff_id)):
            found.setdefault(one.staff_id, Ring(rung, one.staff_id, one.name, one.line))
    return tuple(found.values())


def _stands(rung: Rung, one: Ringable, model: str, team: str) -> bool:
    is_on_shift = Duty.SHIFT in one.duties
    stands = {
        Rung.CALL_TAKERS: is_on_shift and Role.CALL_TAKER in one.roles,
        Rung.TEAM_ON_DUTY: is_on_shift and one.team == team,
        Rung.COLLEAGUES: is_on_shift and not one.roles.isdisjoint(answering_roles(model)),
        Rung.PEOPLE_ON_SHIFT: bool(one.duties),
        Rung.DUTY_OFFICER: Duty.DUTY_OFFICER in one.duties,
        Rung.CONTROL_ROOM: Duty.CONTROL_ROOM in one.duties,
        Rung.SITE_MANAGER: Role.SITE_MANAGER in one.roles,
    }
    return stands[rung]
