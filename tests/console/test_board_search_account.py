"""Live board, search, customer 360, inbox."""

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests.cast import LONG_AGO
from tests.console.conftest import SignedIn
from tests.house.world import World
from zhongshu.care.models import Standing
from zhongshu.collecting import actions as collecting
from zhongshu.collecting.kinds import Reason
from zhongshu.estate import actions as estate
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.messaging.actions import tell
from zhongshu.messaging.models import Message


def test_the_board_is_not_for_field_staff(signed_in: SignedIn) -> None:
    assert signed_in(Role.CLEANER).get("/board").status_code == 404


def test_the_board_shows_every_running_order_and_who_is_on_duty(world: World, signed_in: SignedIn) -> None:
    world.at -= timedelta(hours=3)
    world.grow(2)
    page = signed_in(Role.SITE_MANAGER).get("/board")
    board = page.context["board"]
    assert (board.running, board.late) == (3, 2)
    assert world.order.number in page.content.decode()
    assert {entry.staff.user.name for entry in board.duty} >= {"technician", "guard"}


def test_the_board_can_be_narrowed_to_a_team(world: World, signed_in: SignedIn) -> None:
    board = signed_in(Role.SITE_MANAGER).get("/board?team=security").context["board"]
    assert [lane.team.code for lane in board.lanes] == ["security"]
    assert board.running == 1


def test_polling_gets_only_the_moving_part(signed_in: SignedIn) -> None:
    part = signed_in(Role.SITE_MANAGER).get("/board", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "board-lanes" in part


def test_search_finds_by_what_people_remember(world: World, signed_in: SignedIn) -> None:
    client = signed_in(Role.CALL_TAKER)
    phone = world.customer.phones.get().number
    for text in (phone, phone[-4:], world.customer.name, "1-1-101", "王"):
        hits = client.get("/search", {"q": text}).context["hits"]
        assert world.account.number in [each.number for each in hits.accounts], text
    assert client.get("/search", {"q": "水龙头"}).context["hits"].cases == [world.case]


def test_an_exact_number_opens_at_once(world: World, signed_in: SignedIn) -> None:
    client = signed_in(Role.CALL_TAKER)
    assert client.get("/search", {"q": world.case.number.lower()}).url == f"/cases/{world.case.number}"
    assert client.get("/search", {"q": world.order.number}).url == f"/orders/{world.order.number}"
    assert client.get("/search", {"q": world.account.number}).url == f"/accounts/{world.account.number}"


def test_nothing_found_says_what_to_try(signed_in: SignedIn) -> None:
    page = signed_in(Role.CALL_TAKER).get("/search", {"q": "查无此人"})
    assert page.context["hits"].total == 0
    assert "什么也没有找到" in page.content.decode()


def test_search_and_accounts_are_not_for_field_staff_nor_other_sites(world: World, signed_in: SignedIn) -> None:
    for address in ("/search?q=王", f"/accounts/{world.account.number}"):
        assert signed_in(Role.TECHNICIAN).get(address).status_code == 404
    stranger = world.cast.user(Role.CALL_TAKER, world.cast.xh)
    client = signed_in(Role.CALL_TAKER)
    client.force_login(stranger)
    assert client.get(f"/accounts/{world.account.number}").status_code == 404
    assert client.get(f"/accounts/{world.account.number}?export=xlsx").status_code == 404


def test_an_account_shows_who_where_and_what(world: World, signed_in: SignedIn) -> None:
    page = signed_in(Role.CALL_TAKER).get(f"/accounts/{world.account.number}")
    text = page.content.decode()
    for shown in (world.customer.name, world.unit.label, world.case.number, world.order.number):
        assert shown in text
    assert world.customer.phones.get().number not in text


def test_an_account_tells_those_who_collect_why_it_does_not_pay(world: World, signed_in: SignedIn) -> None:
    keeper = world.cast.actor(Role.KEEPER, world.site, at=world.at)
    collecting.note_reason(
        actor=keeper, at=world.at, account_id=world.account.pk, kind=Reason.HARDSHIP, note="暂时失业"
    )
    where = f"/accounts/{world.account.number}"
    assert "暂时失业" in signed_in(Role.FINANCE).get(where).content.decode()
    assert "暂时失业" not in signed_in(Role.CALL_TAKER).get(where).content.decode()


def test_an_account_shows_its_band_to_those_who_see_the_score(world: World, signed_in: SignedIn) -> None:
    facts = {"score": 62, "band": "poor", "is_gold": True, "changed_on": day_of(world.at)}
    Standing.objects.create(site=world.site, account=world.account, **facts)
    where = f"/accounts/{world.account.number}"
    shown = signed_in(Role.KEEPER).get(where).content.decode()
    assert "差 62" in shown
    assert "金章客户" in shown
    assert f'href="/care/accounts/{world.account.number}"' in shown
    assert "差 62" not in signed_in(Role.CALL_TAKER).get(where).content.decode()


def test_an_account_is_exported_without_phone_numbers(world: World, signed_in: SignedIn) -> None:
    answer = signed_in(Role.CALL_TAKER).get(f"/accounts/{world.account.number}?export=xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert world.case.number in [row[0] for row in sheets["报事"]]
    assert world.customer.phones.get().number not in str(sheets)


def told(world: World, role: Role, *keys: str) -> None:
    user = world.cast.user(role, world.site)
    for key in keys:
        tell(
            recipient_ids=[user.pk],
            site_id=world.site.pk,
            kind="x",
            title=key,
            link="/orders/",
            dedupe_key=key,
            at=world.at,
        )


def test_messages_are_read_one_by_one_or_all_at_once(world: World, signed_in: SignedIn) -> None:
    told(world, Role.KEEPER, "one", "two", "three")
    client = signed_in(Role.KEEPER)
    assert client.get("/inbox").context["page"].total == 3
    first = Message.objects.get(title="one")
    assert client.post("/inbox/reading", {"message": first.pk, "next": first.link}).url == "/orders/"
    assert client.get("/inbox?unread=1").context["page"].total == 2
    client.post("/inbox/reading")
    assert client.get("/inbox?unread=1").context["page"].total == 0


def test_others_messages_stay_unread_and_nobody_is_sent_elsewhere(world: World, signed_in: SignedIn) -> None:
    told(world, Role.KEEPER, "one")
    message = Message.objects.get(title="one")
    answer = signed_in(Role.CASHIER).post("/inbox/reading", {"message": message.pk, "next": "https://evil.example/"})
    assert answer.url == "/inbox"
    message.refresh_from_db()
    assert message.read_at is None


@pytest.mark.parametrize("households", [1, 9])
def test_they_stay_within_their_statements(
    world: World, signed_in: SignedIn, django_assert_max_num_queries, households: int
) -> None:
    world.grow(households)
    told(world, Role.CALL_TAKER, *(str(nth) for nth in range(households)))
    client = signed_in(Role.CALL_TAKER)
    budgets = {"/board": 12, "/search?q=王": 12, f"/accounts/{world.account.number}": 16, "/inbox": 8}
    for address, budget in budgets.items():
        client.get(address)
        with django_assert_max_num_queries(budget):
            assert client.get(address).status_code == 200


def test_the_board_can_be_narrowed_by_urgency_and_keeper(world: World, signed_in: SignedIn) -> None:
    keeper = signed_in.user(Role.KEEPER)
    manager = signed_in(Role.SITE_MANAGER)
    assert manager.get("/board").context["board"].keepers == []
    estate.assign_territory(
        actor=world.cast.system, at=world.at, place=world.unit.parent, keeper=keeper, starts_on=LONG_AGO
    )
    board = manager.get("/board").context["board"]
    assert [(choice.name, choice.number) for choice in board.keepers] == [("keeper", 1)]
    assert sum(choice.number for choice in board.urgencies) == board.running == 1
    urgency = next(choice.code for choice in board.urgencies if choice.number)
    kept = manager.get(f"/board?keeper={keeper.pk}&urgency={urgency}").context["board"]
    assert sum(len(lane.orders) for lane in kept.lanes) == 1
    for nothing in (f"keeper={keeper.pk}&urgency=P1", "keeper=0"):
        narrowed = manager.get(f"/board?{nothing}").context["board"]
        assert (sum(len(lane.orders) for lane in narrowed.lanes), narrowed.running) == (0, 1)
