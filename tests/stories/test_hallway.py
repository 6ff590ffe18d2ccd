"""A matter spoken in a hallway: put right, slept over, escalated, done, called back, begun again, closed.

Through the real pages, each person with their own. Only the waiting is not real: the clock's `tick` is told the hour.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.stories.people import AtDesk, Neighbourhood, WithPhone
from zhongshu.cases.models import Case
from zhongshu.config.tick import tick
from zhongshu.identity.models import AuditEntry, PhoneReveal, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.people.kinds import TeamKind
from zhongshu.work.models import EscalationStep, SlaClock, WorkOrder

DRIPPING = "住户说家里天花板一直往下滴水，客厅地板都湿了"
DAY = [
    *("受理", "派单", "备注", "核实位置", "转派", "转派"),
    *("接单", "出发", "到场", "完工", "回访", "重开", "重开", "派单"),
    *("接单", "出发", "到场", "完工", "回访", "验收", "关闭", "关闭"),
]
IN_CUSTOMERS_WORDS = [
    *("我们已收到", "已安排人员处理"),
    *(
        "工作人员已接单",
        "工作人员正在赶来",
        "工作人员已到现场",
        "已处理完毕，请您验收",
        "重新安排处理",
        "已安排人员处理",
    ),
    *("工作人员已接单", "工作人员正在赶来", "工作人员已到现场", "已处理完毕，请您验收", "已关闭，感谢您的反馈"),
]
WRITES = [
    *("work.open_order", "work.dispatch", "cases.open", "identity.reveal_phone", "cases.add_note"),
    *("work.put_place", "work.reassign", "cases.put_place_right", "work.reassign"),
    *("work.accept", "work.travel", "work.arrive", "people.seen_at", "work.add_photo", "work.finish"),
    *("cases.ask_for_call", "cases.record_follow_up", "cases.reopen", "work.reopen", "work.dispatch"),
    *("work.accept", "work.travel", "work.arrive", "people.seen_at", "work.add_photo", "work.finish"),
    *("cases.ask_for_call", "cases.record_follow_up", "work.sign_off", "work.close", "cases.close"),
]


@pytest.fixture
def here(db: None) -> Neighbourhood:
    """Everybody who plays: 周师傅 works in the first phase this morning, 马师傅 in the second."""
    here = Neighbourhood.build(now())
    here.moves_in("李建国", "P1-3-2-1502", phone="15400010001")
    here.moves_in("王小明", "P2-3-2-1502", phone="15400010002")
    here.hires("何主管", Role.SUPERVISOR, TeamKind.ENGINEERING, leads=True)
    here.hires("周师傅", Role.TECHNICIAN, TeamKind.ENGINEERING, near="P1-3-2-1501")
    here.hires("马师傅", Role.TECHNICIAN, TeamKind.ENGINEERING, near="P2-3-2-1501")
    here.hires("吴领班", Role.SUPERVISOR, TeamKind.ENVIRONMENT, leads=True)
    here.hires("孙阿姨", Role.CLEANER, TeamKind.ENVIRONMENT)
    here.hires("林小静", Role.CALL_TAKER, TeamKind.CUSTOMER_SERVICE)
    here.appoints("陈经理", Role.SITE_MANAGER)
    return here


@pytest.fixture
def with_phone(on_phone, accessible) -> Callable[[User], WithPhone]:
    return lambda user: WithPhone(on_phone(user), accessible)


@pytest.fixture
def sits_at_desk(at_desk, accessible) -> Callable[[User], AtDesk]:
    return lambda user: AtDesk(at_desk(user), accessible)


@pytest.fixture
def photo(tmp_path: Path) -> Callable[[str], Path]:
    def take(colour: str) -> Path:
        Image.new("RGB", (640, 480), colour).save(tmp_path / f"{colour}.jpg")
        return tmp_path / f"{colour}.jpg"

    return take


def time_passes(until: datetime) -> None:
    """The clock strikes; and strikes once more, for a worker that was killed does not know what it has done."""
    tick(at=until)
    tick(at=until)


def acknowledging(order: str, percent: int) -> datetime:
    """When so much of the time to acknowledge is used up."""
    running = SlaClock.objects.get(order__number=order, stage="acknowledge", stopped_at=None)
    assert running.target_at - running.started_at == timedelta(minutes=5)
    return EscalationStep.objects.get(clock=running, percent=percent).due_at


@pytest.mark.browser
def test_a_matter_spoken_in_a_hallway(here: Neighbourhood, with_phone, sits_at_desk, photo, look) -> None:
    sun, zhou, ma, wang = (with_phone(here.users[name]) for name in ("孙阿姨", "周师傅", "马师傅", "王小明"))
    lin, he, wu, chen = (sits_at_desk(here.users[name]) for name in ("林小静", "何主管", "吴领班", "陈经理"))

    # In the hallway. She means the second phase and says the first: 周师傅, who is nearest to that, gets it.
    number = sun.reports(what=DRIPPING, where="一期3栋2单元1502")
    sun.sees("一期3栋2单元1502", "周师傅")
    case = Case.objects.get(number=number)
    assert (case.owner, case.urgency, case.state) == (here.users["孙阿姨"], "P2", "open")
    order = zhou.looks_at_the_first_order()

    # The desk calls: nothing drips at 李建国's. The place is put right, the order goes to who is near.
    lin.opens_the_case(number)
    lin.sees(DRIPPING, "孙阿姨", "李建国", "154****0001")
    lin.looks_up_the_number("核实位置")
    lin.sees("15400010001")
    lin.notes("李先生家没有漏水；孙阿姨想起来，是二期那一户")
    lin.puts_the_place_right("P2-3-2-1502", "电话核实，是二期")
    lin.sees("二期3栋2单元1502", "王小明", "154****0002")
    assert "工单已转派他人" in zhou.messages()[0]
    assert ma.messages()[0].startswith("新工单")
    assert ma.looks_at_the_first_order() == order
    ma.sees("二期3栋2单元1502", "王小明", "154****0002")
    ma.does_not_see("一期", "李建国")
    he.goes_to(f"/orders/{order}")
    he.sees("马师傅", "就在同一单元", "在小区内，离得较远")
    look(he.page, "story-dispatch")

    # He sleeps. One after the other they hear of it, each once.
    for percent, who in ((50, ma), (80, he), (100, chen)):
        before = len(who.messages())
        time_passes(acknowledging(order, percent))
        told = who.messages()
        assert len(told) == before + 1
        assert f"{order} 接单" in told[0]
        assert f"{percent}%" in told[0]
    he.reassigns(order, "周师傅", "马师傅联系不上")
    he.sees("周师傅", "马师傅联系不上")

    # 周师傅 is awake.
    assert zhou.looks_at_the_first_order() == order
    zhou.does_the_work(photo("tan"), "换了楼上地漏的密封圈")
    time_passes(now())

    # Called back: it drips again. The level above hears of it, the order goes out once more.
    lin.calls_back("不满意", 2, "晚上又滴水了")
    assert [f"报事 {number} 客户不满意，已重开"] == wu.messages()
    wu.opens_the_case(number)
    wu.sees("重开 1 次")
    again = zhou if WorkOrder.objects.get(number=order).assignee == here.staff["周师傅"] else ma
    assert again.looks_at_the_first_order() == order
    again.does_the_work(photo("teal"), "楼上防水重做，试水两小时不漏")
    time_passes(now())
    lin.calls_back("满意", 5, "这回好了，谢谢")

    # It is over, and everything stands where people look for it.
    lin.opens_the_case(number)
    lin.sees("已关闭", "满意 5 分 这回好了，谢谢")
    assert lin.timeline() == DAY
    look(lin.page, "story-end", whole=True)
    wang.goes_to(f"/resident/matters/{number}")
    wang.sees("已办结")
    assert wang.page.locator(".timeline-plain li strong").all_inner_texts()[::-1] == IN_CUSTOMERS_WORDS
    assert audited(case, order) == WRITES
    assert PhoneReveal.objects.get().reason == "核实位置"
    before = [len(who.messages()) for who in (ma, zhou, he, wu, chen)]
    time_passes(now() + timedelta(days=5))
    assert [len(who.messages()) for who in (ma, zhou, he, wu, chen)] == before


def audited(case: Case, order: str) -> list[str]:
    """The verbs of everything that was written after the stage was set, in order."""
    heard = AuditEntry.objects.get(verb="work.open_order", after__number=order)
    return list(AuditEntry.objects.filter(pk__gte=heard.pk).order_by("pk").values_list("verb", flat=True))
