"""How a site works, arranged on its first day; rounds are planned in the morning, rain is written down at night."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.cases import actions as cases
from zhongshu.channels import actions as channels
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.people import actions as people
from zhongshu.people.kinds import Handing, TeamKind
from zhongshu.people.models import Staff, Team
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour, midnight
from zhongshu.simulation.talking import MACHINE
from zhongshu.simulation.weather import sky_on
from zhongshu.simulation.workers import CLERKS, somebody
from zhongshu.work import actions as work
from zhongshu.work.actions import Planned
from zhongshu.work.actions.visits import instant
from zhongshu.work.kinds import OrderKind
from zhongshu.work.models import Contractor
from zhongshu.work.policies.visits import planned
from zhongshu.work.queries import to_be_visited, visits_of, walkers

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

WINDOWS = ((time(9), time(11), 2), (time(13), time(15), 2), (time(15), time(18), 3))
CHECKLIST = "* 已向客户说明处理情况\n* 现场已清理\n用时 | number | 0..600 | 分钟"
PLANNING = (Role.SUPERVISOR, Role.SERVICE_LEAD, Role.SITE_MANAGER)
WET = 8


class Arrangements:
    """Duties: nothing of it can be left out."""

    def __init__(self) -> None:
        self.arranged = False

    def plan_day(self, world: "World", day: date) -> None:
        by = world.happening(f"{day}/arrangements")
        if not self.arranged:
            self.arranged = True
            world.later(midnight(day), by, partial(_arrange, world, by))
        if day.weekday() < 5:
            world.later(at_hour(day, 8.2), by, partial(_plan_rounds, world, by))
        rain = sky_on(day, seed=world.seed).rain
        if rain >= WET:
            world.later(at_hour(day, 20), by, partial(_write_down_rain, world, by, rain))


def _arrange(world: "World", by: Happening, at: datetime) -> None:
    """Once: a pool for cleaning, windows for visits, contracts, a checklist, prices, extensions."""
    if Contractor.objects.filter(site=world.site).exists():
        return
    for team in Team.objects.filter(site=world.site).order_by("code"):
        _arrange_team(world, by, team, at)
    lifts: dict[str, Any] = {"kinds": [], "categories": ["elevator"], "arrive_minutes": 60}
    _do(world, by, work.add_contractor, at, name="恒达电梯维保", contact_name="王工", phone="02154320001",
        starts_on=day_of(at), **lifts)  # fmt: skip
    _do(world, by, work.publish_checklist, at, kind=OrderKind.REPAIR, category="", name="维修完工", text=CHECKLIST)
    prices = (("LT", "换水龙头", "个", "60.00"), ("JF", "换角阀", "个", "45.00"), ("KG", "换开关", "个", "30.00"))
    for code, name, unit, price in prices:
        _do(world, by, work.set_price, at, code=code, name=name, unit=unit, unit_price=Decimal(price))
    desk = Staff.objects.filter(site=world.site, team__kind=TeamKind.CUSTOMER_SERVICE).order_by("employee_no")
    for nth, staff in enumerate(desk[:6], 1):
        _do(world, by, channels.assign_extension, at, number=f"80{nth:02d}", staff=staff)


def _arrange_team(world: "World", by: Happening, team: Team, at: datetime) -> None:
    if team.kind == TeamKind.ENVIRONMENT:
        said: dict[str, Any] = {"team": team, "handing": Handing.POOL, "handing_minutes": 15}
        world.do(by, people.set_handing, actor=MACHINE, at=at, **said)
    if team.kind == TeamKind.ENGINEERING:
        for opens, closes, capacity in WINDOWS:
            said = {"team": team, "opens": opens, "closes": closes, "capacity": capacity, "starts_on": day_of(at)}
            world.do(by, work.add_window, actor=MACHINE, at=at, **said)


def _do(world: "World", by: Happening, action: Any, at: datetime, **said: Any) -> None:
    world.do_once(by, lambda row: {"row": row.pk}, action, actor=MACHINE, at=at, site=world.site, **said)


def _plan_rounds(world: "World", by: Happening, at: datetime) -> None:
    """The visits of the day, assigned and ordered together."""
    team = Team.objects.filter(site=world.site, kind=TeamKind.ENGINEERING).order_by("code").first()
    chief = somebody(world, PLANNING, at, by.dice("plans"))
    orders = to_be_visited(team, day_of(at)) if team and chief else []
    if team is None or chief is None or len(orders) < 2:
        return
    plan = planned(visits_of(orders, day_of(at)), walkers(team, day_of(at), at=at))
    lines = [
        Planned(stop.order_id, one.staff_id, nth, instant(day_of(at), stop.arrive))
        for one in plan.rounds
        for nth, stop in enumerate(one.stops, 1)
    ]
    if lines and world.do(by, work.accept_plan, actor=chief, at=at, team=team, on=day_of(at), lines=lines):
        world.tell(at, by, f"{len(lines)} visits of the day planned by {chief.name}")


def _write_down_rain(world: "World", by: Happening, millimetres: int, at: datetime) -> None:
    clerk = somebody(world, CLERKS, at, by.dice("rain"))
    if clerk is not None:
        said: dict[str, Any] = {"on": day_of(at), "millimetres": Decimal(millimetres)}
        world.do(by, cases.record_rain, actor=clerk, at=at, site=world.site, **said)
