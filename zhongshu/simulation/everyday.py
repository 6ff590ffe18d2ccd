"""Everyday matters: what households and patrols notice, more of it in bad weather."""

from datetime import date, datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from zhongshu.estate.models import Place
from zhongshu.kernel.clock import day_of
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import busy_time, midnight, minutes, poisson
from zhongshu.simulation.households import home_of
from zhongshu.simulation.matters import MATTERS, Matter, Scope
from zhongshu.simulation.reporting import Report, report
from zhongshu.simulation.weather import Sky, sky_on

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

#: The share of all matters, on a mild day; bad weather and breakdowns bring the rest.
SHARE = 0.68
WORTH_TELLING = 1.3
TWO_MATTERS, WRONG_ADDRESS = 0.06, 0.03
KINDS = {
    Scope.HOME: "unit",
    Scope.BUILDING: "entrance",
    Scope.LIFT: "lift",
    Scope.GATE: "gate",
    Scope.PARKING: "parking",
}


class Everyday:
    """So many matters a day, each `day/matter/n`."""

    def __init__(self, world: "World") -> None:
        self.places = {scope: _places(world, kind) for scope, kind in KINDS.items()}

    def plan_day(self, world: "World", day: date) -> None:
        sky = sky_on(day, seed=world.seed)
        dice = world.happening(f"{day}/matters").dice("count")
        if sky.burden > WORTH_TELLING:
            world.tell(midnight(day), world.happening(f"{day}/weather"), sky.words)
        mean = SHARE * world.per_day * sky.burden
        for nth in range(1, poisson(mean, dice) + 1):
            by = world.happening(f"{day}/matter/{nth}")
            world.plan(busy_time(day, by.dice("time")), by.id, partial(self.arise, world, by, sky))

    def arise(self, world: "World", by: Happening, sky: Sky, at: datetime) -> None:
        """Somebody notices something under that sky, and reports it."""
        dice = by.dice("matter")
        matter = self.draw(sky, dice)
        choice = self.places.get(matter.scope)
        place = dice.choice(choice) if choice else None
        is_theirs = matter.scope is Scope.HOME and place is not None
        home = home_of(world, place if is_theirs and place else dice.choice(self.places[Scope.HOME]), at)
        on_patrol = matter.scope not in {Scope.HOME, Scope.NOWHERE} and dice.random() < 0.15
        said = Report(matter, place, home, is_theirs, on_patrol, self._also(matter, sky, by), self._named(place, by))
        report(world, by, said, at)

    def _also(self, matter: Matter, sky: Sky, by: Happening) -> Matter | None:
        """Some have two matters to tell."""
        dice = by.dice("second matter")
        second = self.draw(sky, dice) if dice.random() < TWO_MATTERS else None
        return None if second is matter else second

    def _named(self, place: Place | None, by: Happening) -> Place | None:
        """Some give another address than theirs."""
        dice = by.dice("wrong address")
        return dice.choice(self.places[Scope.HOME]) if place and dice.random() < WRONG_ADDRESS else None

    def draw(self, sky: Sky, dice: Random, *, scope: Scope | None = None) -> Matter:
        """What it is about under that sky; `scope`: of that kind of place."""
        fits = [each for each in MATTERS if each.scope is Scope.NOWHERE or self.places.get(each.scope)]
        fits = [each for each in fits if scope in (None, each.scope)]
        weights = [each.weight * (sky.strength(each.cause) if each.cause else 1) for each in fits]
        return dice.choices(fits, weights)[0]


def plan_rush(world: "World", until: datetime, *, count: int) -> None:
    """Something has just come in, so that whoever looks finds people at work."""
    day, everyday = day_of(until), Everyday(world)
    for nth in range(1, count + 1):
        by = world.happening(f"{day}/rush/{nth}")
        at = until - minutes(by.dice("time").uniform(2, 75))
        world.plan(at, by.id, partial(everyday.arise, world, by, sky_on(day, seed=world.seed)))


def _places(world: "World", kind: str) -> list[Place]:
    places = Place.objects.filter(site=world.site, kind=kind, is_active=True).order_by("code")
    if kind == KINDS[Scope.HOME]:
        places = places.filter(accounts__isnull=False).distinct()
    return list(places)
