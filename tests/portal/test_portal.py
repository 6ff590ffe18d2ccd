"""The resident's pages: report, follow, answer."""

import pytest
from django.test import Client

from tests.house.world import World
from zhongshu.cases.models import Case, FollowUp
from zhongshu.identity.roles import Role
from zhongshu.kernel.outbox import deliver_pending
from zhongshu.work import actions as work
from zhongshu.work.models import WorkOrder


@pytest.fixture
def resident(world: World) -> Client:
    """Lives where the world's first case is."""
    customer = world.customer
    customer.user = world.cast.user(Role.RESIDENT, world.site)
    customer.save()
    client = Client()
    client.force_login(customer.user)
    return client


def finish(world: World, order: WorkOrder) -> None:
    for step in (work.accept, work.arrive, work.finish):
        step(actor=world.cast.system, at=world.at, order_id=order.pk)
    deliver_pending(at=world.at)


def report(client: Client, world: World, **sent: str) -> Case:
    token = client.get("/resident/matters/new").context["sent"]["token"]
    client.post("/resident/matters/new", {"token": token, "account": world.account.number, **sent})
    return Case.objects.latest("pk")


def test_it_checks_access(world: World, client: Client) -> None:
    assert client.get("/resident/").url.startswith("/sign-in")
    client.force_login(world.cast.user(Role.CALL_TAKER, world.site))
    assert client.get("/resident/").status_code == 404


def test_home_shows_the_dwelling_and_the_latest_matters(world: World, resident: Client) -> None:
    page = resident.get("/resident/").content.decode()
    assert world.unit.label in page
    assert world.case.text in page


def test_a_resident_without_a_home_is_told_what_to_do(world: World, client: Client) -> None:
    client.force_login(world.cast.user(Role.RESIDENT, world.site, name="new"))
    assert "还没有关联房屋" in client.get("/resident/").content.decode()
    assert "还没有关联房屋" in client.get("/resident/matters/new").content.decode()


def test_a_matter_at_home_goes_home(world: World, resident: Client) -> None:
    case = report(resident, world, text="卧室插座冒火花")
    assert (case.channel, case.place, case.account) == ("portal", world.unit, world.account)
    assert case.text in resident.get(f"/resident/matters/{case.number}").content.decode()


def test_sent_twice_it_is_one_matter(world: World, resident: Client) -> None:
    sent = {"token": "t" * 32, "account": world.account.number, "text": "卧室插座没电"}
    first, second = (resident.post("/resident/matters/new", sent) for _ in range(2))
    assert first.url == second.url
    assert Case.objects.filter(text="卧室插座没电").count() == 1


def test_another_text_in_a_form_already_sent_is_kept_and_asked_about(world: World, resident: Client) -> None:
    sent = {"token": "t" * 32, "account": world.account.number, "text": "卧室插座没电"}
    resident.post("/resident/matters/new", sent)
    again = resident.post("/resident/matters/new", sent | {"text": "厨房也没电"})
    assert (again.status_code, again.context["sent"]["text"]) == (409, "厨房也没电")
    resident.post("/resident/matters/new", again.context["sent"])
    assert Case.objects.filter(text="厨房也没电").count() == 1


def test_an_empty_matter_or_a_strangers_home_is_refused(world: World, resident: Client) -> None:
    world.grow(1)
    others = Case.objects.latest("pk").account
    assert others is not None
    sent = {"token": "a" * 32, "account": world.account.number, "text": " "}
    assert resident.post("/resident/matters/new", sent).status_code == 422
    stranger = {"token": "b" * 32, "account": others.number, "text": "漏水"}
    assert resident.post("/resident/matters/new", stranger).status_code == 404
    assert not Case.objects.filter(channel="portal").exists()


def test_the_neighbours_matters_stay_theirs(world: World, resident: Client) -> None:
    world.grow(1)
    other = Case.objects.latest("pk")
    assert resident.get(f"/resident/matters/{other.number}").status_code == 404
    assert resident.post(f"/resident/matters/{other.number}/answer", {"answer": "content"}).status_code == 404
    assert [row.pk for row in resident.get("/resident/matters").context["page"].rows] == [world.case.pk]


def test_good_work_is_signed_off_and_the_case_closed(world: World, resident: Client) -> None:
    finish(world, world.order)
    answer = {"answer": "content", "score": "5", "words": "很快"}
    resident.post(f"/resident/matters/{world.case.number}/answer", answer)
    deliver_pending(at=world.at)
    assert world.case.state == "closed"
    assert world.order.state == "closed"


def test_bad_work_begins_again(world: World, resident: Client) -> None:
    finish(world, world.order)
    answer = {"answer": "not_content", "score": "1", "words": "还在滴"}
    resident.post(f"/resident/matters/{world.case.number}/answer", answer)
    deliver_pending(at=world.at)
    assert world.case.state == "open"
    assert world.order.state == "dispatched"


def test_the_answer_makes_the_call_back_that_was_due(world: World, resident: Client) -> None:
    case = report(resident, world, text="厨房水管爆了，水淹到客厅")
    finish(world, WorkOrder.objects.get(case_order__case=case))
    assert FollowUp.objects.filter(case=case, done_at__isnull=True).exists()
    resident.post(f"/resident/matters/{case.number}/answer", {"answer": "content", "score": "4"})
    case.refresh_from_db()
    assert case.state == "closed"
    assert FollowUp.objects.get(case=case).attempts.get().score == 4


def test_work_under_way_cannot_be_answered_about(world: World, resident: Client) -> None:
    refused = resident.post(f"/resident/matters/{world.case.number}/answer", {"answer": "content", "words": "好"})
    assert refused.status_code == 409
    assert world.case.state == "open"


def test_they_stay_within_their_statements(world: World, resident: Client, django_assert_max_num_queries) -> None:
    for address in ("/resident/", "/resident/matters", f"/resident/matters/{world.case.number}"):
        resident.get(address)
        with django_assert_max_num_queries(12):
            assert resident.get(address).status_code == 200
