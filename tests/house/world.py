"""A small site with everything a page can show: places, people, accounts, cases, orders, messages."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import LONG_AGO, Cast
from zhongshu.cases.actions import Intake, open_case
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import Case, FollowUp
from zhongshu.estate import actions as estate
from zhongshu.estate.actions.imports import send_workbook
from zhongshu.estate.actions.mappings import save_mapping
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Account, Customer, EstateImport, Place
from zhongshu.estate.naming import Address, NewPlace, garage, parking_code
from zhongshu.estate.workbooks.mapping import ColumnRule, Mapping
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.identity.actions import create_token
from zhongshu.identity.actor import Origin
from zhongshu.identity.models import Site
from zhongshu.identity.queries import actor_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.models import OutboxEvent
from zhongshu.kernel.outbox import deliver_pending
from zhongshu.people import actions as people
from zhongshu.people.kinds import AbsenceReason, Duty, TeamKind
from zhongshu.people.models import RosterEntry, Staff
from zhongshu.webhooks import actions as webhooks
from zhongshu.work import actions as work
from zhongshu.work.kinds import Urgency
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
    """`grow` adds another household with its case; everything else is there once.

    `build_whole` adds what only some pages show.
    """

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

    @classmethod
    def build_whole(cls, at: datetime) -> "World":
        """With one of everything that an address can name."""
        world = cls.build(at)
        world._leave_traces()
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
        for unit in free[:households]:
            number = f"154{unit.floor_no:04d}{int(unit.room_no):04d}"
            customer = estate.add_customer(
                actor=self.cast.system, at=self.at, site=self.site, name=f"王小{unit.room_no}", phones=(number,)
            )
            estate.open_account(
                actor=self.cast.system, at=self.at, unit=unit, customer=customer, starts_on=date(2024, 3, 5)
            )
            self._hear("厨房水龙头一直滴水", unit, number)

    def _leave_traces(self) -> None:
        Customer.objects.filter(pk=self.customer.pk).update(user=self.cast.user(Role.RESIDENT, self.site))
        self._do_a_job()
        keeper = self.staff[Role.KEEPER].user
        self.territory = estate.assign_territory(
            actor=self.cast.system, at=self.at, place=self.unit.parent, keeper=keeper, starts_on=LONG_AGO
        )
        away = self.at + timedelta(days=30)
        self.absence = people.absent(
            actor=self.cast.system,
            at=self.at,
            staff=self.staff[Role.TECHNICIAN],
            starts_at=away,
            ends_at=away + timedelta(days=1),
            reason=AbsenceReason.ANNUAL,
        )
        self.token, _secret = create_token(
            actor=self.cast.system, at=self.at, user=keeper, name="看板", scopes=["cases.view"]
        )
        self.endpoint, _signing = webhooks.add_endpoint(
            actor=self.cast.system, at=self.at, site=self.site, url="https://8.8.8.8/hooks", events=["work"]
        )
        webhooks.send_test(actor=self.cast.system, at=self.at, endpoint_id=self.endpoint.pk)
        kind = kind_named("estate")
        self.sent_workbook = self._send("房产.xlsx", filled_workbook(kind.specs, {}, kind.notes))
        self.unmapped_workbook = self._send("登记.csv", "资产编号,业主\n1-2-1502,王小明\n".encode())
        self.mapping = save_mapping(
            actor=self.cast.system,
            at=self.at,
            sent=self._send("登记2.csv", "房间编码,业主\n1-2-1502,王小明\n".encode()),
            mapping=Mapping("estate", "房屋", (ColumnRule("房间编码", "完整房号"), ColumnRule("业主", "客户姓名"))),
            name="登记",
            instead_of=None,
        )

    def _send(self, file_name: str, content: bytes) -> EstateImport:
        kind = kind_named("estate")
        return send_workbook(
            actor=self.cast.system, at=self.at, site=self.site, kind=kind, file_name=file_name, content=content
        )

    def _do_a_job(self) -> None:
        """An urgent matter, done with a photo, so that somebody is to be called back."""
        case = self._hear("卫生间水管漏水", self.unit, urgency=Urgency.P2).case
        order = case.case_orders.get().order
        assert order.assignee is not None
        doer = actor_of(order.assignee.user, at=self.at, origin=Origin.WEB)
        for move in (work.accept, work.arrive):
            move(actor=doer, at=self.at, order_id=order.pk)
        self.photo = work.add_photo(actor=doer, at=self.at, order_id=order.pk, upload=_picture(), is_after=True)
        work.finish(actor=doer, at=self.at, order_id=order.pk, note="换了软管")
        deliver_pending(at=self.at)
        self.follow_up = FollowUp.objects.get(case=case)

    def _hear(self, text: str, unit: Place, number: str = "", urgency: Urgency | None = None) -> Intake:
        return open_case(
            actor=self.cast.actor(Role.CALL_TAKER, self.site, at=self.at),
            at=self.at,
            site=self.site,
            text=text,
            channel=Channel.TELEPHONE,
            place_text=unit.label,
            caller_phone=number,
            urgency=urgency,
        )

    @property
    def event_id(self) -> int:
        return OutboxEvent.objects.earliest("pk").pk

    @property
    def job_id(self) -> int:
        return ProcrastinateJob.objects.earliest("pk").pk

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


def _picture() -> SimpleUploadedFile:
    """A real photo, small."""
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "JPEG")
    return SimpleUploadedFile("after.jpg", buffer.getvalue(), "image/jpeg")
