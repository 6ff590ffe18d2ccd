"""A call rings at the desk: one key takes it, and the case written then belongs to it. What the pages look like."""

import pytest
from playwright.sync_api import Page, expect

from tests.house.world import World
from zhongshu.channels.models import Call
from zhongshu.identity.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "calls", "calls/{call}", "call-backs", "hotline", "hotline/{sheet}", "alarms", "devices", "letters",
    "letters/{letter}", "letters/new", "load", "settings",
)  # fmt: skip


@pytest.fixture
def whole(world: World) -> World:
    world._open_doors()
    return world


def test_one_key_takes_the_call(whole: World, at_desk, accessible, look) -> None:
    page: Page = at_desk(whole.staff[Role.CALL_TAKER].user)
    page.goto("/desk")
    expect(page.locator(".pop")).to_be_visible()
    accessible(page)
    look(page, "channels-pop")
    page.keyboard.press("F2")
    expect(page.locator("#who")).to_have_value("15400010101")
    page.locator("#text").fill("厨房下水堵了")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".opened")).to_be_visible()
    call = Call.objects.get(call_id="c1")
    assert call.case is not None
    assert (call.case.text, call.case.caller_phone) == ("厨房下水堵了", "15400010101")


def test_the_pages_can_be_read_by_everybody(whole: World, at_desk, on_phone, accessible, look) -> None:
    lead = whole.cast.user(Role.SERVICE_LEAD, whole.site)
    page: Page = at_desk(lead)
    for name in PAGES:
        page.goto("/channels/" + name.format(**whole.through_doors))
        accessible(page)
        look(page, f"channels-{name.partition('{')[0].replace('/', '-')}")
    hand: Page = on_phone(whole.staff[Role.CALL_TAKER].user)
    hand.goto("/channels/m/call-backs")
    accessible(hand)
    look(hand, "channels-phone")
