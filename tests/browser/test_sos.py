"""Somebody calls for help where there is no line: the page sends until it has arrived, and once is enough."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.house.world import World
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.scene.models import Assistance


def test_a_call_for_help_waits_for_the_line_and_is_sent_once(
    transactional_db: None,
    on_phone: Callable[[User], Page],
    accessible: Callable[[Page], None],
    complaints: list[str],
) -> None:
    world = World.build(now())
    phone = on_phone(world.cast.user(Role.TECHNICIAN, world.site))
    phone.goto("/scene/sos")
    accessible(phone)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="起火、冒烟、燃气").click()
    phone.get_by_text("没有网络，正在不断重发").wait_for()
    assert not Assistance.objects.exists()
    phone.context.set_offline(False)
    phone.wait_for_url("**/scene/m/**")
    accessible(phone)
    assert Assistance.objects.get().danger == "fire"
    complaints[:] = [heard for heard in complaints if "ERR_INTERNET_DISCONNECTED" not in heard]
