"""The pages of dispatch in a browser: nothing to complain of for axe, on the desk and on a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.house.world import World
from zhongshu.identity.actor import Origin
from zhongshu.identity.queries import actor_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.work import actions

SEEN_AT_A_DESK = (
    "pool", "held", "tasks", "aid", "visits", "contractor-jobs", "unfitting", "settings/handing", "settings/checklists",
)  # fmt: skip


@pytest.fixture
def order_number(world: World) -> str:
    assert world.order.assignee is not None
    return world.order.number


def test_at_a_desk(
    world: World,
    order_number: str,
    at_desk: Callable[..., Page],
    look: Callable[..., None],
    accessible: Callable[..., None],
) -> None:
    page = at_desk(world.cast.user(Role.SITE_MANAGER, world.site))
    for address in (*SEEN_AT_A_DESK, order_number, f"{order_number}/materials"):
        page.goto(f"/orders/{address}")
        accessible(page)
        look(page, f"dispatch-{address.replace('/', '-')}")


def test_on_a_phone(
    world: World,
    order_number: str,
    on_phone: Callable[..., Page],
    look: Callable[..., None],
    accessible: Callable[..., None],
) -> None:
    assert world.order.assignee is not None
    page = on_phone(world.order.assignee.user)
    for address in ("/m/pool", "/m/aid", f"/m/orders/{order_number}", f"/orders/{order_number}/checklist?next=/m/"):
        page.goto(address)
        accessible(page)
        look(page, f"dispatch-phone-{address.split('?')[0].strip('/').replace('/', '-')}")
    page = on_phone(None)
    page.goto(f"/orders/outside/{given_to_a_contractor(world)}")
    accessible(page)
    page.get_by_label("到场人员和电话").fill("刘工 139")
    page.get_by_role("button", name="提交").click()
    # Taken, with the `Origin` that a browser sends from a page whose address is a secret.
    expect(page.get_by_label("进展")).not_to_contain_text("确认接受")


def given_to_a_contractor(world: World) -> str:
    """The order is given to a company under contract; the token of its link."""
    at = now()
    manager = actor_of(world.cast.user(Role.SITE_MANAGER, world.site), at=at, origin=Origin.WEB)
    contractor = actions.add_contractor(
        actor=manager, at=at, site=world.site, name="迅达维保", contact_name="刘工", phone="02888888888", kinds=[],
        categories=[], arrive_minutes=30, starts_on=day_of(at), ends_on=day_of(at) + timedelta(days=30),
    )  # fmt: skip
    chosen = {"order_id": world.order.pk, "contractor_id": contractor.pk}
    return actions.hand_to_contractor(actor=manager, at=at, **chosen)[1]
