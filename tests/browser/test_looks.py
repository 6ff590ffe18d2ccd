"""Every screen that crosses apps, at a desk and in the hand: it opens, nothing complains, axe finds nothing serious.

Screenshots stay in var/screens.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.house.world import World
from zhongshu.estate import actions as estate
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.messaging.actions import tell
from zhongshu.work import actions as work
from zhongshu.work.models import WorkOrder

DESK_PAGES = {
    "home": (Role.SITE_MANAGER, "/"),
    "home-call-taker": (Role.CALL_TAKER, "/"),
    "home-keeper": (Role.KEEPER, "/"),
    "home-administrator": (Role.ADMINISTRATOR, "/"),
    "home-cashier": (Role.CASHIER, "/"),
    "desk": (Role.CALL_TAKER, "/desk"),
    "board": (Role.SITE_MANAGER, "/board"),
    "search": (Role.CALL_TAKER, "/search?q=王小"),
    "search-empty": (Role.CALL_TAKER, "/search?q=查无此人"),
    "account": (Role.CALL_TAKER, "/accounts/{account}"),
    "inbox": (Role.CALL_TAKER, "/inbox"),
}
PHONE_PAGES = {
    "m-home": (Role.TECHNICIAN, "/m/"),
    "m-order": (Role.TECHNICIAN, "/m/orders/{order}"),
    "m-report": (Role.CLEANER, "/m/report"),
    "m-inbox": (Role.TECHNICIAN, "/m/inbox"),
    "m-inbox-empty": (Role.GUARD, "/m/inbox"),
    "m-me": (Role.TECHNICIAN, "/m/me"),
    "resident-home": (Role.RESIDENT, "/resident/"),
    "resident-report": (Role.RESIDENT, "/resident/matters/new"),
    "resident-matters": (Role.RESIDENT, "/resident/matters"),
    "resident-matter": (Role.RESIDENT, "/resident/matters/{case}"),
}


@pytest.fixture
def busy(world: World) -> World:
    """A site with some life in it: orders under way and done, a late one, a resident who can sign in, a keeper."""
    began = world.at - timedelta(hours=3)
    world.at = began
    world.grow(5)
    orders = list(WorkOrder.objects.order_by("pk"))
    _under_way(orders[1])
    _under_way(orders[2], to_the_end=True)
    customer = world.customer
    customer.user = world.cast.user(Role.RESIDENT, world.site)
    customer.save()
    keeper = world.cast.user(Role.KEEPER, world.site)
    estate.assign_territory(
        actor=world.cast.system, at=world.at, place=world.unit.parent, keeper=keeper, starts_on=day_of(world.at)
    )
    for user in (world.cast.user(Role.CALL_TAKER, world.site), world.cast.user(Role.TECHNICIAN, world.site)):
        _told(world, user)
    return world


@pytest.fixture
def examine(look: Callable[..., None], accessible: Callable[[Page], None]) -> Callable[..., None]:
    """Looks at a page, asks axe about it, and pushes it sideways."""

    def all_of_it(page: Page, name: str, *, whole: bool = False) -> None:
        look(page, name, whole=whole)
        accessible(page)
        _fits(page)

    return all_of_it


def _under_way(order: WorkOrder, *, to_the_end: bool = False) -> None:
    from zhongshu.identity.actor import Origin
    from zhongshu.identity.queries import actor_of

    assert order.assignee is not None
    actor = actor_of(order.assignee.user, at=now(), origin=Origin.WEB)
    at = order.opened_at + timedelta(minutes=5)
    steps = [work.accept, work.travel, work.arrive]
    for step in steps:
        step(actor=actor, at=at, order_id=order.pk)
    if to_the_end:
        work.finish(actor=actor, at=at + timedelta(minutes=30), order_id=order.pk, note="换了阀芯，不再滴水")


def _told(world: World, user: User) -> None:
    for nth, title in enumerate(["工单已用时过半，请抓紧处理", "有一件报事客户不满意，已重开"]):
        tell(
            recipient_ids=[user.pk],
            site_id=world.site.pk,
            kind="escalation",
            title=title,
            body="一期1栋1单元101 厨房水龙头一直滴水",
            link=f"/orders/{world.order.number}",
            is_urgent=nth == 0,
            dedupe_key=f"look-{nth}",
            at=world.at,
        )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_at_a_desk(busy: World, at_desk: SignIn, examine: Callable[..., None], language: str) -> None:
    """One world for all pages, and a fresh session for each."""
    for name, (role, address) in DESK_PAGES.items():
        page = at_desk(_speaking(busy, role, language))
        _open(page, address, busy)
        examine(page, f"{name}-{language[:2]}")
        page.set_viewport_size({"width": 390, "height": 844})
        examine(page, f"{name}-{language[:2]}-narrow")
        page.context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_in_the_hand(busy: World, on_phone: SignIn, examine: Callable[..., None], language: str) -> None:
    for name, (role, address) in PHONE_PAGES.items():
        page = on_phone(_assignee(language) if "{order}" in address else _speaking(busy, role, language))
        _open(page, address, busy)
        examine(page, f"{name}-{language[:2]}", whole=True)
        page.context.close()


def test_large_type(busy: World, on_phone, look: Callable[..., None]) -> None:
    user = busy.cast.user(Role.TECHNICIAN, busy.site)
    user.large_type = True
    user.save()
    page = on_phone(user)
    _open(page, "/m/", busy)
    look(page, "m-home-large", whole=True)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 20
    _fits(page)


def _assignee(language: str) -> User:
    """Whoever is on the spot."""
    staff = WorkOrder.objects.filter(state="on_site").get().assignee
    assert staff is not None
    staff.user.language = language
    staff.user.save(update_fields=["language"])
    return staff.user


def _speaking(world: World, role: Role, language: str) -> User:
    user = world.cast.user(role, world.site)
    user.language = language
    user.save(update_fields=["language"])
    return user


def _open(page: Page, address: str, world: World) -> None:
    taken = WorkOrder.objects.filter(state="on_site").first() or world.order
    answer = page.goto(address.format(account=world.account.number, order=taken.number, case=world.case.number))
    assert answer is not None
    assert answer.status == 200
    page.wait_for_load_state("networkidle")


def _fits(page: Page) -> None:
    """No sideways scrolling of the page as a whole."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
