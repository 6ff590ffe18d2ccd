"""The pages of messaging, at a desk and in the hand, in both languages; a template's preview follows what is typed."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.cast import Cast
from zhongshu.estate.models import Customer, CustomerPhone
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.messaging import actions, batch
from zhongshu.messaging.actions import CustomerTelling
from zhongshu.messaging.kinds import ChannelKind
from zhongshu.messaging.models import Channel, Delivery

Look, Check = Callable[..., None], Callable[[Page], None]
SMPP = {"host": "10.0.0.7", "port": "2775", "system_id": "zs", "password": "geheim", "signature": "安居物业"}


def test_pages_of_messages(cast: Cast, at_desk: SignIn, on_phone: SignIn, look: Look, accessible: Check) -> None:
    admin, resident, guard = _people(cast)
    _told(cast, resident)
    sent = Delivery.objects.earliest("pk")
    desk = at_desk(admin)
    for name, address in {
        "channels": "/messages/channels",
        "channel": f"/messages/channels/{Channel.objects.earliest('pk').pk}",
        "new-channel": "/messages/channels/new/dingtalk",
        "deliveries": "/messages/deliveries",
        "delivery": f"/messages/deliveries/{sent.pk}",
        "templates": "/messages/templates",
        "quiet-hours": "/messages/quiet-hours",
    }.items():
        _examine(desk, address, f"messages-{name}", look, accessible)
    customer = at_desk(cast.user(Role.KEEPER, cast.yql))
    _examine(customer, f"/messages/customers/{resident.customers.get().pk}", "messages-customer", look, accessible)
    for user, address, name in (
        (guard, "/messages/mine", "mine"),
        (resident, "/resident/notices", "notices"),
        (resident, "/resident/notices/ways", "ways"),
    ):
        _examine(on_phone(user), address, f"messages-{name}", look, accessible)
    _preview(desk, look)


def _people(cast: Cast) -> tuple[User, User, User]:
    guard = cast.user(Role.GUARD, cast.yql)
    User.objects.filter(pk=guard.pk).update(language="en")
    resident = cast.user(Role.RESIDENT, cast.yql)
    customer = Customer.objects.create(site=cast.yql, kind="person", name="王小明", user=resident)
    CustomerPhone.objects.create(site=cast.yql, customer=customer, number="13800000001", is_primary=True)
    return cast.user(Role.ADMINISTRATOR), resident, guard


def _told(cast: Cast, resident: User) -> None:
    at, admin = now(), cast.actor(Role.ADMINISTRATOR)
    sms = {"kind": ChannelKind.SMPP, "site": None, "name": "短信网关", "values": SMPP}
    push = {"kind": ChannelKind.WEB_PUSH, "site": None, "name": "推送", "values": {"contact": "it@example.com"}}
    for channel in (sms, push):
        actions.add_channel(actor=admin, at=at, **channel)  # type: ignore[arg-type]
    customer = resident.customers.get()
    keeper = cast.actor(Role.KEEPER, cast.yql)
    actions.choose_ways(actor=keeper, at=at, customer_id=customer.pk, ways=["sms", "letter"])
    words = {
        "site_id": cast.yql.pk,
        "kind": "incident_opened",
        "title": "停水通知",
        "body": "3栋水泵故障，预计18:00恢复。",
    }
    tellings = [CustomerTelling(customer_ids=(customer.pk,), dedupe_key=key, **words) for key in ("1", "2")]  # type: ignore[arg-type]
    actions.tell_customers(tellings, at=at)
    batch.tick(at=at)
    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(state="unsure", next_try_at=None)


def _examine(page: Page, address: str, name: str, look: Look, accessible: Check) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    look(page, name, whole=True)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def _preview(page: Page, look: Look) -> None:
    page.goto("/messages/templates/new")
    page.get_by_label("通知方式").select_option("sms")
    page.get_by_label("正文").fill("{title}！{nobody}")
    expect(page.locator("#preview")).to_contain_text("没有“nobody”这个变量")
    page.get_by_label("正文").fill("{title}！{body}")
    expect(page.locator("#preview")).to_contain_text("停水通知！3栋水泵故障")
    look(page, "messages-template", whole=True)
