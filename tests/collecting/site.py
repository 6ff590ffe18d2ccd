"""A site with two keepers, and who owes there."""

from datetime import date, timedelta

from tests.billing.estate import Estate
from tests.billing.till import Till
from tests.cast import LONG_AGO
from zhongshu.billing.policies.cycles import months_later
from zhongshu.estate.models import Account, KeeperTerritory, Place
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of


class Site(Till):
    """Two buildings with a keeper each: 101 of building 1 owes four months, 201 of building 2 one; 102 owes nothing."""

    homes: dict[str, Account]

    @property
    def today(self) -> date:
        return day_of(self.at)

    def settle(self) -> "Site":
        estate = Estate(self.cast, self.at)
        self.homes = {}
        for building, rooms in (("1", ("101", "102")), ("2", ("201",))):
            ground = Place.objects.create(
                site=self.cast.yql, code=building, path=building, kind="building", label=f"{building}栋"
            )
            keeper = self.cast.user(Role.KEEPER, self.cast.yql, name=f"管家{building}")
            KeeperTerritory.objects.create(site=self.cast.yql, place=ground, keeper=keeper, starts_on=LONG_AGO)
            for room in rooms:
                unit = estate.unit(room, path=f"{building}/{room}")
                self.homes[room] = estate.account(unit, number=f"H{room}")
        first = self.today.replace(day=1)
        for back in range(1, 5):
            self.owe("101", first, back)
        self.owe("201", first, 1)
        return self

    def owe(self, room: str, first: date, back: int) -> None:
        """The month so many before, due on its last day."""
        start, end = months_later(first, -back), months_later(first, 1 - back)
        due, period = str(end - timedelta(days=1)), {"period_start": start, "period_end": end}
        self.bill("100.00", due, rate="0.0005", account=self.homes[room], **period)
