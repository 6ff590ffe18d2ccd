"""Equipment ages and breaks down; households and patrols notice, and notice again until it is repaired."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from zhongshu.cases.models import Case
from zhongshu.estate.models import Place
from zhongshu.simulation.errands import Errand
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import busy_time, minutes
from zhongshu.simulation.households import home_of
from zhongshu.simulation.matters import Matter, Scope
from zhongshu.simulation.reporting import Report, call_off, report
from zhongshu.simulation.weather import Cause, Sky, sky_on
from zhongshu.work.lifecycle import State
from zhongshu.work.models import WorkOrder

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

#: The share of all matters that first reports of breakdowns make.
SHARE = 0.12
REPAIRED = (State.DONE, State.SIGNED_OFF, State.CLOSED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Model:
    """A kind of equipment: where it stands, how often it fails beside others, in which words people report that.

    `seen_by`: how many more people report it on average. `hates`: the weather that is bad for it.
    """

    name: str
    scope: Scope
    place_kind: str
    rate: float
    seen_by: float
    matters: tuple[Matter, ...]
    hates: Cause | None = None


def _says(scope: Scope, *texts: tuple[str, float, int], parts: float = 0.15) -> tuple[Matter, ...]:
    return tuple(Matter(text, scope, weight, minutes_, parts=parts) for text, weight, minutes_ in texts)


MODELS = (
    Model(
        "lift",
        Scope.LIFT,
        "lift",
        3,
        0.9,
        _says(
            Scope.LIFT,
            ("电梯停在一楼不动了，按了没反应", 4, 60),
            ("电梯上下的时候咣当咣当响", 4, 50),
            ("电梯按钮坏了一个，按不亮", 3, 30),
            ("电梯里有人被困住了，快点来人", 1, 35),
        ),
        Cause.HEAT,
    ),
    Model(
        "gate",
        Scope.GATE,
        "gate",
        4,
        1.2,
        _says(Scope.GATE, ("道闸抬不起来，车子排了一长串", 3, 25), ("道闸坏了，抬起来放不下去", 1, 40)),
        Cause.RAIN,
    ),
    Model(
        "door",
        Scope.BUILDING,
        "entrance",
        2,
        0.8,
        _says(Scope.BUILDING, ("单元门禁刷不开，好几个人堵在门口", 3, 35), ("单元门禁坏了，卡刷不开", 2, 35)),
        Cause.RAIN,
    ),
    Model(
        "light",
        Scope.BUILDING,
        "entrance",
        3,
        0.5,
        _says(Scope.BUILDING, ("楼道灯不亮，晚上回家摸黑", 3, 30), ("楼道灯坏了，一片漆黑", 1, 30), parts=0.05),
    ),
    Model(
        "pump",
        Scope.ROOM,
        "equipment_room",
        1,
        0.6,
        _says(Scope.ROOM, ("水泵房声音特别大，嗡嗡响", 2, 60), ("水压忽大忽小，是不是水泵坏了", 1, 60), parts=0.3),
        Cause.FROST,
    ),
)


@dataclass(slots=True)
class Machine:
    """One piece of equipment. `age` on the first day, in years; the rest is its story so far."""

    id: str
    model: Model
    place: Place
    age: float
    repaired_on: date | None = None
    fault: "Fault | None" = None

    def wear(self, day: date, years_lived: float, sky: Sky) -> float:
        """How likely it fails today beside a machine in its prime. Old ones fail more, just repaired ones less."""
        rested = 1.0 if self.repaired_on is None else min(1.0, 0.2 + (day - self.repaired_on).days / 180)
        weather = 1 + sky.strength(self.model.hates) if self.model.hates else 1.0
        return (0.5 + min(self.age + years_lived, 25) / 15) * rested * weather


@dataclass(slots=True)
class Fault:
    """What is wrong with a machine now, and the errand of whoever reported it first."""

    matter: Matter
    first: Errand


class Breakdowns:
    """`day/breakdown/MACHINE`, and `…/report/n` for those who notice it later."""

    def __init__(self, world: "World") -> None:
        self.machines = [machine for model in MODELS for machine in _machines(world, model)]
        self.homes = list(_homes(world))
        total = sum(machine.model.rate for machine in self.machines)
        self.chance = SHARE * world.per_day / total if total else 0.0
        self.first_day: date | None = None

    def plan_day(self, world: "World", day: date) -> None:
        self.first_day = self.first_day or day
        years = (day - self.first_day).days / 365
        sky, dice = sky_on(day, seed=world.seed), world.happening(f"{day}/breakdowns").dice("which")
        self._see_what_is_repaired(day)
        for machine in self.machines:
            chance = self.chance * machine.model.rate * machine.wear(day, years, sky)
            if dice.random() < chance and machine.fault is None:
                self._plan(world, machine, day)

    def _plan(self, world: "World", machine: Machine, day: date) -> None:
        by = world.happening(f"{day}/breakdown/{machine.id}")
        breaks_at = busy_time(day, by.dice("time"))
        world.plan(breaks_at, by.id, partial(self._break, world, by, machine))
        seen = by.dice("seen")
        for nth in range(1, min(4, round(seen.expovariate(1 / machine.model.seen_by))) + 1):
            again = world.happening(f"{by.id}/report/{nth}")
            at = breaks_at + minutes(again.dice("time").uniform(10, 360))
            world.plan(at, again.id, partial(self._notice, world, again, machine))

    def _break(self, world: "World", by: Happening, machine: Machine, at: datetime) -> None:
        dice = by.dice("matter")
        matter = dice.choices(machine.model.matters, [each.weight for each in machine.model.matters])[0]
        first = self._report(world, by, machine, matter, at, on_patrol=dice.random() < 0.25)
        machine.fault = Fault(matter, first) if first else None

    def _notice(self, world: "World", by: Happening, machine: Machine, at: datetime) -> None:
        """Somebody else reports the same; the desk often sees that it is known already."""
        fault = machine.fault
        if fault is None or _is_repaired(fault.first):
            return
        dice = by.dice("matter")
        errand = self._report(world, by, machine, fault.matter, at, on_patrol=False)
        if errand is not None and dice.random() < 0.6:
            known = Case.objects.values_list("number", flat=True).get(pk=fault.first.case_id)
            seen_at = at + minutes(dice.uniform(2, 15))
            world.later(seen_at, by, partial(call_off, world, errand, f"重复报事，已有 {known}"))

    def _report(
        self, world: "World", by: Happening, machine: Machine, matter: Matter, at: datetime, *, on_patrol: bool
    ) -> Errand | None:
        home = home_of(world, by.dice("reporter").choice(self.homes), at)
        return report(world, by, Report(matter, machine.place, home, on_patrol=on_patrol), at)

    def _see_what_is_repaired(self, day: date) -> None:
        for machine in self.machines:
            if machine.fault and _is_repaired(machine.fault.first):
                machine.fault, machine.repaired_on = None, day


def _is_repaired(errand: Errand) -> bool:
    return not WorkOrder.objects.filter(case_order__case=errand.case_id).exclude(state__in=REPAIRED).exists()


def _machines(world: "World", model: Model) -> list[Machine]:
    places = Place.objects.filter(site=world.site, kind=model.place_kind, is_active=True).order_by("code")
    if model.scope is Scope.ROOM:
        places = places.filter(code="PUB-ROOM-PUMP")
    machines = []
    for place in places:
        machine_id = f"{model.name}-{place.code}"
        dice = Random(f"{world.seed}:machine:{machine_id}")  # noqa: S311
        machines.append(Machine(machine_id, model, place, age=dice.uniform(0, 15)))
    return machines


def _homes(world: "World") -> list[Place]:
    rows = Place.objects.filter(site=world.site, kind="unit", is_active=True, accounts__isnull=False)
    return list(rows.distinct().order_by("code"))
