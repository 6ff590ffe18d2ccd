"""What belongs together, complaints, referrals, calls: at a desk and in the hand, and axe is content."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.house.world import World
from zhongshu.cases.models import Case
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now


def test_pages_of_many_cases_and_the_calls_in_the_hand(
    db: None,
    at_desk: Callable[..., Page],
    on_phone: Callable[..., Page],
    look: Callable[..., None],
    accessible: Callable[[Page], None],
) -> None:
    world = World.build_whole(now())
    page = at_desk(world.cast.user(Role.SERVICE_LEAD, world.site))
    addresses = {
        "incidents": "/cases/incidents",
        "incident": f"/cases/incidents/{world.incident.number}",
        "complaints": "/cases/complaints",
        "complaint": f"/cases/{world.complaint.number}/complaint",
        "check-backs": "/cases/check-backs",
        "directory": "/cases/directory?code=gas_company",
        "repeats": "/cases/repeats",
        "rain": "/cases/rain",
        "case-complaint": f"/cases/{world.complaint.number}",
        "follow-ups-figures": "/cases/follow-ups",
    }
    for name, address in addresses.items():
        page.goto(address)
        look(page, name)
        accessible(page)
    phone = on_phone(world.cast.user(Role.KEEPER, world.site))
    phone.goto("/m/calls")
    look(phone, "m-calls")
    accessible(phone)
    phone.get_by_role("button", name="不愿接受回访").click()
    expect(phone.get_by_text("没有待回访的报事")).to_be_visible()


def test_the_desk_tells_two_matters_apart_by_keyboard(
    world: World, at_desk: Callable[..., Page], look: Callable[..., None], accessible: Callable[[Page], None]
) -> None:
    page = at_desk(world.cast.user(Role.CALL_TAKER, world.site))
    page.goto("/desk")
    page.locator("#who").fill(world.unit.label)
    page.locator("#text").fill("家里马桶堵了，水下不去。另外地下车库的灯不亮，黑漆漆的")
    expect(page.get_by_text("听起来是 2 件事")).to_be_visible()
    page.get_by_label("就是一件事").check()
    expect(page.locator(".parting-list")).to_have_count(0)
    page.get_by_label("按建议拆分").check()
    expect(page.locator(".parting-list li")).to_have_count(2)
    look(page, "desk-two-matters")
    accessible(page)
    before = Case.objects.count()
    page.locator("#text").press("Control+Enter")
    expect(page.get_by_text("同一次来电的另一件：")).to_be_visible()
    assert Case.objects.count() == before + 2
