"""A small site with everything a page can show: places, people, accounts, cases, orders, messages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import LONG_AGO, Cast
from tests.house.asked import make_asked
from tests.house.contested import make_contested
from tests.house.foreseen import make_foreseen
from tests.house.money import make_money
from tests.house.tried import make_tried
from tests.house.trouble import make_trouble
from tests.house.visited import make_visited
from zhongshu.cases import actions as cases
from zhongshu.cases.actions import Intake, open_case
from zhongshu.cases.kinds import ComplaintKind
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import Case, FollowUp
from zhongshu.channels import actions as channels
from zhongshu.channels.kinds import AlarmKind, AlarmSeverity, CallEvent
from zhongshu.channels.models import CallBack
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
from zhongshu.insight import actions as insight
from zhongshu.insight.kinds import Format, IssueState, Paper, Rhythm
from zhongshu.insight.models import Issue
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.models import OutboxEvent
from zhongshu.kernel.outbox import deliver_pending
from zhongshu.knowledge import actions as knowledge
from zhongshu.knowledge.models import MissedSearch, Version
from zhongshu.knowledge.policies.content import Content
from zhongshu.messaging import actions as messaging
from zhongshu.messaging.kinds import ChannelKind, Way
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
    through_doors: dict[str, int] = field(default_factory=dict)

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
        self._arrange_work()
        self.trouble = make_trouble(self, self._hear("电梯里灯不亮", self.unit).case)
        self._open_doors()
        self._tell_of_many()
        self._keep_knowledge()
        self.money = make_money(self)
        self.visited = make_visited(self)
        self.asked = make_asked(self)
        self.contested = make_contested(self)
        self.tried = make_tried(self)
        make_foreseen(self)
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
        self._hang_figures_up()
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

    def _hang_figures_up(self) -> None:
        """A screen on the wall, and last month's report sent to the service lead."""
        lead = self.cast.actor(Role.SERVICE_LEAD, self.site, at=self.at)
        scope = f"site-{self.site.code}"
        self.screen, self.screen_secret = insight.add_screen(actor=lead, at=self.at, scope=scope, name="消控中心")
        self.subscription = insight.subscribe(
            actor=lead, at=self.at, scope=scope, paper=Paper.REPORT, rhythm=Rhythm.MONTH, format=Format.PDF
        )
        self.issue = Issue.objects.create(
            subscription=self.subscription, starts_on=date(2026, 1, 1), state=IssueState.SENT, sent_at=self.at
        )
        self.issue.file.save("report.pdf", ContentFile(b"%PDF-1.7"))
        plan = _picture()
        insight.put_picture(actor=self.cast.system, at=self.at, site=self.site, picture=plan)

        self._have_told()

    def _have_told(self) -> None:
        """A channel, words of our own, and what went out by it: to staff, to a customer, and a file."""
        said = {"host": "mail.example.com", "port": "465", "security": "tls", "sender": "zs@example.com"}
        self.channel = messaging.add_channel(
            actor=self.cast.system, at=self.at, kind=ChannelKind.SMTP, site=self.site, name="邮件", values=said
        )
        admin = self.cast.actor(Role.ADMINISTRATOR, self.site)
        self.sent = messaging.send_test(actor=admin, at=self.at, channel_id=self.channel.pk, address="a@example.com")
        words = {"kind": "", "way": Way.EMAIL, "language": "zh-hans", "title": "{title}", "text": "{body}"}
        self.template = messaging.save_template(actor=self.cast.system, at=self.at, **words)
        notice = messaging.CustomerTelling(
            customer_ids=(self.customer.pk,),
            site_id=self.site.pk,
            kind="incident_opened",
            title="停水通知",
            body="3栋水泵故障",
            dedupe_key="outage:1",
        )
        messaging.tell_customers([notice], at=self.at)
        messaging.send_document(
            recipient_ids=[self.cast.user(Role.SERVICE_LEAD, self.site).pk],
            subject="月报",
            body="见附件",
            file_name="月报.pdf",
            content=b"%PDF",
            dedupe_key="report:1",
            at=self.at,
            site_id=self.site.pk,
        )

    def _arrange_work(self) -> None:
        """A price, a window for visits, a contractor, and a cleaner asked to help."""
        who: dict[str, Any] = {"actor": self.cast.system, "at": self.at}
        team = self.staff[Role.SUPERVISOR].team
        assert team is not None
        self.price = work.set_price(
            **who, site=self.site, code="F01", name="角阀", unit="个", unit_price=Decimal("35.00")
        )
        self.window = work.add_window(**who, team=team, opens=time(10), closes=time(12), capacity=4, starts_on=LONG_AGO)
        self.contractor = work.add_contractor(
            **who, site=self.site, name="迅达维保", contact_name="刘工", phone="02888888888", kinds=[], categories=[],
            arrive_minutes=30, starts_on=LONG_AGO,
        )  # fmt: skip
        helper = self.staff[Role.CLEANER]
        self.aid = work.ask_for_aid(**who, order_id=self.order.pk, staff_id=helper.pk)

    def _send(self, file_name: str, content: bytes) -> EstateImport:
        kind = kind_named("estate")
        return send_workbook(
            actor=self.cast.system, at=self.at, site=self.site, kind=kind, file_name=file_name, content=content
        )

    def _open_doors(self) -> None:
        """Calls missed and spoken on, a sheet of the hotline, an alarm, a letter, an angry caller."""
        system, at, site, taker = self.cast.system, self.at, self.site, self.staff[Role.CALL_TAKER]
        me = actor_of(taker.user, at=at, origin=Origin.WEB)
        channels.assign_extension(actor=system, at=at, site=site, number="801", staff=taker)

        def told(call_id: str, event: CallEvent, extension: str = "") -> channels.Heard:
            news = channels.News(
                call_id=call_id, event=event, happened_at=at, number="15400010101", extension=extension,
                recording_url="https://pbx.example/1.wav",
            )  # fmt: skip
            return channels.tell_call(actor=system, at=at, site=site, news=news)

        call = told("c1", CallEvent.ANSWERED, "801").call
        told("c2", CallEvent.MISSED)
        news = channels.SheetNews(number="HF1", text="电梯故障", reply_due_at=at)
        sheet = channels.receive_sheet(actor=me, at=at, site=site, news=news).sheet
        smoke = channels.Signal(
            device_code="SM-1", kind=AlarmKind.LEAK, severity=AlarmSeverity.WARNING, happened_at=at, place_text="泵房"
        )
        channels.raise_alarm(actor=system, at=at, site=site, signal=smoke)
        letter = channels.keep_letter(
            actor=me, at=at, site=site, sender="李老师", text="楼道灯坏了", received_on=day_of(at), scans=[_picture()]
        )
        channels.note_anger(actor=me, at=at, minutes=45)
        self.through_doors = {
            "call": call.pk,
            "call_back": CallBack.objects.earliest("pk").pk,
            "sheet": sheet.pk,
            "letter": letter.pk,
            "page": letter.pages.earliest("pk").pk,
        }

    def _keep_knowledge(self) -> None:
        """An article in use that somebody has to read, its next version as a draft, a search in vain."""
        writer = self.cast.actor(Role.SERVICE_LEAD, self.site, at=self.at)
        reviewer = self.cast.actor(Role.QUALITY, self.site, at=self.at)
        words = Content(title="水箱清洗停水", steps="查公告\n答复", categories=("plumbing",))
        version = knowledge.draft_article(actor=writer, at=self.at, site=self.site, kind="sop", content=words)
        knowledge.submit(actor=writer, at=self.at, version_id=version.pk)
        knowledge.publish(actor=reviewer, at=self.at, version_id=version.pk)
        self.article_id = version.article_id
        knowledge.new_version(actor=writer, at=self.at, article_id=self.article_id)
        self.read_request = knowledge.ask_to_read(
            actor=writer,
            at=self.at,
            article_id=self.article_id,
            site=self.site,
            due_on=day_of(self.at) + timedelta(days=7),
            roles=[Role.TECHNICIAN],
        )
        knowledge.note_missed(text="充电桩安装费", site_id=self.site.pk, by_resident=False, at=self.at)
        self.missed_id = MissedSearch.objects.earliest("pk").pk
        self.guide_id = Version.objects.filter(audience="both").earliest("pk").article_id

    def _tell_of_many(self) -> None:
        """Planned works, a complaint, a case referred to somebody else, a rainy day."""
        taker, lead = (self.cast.actor(role, self.site, at=self.at) for role in (Role.CALL_TAKER, Role.SERVICE_LEAD))
        period = {"planned_from": self.at, "planned_until": self.at + timedelta(hours=3)}
        self.incident = cases.open_incident(
            actor=lead, at=self.at, site=self.site, title="停水", category="plumbing", notice="停水三小时", **period
        )
        self.complaint = self._hear("保安态度很差", self.unit).case
        said = {"at": self.at, "case_id": self.complaint.pk}
        cases.note_complaint(actor=taker, kind=ComplaintKind.COMPLAINT, **said)
        self.referral = cases.refer(actor=taker, body_code="legal_aid", **said)
        cases.record_rain(actor=taker, at=self.at, site=self.site, on=day_of(self.at))

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


def settle(blocker: Any, build: Callable[[datetime], World]) -> Iterator[World]:
    """The steps of a fixture that serves a whole module: a world, taken back in the end.

    Its tests ask for `db` too: what each of them does is taken back at its end. What they know of the world each of
    them copies.
    """
    with blocker.unblock(), transaction.atomic():
        yield build(now())
        transaction.set_rollback(True)


def _picture() -> SimpleUploadedFile:
    """A real photo, small."""
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "JPEG")
    return SimpleUploadedFile("after.jpg", buffer.getvalue(), "image/jpeg")
