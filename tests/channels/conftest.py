"""A town with a desk, a telephone system and people at their extensions."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.cases.conftest import PHONE, Town
from tests.cast import LONG_AGO, Cast
from zhongshu.channels import actions
from zhongshu.channels.kinds import CallEvent
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.people import actions as people
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import Staff

STRANGER = "13900001111"


@dataclass
class Exchange:
    """The switchboard of the town: 801 and 802 are call-takers, 810 the service lead."""

    town: Town
    desks: dict[str, Staff] = field(default_factory=dict)
    _ids: "itertools.count[int]" = field(default_factory=itertools.count)

    @classmethod
    def build(cls, town: Town) -> "Exchange":
        exchange = cls(town)
        exchange.seat("801", town.staff[Role.CALL_TAKER])
        exchange.seat("802", exchange.hire(Role.CALL_TAKER, "小周"))
        exchange.seat("810", town.staff[Role.SERVICE_LEAD])
        return exchange

    def hire(self, role: Role, name: str, *, duty: Duty | None = Duty.SHIFT, kind: TeamKind | None = None) -> Staff:
        town = self.town
        staff = people.hire(
            actor=town.cast.system,
            at=town.at,
            site=town.site,
            user=town.cast.user(role, town.site, name=name),
            employee_no=f"X{next(self._ids)}",
            team=town.teams[kind or TeamKind.CUSTOMER_SERVICE],
            joined_on=LONG_AGO,
        )
        if duty:
            begins = town.at - timedelta(hours=4)
            people.roster(
                actor=town.cast.system, at=town.at, staff=staff, duty=duty, starts_at=begins,
                ends_at=begins + timedelta(hours=23),
            )  # fmt: skip
        return staff

    def seat(self, number: str, staff: Staff) -> None:
        system = self.town.cast.system
        actions.assign_extension(actor=system, at=self.town.at, site=self.town.site, number=number, staff=staff)
        self.desks[number] = staff

    def tell(
        self, call_id: str, event: str, *, extension: str = "", number: str = STRANGER, after: int = 0, **more
    ) -> actions.Heard:
        """So many seconds after noon."""
        moment = self.town.at + timedelta(seconds=after)
        news = actions.News(
            call_id=call_id, event=CallEvent(event), happened_at=moment, number=number, extension=extension, **more
        )
        return actions.tell_call(actor=self.manager, at=moment, site=self.town.site, news=news)

    @property
    def manager(self) -> Actor:
        return self.town.cast.actor(Role.SITE_MANAGER, self.town.site)

    @property
    def taker(self) -> Actor:
        return self.town.cast.actor(Role.CALL_TAKER, self.town.site)

    @property
    def lead(self) -> Actor:
        return self.town.cast.actor(Role.SERVICE_LEAD, self.town.site)


@pytest.fixture
def town(cast: Cast, noon: datetime) -> Town:
    return Town.build(cast, noon)


@pytest.fixture
def exchange(town: Town) -> Exchange:
    return Exchange.build(town)


@pytest.fixture
def later(noon: datetime) -> Callable[..., datetime]:
    return lambda **gone: noon + timedelta(**gone)


__all__ = ["PHONE", "STRANGER", "Exchange", "Town"]
