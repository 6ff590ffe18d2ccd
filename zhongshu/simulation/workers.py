"""Staff as people: who is there, how good they are, how fast, how forgetful."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, local
from zhongshu.people.models import Staff
from zhongshu.people.queries import on_duty
from zhongshu.work.queries import people_holding

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

NIGHT_ENDS = 7
NIGHT_PACE = 1.5
ANSWERING = (Role.CALL_TAKER, Role.SERVICE_LEAD, Role.KEEPER, Role.GUARD)
CLERKS = (Role.CALL_TAKER, Role.KEEPER, Role.SERVICE_LEAD, Role.SITE_MANAGER)
LEADING = (Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.HEAD_OFFICE)


@dataclass(frozen=True, slots=True)
class Nature:
    """How somebody is, all their life. `pace`: how long things take them beside others; the rest are chances."""

    pace: float
    botches: float
    forgets: float


def nature_of(world: "World", staff: Staff) -> Nature:
    """The same person is always the same."""
    dice = Random(f"{world.seed}:worker:{staff.employee_no}")  # noqa: S311
    skill = dice.random()
    return Nature(
        pace=1.5 - 0.8 * skill + dice.uniform(-0.1, 0.1),
        botches=0.01 + 0.1 * (1 - skill) ** 2,
        forgets=dice.choice((0.0, 0.01, 0.02, 0.03, 0.15)),
    )


def pace_at(at: datetime) -> float:
    """Nights are slower."""
    return NIGHT_PACE if local(at).hour < NIGHT_ENDS else 1.0


def present(world: "World", at: datetime) -> list[Staff]:
    """Who is on shift, in the order of their numbers. Asked several times in one instant, it is looked up once."""
    known_at, people = world.on_shift
    if known_at != at:
        people = list(on_duty(site_id=world.site.pk, at=at).order_by("employee_no"))
        world.on_shift = (at, people)
    return people


def first_with(
    world: "World", people: Collection[Staff], roles: Collection[Role], at: datetime, dice: Random
) -> Staff | None:
    """One of those who hold the first of the roles that anybody holds."""
    for role in roles:
        able = [staff for staff in people if world.actor(staff.user, at).holds(role)]
        if able:
            return dice.choice(able)
    return None


def somebody(
    world: "World", roles: Collection[Role], at: datetime, dice: Random, *, but_not: int | None = None
) -> Actor | None:
    """One who is on shift with one of those roles, the first that there is; else one who has it at all.

    `but_not`: the id of a user who may not.
    """
    people = [staff for staff in present(world, at) if staff.user_id != but_not]
    found = first_with(world, people, roles, at, dice)
    if found is not None:
        return world.actor(found.user, at)
    grants = people_holding(roles, [world.site.pk], day_of(at)).exclude(user_id=but_not or 0).select_related("user")
    able = sorted(grants, key=lambda grant: (list(roles).index(Role(grant.role)), grant.user.username))
    return world.actor(able[0].user, at) if able else None
