"""The pages of dispatch in a browser: nothing to complain of for axe, on the desk and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.house.world import World
from zhongshu.identity.roles import Role

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
