"""The call-taker's screen without a mouse: who, what, where, Enter."""

from playwright.sync_api import Page, expect

from tests.house.world import World
from zhongshu.cases.models import Case
from zhongshu.identity.roles import Role


def open_desk(world: World, at_desk) -> Page:
    page: Page = at_desk(world.cast.user(Role.CALL_TAKER, world.site))
    page.goto("/desk")
    expect(page.locator("#who")).to_be_focused()
    return page


def test_a_call_is_taken_in_by_keyboard_alone(world: World, at_desk, look) -> None:
    page = open_desk(world, at_desk)
    page.keyboard.type(world.customer.phones.get().number)
    expect(page.locator(".caller-name")).to_have_text(world.customer.name)
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("厨房水管漏水，地上都是水")
    expect(page.locator(".verdict.is-settled")).to_be_visible()
    look(page, "desk-filled")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".opened")).to_contain_text("已登记并派单")
    expect(page.locator("#who")).to_be_focused()
    case = Case.objects.latest("pk")
    expect(page.locator(".opened")).to_contain_text(case.number)
    assert (case.place, case.category) == (world.unit, "plumbing")
    look(page, "desk-opened")


def test_an_unclear_place_is_chosen_by_its_digit(world: World, at_desk, look, accessible) -> None:
    page = open_desk(world, at_desk)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("1栋1单元8楼家里煤气味很大")
    expect(page.locator(".hazard")).to_be_visible()
    expect(page.locator("[data-alt='3']")).to_be_attached()
    page.keyboard.press("Alt+3")
    code = page.locator("[data-alt='3']").get_attribute("value")
    expect(page.locator(f"input[value='{code}']")).to_be_checked()
    page.wait_for_load_state("networkidle")
    accessible(page)
    look(page, "desk-hazard")
    page.locator("#text").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk?opened=*")
    assert Case.objects.latest("pk").place.code == code


def test_one_of_several_is_picked_and_shown(world: World, at_desk) -> None:
    world.grow(2)
    page = open_desk(world, at_desk)
    page.keyboard.type("王小")
    expect(page.locator("#caller input[type=radio]")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.locator(".caller-name")).to_have_text(world.customer.name)
    expect(page.locator("#text")).to_be_focused()


def test_an_impatient_double_enter_makes_one_case(world: World, at_desk) -> None:
    page = open_desk(world, at_desk)
    page.locator("#text").fill("楼道灯不亮")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk?opened=*")
    assert Case.objects.filter(text="楼道灯不亮").count() == 1


def test_escape_starts_over(world: World, at_desk) -> None:
    page = open_desk(world, at_desk)
    page.keyboard.type("王小")
    page.keyboard.press("Escape")
    expect(page.locator("#who")).to_have_value("")
    expect(page.locator("#who")).to_be_focused()
