"""The call-taker's screen, without a browser: what it finds, what it opens, what it keeps."""

import pytest
from django.test import Client

from tests.console.conftest import SignedIn
from tests.house.world import World
from zhongshu.cases.models import Case
from zhongshu.identity.roles import Role
from zhongshu.work.models import WorkOrder

LEAK = "厨房水管漏水，地上都是水"


@pytest.fixture
def desk(signed_in: SignedIn) -> Client:
    return signed_in(Role.CALL_TAKER)


def token_of(client: Client) -> str:
    token: str = client.get("/desk").context["typed"].token
    return token


def test_it_checks_access(signed_in: SignedIn, client: Client) -> None:
    assert signed_in(Role.TECHNICIAN).get("/desk").status_code == 404
    assert signed_in(Role.RESIDENT).post("/desk", {"text": LEAK}).status_code == 404
    assert client.get("/desk").url.startswith("/sign-in")
    assert Case.objects.count() == 1


@pytest.mark.parametrize("said", ["phone", "name", "room"])
def test_it_finds_the_account_by_what_the_caller_says(world: World, desk: Client, said: str) -> None:
    phone = world.customer.phones.get().number
    who = {"phone": phone, "name": world.customer.name, "room": "1-1-101"}[said]
    card = desk.get("/desk/caller", {"who": who})
    assert card.context["chosen"].number == world.account.number
    assert phone not in card.content.decode()
    assert f"{phone[:3]}****{phone[-4:]}" in card.content.decode()


@pytest.mark.parametrize("spoken", ["{b}栋{e}单元{r}", "{b}#{e}单元{r}室"])
def test_a_room_as_it_is_spoken_shows_who_holds_it(world: World, desk: Client, spoken: str) -> None:
    building, entrance, room = world.unit.code.split("-")[-3:]
    who = spoken.format(b=building, e=entrance, r=room)
    assert world.customer.name in desk.get("/desk/caller", {"who": who}).content.decode()


def test_several_accounts_are_offered(world: World, desk: Client) -> None:
    world.grow(2)
    card = desk.get("/desk/caller", {"who": "王小"})
    assert card.context["chosen"] is None
    assert len(card.context["found"]) == 3
    picked = desk.get("/desk/caller", {"who": "王小", "account": world.account.number})
    assert picked.context["chosen"].number == world.account.number


def test_the_place_is_read_back_and_the_matter_classified(world: World, desk: Client) -> None:
    seen = desk.post("/desk/reading", {"who": world.unit.label, "text": LEAK}).context["reading"]
    assert seen.is_settled
    assert seen.verdict.places == (world.unit.code,)
    assert seen.classification.category == "plumbing"


def test_the_callers_home_stands_in_for_a_place_not_said(world: World, desk: Client) -> None:
    seen = desk.post("/desk/reading", {"who": world.customer.phones.get().number, "text": LEAK}).context["reading"]
    assert seen.verdict.places == (world.unit.code,)


def test_a_place_that_could_be_several_is_asked_about(world: World, desk: Client) -> None:
    seen = desk.post("/desk/reading", {"text": "1栋1单元8楼" + LEAK}).context["reading"]
    assert not seen.is_settled
    assert [choice.key for choice in seen.choices] == [1, 2, 3, 4]
    assert seen.picked == ""
    code = seen.choices[2].code
    again = desk.post("/desk/reading", {"text": "1栋1单元8楼" + LEAK, "place_code": code}).context["reading"]
    assert again.picked == code


def test_a_danger_is_shouted(desk: Client) -> None:
    page = desk.post("/desk/reading", {"text": "电梯里困了人，快来"})
    assert page.context["reading"].hazards
    assert 'class="hazard"' in page.content.decode()


def test_sending_opens_the_case_and_says_who_goes(world: World, desk: Client) -> None:
    sent = {"token": token_of(desk), "who": world.unit.label, "text": LEAK, "channel": "counter"}
    answer = desk.post("/desk", sent)
    case = Case.objects.latest("pk")
    assert answer.url == f"/desk?opened={case.number}"
    page = desk.get(answer.url).content.decode()
    order = WorkOrder.objects.latest("pk")
    assert order.assignee is not None
    for shown in (case.number, order.number, order.assignee.user.name):
        assert shown in page
    assert case.channel == "counter"
    assert case.place == world.unit


def test_what_a_person_chose_wins(world: World, desk: Client) -> None:
    chosen = {"category": "cleaning", "urgency": "P2", "team_kind": "environment"}
    desk.post("/desk", {"token": token_of(desk), "who": world.unit.label, "text": LEAK, **chosen})
    case = Case.objects.latest("pk")
    assert (case.category, case.urgency, case.team_kind) == ("cleaning", "P2", "environment")


def test_a_double_enter_makes_one_case(world: World, desk: Client) -> None:
    sent = {"token": token_of(desk), "who": world.unit.label, "text": LEAK}
    first, second = desk.post("/desk", sent), desk.post("/desk", sent)
    assert first.url == second.url
    assert Case.objects.filter(text=LEAK).count() == 1


def test_a_refusal_keeps_what_was_typed_and_can_be_sent_again(world: World, desk: Client) -> None:
    token = token_of(desk)
    refused = desk.post("/desk", {"token": token, "who": world.unit.label, "text": "  ", "channel": "letter"})
    assert refused.status_code == 422
    assert world.unit.label in refused.content.decode()
    assert refused.context["typed"].channel == "letter"
    for key in (token, refused.context["typed"].token):
        desk.post("/desk", {"token": key, "who": world.unit.label, "text": LEAK})
    assert Case.objects.filter(text=LEAK).count() == 2


@pytest.mark.parametrize("wrong", [{"urgency": "P9"}, {"team_kind": "nobody"}, {"channel": "smoke"}])
def test_words_that_do_not_exist_are_refused(world: World, desk: Client, wrong: dict[str, str]) -> None:
    answer = desk.post("/desk", {"token": token_of(desk), "who": world.unit.label, "text": LEAK, **wrong})
    assert answer.status_code == 422
    assert Case.objects.count() == 1


def test_it_stays_within_its_statements(world: World, desk: Client, django_assert_max_num_queries) -> None:
    world.grow(8)
    phone = world.customer.phones.get().number
    desk.get("/desk")
    with django_assert_max_num_queries(12):
        desk.get("/desk/caller", {"who": phone})
    with django_assert_max_num_queries(13):
        desk.post("/desk/reading", {"who": phone, "account": world.account.number, "text": LEAK})
