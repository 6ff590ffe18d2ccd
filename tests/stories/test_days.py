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

from tests.cast import LONG_AGO
from tests.stories.days import Visitor
from tests.stories.people import Neighbourhood
from zhongshu.cases.models import Case, FollowUp, Incident, Referral
from zhongshu.channels import actions as channels
from zhongshu.channels.models import AngryContact, CallBack, HotlineSheet
from zhongshu.config.tick import tick
from zhongshu.estate import actions as estate
from zhongshu.identity.actions import create_token
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.models import Site, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.messaging.models import Message
from zhongshu.people import actions as people
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.quality.models import EscalationResponse, Inquiry, Sample, StandardAdoption
from zhongshu.scene.models import Assistance
from zhongshu.work.models import AidSpell, ContractorJob, EscalationStep, WorkOrder

MORNING = datetime(2026, 11, 4, 9, 0, tzinfo=SITE_ZONE)
LI, WANG, STRANGER = "15400010001", "15400010002", "15400010009"
CONTENT = {"客户答复": "满意", "评分": "5", "客户原话": "好了"}
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


@dataclass(repr=False)
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
            tomorrow = at + timedelta(hours=23)
            people.roster(
                actor=here.cast.system, at=at, staff=here.staff[name], duty=Duty.SHIFT, starts_at=tomorrow,
                ends_at=tomorrow + timedelta(hours=12),
            )  # fmt: skip
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
                self.visitors[name].goes_to("/").chooses("当前项目", "兰荷苑")
        return self.visitors[name]

    def passes(self, **span: float) -> None:
        """The clock strikes when so much time has passed; and once more, for a worker may have died meanwhile."""
        self.at += timedelta(**span)
        tick(at=self.at)
        tick(at=self.at)

    def user(self, name: str) -> User:
        return self.here.users[name]

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

    def has_territory(self, name: str, code: str) -> None:
        keeper, place = self.here.users[name], self.here.place(code)
        actor = self.here.cast.system
        estate.assign_territory(actor=actor, at=self.at, place=place, keeper=keeper, starts_on=LONG_AGO)

    def hears(self, text: str, number: str) -> Case:
        """A call comes in the way the site works: at the desk, on a guard's telephone, on whoever's is free."""
        call_id = f"c{self.told}"
        taker = self["林小静" if "林小静" in self.here.staff else "钱保安"]
        extension = f"8{len(self.visitors):02}"
        self.seat(extension, taker.name)
        self.telephone(call_id, "ringing", number, extension)
        self.telephone(call_id, "answered", number, extension)
        if taker.name == "林小静":
            taker.goes_to("/desk").waits().follows("接入登记").waits()
            taker.fills({"说了什么": text}).lets("reading").presses("登记并派单").sees("已登记并派单")
        else:
            taker.goes_to("/channels/m/call-backs").waits().follows("接入登记").waits()
            where = "一期3栋2单元1502" if number == LI else "二期3栋2单元1502"
            taker.presses("上报", {"什么事": text, "在哪里": where}).sees("已上报")
        self.telephone(call_id, "ended", number, extension)
        return Case.objects.latest("pk")

    def gets_restored(self, outage: Incident) -> None:
        """The power is back: its repair is done, whoever reported it is answered."""
        assert outage.order
        assert outage.order.assignee
        doer = self[outage.order.assignee.user.name]
        doer.goes_to(f"/m/orders/{outage.order.number}").presses("接单").presses("直接到场")
        doer.presses("上传照片", {"拍完工照片": picture()}).presses("完工")
        self.passes(minutes=1)
        self["何客服"].goes_to(f"/cases/incidents/{outage.number}").presses("宣布恢复并答复", {"通知内容": "已恢复供电"})
        for _case in range(outage.cases.count()):
            if self["何客服"].has_button("已电话答复"):
                self["何客服"].presses("已电话答复")
        self.passes(minutes=1)

    def closes(self) -> None:
        """Once customers have had their days to answer, nothing is left open, nobody is left to be called."""
        self.passes(days=4)
        assert list(Case.objects.exclude(state="closed").values_list("text", "state")) == []
        assert list(WorkOrder.objects.exclude(state="closed").values_list("title", "state")) == []
        assert not FollowUp.objects.filter(done_at=None).exists()
        assert not CallBack.objects.filter(done_at=None).exists()


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

    # Somebody is angry: noted beside the call, seen by whoever relieves her.
    lin.goes_to("/channels/calls").follows("11-04").presses("记下", {"持续分钟": 50, "有辱骂或威胁": True})
    assert AngryContact.objects.get().call == first.calls.get()
    today.passes(minutes=1)
    assert today.is_told("何客服", "林小静")
    lead.goes_to("/channels/load").sees("林小静", "请替换").presses("登记替换", {"休息分钟": 30})
    today.passes(minutes=31)

    # The power fails in a building. The next caller is told so, and is counted instead of dispatched.
    lead.goes_to("/cases/incidents").presses(
        "建立并通知", {"事件名称": "二期3栋停电", "类别": "供电照明", "范围": "P2-3", "通知内容": "正在抢修"}
    )
    outage = Incident.objects.get()
    today.telephone("c2", "ringing", WANG, "801")
    lin.goes_to("/desk").waits().sees("二期3栋停电").follows("接入登记").waits()
    today.telephone("c2", "answered", WANG, "801")
    lin.fills({"说了什么": "家里突然没电了"}).lets("reading").sees("已知事件", "二期3栋停电")
    lin.presses("登记并派单").sees("已并入事件")
    dark = Case.objects.latest("pk")
    assert (dark.incident, dark.case_orders.count()) == (outage, 0)

    # A matter that is somebody else's is handed over warm, and asked after the next day.
    lin.goes_to("/desk").fills({"谁，哪里": LI, "说了什么": "公司拖欠我三个月工资，你们管不管"})
    lin.lets("who").lets("reading").presses("登记并派单")
    wages = Case.objects.latest("pk")
    lin.goes_to(f"/cases/{wages.number}").presses("转介", {"转介给": "12333", "接洽人": "赵老师"}).sees("赵老师")
    assert "没有要回访的转介" not in lin.goes_to("/cases/check-backs").text

    # Nobody took a call; within a quarter of an hour somebody rings back.
    today.telephone("c3", "ringing", STRANGER, "801")
    assert today.telephone("c3", "missed", STRANGER, "801") == []
    today.telephone("c3", "missed", STRANGER)
    lin.goes_to("/channels/call-backs").sees("154****0009").presses("记录回电", {"结果": "已回电", "说明": "问停车"})
    assert CallBack.objects.get().outcome == "reached"


    # What she took in is done by others, and she asks whether it is.
    for case in (first, second):
        today.gets_done(case)
    today.gets_restored(outage)
    lin.goes_to("/cases/follow-ups").sees("家里突然没电了").presses("记录回访", CONTENT).sees("没有待回访的报事")

    # The next morning she asks about the wages.
    today.passes(hours=24)
    assert today.is_told("林小静", "转介")
    lin.goes_to("/cases/check-backs").presses("记录结果", {"结果": "已解决"})
    assert Referral.objects.get().settled_at
    today.closes()


def test_a_technician(day: Callable[[OperatingModel], Day]) -> None:
    # How the site works: the team's work goes to the pool, parts have a price, a leak has a list of what to check.
    today = day(CENTRE)
    zhou, manager = today["周师傅"], today["陈经理"]
    manager.goes_to("/orders/settings/handing").presses(
        "保存", {"班组": "工程部", "新工单怎样派": "抢单", "等候分钟数": 10}
    )
    manager.follows("价目表").presses("保存", {"编码": "JF", "名称": "角阀", "单位": "个", "单价（元）": "35"})
    manager.follows("检查表").presses("保存", {"类别": "给排水", "名称": "水管检查", "检查项，每行一项": "*关了阀门\n水压 | number | 0.1..0.6 | MPa"})
    case = today.hears("厨房水管漏水", LI)
    zhou.goes_to("/m/").follows("抢单池").sees("厨房水管漏水").presses("抢单")
    order = today.order_of(case)
    assert order.assignee == today.here.staff["周师傅"]
    zhou.goes_to("/m/").follows("一期3栋2单元1502").presses("出发").presses("到场")
    zhou.follows("登记客户同意的价格").presses("保存", {"同意的金额（元）": "70", "谁同意的": "李建国"})
    zhou.follows("登记材料").presses("保存", {"价目": "角阀", "数量": 2})
    zhou.sees("客户应付", "¥70")
    zhou.follows("请求支援").presses("保存", {"请谁支援": "郑保安", "需要做什么": "帮忙关总阀"})
    zheng = today["郑保安"]
    zheng.goes_to("/m/").follows("支援").presses("我来支援").presses("到场支援")
    today.passes(minutes=30)
    zheng.goes_to("/m/aid").presses("结束支援")
    assert AidSpell.objects.get().minutes == 30
    zhou.goes_to(f"/m/orders/{order.number}").follows("填写检查表").presses("保存", {"关了阀门 *": True, "水压（MPa）": "0.3"})
    zhou.presses("上传照片", {"拍完工照片": picture()})

    # The customer says in their own page that it is done.
    zhou.presses("完工", {"做了什么（可不填）": "换了角阀"}).sees("待验收", "30 分钟")
    today.passes(minutes=1)
    resident = today["李建国"]
    resident.goes_to("/resident/").follows("厨房水管漏水").presses("弄好了，验收", {"score": "5"})
    today.closes()


@pytest.mark.parametrize("model", [CENTRE, SMALL])
def test_a_guard(day: Callable[[OperatingModel], Day], model: OperatingModel) -> None:
    today = day(model)
    qian, zheng, manager = today["钱保安"], today["郑保安"], today["陈经理"]

    # On patrol: what, where, a photo. It is somebody's work at once.
    qian.goes_to("/m/").follows("上报").presses(
        "上报",
        {"巡查中发现": True, "什么事": "单元门闭门器坏了", "在哪里": "一期3栋2单元", "拍照（可不拍）": picture()},
    )
    qian.sees("已上报", "一期3栋2单元", "派给")
    found = Case.objects.get()
    assert (found.channel, found.owner, today.order_of(found).photos.count()) == ("patrol", today.user("钱保安"), 1)
    assert today.order_of(found).assignee

    # Two taps for help. The nearest are called, one comes within the three minutes.
    qian.goes_to("/m/").follows("遇到危险，求助").presses("有人动手或威胁", {"说明（可不填）": "三个人"}).sees("呼叫中")
    call = Assistance.objects.get()
    assert today.is_told("郑保安", "紧急求助：钱保安")
    assert today.is_told("陈经理", "紧急求助：钱保安")
    zheng.goes_to("/m/inbox").presses_on("紧急求助").presses("我来支援").sees("正在赶来")
    today.passes(minutes=2)
    zheng.presses("我已到场").presses("照片", {"照片": picture(), "说明": "对方车牌"})
    qian.goes_to(f"/scene/m/{call.number}").sees("郑保安")
    qian.presses("报警情况", {"派出所": "城东派出所", "接警编号": "JJ-1"})
    qian.presses("证人", {"证人姓名": "周女士", "证人电话": "13900001234", "证人陈述": "看见了"})

    # It is over: who was hurt is cared for, and a report says how it will not happen again.
    manager.goes_to("/scene/").follows("有人动手").presses("险情解除", {"现场情况": "已带离"})
    manager.presses("受伤害人", {"本公司员工": "钱保安"})
    manager.presses("安排关怀", {"关怀": "就医陪同", "负责人": "陈经理", "期限": "2026-11-04T18:00"})
    manager.presses("完成", {"outcome": "已陪同，无大碍"})
    manager.presses("书面报告", {"原因和结论": "外来人员寻衅", "整改措施": "门岗登记"})
    call.refresh_from_db()
    assert (call.state, call.arrived_at - call.raised_at) == ("reported", timedelta(minutes=2))
    kinds = list(call.entries.values_list("kind", flat=True))
    assert {"raised", "accepted", "arrived", "photo", "police", "witness", "stood_down"} <= set(kinds)
    assert not call.care_tasks.filter(done_at=None).exists()
