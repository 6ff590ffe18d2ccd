"""The estate, people and the description of the API."""

import pytest

from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import local


def test_places_are_listed_and_found(town, program):
    caller = program()
    assert caller.get("/places?site=HT&kind=unit").json()["total"] == 4
    assert caller.get("/places?site=HT&q=1502").json()["total"] == 2
    inside = caller.get("/places?site=HT&under=P2-3&page_size=100").json()
    assert {place["code"] for place in inside["items"]} >= {"P2-3-2", "P2-3-2-1502"}
    assert all(place["code"].startswith("P2-3") for place in inside["items"])


def test_one_place_with_who_holds_it(town, program):
    account = town.move_in("P2-3-2-1502")
    told = program().get("/places/HT/P2-3-2-1502").json()
    assert (told["label"], told["room_no"], told["floor_no"]) == ("二期3栋2单元1502", "1502", 15)
    assert told["account"]["number"] == account.number
    assert program(Role.GUARD).get("/places/HT/P2-3-2-1502").json()["account"] is None


def test_customers_with_masked_numbers_and_their_accounts(town, program):
    account = town.move_in("P2-3-2-1502")
    caller = program()
    found = caller.get("/customers?site=HT&q=wxm").json()["items"]
    assert [(one["name"], one["phones"]) for one in found] == [("王小明", ["154****0001"])]
    assert caller.get("/accounts?site=HT&unit=P2-3-2-1502").json()["items"][0]["number"] == account.number
    one = caller.get(f"/accounts/HT/{account.number}").json()
    assert [(member["name"], member["relation"]) for member in one["members"]] == [("王小明", "owner")]


@pytest.mark.parametrize(
    "path",
    [
        "/places?site=XH",
        "/places?site=HT&under=P9",
        "/places/HT/P9-9",
        "/places/XH/PUB-GATE-E",
        "/customers?site=XH",
        "/accounts?site=XH",
        "/accounts/HT/nobody",
        "/on-duty?site=XH",
    ],
)
def test_what_is_absent_or_of_another_site(town, program, path):
    answer = program().get(path)
    assert answer.status_code == 404
    assert set(answer.json()) > {"code", "message", "field"}


@pytest.mark.parametrize(
    "path", ["/places", "/places?site=HT&kind=castle", "/on-duty?site=HT&duty=x", "/on-duty?site=HT&at=soon"]
)
def test_questions_that_make_no_sense(town, program, path):
    assert program().get(path).status_code == 422


def test_a_guard_sees_places_but_no_customers(town, program):
    guard = program(Role.GUARD)
    assert guard.get("/places?site=HT").status_code == 200
    assert guard.get("/customers?site=HT").status_code == 404
    assert guard.get("/accounts?site=HT").status_code == 404


def test_who_is_on_duty(town, program):
    names = [one["name"] for one in program().get(f"/on-duty?site=HT&at={local(town.at):%Y-%m-%dT%H:%M}").json()]
    assert town.staff[Role.TECHNICIAN].user.name in names
    assert town.staff[Role.SERVICE_LEAD].user.name not in names
    assert program().get("/on-duty?site=HT&at=2020-01-01T00:00").json() == []


def test_the_description_names_every_address(client, db):
    told = client.get("/api/v1/openapi.json").json()
    assert {"/api/v1/cases", "/api/v1/places/resolve", "/api/v1/on-duty"} <= set(told["paths"])
    assert client.get("/api/v1/docs").status_code == 404
