"""What a day can bring: the one list of behaviours. A later part of the program adds its own here."""

from datetime import date
from typing import TYPE_CHECKING, Protocol

from zhongshu.simulation.breakdowns import Breakdowns
from zhongshu.simulation.desk import Desk
from zhongshu.simulation.everyday import Everyday
from zhongshu.simulation.removals import Removals
from zhongshu.simulation.rosters import Rosters
from zhongshu.simulation.sickness import Sickness

if TYPE_CHECKING:
    from zhongshu.simulation.world import World


class Behaviour(Protocol):
    """`plan_day` writes into the world's diary what comes from outside that day, by `world.plan`."""

    def plan_day(self, world: "World", day: date) -> None: ...


def everything(world: "World") -> list[Behaviour]:
    """Every behaviour, made for that world's site."""
    return [Rosters(), Sickness(world), Everyday(world), Breakdowns(world), Removals(world), Desk()]
