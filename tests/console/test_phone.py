"""Staff pages on a phone, as plain forms: no script runs here."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.console.conftest import SignedIn
from tests.house.world import World
from zhongshu.cases.models import Case
from zhongshu.identity.roles import Role
from zhongshu.work.models import OrderPhoto, WorkOrder


@pytest.fixture
def mine(world: World, signed_in: SignedIn):
    """The client of whoever the order went to."""
    order = world.order
    assert order.assignee is not None
    client = signed_in(Role.TECHNICIAN)
    client.force_login(order.assignee.user)
    return client


def photo() -> SimpleUploadedFile:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "JPEG")
    return SimpleUploadedFile("lamp.jpg", picture.getvalue(), "image/jpeg")


def test_it_checks_access(world: World, signed_in: SignedIn) -> None:
    assert signed_in(Role.RESIDENT).get("/m/").status_code == 404
    assert signed_in(Role.GUARD).get(f"/m/orders/{world.order.number}").status_code == 404


def test_my_orders_are_grouped_by_what_to_do_next(world: World, mine) -> None:
    groups = mine.get("/m/").context["groups"]
    assert [(group.title, [entry.order.pk for entry in group.orders]) for group in groups] == [
        ("待接单", [world.order.pk])
    ]


def test_one_big_button_leads_through_the_order(world: World, mine) -> None:
    address = f"/m/orders/{world.order.number}"
    for label, noun in (("接单", "acceptance"), ("出发", "departure"), ("到场", "arrival"), ("完工", "completion")):
        step = mine.get(address).context["view"].step
        assert (str(step.label), step.noun) == (label, noun)
        answer = mine.post(f"/orders/{world.order.number}/{step.noun}", {"next": address})
        assert answer.url == address
    assert mine.get(address).context["view"].step is None
    assert WorkOrder.objects.get().state == "done"


def test_objecting_and_holding_are_offered_only_when_they_are_possible(world: World, mine) -> None:
    address = f"/m/orders/{world.order.number}"
    view = mine.get(address).context["view"]
    assert (view.may_object, view.may_hold) == (True, False)
    assert ("engineering", "工程部") not in view.other_teams
    mine.post(f"/orders/{world.order.number}/acceptance", {"next": address})
    view = mine.get(address).context["view"]
    assert (view.may_object, view.may_hold) == (False, True)


def test_a_quick_report_needs_two_fields(world: World, signed_in: SignedIn) -> None:
    client = signed_in(Role.CLEANER)
    token = client.get("/m/report").context["report"].token
    sent = {"token": token, "what": "走廊灯不亮", "where": world.unit.label}
    answer = client.post("/m/report", sent | {"photo": photo()})
    case = Case.objects.latest("pk")
    assert answer.url == f"/m/report?done={case.number}"
    assert (case.channel, case.place, case.owner) == ("employee", world.unit, signed_in.user(Role.CLEANER))
    assert case.number in client.get(answer.url).content.decode()
    assert OrderPhoto.objects.filter(order__case_order__case=case, is_after=False).count() == 1
    assert client.post("/m/report", sent).url == answer.url
    assert Case.objects.filter(text="走廊灯不亮").count() == 1


def test_an_unclear_place_is_asked_about_once(world: World, signed_in: SignedIn) -> None:
    client = signed_in(Role.CLEANER)
    sent = {"token": client.get("/m/report").context["report"].token, "what": "漏水", "where": "1栋1单元8楼"}
    asked = client.post("/m/report", sent)
    assert asked.status_code == 200
    choices = [choice.code for choice in asked.context["reading"].choices]
    assert len(choices) == 4
    assert Case.objects.count() == 1
    client.post("/m/report", sent | {"place_code": choices[0]})
    assert Case.objects.latest("pk").place.code == choices[0]


def test_who_is_not_sure_reports_all_the_same(signed_in: SignedIn) -> None:
    client = signed_in(Role.CLEANER)
    sent = {"token": client.get("/m/report").context["report"].token, "what": "漏水", "where": "1栋1单元8楼"}
    client.post("/m/report", sent | {"place_code": "unsure"})
    case = Case.objects.latest("pk")
    assert case.place is None
    assert case.needs_person


def test_an_empty_report_is_refused_and_kept(signed_in: SignedIn) -> None:
    answer = signed_in(Role.CLEANER).post("/m/report", {"what": "", "where": "东门"})
    assert answer.status_code == 422
    assert answer.context["report"].where == "东门"
    assert Case.objects.count() == 1


def test_a_photo_that_is_none_takes_the_whole_report_back(world: World, signed_in: SignedIn) -> None:
    client = signed_in(Role.CLEANER)
    sent = {"token": client.get("/m/report").context["report"].token, "what": "灯不亮", "where": world.unit.label}
    answer = client.post("/m/report", sent | {"photo": SimpleUploadedFile("x.jpg", b"no picture")})
    assert answer.status_code == 422
    assert Case.objects.count() == 1


def test_large_type_is_switched_on_and_off(signed_in: SignedIn) -> None:
    client = signed_in(Role.GUARD)
    for expected in (True, False):
        client.post("/m/me/type")
        assert client.get("/m/me").wsgi_request.user.large_type is expected


def test_they_stay_within_their_statements(world: World, mine, django_assert_max_num_queries) -> None:
    world.grow(8)
    for address, budget in {"/m/": 12, f"/m/orders/{world.order.number}": 20, "/m/inbox": 8, "/m/me": 8}.items():
        mine.get(address)
        with django_assert_max_num_queries(budget):
            assert mine.get(address).status_code == 200
