"""Reports, plan and wall in a real browser, at a desk, in the hand, and on a screen nobody signs in to."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.house.world import World
from zhongshu.identity.roles import Role
from zhongshu.insight import actions
from zhongshu.kernel.clock import now
from zhongshu.work.models import SlaClock, WorkOrder


def test_figures_are_drawn_and_lead_to_their_matters(
    world: World,
    at_desk: Callable[..., Page],
    on_phone: Callable[..., Page],
    look: Callable[..., None],
    accessible: Callable[[Page], None],
) -> None:
    world.grow(3)
    manager = world.cast.user(Role.SITE_MANAGER, world.site)
    page = at_desk(manager)
    page.goto("/insight/report?rhythm=day")
    expect(page.locator("[data-plot] svg")).to_have_count(3)
    look(page, "insight-report", whole=True)
    accessible(page)
    page.get_by_role("row", name="受理").first.get_by_role("link").click()
    expect(page.locator("tbody tr")).to_have_count(int(page.locator("[data-figure]").inner_text()))
    for name in ("plan", "analysis", "subscriptions", "screens"):
        page.goto(f"/insight/{name}" + ("?rhythm=day" if name in ("plan", "analysis") else ""))
        look(page, f"insight-{name}", whole=True)
        accessible(page)
    phone = on_phone(manager)
    for name in ("report", "plan", "mine"):
        phone.goto(f"/insight/{name}?rhythm=day")
        look(phone, f"insight-{name}-phone", whole=True)
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    accessible(phone)


def test_the_wall_counts_down_goes_stale_and_comes_back(
    world: World,
    at_desk: Callable[..., Page],
    look: Callable[..., None],
    accessible: Callable[[Page], None],
    complaints: list[str],
) -> None:
    WorkOrder.objects.update(urgency="P1")
    SlaClock.objects.update(target_at=now() + timedelta(minutes=5))
    manager = world.cast.actor(Role.SITE_MANAGER, world.site)
    _screen, secret = actions.add_screen(actor=manager, at=now(), scope=f"site-{world.site.code}", name="大厅")
    wall = at_desk()
    wall.clock.install()
    wall.goto(f"/insight/screens/{secret}")
    left = wall.locator(".alarm-left").inner_text()
    wall.clock.run_for(3_000)
    assert wall.locator(".alarm-left").inner_text() < left
    look(wall, "insight-wall")
    accessible(wall)
    wall.context.set_offline(True)
    wall.clock.run_for(40_000)
    expect(wall.locator("#stale")).to_be_visible()
    look(wall, "insight-wall-stale")
    wall.context.set_offline(False)
    wall.clock.run_for(11_000)
    expect(wall.locator("#stale")).to_be_hidden()
    complaints[:] = [one for one in complaints if "ERR_INTERNET_DISCONNECTED" not in one and "htmx" not in one]
