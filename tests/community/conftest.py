"""What the stories of visits and surveys begin with."""

from datetime import date, datetime

import pytest

from tests.cases.conftest import Town
from tests.cast import Cast
from zhongshu.estate import actions as estate
from zhongshu.estate.kinds import OccupancyStatus
from zhongshu.identity.roles import Role
from zhongshu.people.kinds import TeamKind

ROOMS = ("P1-3-2-1501", "P1-3-2-1502", "P2-3-2-1501", "P2-3-2-1502")


def a_lane(cast: Cast, noon: datetime) -> Town:
    """Four dwellings, people live in three of them, a keeper looks after all; the customers moved in long ago."""
    town = Town.build(cast, noon)
    keeper = town.hire(Role.KEEPER, TeamKind.CUSTOMER_SERVICE)
    long_ago = {"actor": cast.system, "at": noon, "starts_on": date(2024, 3, 5)}
    for code in ROOMS:
        town.move_in(code, name=f"业主{code[-4:]}", phone=f"1540001{ROOMS.index(code)}001")
        status = OccupancyStatus.VACANT if code == ROOMS[3] else OccupancyStatus.OCCUPIED
        estate.set_occupancy(place=town.place(code), status=status, **long_ago)
    root = town.place(ROOMS[0]).path.split("/")[0]
    estate.assign_territory(place=town.place(root), keeper=keeper.user, **long_ago)
    return town


@pytest.fixture
def lane(cast: Cast, noon: datetime) -> Town:
    """Three households and an empty dwelling, all of one keeper."""
    return a_lane(cast, noon)
