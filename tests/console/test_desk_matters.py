"""The desk, where one message tells several matters, or one that is known already."""

import pytest
from django.test import Client

from tests.console.conftest import SignedIn
from tests.house.world import World
from zhongshu.cases import actions as cases
from zhongshu.cases.models import Case
from zhongshu.cases.queries.repeats import linked_to
from zhongshu.identity.roles import Role

TWO = "家里马桶堵了，水下不去。另外地下车库的灯不亮，黑漆漆的"


@pytest.fixture
def desk(signed_in: SignedIn) -> Client:
    return signed_in(Role.CALL_TAKER)


def send(client: Client, **typed: object) -> Case:
    token = client.get("/desk").context["typed"].token
    answer = client.post("/desk", {"token": token, "channel": "telephone", **typed})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return Case.objects.get(number=answer.url.rpartition("=")[2])


def test_two_matters_are_proposed_each_with_its_suggestion(world: World, desk: Client) -> None:
    shown = desk.post("/desk/reading", {"who": world.unit.label, "text": TWO})
    assert [each["matter"].index for each in shown.context["several"]] == [0, 1]
    assert "听起来是 2 件事" in shown.content.decode()
    one = desk.post("/desk/reading", {"who": world.unit.label, "text": TWO, "joined": "1"})
    assert len(one.context["several"]) == 1


def test_sent_they_are_two_linked_cases_and_both_are_shown(world: World, desk: Client) -> None:
    case = send(desk, who=world.unit.label, text=TWO, **{"category-1": "electrical"})
    (other,) = linked_to(case)
    assert (case.category, other.category) == ("plumbing", "electrical")
    shown = desk.get(f"/desk?opened={case.number}").content.decode()
    assert other.number in shown
    assert case.number in desk.get(f"/cases/{other.number}").content.decode()


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ({"parting": "one"}, 1),
        ({"joined": "1"}, 1),
        ({"parting": "lines", "text": "马桶堵了\n灯不亮\n垃圾没收"}, 3),
    ],
)
def test_the_call_taker_decides_how_many_they_are(
    world: World, desk: Client, typed: dict[str, str], count: int
) -> None:
    before = Case.objects.count()
    send(desk, **{"who": world.unit.label, "text": TWO} | typed)
    assert Case.objects.count() == before + count


def test_told_again_it_is_added_to_the_open_case(world: World, desk: Client) -> None:
    case = world.case
    shown = desk.post(
        "/desk/reading", {"who": world.unit.label, "text": "厨房水龙头还在滴水", "category": case.category}
    )
    assert "第 2 次报同一事" in shown.content.decode()
    again = send(desk, who=world.unit.label, text="厨房水龙头还在滴水", joins=f"case:{case.number}")
    assert (again.pk, again.further_call_count) == (case.pk, 1)
    assert send(desk, who=world.unit.label, text="厨房水龙头还在滴水", joins="new").pk != case.pk


def test_a_running_incident_is_shown_first_and_takes_the_report_in(world: World, desk: Client) -> None:
    lead = world.cast.actor(Role.SERVICE_LEAD, world.site, at=world.at)
    incident = cases.open_incident(actor=lead, at=world.at, site=world.site, title="全小区停电", category="electrical")
    assert "全小区停电" in desk.get("/desk").content.decode()
    shown = desk.post("/desk/reading", {"who": world.unit.label, "text": "家里停电了", "category": "electrical"})
    assert shown.context["known"].incidents == [incident]
    typed = {"who": world.unit.label, "joins": f"incident:{incident.number}"}
    case = send(desk, text="家里停电了", **typed)
    assert (case.incident, case.case_orders.count()) == (incident, 0)
    danger = send(desk, text="停电了，有人困在电梯里", **typed)
    assert (danger.incident, danger.urgency, danger.case_orders.count()) == (None, "P1", 1)


def test_a_number_of_another_site_joins_nothing(world: World, desk: Client) -> None:
    before = Case.objects.count()
    token = desk.get("/desk").context["typed"].token
    for joins in ("case:BS-0", "incident:SJ-0"):
        assert desk.post("/desk", {"token": token, "text": "灯不亮", "joins": joins}).status_code == 404
    assert Case.objects.count() == before


def test_a_quick_report_of_two_matters(world: World, signed_in: SignedIn) -> None:
    phone = signed_in(Role.GUARD)
    token = phone.get("/m/report").context["report"].token
    answer = phone.post("/m/report", {"token": token, "what": TWO, "where": world.unit.label})
    case = Case.objects.get(number=answer.url.rpartition("=")[2])
    assert linked_to(case).count() == 1
    assert linked_to(case).get().number in phone.get(answer.url).content.decode()
