"""Something of everything is under way when somebody looks: what a demo needs beside the chances of a day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from zhongshu.kernel.clock import day_of
from zhongshu.simulation.emergencies import Emergencies
from zhongshu.simulation.everyday import Everyday
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hotline import Doors
from zhongshu.simulation.households import home_of
from zhongshu.simulation.incidents import KINDS, Incidents, Outage
from zhongshu.simulation.matters import Matter, Scope
from zhongshu.simulation.reporting import Report, report
from zhongshu.simulation.supervision import ask_quality
from zhongshu.simulation.telephone import Telephone

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

COMPLAINT = Matter("师傅上门态度很差，我要投诉", Scope.HOME, 1, 30)


def plan_show(world: "World", until: datetime) -> None:
    """An incident that goes on, a complaint to be judged, callers owed a call, a sheet of the hotline with its clock, a
    question to the quality department, a call for help that is over.
    """
    incidents, doors, telephone = Incidents(world), Doors(world), Telephone(world)
    emergencies, everyday = Emergencies(world), Everyday(world)

    def plan(name: str, hours: float, happen: Callable[[Happening, datetime], None]) -> None:
        by = world.happening(f"{day_of(until)}/show/{name}")
        world.plan(until - timedelta(hours=hours), by.id, partial(happen, by))

    plan("outage", 1.0, lambda by, at: incidents.break_out(world, by, Outage(KINDS[2], incidents.building(by)), at))
    plan("complaint", 2.5, partial(_complain, world, everyday))
    plan("missed/1", 0.08, lambda by, at: telephone.miss(world, by, at))
    plan("missed/2", 0.05, lambda by, at: telephone.miss(world, by, at))
    plan("sheet", 20.0, lambda by, at: doors.sheet(world, by, at))
    plan("sheet/2", 1.5, lambda by, at: doors.sheet(world, by, at))
    plan("help", 1.2, lambda by, at: ask_quality(world, by, at))
    plan("sos", 26.0, lambda by, at: emergencies.call(world, by, at))


def _complain(world: "World", everyday: Everyday, by: Happening, at: datetime) -> None:
    unit = by.dice("home").choice(everyday.places[Scope.HOME])
    report(world, by, Report(COMPLAINT, unit, home_of(world, unit, at), is_theirs=True), at)
