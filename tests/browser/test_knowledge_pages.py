"""What to do and what to say appears while a call is taken; articles are read on a desk and in the hand."""

from playwright.sync_api import expect

from tests.house.world import World
from zhongshu.identity.roles import Role
from zhongshu.knowledge.models import Article


def test_the_first_minute_stands_beside_the_call_and_ticks_stay(world: World, at_desk, look, accessible) -> None:
    page = at_desk(world.cast.user(Role.CALL_TAKER, world.site))
    page.goto("/desk")
    page.locator("#text").fill("1栋1单元电梯停在半空，两个人出不来")
    expect(page.locator("#beside .first-minute").first).to_contain_text("不要扒门")
    first = page.locator("#beside input[type=checkbox]").first
    first.check()
    page.locator("#text").press("End")
    page.keyboard.type("，里面有老人")
    page.wait_for_load_state("networkidle")
    expect(first).to_be_checked()
    accessible(page)
    look(page, "knowledge-beside", whole=True)


def test_articles_on_a_desk_and_in_the_hand(world: World, at_desk, on_phone, look, accessible) -> None:
    article = Article.objects.get(code="sop-gas").pk
    page = at_desk(world.cast.user(Role.SERVICE_LEAD, world.site))
    for address, name in (
        ("/knowledge/?q=煤气味", "knowledge-found"),
        (f"/knowledge/articles/{article}", "knowledge-article"),
        ("/knowledge/new", "knowledge-new"),
    ):
        page.goto(address)
        accessible(page)
        look(page, name, whole=True)
    phone = on_phone(world.cast.user(Role.TECHNICIAN, world.site))
    for address, name in (
        ("/knowledge/m?q=电梯", "knowledge-phone"),
        (f"/knowledge/m/{article}", "knowledge-phone-article"),
    ):
        phone.goto(address)
        accessible(phone)
        look(phone, name, whole=True)
    resident = on_phone(world.cast.user(Role.RESIDENT, world.site))
    resident.goto("/resident/guide?q=维修资金")
    accessible(resident)
    look(resident, "knowledge-resident-found")
    resident.locator(".phone-row").first.click()
    expect(resident.locator(".article-text")).to_contain_text("业主共有")
    accessible(resident)
    look(resident, "knowledge-resident", whole=True)
