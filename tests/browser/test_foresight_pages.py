"""Looking ahead, looking behind it, objecting, switching off: on a desk and a phone, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest

from bench.lives import lived, written
from tests.cast import Cast
from tests.foresight.conftest import AT, BEGIN, MONTHS, learned
from zhongshu.foresight import actions
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def estate(cast: Cast) -> Site:
    """Foreseen on the day its history ends."""
    site = Site.objects.get(pk=written(lived(30, BEGIN, MONTHS, seed=3), BEGIN, MONTHS, code="LIVES"))
    learned()
    actions.switch(actor=cast.system, at=AT, site=None, is_on=True, reason="总部同意试用")
    actions.foresee(actor=cast.system, at=AT, site_id=site.pk)
    return site


def test_a_manager_looks_ahead_and_switches_off(
    estate: Site, cast: Cast, at_desk: Any, on_phone: Any, look: Callable[..., None], accessible: Callable[..., None]
) -> None:
    manager = cast.user(Role.SITE_MANAGER, estate)
    desk = at_desk(manager)
    desk.goto("/foresight/?least=10")
    accessible(desk)
    look(desk, "foresight-ahead-desk")
    desk.get_by_role("link", name="公式和准确度").click()
    desk.locator(".plot svg").wait_for()
    accessible(desk)
    look(desk, "foresight-formula-desk", whole=True)
    phone = on_phone(manager)
    phone.goto("/foresight/?least=10")
    look(phone, "foresight-ahead-phone")
    phone.locator("tbody a").first.click()
    accessible(phone)
    look(phone, "foresight-account-phone", whole=True)
    phone.get_by_label("客户怎么说的").fill("不愿意被预测")
    phone.get_by_role("button", name="记录反对").click()
    phone.get_by_text("不愿意被预测").wait_for()
    desk.get_by_role("combobox", name="开关").select_option("off")
    desk.get_by_label("原因").fill("先不用")
    desk.get_by_role("button", name="确定").click()
    desk.goto("/foresight/")
    desk.get_by_text("欠费预见没有启用").wait_for()
