"""A crew at YQL: an engineering team with a lead, two plumbers and an electrician, a duty officer, a control room."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import LONG_AGO, Cast
from zhongshu.estate.models import Place
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.models import Site
from zhongshu.identity.queries import actor_of
from zhongshu.identity.roles import Role
from zhongshu.messaging.models import Message
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import RosterEntry, Skill, Staff, Team
from zhongshu.work import actions
from zhongshu.work.models import WorkOrder


@dataclass
class Crew:
    """People at work. `noon` is when the shift is in full swing: four hours gone, twenty to go."""

    cast: Cast
    noon: datetime
    staff: dict[str, Staff] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def site(self) -> Site:
        return self.cast.yql

    def team(self, kind: TeamKind, site: Site | None = None) -> Team:
        where = site or self.site
        key = f"{where.code}.{kind}"
        if key not in self.teams:
            self.teams[key] = Team.objects.create(site=where, code=kind, name=kind, kind=kind)
        return self.teams[key]

    def hire(
        self,
        name: str,
        role: Role,
        kind: TeamKind | None,
        *,
        skills: tuple[str, ...] = (),
        site: Site | None = None,
        lead: bool = False,
        capacity: int = 5,
    ) -> Staff:
        where = site or self.site
        team = self.team(kind, where) if kind else None
        staff = Staff.objects.create(
            site=where,
            user=self.cast.user(role, where, name=name),
            employee_no=f"E{len(self.staff):03}",
            team=team,
            joined_on=LONG_AGO,
            capacity=capacity,
        )
        staff.skills.set([Skill.objects.get_or_create(code=code, defaults={"name": code})[0] for code in skills])
        if lead and team:
            team.lead = staff
            team.save()
        self.staff[name] = staff
        return staff

    def on(self, name: str, duty: Duty = Duty.SHIFT, *, hours: int = 24) -> None:
        """On duty from four hours before noon on."""
        RosterEntry.objects.create(
            site=self.staff[name].site,
            staff=self.staff[name],
            duty=duty,
            starts_at=self.noon - timedelta(hours=4),
            ends_at=self.noon + timedelta(hours=hours),
        )

    def off(self) -> None:
        """Everybody goes home."""
        RosterEntry.objects.all().delete()

    def actor(self, name: str) -> Actor:
        return actor_of(self.staff[name].user, at=self.noon, origin=Origin.WEB)

    def place(self, code: str, kind: str, parent: str | None = None, site: Site | None = None) -> Place:
        where = site or self.site
        above = self.places.get(f"{where.code}.{parent}")
        path = f"{above.path}/{code}" if above else code
        made = Place.objects.create(site=where, parent=above, kind=kind, code=code, path=path, label=f"{code}处")
        self.places[f"{where.code}.{code}"] = made
        return made

    def unit(self, code: str = "P1-3-2-1502") -> Place:
        return self.places[f"YQL.{code}"]

    def order(self, **given: Any) -> WorkOrder:
        """A leaking pipe at noon, unless said otherwise."""
        facts: dict[str, Any] = {
            "actor": self.cast.system,
            "at": self.noon,
            "site": self.site,
            "kind": "repair",
            "category": "plumbing",
            "urgency": "P3",
            "title": "厨房水管漏水",
            "place": self.unit(),
            "team_kind": TeamKind.ENGINEERING,
        }
        return actions.open_order(**(facts | given))

    def inbox(self, name: str) -> list[str]:
        return list(
            Message.objects.filter(recipient=self.staff[name].user).order_by("pk").values_list("kind", flat=True)
        )


@pytest.fixture
def make_crew(noon: datetime) -> Callable[[Cast], Crew]:
    def make(cast: Cast) -> Crew:
        crew = Crew(cast, noon)
        crew.place("YQL", "community")
        crew.place("P1", "phase", "YQL")
        crew.place("P1-3", "building", "P1")
        crew.place("P1-3-2", "entrance", "P1-3")
        crew.place("P1-3-2-F15", "floor", "P1-3-2")
        crew.place("P1-3-2-1502", "unit", "P1-3-2-F15")
        crew.place("P1-4", "building", "P1")
        crew.place("P1-4-1-101", "unit", "P1-4")
        crew.hire("王主管", Role.SUPERVISOR, TeamKind.ENGINEERING, lead=True)
        crew.hire("张强", Role.TECHNICIAN, TeamKind.ENGINEERING, skills=("plumbing",))
        crew.hire("李明", Role.TECHNICIAN, TeamKind.ENGINEERING, skills=("plumbing",))
        crew.hire("赵电", Role.TECHNICIAN, TeamKind.ENGINEERING, skills=("electrical",))
        crew.hire("值班", Role.SERVICE_LEAD, TeamKind.CUSTOMER_SERVICE)
        crew.hire("消控", Role.GUARD, TeamKind.CONTROL_ROOM)
        crew.hire("经理", Role.SITE_MANAGER, TeamKind.MANAGEMENT)
        for name in ("王主管", "张强", "李明", "赵电"):
            crew.on(name)
        return crew

    return make


@pytest.fixture
def crew(cast: Cast, make_crew: Callable[[Cast], Crew]) -> Crew:
    return make_crew(cast)
