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
from zhongshu.people.models import RosterEntry
from zhongshu.quality.models import EscalationResponse, Inquiry, Sample
from zhongshu.scene.models import Assistance
from zhongshu.work.models import AidSpell, ContractorJob, WorkOrder

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
        """The clock strikes when so much time has passed."""
        self.at += timedelta(**span)
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
        self.at += timedelta(minutes=20)
        doer.presses("上传照片", {"拍完工照片": picture()})
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
        self["何客服"].goes_to(f"/cases/incidents/{outage.number}").presses(
            "宣布恢复并答复", {"通知内容": "已恢复供电"}
        )
        for _case in range(outage.cases.count()):
            if self["何客服"].has_button("已电话答复"):
                self["何客服"].presses("已电话答复")
        self.passes(minutes=1)

    def is_called_back_by(self, name: str) -> None:
        """Whoever is to be called (some of the normal matters are drawn by lot) is content."""
        for _call in range(FollowUp.objects.filter(done_at=None).count()):
            self[name].goes_to("/cases/follow-ups").presses("记录回访", CONTENT)
        self.passes(minutes=1)

    def closes(self) -> None:
        """Nothing is left open, nobody is left to be called."""
        self.passes(minutes=1)
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
    lin.goes_to("/cases/follow-ups").sees("家里突然没电了")
    today.is_called_back_by("林小静")
    lin.goes_to("/cases/follow-ups").sees("没有待回访的报事")

    # The next morning she asks about the wages.
    today.passes(hours=24)
    assert today.is_told("林小静", "转介")
    lin.goes_to("/cases/check-backs").presses("记录结果", {"结果": "已解决"})
    assert Referral.objects.get().settled_at
    today.gets_done(wages)
    for case in (second, wages):  # the first is closed by the call: the customer was content
        lin.goes_to(f"/cases/{case.number}").presses("客户已确认，验收", {"说明": "电话确认"})
    today.is_called_back_by("林小静")
    today.closes()


def test_a_technician(day: Callable[[OperatingModel], Day]) -> None:
    # How the site works: the team's work goes to the pool, parts have a price, a leak has a list of what to check.
    today = day(CENTRE)
    zhou, manager = today["周师傅"], today["陈经理"]
    manager.goes_to("/orders/settings/handing").presses(
        "保存", {"班组": "工程部", "新工单怎样派": "抢单", "等候分钟数": 10}
    )
    manager.follows("价目表").presses("保存", {"编码": "JF", "名称": "角阀", "单位": "个", "单价（元）": "35"})
    manager.follows("检查表").presses(
        "保存", {"类别": "给排水", "名称": "水管检查", "检查项，每行一项": "*关了阀门\n水压 | number | 0.1..0.6 | MPa"}
    )
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
    zhou.goes_to(f"/m/orders/{order.number}").follows("填写检查表").presses(
        "保存", {"关了阀门 *": True, "水压（MPa）": "0.3"}
    )
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


@pytest.mark.parametrize("model", [CENTRE, LEAN])
def test_a_supervisor(day: Callable[[OperatingModel], Day], model: OperatingModel) -> None:
    today = day(model)
    he, manager = today["何主管"], today["陈经理"]

    # Somebody says that it is not for them. The supervisor hears of it and rules; the order stays.
    leak = today.hears("厨房水管漏水", LI)
    order = today.order_of(leak)
    assert order.assignee
    doer = today[order.assignee.user.name]
    doer.goes_to(f"/m/orders/{order.number}").presses("退单", {"应该由谁做": "环境", "原因": "是保洁的事"})
    assert today.is_told("何主管", f"退单待裁定：{order.number}")
    he.goes_to("/inbox").presses_on("退单待裁定").presses("驳回退单", {"原因": "是水管"})
    order.refresh_from_db()
    assert (order.state, order.assignee) == ("dispatched", today.here.staff[doer.name])

    # Nobody takes it: at 80 % the supervisor is asked what they do, and sends somebody else.
    today.passes(minutes=12)
    he.goes_to("/quality/escalations").follows("厨房水管漏水").sees("班组主管 · 80%", "转派")
    he.presses("记录措施", {"采取了什么措施": "转派", "说明": "联系不上，换人"}).sees("联系不上，换人")
    other = "马师傅" if doer.name == "周师傅" else "周师傅"
    he.follows("打开工单").presses("转派", {"处理人": other, "原因": "联系不上"})
    assert EscalationResponse.objects.get().measure == "reassign"
    assert today.order_of(leak).assignee == today.here.staff[other]

    # The work of the team waits for them: they say who goes.
    manager.goes_to("/orders/settings/handing").presses("保存", {"班组": "工程部", "新工单怎样派": "主管"})
    light = today.hears("厨房灯不亮了", WANG)
    he.goes_to("/orders/pool").follows("厨房灯不亮").presses("转派", {"处理人": other, "原因": "顺路"})
    assert today.order_of(light).assignee == today.here.staff[other]

    # The visits of the day are assigned and ordered together, and taken as they are.
    he.goes_to("/orders/visits").presses("生成计划", {"班组": "工程部"}).sees("厨房水管漏水").presses("全部采用")

    # A colleague met with anger is relieved.
    angry = today[other]
    angry.goes_to("/channels/load").presses("记下", {"持续分钟": 50})
    today.passes(minutes=1)
    assert today.is_told("何主管", other)
    he.goes_to("/channels/load").presses("登记替换", {"休息分钟": 30}, near=other)

    for case in (leak, light):
        today.gets_done(case)
        he.goes_to(f"/orders/{today.order_of(case).number}").presses("验收")
    today.closes()


@pytest.mark.parametrize(("model", "rings"), [(LEAN, {"钱保安", "郑保安"}), (SMALL, set(FIELD))])
def test_calls_where_there_is_no_desk(
    day: Callable[[OperatingModel], Day], model: OperatingModel, rings: set[str]
) -> None:
    """lean: the team on duty takes them; small: whoever is on shift, and the manager calls back."""
    today = day(model)
    today.seat("810", "钱保安")
    for name in set(STAFF[model]) - {"钱保安"}:
        today.seat(f"82{len(name)}{sorted(STAFF[model]).index(name)}", name)
    assert {*today.telephone("c1", "ringing", LI)[:2]} <= rings

    # Two matters on a guard's telephone are two cases; he answers for both.
    today.telephone("c2", "ringing", LI, "810")
    today.telephone("c2", "answered", LI, "810")
    qian = today["钱保安"].goes_to("/channels/m/call-backs").waits().sees("李建国").follows("接入登记")
    qian.presses("上报", {"什么事": "厨房水管漏水，另外楼道的灯也不亮了", "在哪里": "一期3栋2单元1502"}).sees("另一件")
    first, second = Case.objects.order_by("pk")
    assert {first.owner, second.owner} == {today.user("钱保安")}
    assert {today.order_of(case).assignee is not None for case in (first, second)} == {True}

    # The engineers have gone home. Their work stays theirs where there are teams; on a small site anybody goes.
    for case in (first, second):
        today.gets_done(case)
    engineers = [today.here.staff[name] for name in ("周师傅", "马师傅", "何主管") if name in today.here.staff]
    RosterEntry.objects.filter(staff__in=engineers).delete()
    late = today.hears("卫生间水龙头漏水", WANG)
    assignee = today.order_of(late).assignee
    assert assignee
    assert assignee.user.name in ({"陈经理"} if model == LEAN else set(FIELD) - {"周师傅"})
    today.gets_done(late)

    # A caller who was missed is called back from a telephone; the customers are called by keeper or manager.
    today.telephone("c4", "missed", STRANGER)
    qian.goes_to("/m/").follows("我").goes_to("/m/me").follows("待回电").presses("记录回电", {"结果": "已回电"})
    asks = "赵管家" if model == LEAN else "陈经理"
    today.is_called_back_by(asks)
    for case in (first, second, late):
        today[asks].goes_to(f"/cases/{case.number}")
        if today[asks].has_button("客户已确认，验收"):
            today[asks].presses("客户已确认，验收")
    today.is_called_back_by(asks)
    today.closes()


@pytest.mark.parametrize("model", [CENTRE, LEAN])
def test_a_keeper(day: Callable[[OperatingModel], Day], model: OperatingModel) -> None:
    today = day(model)
    keeper, manager = today["赵管家"], today["陈经理"]
    today.has_territory("赵管家", "P1-3")
    manager.goes_to("/orders/settings/windows").presses(
        "保存", {"班组": "工程部", "开始": "14:00", "结束": "16:00", "每天可约户数": 2}
    )

    # A complaint is told on the telephone: the keeper has an order at once, and later a line of what to show.
    complaint = today.hears("保安态度很差，还骂人", LI)
    assert today.order_of(complaint).assignee == today.here.staff["赵管家"]
    assert today.is_told("赵管家", "新工单")
    judge = today["何客服" if model == CENTRE else "陈经理"]
    judge.goes_to("/cases/complaints").follows("保安态度很差").presses(
        "裁定", {"裁定": "一般投诉", "扣分": -3, "态度冷淡": True, "裁定说明": "录音属实"}
    )
    assert today.is_told("赵管家", complaint.number)
    keeper.goes_to("/cases/complaints").follows("保安态度很差").presses(
        "保存记录",
        {"解释说明": "已说明", "联系与致歉": "登门致歉", "结果反馈": "保安已培训", "客户答复": "满意"},
    )
    today.gets_done(complaint)

    # What somebody else has to settle is asked after; what needs a visit is booked.
    wages = today.hears("公司拖欠我三个月工资，你们管不管", LI)
    keeper.goes_to(f"/cases/{wages.number}").presses("转介", {"转介给": "12333"})
    leak = today.hears("厨房水龙头关不紧一直漏水", LI)
    order = today.order_of(leak)
    keeper.goes_to(f"/orders/{order.number}").follows("预约上门").presses("保存", {"上门时段": "14:00"}).sees("已预约")
    order.refresh_from_db()
    assert order.booked_at == MORNING.replace(hour=14)
    today.passes(hours=5)
    today.gets_done(leak)
    today.gets_done(wages)

    # The keeper calls.
    today.is_called_back_by("赵管家")
    today.passes(hours=20)
    keeper.goes_to("/cases/check-backs").presses("记录结果", {"结果": "已解决"})
    for case in Case.objects.filter(state="open"):
        keeper.goes_to(f"/cases/{case.number}").presses("客户已确认，验收")
    today.is_called_back_by("赵管家")
    today.closes()


@pytest.mark.parametrize("model", [LEAN, SMALL])
def test_a_site_manager(day: Callable[[OperatingModel], Day], model: OperatingModel) -> None:
    today = day(model)
    chen = today["陈经理"]

    # There is no service lead: the manager judges; on a small site the complaint is the manager's to answer, too.
    complaint = today.hears("保安态度很差，还骂人", LI)
    chen.goes_to("/cases/complaints").follows("保安态度很差").sees("由谁裁定 陈经理").presses(
        "裁定", {"裁定": "一般投诉", "扣分": -5, "态度冷淡": True, "裁定说明": "录音属实"}
    )
    answers = "赵管家" if model == LEAN else "陈经理"
    assert today.order_of(complaint).assignee == today.here.staff[answers]
    today[answers].goes_to(f"/cases/{complaint.number}/complaint").presses(
        "保存记录", {"联系与致歉": "登门致歉", "结果反馈": "保安已培训", "客户答复": "满意"}
    )
    today.gets_done(complaint)

    # Quality is asked, and what they say is enough. What the site promises hangs out for all to read.
    chen.goes_to("/quality/inquiries").follows("求助品质部").presses(
        "提交", {"遇到什么问题，需要什么支持": "业主要求书面道歉，怎么写"}
    )
    inquiry = Inquiry.objects.get()
    assert today.is_told("品质", inquiry.number)
    today["品质"].goes_to("/quality/").follows("业主要求书面道歉").presses("受理").presses(
        "答复问题", {"答复方式": "给出建议", "答复内容": "按模板，项目经理签字"}
    )
    chen.goes_to(f"/quality/inquiries/{inquiry.number}").sees("按模板").presses("认可了结")
    today["品质"].goes_to("/quality/standards").presses("预览", {"标准": "四星", "从哪天起": "2026-11-05"})
    today["品质"].presses("从 2026-11-05 起采用")
    chen.goes_to("/quality/standards").sees("承诺和兑现", "四星", "2026-11-05")

    # A contractor gets the repair with a link of their own, and is seen to come and to finish.
    chen.goes_to("/orders/settings/contractors").presses(
        "保存", {"单位名称": "迅达维保", "电话": "02888888888", "合同开始": "2026-01-01"}
    )
    leak = today.hears("厨房水管漏水", WANG)
    order = today.order_of(leak)
    chen.goes_to(f"/orders/{order.number}").follows("委托外单位").presses("保存", {"委外单位": "迅达维保"})
    link = chen.text.partition("http://testserver")[2].split()[0]
    outside = Visitor(Client(), "迅达")
    for step in ("确认接受", "到场", "完工"):
        outside.goes_to(link).presses("提交", {"进展": step, "到场人员和电话": "刘工", "做了什么": "换了立管"})
    assert ContractorJob.objects.get().state == "finished"
    today.gets_done(leak)

    # The hotline's sheet: signed for, the caller spoken to, a reply written and approved.
    chen.goes_to("/channels/hotline").follows("登记工单").presses(
        "登记并派单",
        {"工单编号": "HF1", "诉求内容": "楼道灯坏了多日", "来电人": "王女士", "电话": STRANGER, "地址": "一期3栋2单元"},
    )
    writes = "赵管家" if model == LEAN else "陈经理"
    writer = today[writes].goes_to("/channels/hotline").follows("楼道灯坏了多日").presses("签收")
    writer.presses("登记", {"联系情况": "已致电"}).presses("提交审批", {"回复内容": "今日更换"})
    sheet = HotlineSheet.objects.get()
    chen.goes_to("/inbox").presses_on("HF1 的回复待审批").waits().follows("12345 HF1")
    chen.presses("登记", {"审批": "批准"})
    sheet.refresh_from_db()
    assert sheet.state == "replied"
    today.gets_done(sheet.case)
    chen.goes_to(f"/channels/hotline/{sheet.pk}").presses("登记", {"是否解决": "已解决", "满意度": "满意"})

    # The customers are called: on a small site by the manager.
    calls = "赵管家" if model == LEAN else "陈经理"
    today.is_called_back_by(calls)
    for case in Case.objects.filter(state="open"):
        today[calls].goes_to(f"/cases/{case.number}").presses("客户已确认，验收")
    today.is_called_back_by(calls)

    # The figures of the week, to read and to take along.
    chen.goes_to("/insight/report").presses("查看", {"期间": "周"}).sees("投诉", "运营报表")
    assert chen.follows("Excel").content[:2] == b"PK"
    today.closes()


def test_quality(day: Callable[[OperatingModel], Day]) -> None:
    today = day(CENTRE)
    lead, quality = today["何客服"], today["品质"]
    today.has_territory("赵管家", "P1-3")

    # A complaint was judged too mildly: what was said stays, a new judgement follows.
    complaint = today.hears("保安态度很差，还骂人", LI)
    lead.goes_to("/cases/complaints").follows("保安态度很差").presses(
        "裁定", {"裁定": "非有效投诉", "扣分": -1, "与事实不符": True, "裁定说明": "没有录音"}
    )
    quality.goes_to("/cases/complaints").follows("保安态度很差").presses(
        "修正裁定", {"裁定": "一般投诉", "扣分": -9, "态度冷淡": True, "裁定说明": "找到录音"}, refused=422
    )
    quality.sees("-2 … -5").presses("修正裁定", {"扣分": -4}).sees("撤销原裁定", "找到录音")
    assert list(complaint.judgements.order_by("pk").values_list("points", flat=True)) == [-1, 1, -4]
    today["赵管家"].goes_to(f"/cases/{complaint.number}/complaint").presses(
        "保存记录", {"联系与致歉": "登门致歉", "结果反馈": "保安已培训", "客户答复": "满意"}
    )

    # The window: a question of the site with an order that stands still; a person is sent.
    leak = today.hears("厨房水管漏水", WANG)
    today["何主管"].goes_to("/quality/inquiries").follows("求助品质部").presses(
        "提交", {"遇到什么问题，需要什么支持": "住户不让进门", "紧急（两小时内答复）": True}
    )
    quality.goes_to("/quality/").sees("项目求助，待答复").follows("住户不让进门").presses("受理")
    quality.presses("答复问题", {"答复方式": "派人支援", "派谁去": "品质", "答复内容": "下午到"})
    asked = Inquiry.objects.get()
    today["何主管"].goes_to(f"/quality/inquiries/{asked.number}").presses("认可了结")
    for case in (complaint, leak):
        today.gets_done(case)

    # A site is supervised until its answer is good enough.
    quality.goes_to("/quality/").follows("发起督办").presses(
        "提交", {"督办的问题和要求": "三次返修的原因", "期限": "2026-11-05T18:00"}
    )
    supervised = Inquiry.objects.latest("pk")
    assert today.is_told("陈经理", supervised.number)
    today["陈经理"].goes_to(f"/quality/inquiries/{supervised.number}").presses("答复问题", {"答复内容": "更换立管"})
    quality.goes_to("/quality/").sees("督办，待我们确认").follows("三次返修").presses("认可了结")
    assert set(Inquiry.objects.values_list("state", flat=True)) == {"closed"}

    # What is closed is drawn by lot and looked at: one was closed without a reason, and is begun again.
    today["林小静"].goes_to(f"/cases/{leak.number}").presses("客户已确认，验收")
    today.is_called_back_by("林小静")
    quality.goes_to("/quality/samples").presses(
        "抽取样本", {"办结从": "2026-11-04", "到（不含）": "2026-11-05", "随机种子": "冬至"}
    )
    sample = Sample.objects.get()
    assert sample.cases.count() == 2
    quality.goes_to("/quality/").sees("抽查待评").follows(leak.number)
    quality.presses("保存评分", {"结论": "重开", "评语或问题说明": "没有照片"})
    quality.goes_to("/quality/").follows(complaint.number).presses("保存评分", {"结论": "没有问题"})
    assert not sample.cases.filter(reviewed_at=None).exists()
    leak.refresh_from_db()
    assert leak.state == "open"
    today.gets_done(leak)
    today["林小静"].goes_to(f"/cases/{leak.number}").presses("客户已确认，验收")
    today.is_called_back_by("林小静")
    today.closes()


def test_head_office(day: Callable[[OperatingModel], Day]) -> None:
    today = day(CENTRE)
    head, zhou = today["总部"], today["周师傅"]

    # A task is given with a deadline, reported on, and signed off by who gave it.
    head.goes_to("/orders/tasks").follows("交办任务").presses(
        "派出",
        {
            "要做什么": "检查消防栓",
            "部门": "工程",
            "完成期限": "2026-11-05T18:00",
            "每隔几小时汇报": 4,
            "处理人": "周师傅",
        },
    )
    task = WorkOrder.objects.get()
    zhou.goes_to(f"/m/orders/{task.number}").presses("接单").presses("直接到场")
    today.passes(hours=4, minutes=1)
    assert today.is_told("周师傅", task.number)
    zhou.goes_to(f"/m/orders/{task.number}").follows("汇报进度").presses("保存", {"完成百分比": 60, "进度": "查了三栋"})
    head.goes_to("/orders/tasks").sees("60%", "查了三栋")
    zhou.goes_to(f"/m/orders/{task.number}").presses("上传照片", {"拍完工照片": picture()})
    zhou.presses("完工", {"做了什么（可不填）": "全部查完"})
    head.goes_to("/orders/tasks").follows("检查消防栓").presses("验收")
    task.refresh_from_db()
    assert task.state == "closed"

    # The site works without a desk from now on: what is open stays where it is, the next is somebody else's.
    kept = today.hears("厨房水管漏水", LI)
    before = (kept.owner, today.order_of(kept).assignee)
    head.goes_to("/admin/sites").presses("切换", {"兰荷苑 运营模式": "无前台"}, near="兰荷苑")
    today.here.site.refresh_from_db()
    kept.refresh_from_db()
    assert (today.here.site.operating_model, (kept.owner, today.order_of(kept).assignee)) == (LEAN, before)
    today.seat("811", "钱保安")
    assert today.telephone("after", "ringing", WANG)[:1] == ["钱保安"]
    today.telephone("after", "missed", WANG)

    # Nobody moves: at 200 % the company is asked what it does about it.
    today.passes(minutes=31)
    assert today.is_told("总部", "200%")
    head.goes_to("/inbox").presses_on("200%").sees("200%").presses(
        "记录措施", {"采取了什么措施": "作出决定", "说明": "要求项目经理到场"}
    )
    assert EscalationResponse.objects.get().level == "head_office"
    today.gets_done(kept)
    head.goes_to(f"/cases/{kept.number}").presses("客户已确认，验收")
    today["赵管家"].goes_to("/channels/call-backs").presses("记录回电", {"结果": "已回电"})
    today.is_called_back_by("赵管家")

    # The figures of the company, and of the site behind them.
    head.goes_to("/insight/report").sees("工单", "受理")
    scopes = next(each for each in head.page.all("select") if each.get("name") == "scope")
    assert any("安居物业" in str(each.inside) for each in scopes.all("option"))
    head.presses("查看", {"范围": "安居物业", "期间": "周"}).sees("安居物业", "超时工单")
    today.closes()
