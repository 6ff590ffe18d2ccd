"""A visit and a survey on the phone: found, recorded, answered; every page fit for everybody."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.house.visited import SECRET, make_visited
from tests.house.world import World
from zhongshu.community.models import Answer, Visit
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now


def test_a_keeper_records_a_visit_and_a_customer_answers(
    transactional_db: None,
    on_phone: Callable[..., Page],
    at_desk: Callable[[User], Page],
    accessible: Callable[[Page], None],
    look: Callable[..., None],
) -> None:
    world = World.build(now())
    quarter = make_visited(world)["day"]
    phone = on_phone(world.cast.user(Role.KEEPER, world.site))
    phone.goto("/community/visits")
    look(phone, "community-to-visit")
    accessible(phone)
    phone.get_by_text(world.unit.label).click()
    phone.get_by_label("满意", exact=True).check()
    phone.get_by_label("客户说了什么").fill("楼道灯修好了，谢谢")
    look(phone, "community-visit", whole=True)
    accessible(phone)
    phone.get_by_role("button", name="记录拜访").click()
    phone.get_by_text("今天没有要拜访的客户").wait_for()
    assert Visit.objects.latest("pk").manner == "door"
    customer = on_phone(None)
    customer.goto(f"/community/q/{SECRET}")
    for asked in customer.get_by_role("group").all():
        asked.get_by_label("2 不满意").check()
    customer.get_by_label("有什么问题或建议").fill("电梯里总有垃圾没人扫")
    look(customer, "community-answer", whole=True)
    accessible(customer)
    customer.get_by_role("button", name="交卷").click()
    customer.get_by_text("已经收到").wait_for()
    assert Answer.objects.get().order is not None
    desk = at_desk(world.cast.user(Role.SERVICE_LEAD, world.site))
    for name in (f"surveys/{quarter}", "visits/coverage", "surveys"):
        desk.goto(f"/community/{name}")
        look(desk, f"community-{name.split('/')[0]}-{name.count('/')}")
        accessible(desk)
