"""A day of each of the eight roles, through the pages they have; written again where the operating model differs.

Nothing is real but the pages: hours pass by the clock and `tick`, a telephone rings by what its system tells.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from tests.stories.days import Visitor
from tests.stories.people import Neighbourhood
from zhongshu.cases.models import Case
from zhongshu.channels import actions as channels
from zhongshu.config.tick import tick
from zhongshu.identity.actions import create_token
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.messaging.models import Message
from zhongshu.people.kinds import TeamKind
from zhongshu.work.models import WorkOrder

MORNING = datetime(2026, 11, 4, 9, 0, tzinfo=SITE_ZONE)
LI, WANG, STRANGER = "15400010001", "15400010002", "15400010009"
CENTRE, LEAN, SMALL = OperatingModel.CENTRE, OperatingModel.LEAN, OperatingModel.SMALL
FIELD = {
    "孙阿姨": (Role.CLEANER, TeamKind.ENVIRONMENT),
    "周师傅": (Role.TECHNICIAN, TeamKind.ENGINEERING),
    "钱保安": (Role.GUARD, TeamKind.SECURITY),
    "郑保安": (Role.GUARD, TeamKind.SECURITY),
    "陈经理": (Role.SITE_MANAGER, TeamKind.MANAGEMENT),
}
TEAMS = FIELD | {
    "何主管": (Role.SUPERVISOR, TeamKind.ENGINEERING),
    "马师傅": (Role.TECHNICIAN, TeamKind.ENGINEERING),
    "赵管家": (Role.KEEPER, TeamKind.CUSTOMER_SERVICE),
}
DESK = TEAMS | {
    "林小静": (Role.CALL_TAKER, TeamKind.CUSTOMER_SERVICE),
    "何客服": (Role.SERVICE_LEAD, TeamKind.CUSTOMER_SERVICE),
}
STAFF = {CENTRE: DESK, LEAN: TEAMS, SMALL: FIELD}
LEADS = {"何主管", "何客服"}


@dataclass
class Day:
    """A day at 兰荷苑 under one of the three models; everybody there is on shift from eight to eight."""

    here: Neighbourhood
    at: datetime = MORNING
    visitors: dict[str, Visitor] = field(default_factory=dict)
    told: int = 0

    @classmethod
    def under(cls, model: OperatingModel, at: datetime) -> "Day":
        here = Neighbourhood.build(at)
        Site.objects.filter(pk=here.site.pk).update(operating_model=model)
        here.moves_in("李建国", "P1-3-2-1502", phone=LI)
        here.moves_in("王小明", "P2-3-2-1502", phone=WANG)
        for name, (role, kind) in STAFF[model].items():
            here.hires(name, role, kind, leads=name in LEADS)
        here.users["品质"] = here.cast.user(Role.QUALITY, name="品质")
        here.users["总部"] = here.cast.user(Role.HEAD_OFFICE, name="总部")
        return cls(here, at)

    def __getitem__(self, name: str) -> Visitor:
        """The person with a page; signed in when first met."""
        if name not in self.visitors:
            client = Client()
            client.force_login(self.here.users[name])
            self.visitors[name] = Visitor(client, name)
            if not self.here.users[name].role_grants.filter(site__isnull=False).exists():
                self.visitors[name].goes_to("/").presses("切换", {"项目": "兰荷苑"})
        return self.visitors[name]

    def passes(self, **span: float) -> None:
        """The clock strikes when so much time has passed; and once more, for a worker may have died meanwhile."""
        self.at += timedelta(**span)
        tick(at=self.at)
        tick(at=self.at)

    def inbox(self, name: str) -> list[str]:
        rows = Message.objects.filter(recipient=self.here.users[name]).order_by("pk")
        return [f"{row.title} {row.body}" for row in rows]

    def is_told(self, name: str, words: str) -> bool:
        return any(words in each for each in self.inbox(name))

    def seat(self, number: str, name: str) -> None:
        channels.assign_extension(
            actor=self.here.cast.system, at=self.at, site=self.here.site, number=number, staff=self.here.staff[name]
        )

    def telephone(self, call_id: str, event: str, number: str = LI, extension: str = "") -> list[str]:
        """What the telephone system tells; who rings next."""
        if not self.told:
            keeper = self.here.cast.user(Role.ADMINISTRATOR, name="电话系统")
            _token, self.secret = create_token(
                actor=self.here.cast.system, at=self.at, user=keeper, name="电话", scopes=["channels.calls"]
            )
        self.told += 1
        said = {"site": "LHY", "call_id": call_id, "event": event, "at": self.at.isoformat(), "number": number}
        answer = Client().post(
            "/api/v1/channels/calls",
            said | {"extension": extension},
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", "Idempotency-Key": f"k{self.told}"},
        )
        assert answer.status_code in {200, 201}, answer.content.decode()
        return [each["name"] for each in answer.json()["ring"]]

    def order_of(self, case: Case) -> WorkOrder:
        return case.case_orders.get().order

    def gets_done(self, case: Case, note: str = "已处理") -> None:
        """Whoever has the order does it with their phone."""
        order = self.order_of(case)
        assert order.assignee
        doer = self[order.assignee.user.name]
        doer.goes_to(f"/m/orders/{order.number}").presses("接单").presses("直接到场")
        self.passes(minutes=20)
        doer.goes_to(f"/m/orders/{order.number}").presses("上传照片", {"拍完工照片": picture()})
        doer.presses("完工", {"做了什么（可不填）": note})
        self.passes(minutes=1)

    def open(self) -> list[Case]:
        return list(Case.objects.filter(state="open"))


@pytest.fixture
def day(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[OperatingModel], Day]:
    def begin(model: OperatingModel) -> Day:
        made: list[Day] = []
        monkeypatch.setattr(timezone, "now", lambda: made[0].at if made else MORNING)
        made.append(Day.under(model, MORNING))
        return made[0]

    return begin


def picture() -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "JPEG")
    return SimpleUploadedFile("x.jpg", buffer.getvalue(), "image/jpeg")


def test_a_call_taker(day: Callable[[OperatingModel], Day]) -> None:
    today = day(CENTRE)
    today.seat("801", "林小静")
    lin, lead = today["林小静"], today["何客服"]

    # It rings: the page says who it is. Two matters in one breath become two cases that know of each other.
    today.telephone("c1", "ringing", LI, "801")
    lin.goes_to("/desk").waits().sees("来电", "李建国").follows("接入登记").waits().sees("154****0001")
    today.telephone("c1", "answered", LI, "801")
    lin.fills({"说了什么": "厨房水管漏水，另外楼道的灯也不亮了"}).lets("reading").sees("听起来是 2 件事")
    lin.lets("beside").sees("知识")
    lin.presses("登记并派单").sees("已登记并派单", "同一次来电的另一件")
    first, second = Case.objects.order_by("pk")
    assert (first.channel, first.owner, first.account) == ("telephone", today.here.users["林小静"], second.account)
