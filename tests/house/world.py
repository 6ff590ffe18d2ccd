"""A small site with everything a page can show: places, people, accounts, cases, orders, messages."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.cast import LONG_AGO, Cast
from zhongshu.cases.actions import open_case
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import Case
from zhongshu.estate import actions as estate
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Account, Customer, Place
from zhongshu.estate.naming import Address, NewPlace, garage, parking_code
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.people import actions as people
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import RosterEntry, Staff
from zhongshu.work.models import WorkOrder

TEAMS = {
    Role.TECHNICIAN: TeamKind.ENGINEERING,
    Role.GUARD: TeamKind.SECURITY,
    Role.CLEANER: TeamKind.ENVIRONMENT,
    Role.CALL_TAKER: TeamKind.CUSTOMER_SERVICE,
    Role.KEEPER: TeamKind.CUSTOMER_SERVICE,
    Role.CASHIER: TeamKind.FINANCE,
    Role.SUPERVISOR: TeamKind.ENGINEERING,
}


@dataclass
class World:
    """`grow` adds another household with its case; everything else is there once."""

    cast: Cast
    site: Site
    at: datetime
    staff: dict[Role, Staff]

    @classmethod
    def build(cls, at: datetime) -> "World":
        cast = Cast.assemble()
        site = estate.add_site(actor=cast.system, at=at, code="WTY", name="梧桐苑")
        world = cls(cast, site, at, {})
        world._add_buildings()
        world._hire(at)
        world.grow()
        return world

    def _add_buildings(self) -> None:
        rooms = [f"{floor}0{door}" for floor in range(1, 9) for door in range(1, 5)]
        addresses = [Address("P1", "1", "1", int(room[0]), room) for room in rooms]
        rows = {row.code: row for address in addresses for row in (*address.above(), address.unit())}
        level = garage("B1")
        space = NewPlace(
            kind=PlaceKind.PARKING, code=parking_code("B1", "12"), label="B1车库12号车位", parent=level.code
        )
        estate.add_places(actor=self.cast.system, at=self.at, site=self.site, rows=[level, space, *rows.values()])

    def _hire(self, at: datetime) -> None:
        teams = {
            kind: people.make_team(actor=self.cast.system, at=at, site=self.site, code=kind, name=str(kind), kind=kind)
            for kind in sorted(set(TEAMS.values()))
        }
        for nth, (role, kind) in enumerate(TEAMS.items()):
            user = self.cast.user(role, self.site)
            staff = people.hire(
                actor=self.cast.system,
                at=at,
                site=self.site,
                user=user,
                employee_no=f"E{nth}",
                team=teams[kind],
                joined_on=LONG_AGO,
            )
            self.staff[role] = staff
            if role is Role.SUPERVISOR:
                people.set_lead(actor=self.cast.system, at=at, team=teams[kind], lead=staff)
            starts_at = at - timedelta(hours=4)
            people.roster(
                actor=self.cast.system,
                at=at,
                staff=staff,
                duty=Duty.SHIFT,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=20),
            )

    def grow(self, households: int = 1) -> None:
        """So many more households move in and report something."""
        free = Place.objects.filter(site=self.site, kind=PlaceKind.UNIT, accounts__isnull=True).order_by("code")
        for nth, unit in enumerate(free[:households]):
            number = f"154{unit.pk:04d}{nth:04d}"
            customer = estate.add_customer(
                actor=self.cast.system, at=self.at, site=self.site, name=f"王小{unit.room_no}", phones=(number,)
            )
            estate.open_account(
                actor=self.cast.system, at=self.at, unit=unit, customer=customer, starts_on=date(2024, 3, 5)
            )
            open_case(
                actor=self.cast.actor(Role.CALL_TAKER, self.site, at=self.at),
                at=self.at,
                site=self.site,
                text="厨房水龙头一直滴水",
                channel=Channel.TELEPHONE,
                place_text=unit.label,
                caller_phone=number,
            )

    @property
    def case(self) -> Case:
        return Case.objects.filter(site=self.site).earliest("pk")

    @property
    def order(self) -> WorkOrder:
        return WorkOrder.objects.filter(site=self.site).earliest("pk")

    @property
    def account(self) -> Account:
        return Account.objects.filter(site=self.site).earliest("pk")

    @property
    def customer(self) -> Customer:
        return Customer.objects.filter(site=self.site).earliest("pk")

    @property
    def roster_entry(self) -> RosterEntry:
        return RosterEntry.objects.filter(site=self.site).earliest("pk")

    @property
    def unit(self) -> Place:
        return Place.objects.filter(site=self.site, kind=PlaceKind.UNIT).order_by("code")[0]
