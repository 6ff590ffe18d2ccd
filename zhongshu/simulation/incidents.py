"""Outages that many notice, and works that are announced: grouped, repaired once, everybody told and answered."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.cases import actions as cases
from zhongshu.cases.lifecycle import CaseState, Channel, IncidentState
from zhongshu.cases.models import Case, Incident
from zhongshu.cases.queries.incidents import open_cases_of
from zhongshu.estate.models import Place
from zhongshu.people.kinds import TeamKind
from zhongshu.simulation.attending import attend_soon
from zhongshu.simulation.errands import Errand
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour, busy_time, minutes
from zhongshu.simulation.households import home_of, number_of
from zhongshu.simulation.matters import Matter, Scope
from zhongshu.simulation.reporting import Report, report
from zhongshu.simulation.weather import Cause, sky_on
from zhongshu.simulation.workers import CLERKS, somebody
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import ENDED, State

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

OUTAGES, WORKS = 0.05, 0.02
LOOK = timedelta(minutes=40)
MENDED = ENDED | {State.DONE, State.SIGNED_OFF}


@dataclass(frozen=True, slots=True)
class Kind:
    """`is_ours`: we repair it; else somebody outside does, and we wait. `hates`: weather that brings it."""

    name: str
    category: str
    title: str
    texts: tuple[str, ...]
    is_ours: bool = True
    hates: Cause | None = None


KINDS = (
    Kind("water", "plumbing", "楼栋停水", ("整栋楼都停水了", "家里一滴水都没有", "水龙头不出水，邻居也没水")),
    Kind("lift", "elevator", "电梯停运", ("电梯停了，只能走楼梯", "两部电梯都不动了", "电梯门一直开着不走")),
    Kind(
        "power",
        "electrical",
        "楼栋停电",
        ("整栋楼都停电了", "我们这栋全黑了，是不是停电", "家里没电，隔壁也没电"),
        is_ours=False,
        hates=Cause.HEAT,
    ),
)
WORK = Kind("works", "plumbing", "计划停水：清洗水箱", ("怎么没水了", "水什么时候来", "停水要停到几点"))


@dataclass(slots=True)
class Outage:
    """One outage as the world knows it: who reported it so far, and the incident once there is one."""

    kind: Kind
    building: Place
    heard: list[Errand] = field(default_factory=list)
    incident_id: int | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """An incident that more people report."""

    kind: Kind
    incident_id: int


class Incidents:
    """`day/outage/KIND` with `…/report/n`, and `day/works`."""

    def __init__(self, world: "World") -> None:
        rows = Place.objects.filter(site=world.site, is_active=True)
        self.buildings = list(rows.filter(kind="building").order_by("code"))
        homes = rows.filter(kind="unit", accounts__isnull=False).distinct().order_by("code")
        self.homes = {
            each.pk: [home for home in homes if home.path.startswith(each.path + "/")] for each in self.buildings
        }

    def plan_day(self, world: "World", day: date) -> None:
        sky, often = sky_on(day, seed=world.seed), min(1.0, world.per_day) / len(KINDS)
        for kind in KINDS:
            by = world.happening(f"{day}/outage/{kind.name}")
            weather = 1 + sky.strength(kind.hates) if kind.hates else 1.0
            if by.dice("happens").random() < OUTAGES * often * weather:
                self.break_out(world, by, Outage(kind, self.building(by)), busy_time(day, by.dice("time")))
        works = world.happening(f"{day}/works")
        if works.dice("happens").random() < WORKS * min(1.0, world.per_day):
            world.plan(at_hour(day, 10), works.id, partial(self._announce, world, works))

    def building(self, by: Happening) -> Place:
        """One where somebody lives."""
        return by.dice("building").choice([each for each in self.buildings if self.homes[each.pk]])

    def break_out(self, world: "World", by: Happening, outage: Outage, at: datetime) -> None:
        """From now on one after the other notices it."""
        dice = by.dice("reports")
        count = min(len(self.homes[outage.building.pk]), dice.randint(3, 9))
        for nth, home in enumerate(dice.sample(self.homes[outage.building.pk], count), 1):
            told = world.happening(f"{by.id}/report/{nth}")
            then = at + minutes(told.dice("time").uniform(0, 45))
            world.plan(then, told.id, partial(self._hear, world, told, outage, home))
        world.plan(at + minutes(dice.uniform(12, 25)), by.id, partial(self._group, world, by, outage))

    def _hear(self, world: "World", by: Happening, outage: Outage, unit: Place, at: datetime) -> None:
        """Before it is grouped, each is a matter of its own; afterwards the desk adds the caller to it."""
        running = Incident.objects.filter(pk=outage.incident_id or 0, state=IncidentState.OPEN).exists()
        if running and outage.incident_id is not None:
            tell_of_running(world, by, Running(outage.kind, outage.incident_id), unit, at)
        else:
            errand = _report(world, by, outage, unit, at)
            outage.heard += [errand] if errand else []

    def _group(self, world: "World", by: Happening, outage: Outage, at: datetime) -> None:
        """The desk sees that they are one: one notice, one repair."""
        clerk = somebody(world, CLERKS, at, by.dice("groups"))
        ids = [errand.case_id for errand in outage.heard]
        alone = Case.objects.filter(pk__in=ids, state=CaseState.OPEN, incident__isnull=True)
        case_ids = list(alone.order_by("number").values_list("pk", flat=True))
        if clerk is None or not case_ids:
            return
        said: dict[str, Any] = {
            "title": f"{outage.building.label}{outage.kind.title}"[:60],
            "category": outage.kind.category,
            "place_code": outage.building.code,
            "urgency": Urgency.P2,
            "team_kind": TeamKind.ENGINEERING if outage.kind.is_ours else None,
            "case_ids": case_ids,
            "notice": f"{outage.building.label}{outage.kind.title}，正在抢修，恢复后另行通知。",
        }
        made = world.do_once(by, _receipt, cases.open_incident, actor=clerk, at=at, site=world.site, **said)
        if made:
            outage.incident_id = made["incident"]
            world.tell(at, by, f"{len(case_ids)} cases are one incident: {outage.kind.title}")
            attend_to_repair(world, outage.heard[0], made["incident"], at)
            wait = LOOK if outage.kind.is_ours else minutes(by.dice("power company").uniform(60, 400))
            world.later(at + wait, by, partial(_see_whether_over, world, by, made["incident"]))

    def _announce(self, world: "World", by: Happening, at: datetime) -> None:
        """Works of tomorrow; some ask all the same while they run."""
        clerk = somebody(world, CLERKS, at, by.dice("announces"))
        if clerk is None:
            return
        begins, building = at + timedelta(hours=23), self.building(by)
        said: dict[str, Any] = {
            "title": f"{building.label}{WORK.title}"[:60],
            "category": WORK.category,
            "place_code": building.code,
            "planned_from": begins,
            "planned_until": begins + timedelta(hours=6),
            "notice": f"{building.label}明天 9 时至 15 时清洗水箱停水，请提前储水。",
        }
        made = world.do_once(by, _receipt, cases.open_incident, actor=clerk, at=at, site=world.site, **said)
        if not made:
            return
        dice = by.dice("askers")
        homes = self.homes[building.pk]
        for nth, unit in enumerate(dice.sample(homes, min(len(homes), dice.randint(0, 3))), 1):
            asker = world.happening(f"{by.id}/report/{nth}")
            then = begins + minutes(asker.dice("time").uniform(5, 300))
            world.plan(then, asker.id, partial(tell_of_running, world, asker, Running(WORK, made["incident"]), unit))
        over = begins + timedelta(hours=dice.uniform(4.5, 7))
        world.later(over, by, partial(_see_whether_over, world, by, made["incident"]))


def _receipt(incident: Incident) -> dict[str, Any]:
    return {"incident": incident.pk}


def _report(world: "World", by: Happening, outage: Outage, unit: Place, at: datetime) -> Errand | None:
    text = by.dice("words").choice(outage.kind.texts)
    matter = Matter(text, Scope.BUILDING, 1, 60, outage.kind.category)
    return report(world, by, Report(matter, unit, home_of(world, unit, at), is_theirs=True), at)


def tell_of_running(world: "World", by: Happening, running: "Running", unit: Place, at: datetime) -> None:
    """One more who reports what is known already."""
    clerk = somebody(world, CLERKS, at, by.dice("hearer"))
    if clerk is None:
        return
    said: dict[str, Any] = {
        "incident_id": running.incident_id,
        "text": by.dice("words").choice(running.kind.texts),
        "channel": Channel.TELEPHONE,
        "place_code": unit.code,
        "caller_phone": number_of(home_of(world, unit, at).account, at),
    }
    world.do_once(by, _case_receipt, cases.report_to_incident, actor=clerk, at=at, **said)


def _case_receipt(case: Case) -> dict[str, Any]:
    order = case.case_orders.values_list("order__number", flat=True).first()
    return {"case": case.number, "order": order or ""}


def attend_to_repair(world: "World", errand: Errand, incident_id: int, at: datetime) -> None:
    """The one repair, by whoever has it."""
    incident = Incident.objects.select_related("order").get(pk=incident_id)
    if incident.order is not None and State(incident.order.state) not in MENDED:
        attend_soon(world, errand, incident.order, at)


def take_up_repairs(world: "World", at: datetime) -> None:
    """In the morning: repairs of incidents that nobody attends to."""
    for incident in Incident.objects.filter(site=world.site, state=IncidentState.OPEN, order__isnull=False):
        case = Case.objects.filter(incident=incident).select_related("account", "place").order_by("number").first()
        if case is not None:
            attend_to_repair(world, world.ledger.of(case), incident.pk, at)


def _see_whether_over(world: "World", by: Happening, incident_id: int, at: datetime) -> None:
    """Once the repair is done, or the works are over, everybody is told; who is not reached by it is called."""
    incident = Incident.objects.select_related("order").get(pk=incident_id)
    if incident.state != IncidentState.OPEN:
        return
    clerk = somebody(world, CLERKS, at, by.dice("restores"))
    repaired = incident.order is None or State(incident.order.state) in MENDED
    text = f"{incident.title}已恢复，给您带来不便敬请谅解。"
    if clerk and repaired:
        said: dict[str, Any] = {"incident_id": incident_id, "text": text}
        if world.do(by, cases.restore_incident, actor=clerk, at=at, **said):
            world.tell(at, by, f"{incident.number} restored")
            world.later(at + minutes(by.dice("calls").uniform(5, 120)), by, partial(_answer, world, by, incident_id))
            return
    world.later(at + LOOK, by, partial(_see_whether_over, world, by, incident_id))


def _answer(world: "World", by: Happening, incident_id: int, at: datetime) -> None:
    """Everybody who reported it and was not reached by message is called."""
    clerk = somebody(world, CLERKS, at, by.dice("answers"))
    for case in open_cases_of(Incident.objects.get(pk=incident_id)).filter(state=CaseState.OPEN):
        if clerk and not case.is_answered:  # type: ignore[attr-defined]  # annotated
            world.do(by, cases.answer_caller, actor=clerk, at=at, case_id=case.pk, words="已电话告知恢复")
