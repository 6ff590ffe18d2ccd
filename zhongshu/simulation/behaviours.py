"""What a day can bring: the one list of behaviours. A later part of the program adds its own here."""

from datetime import date
from typing import TYPE_CHECKING, Protocol

from zhongshu.simulation.arrangements import Arrangements
from zhongshu.simulation.banking import Bank
from zhongshu.simulation.bookkeeping import Bookkeeping
from zhongshu.simulation.breakdowns import Breakdowns
from zhongshu.simulation.charging import Prices
from zhongshu.simulation.complaints import Complaints
from zhongshu.simulation.corrections import Corrections
from zhongshu.simulation.counter import Counter
from zhongshu.simulation.desk import Desk
from zhongshu.simulation.dunning import Dunning
from zhongshu.simulation.emergencies import Emergencies
from zhongshu.simulation.everyday import Everyday
from zhongshu.simulation.heeding import Heeding
from zhongshu.simulation.hotline import Doors
from zhongshu.simulation.incidents import Incidents
from zhongshu.simulation.payers import Payers
from zhongshu.simulation.records import Records
from zhongshu.simulation.removals import Removals
from zhongshu.simulation.rosters import Rosters
from zhongshu.simulation.scoring import Scoring
from zhongshu.simulation.sickness import Sickness
from zhongshu.simulation.supervision import Supervision
from zhongshu.simulation.surveys import Surveys
from zhongshu.simulation.telephone import Telephone
from zhongshu.simulation.visiting import Visiting

if TYPE_CHECKING:
    from zhongshu.simulation.world import World


class Behaviour(Protocol):
    """`plan_day` writes into the world's diary what comes from outside that day, by `world.plan`."""

    def plan_day(self, world: "World", day: date) -> None: ...


def money(world: "World") -> list[Behaviour]:
    """What is charged and paid where prices stand already, and what comes of it: the score, visits, surveys."""
    asked: list[Behaviour] = [Scoring(), Heeding(), Records(), Visiting(), Surveys()]
    return [Bank(), Bookkeeping(), Counter(), Payers(), Dunning(), Corrections(world), *asked]


def everything(world: "World") -> list[Behaviour]:
    """Every behaviour, made for that world's site."""
    return [
        Rosters(),
        Arrangements(),
        Sickness(world),
        Everyday(world),
        Breakdowns(world),
        Removals(world),
        Desk(),
        Incidents(world),
        Telephone(world),
        Doors(world),
        Complaints(),
        Emergencies(world),
        Supervision(),
        Prices(),
        *money(world),
    ]
