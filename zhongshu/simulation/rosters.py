"""Rosters are made ahead: every fourth Monday somebody in charge repeats the week where the coming ones are empty."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.people import actions as people
from zhongshu.people.models import RosterEntry
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.workers import somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

EVERY, AHEAD = 4, 8
ROSTERING = (Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.SUPERVISOR)


class Rosters:
    """Not from outside: somebody's duty, so nothing that could be left out."""

    def plan_day(self, world: "World", day: date) -> None:
        if day.toordinal() % (7 * EVERY) == 1:
            by = world.happening(f"{day}/roster")
            world.later(at_hour(day, 10), by, partial(_repeat, world, by))


def _repeat(world: "World", by: Happening, at: datetime) -> None:
    chief = somebody(world, ROSTERING, at, by.dice("chief"))
    later = RosterEntry.objects.filter(site=world.site, starts_at__gt=at + timedelta(weeks=EVERY + 1))
    if chief is not None and not later.exists():
        week = day_of(at)
        world.do(by, people.repeat_week, actor=chief, at=at, site_id=world.site.pk, week_of=week, weeks=AHEAD)
        world.tell(at, by, f"the coming weeks are on the roster, by {chief.name}")
