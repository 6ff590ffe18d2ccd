"""The estate's own cast: a site made the way sites are made, with a small building and people in it."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from tests.cast import Cast
from zhongshu.estate import actions
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Customer, Place
from zhongshu.estate.naming import Address, NewPlace, garage, parking_code
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role

LONG_AGO = date(2024, 3, 5)


@dataclass
class Estate:
    """The site 梧桐苑 (WTY): 一期1栋1单元, two floors of two rooms; one parking space."""

    cast: Cast
    site: Site
    at: datetime

    @property
    def manager(self) -> Actor:
        return self.cast.actor(Role.SITE_MANAGER, self.site)

    def place(self, code: str) -> Place:
        return Place.objects.get(site=self.site, code=code)

    def customer(self, name: str = "王小明", *phones: str) -> Customer:
        return actions.add_customer(
            actor=self.cast.system, at=self.at, site=self.site, name=name, phones=phones or ("13800001234",)
        )


@pytest.fixture
def bare(cast: Cast, noon: datetime) -> Estate:
    """A new site without a single dwelling."""
    return Estate(cast, actions.add_site(actor=cast.system, at=noon, code="WTY", name="梧桐苑"), noon)


@pytest.fixture
def estate(bare: Estate) -> Estate:
    """The same with its building and a garage."""
    addresses = [Address("P1", "1", "1", floor, f"{floor}0{door}") for floor in (1, 2) for door in (1, 2)]
    rows = {row.code: row for address in addresses for row in (*address.above(), address.unit())}
    level = garage("B1")
    space = NewPlace(kind=PlaceKind.PARKING, code=parking_code("B1", "12"), label="B1车库12号车位", parent=level.code)
    actions.add_places(actor=bare.cast.system, at=bare.at, site=bare.site, rows=[space, level, *rows.values()])
    return bare
