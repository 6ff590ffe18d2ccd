"""An engineering team at 云栖里, its people, and browsers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import LONG_AGO, Cast
from zhongshu.identity.models import RoleGrant, Site, User
from zhongshu.identity.roles import Role
from zhongshu.people import actions
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import RosterEntry, Staff, Team

Browser = Callable[..., Client]


@dataclass
class Crew:
    """People of the large site, hired by name when first asked for; `at` is when everything here happens."""

    cast: Cast
    site: Site
    at: datetime
    team: Team
    people: dict[str, Staff] = field(default_factory=dict)

    def user(self, name: str, site: Site | None = None) -> User:
        return self.cast.user(Role.TECHNICIAN, site or self.site, name=name)

    def hire(self, name: str, **more) -> Staff:
        if name not in self.people:
            said = {"site": self.site, "team": self.team, "joined_on": LONG_AGO} | more
            said.setdefault("employee_no", f"G{len(self.people) + 1:03d}")
            said.setdefault("user", self.user(name, said["site"]))
            self.people[name] = actions.hire(actor=self.cast.system, at=self.at, **said)
        return self.people[name]

    def roster(self, name: str, starts_at: datetime, hours: float = 8, duty: Duty = Duty.SHIFT, **more) -> RosterEntry:
        said = {"actor": self.cast.system} | more
        ends_at = starts_at + timedelta(hours=hours)
        return actions.roster(
            at=self.at, staff=self.hire(name), duty=duty, starts_at=starts_at, ends_at=ends_at, **said
        )


@pytest.fixture
def crew(cast: Cast, noon: datetime) -> Crew:
    """The engineering team of YQL, still empty."""
    team = actions.make_team(
        actor=cast.system, at=noon, site=cast.yql, code="gc", name="工程一班", kind=TeamKind.ENGINEERING
    )
    return Crew(cast, cast.yql, noon, team)


@pytest.fixture
def browser(cast: Cast) -> Browser:
    """A browser in which the person with that role is signed in, at the large site unless told otherwise."""

    def open_as(role: Role, site: Site | None = cast.yql, *, looks_at: Site | None = None) -> Client:
        client = Client()
        client.force_login(cast.user(role, site))
        if looks_at is not None:
            session = client.session
            session["site_id"] = looks_at.pk
            session.save()
        return client

    return open_as


@pytest.fixture
def grant(noon: datetime) -> Callable[[User, Role, Site], RoleGrant]:
    def give(user: User, role: Role, site: Site) -> RoleGrant:
        return RoleGrant.objects.create(user=user, role=role, site=site, starts_on=LONG_AGO)

    return give
