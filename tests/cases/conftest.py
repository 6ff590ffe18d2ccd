"""A small town with two phases that both have a building 3, and people on duty."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from tests.cast import LONG_AGO, Cast
from zhongshu.cases.actions import open_case, settle
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import Case, FollowUp
from zhongshu.estate import actions as estate
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Account, Customer, Place
from zhongshu.estate.naming import Address, NewPlace
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel import outbox
from zhongshu.people import actions as people
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import Staff, Team
from zhongshu.work import actions as work
from zhongshu.work.models import WorkOrder

PHONE = "15400010001"


@dataclass
class Town:
    """`site` has P1-3 and P2-3 with entrance 2 and rooms 1501, 1502. `staff` are on duty, named by role."""

    cast: Cast
    site: Site
    at: datetime
    teams: dict[TeamKind, Team] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)

    @classmethod
    def build(cls, cast: Cast, at: datetime) -> "Town":
        site = estate.add_site(actor=cast.system, at=at, code="HT", name="禾塘")
        town = cls(cast, site, at)
        town._add_places()
        for role, kind in (
            (Role.TECHNICIAN, TeamKind.ENGINEERING),
            (Role.GUARD, TeamKind.SECURITY),
            (Role.CLEANER, TeamKind.ENVIRONMENT),
            (Role.CALL_TAKER, TeamKind.CUSTOMER_SERVICE),
            (Role.QUALITY, TeamKind.QUALITY),
            (Role.CASHIER, TeamKind.FINANCE),
        ):
            town.hire(role, kind)
        lead = town.hire(Role.SERVICE_LEAD, TeamKind.CUSTOMER_SERVICE, on_duty=False)
        people.set_lead(actor=cast.system, at=at, team=town.teams[TeamKind.CUSTOMER_SERVICE], lead=lead)
        return town

    def _add_places(self) -> None:
        addresses = [Address(phase, "3", "2", 15, room) for phase in ("P1", "P2") for room in ("1501", "1502")]
        rows = {row.code: row for address in addresses for row in (*address.above(), address.unit())}
        gate = NewPlace(kind=PlaceKind.GATE, code="PUB-GATE-E", label="小区东门")
        estate.add_places(actor=self.cast.system, at=self.at, site=self.site, rows=[*rows.values(), gate])

    def hire(self, role: Role, kind: TeamKind, *, on_duty: bool = True) -> Staff:
        system, at = self.cast.system, self.at
        if kind not in self.teams:
            self.teams[kind] = people.make_team(
                actor=system, at=at, site=self.site, code=str(kind), name=str(kind), kind=kind
            )
        staff = people.hire(
            actor=system,
            at=at,
            site=self.site,
            user=self.cast.user(role, self.site),
            employee_no=f"E{len(self.staff)}",
            team=self.teams[kind],
            joined_on=LONG_AGO,
        )
        if on_duty:
            starts_at = at - timedelta(hours=4)
            people.roster(
                actor=system,
                at=at,
                staff=staff,
                duty=Duty.SHIFT,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=23),
            )
        self.staff[role] = staff
        return staff

    def actor(self, role: Role, *, at: datetime | None = None) -> Actor:
        return self.cast.actor(role, self.site, at=at or self.at)

    def place(self, code: str) -> Place:
        return Place.objects.get(site=self.site, code=code)

    def move_in(self, code: str, name: str = "王小明", phone: str = PHONE) -> Account:
        """A household at that unit."""
        customer: Customer = estate.add_customer(
            actor=self.cast.system, at=self.at, site=self.site, name=name, phones=(phone,)
        )
        return estate.open_account(
            actor=self.cast.system, at=self.at, unit=self.place(code), customer=customer, starts_on=date(2024, 3, 5)
        )

    def hear(self, text: str = "厨房水龙头一直滴水", *, role: Role = Role.CALL_TAKER, **more) -> Case:
        """Somebody says something; a place that is clear unless told otherwise."""
        words = {"channel": Channel.TELEPHONE, "place_text": "二期3栋2单元1502"} | more
        return open_case(actor=self.actor(role), at=self.at, site=self.site, text=text, **words).case

    def order(self, case: Case) -> WorkOrder:
        return WorkOrder.objects.filter(case_order__case=case).latest("pk")

    def do_the_work(self, case: Case, *, at: datetime | None = None) -> Case:
        """Whoever has the order accepts, arrives and finishes; then the news arrives at the case."""
        at = at or self.at + timedelta(hours=1)
        order = self.order(case)
        worker = self.cast.system
        for move in (work.accept, work.arrive, work.finish):
            move(actor=worker, at=at, order_id=order.pk)
        return self.deliver(case, at=at)

    def deliver(self, case: Case, *, at: datetime) -> Case:
        outbox.deliver_pending(at=at)
        case.refresh_from_db()
        return case

    def settle(self, case: Case, *, at: datetime) -> Case:
        return settle(actor=self.cast.system, at=at, case_id=case.pk)

    def call(self, case: Case) -> FollowUp:
        return FollowUp.objects.get(case=case, done_at__isnull=True)


@pytest.fixture
def town(cast: Cast, noon: datetime) -> Town:
    """禾塘: two phases with a building 3 each, one person per team on duty."""
    return Town.build(cast, noon)


@pytest.fixture
def later(noon: datetime) -> Callable[..., datetime]:
    """`later(hours=3)`: so long after noon."""
    return lambda **gone: noon + timedelta(**gone)
