"""Lists: one way of paging, filters that are never ignored, and changes that can be followed."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.conftest import Phone
from tests.cases.conftest import Town
from tests.house.addresses import _operations
from zhongshu.cases import actions as cases
from zhongshu.config.api import api
from zhongshu.config.operations import query_names
from zhongshu.identity.roles import Role
from zhongshu.work import actions as work


def links_of(answer) -> dict[str, str]:
    found = {}
    for part in answer.headers["Link"].split(", "):
        url, rel = part.split("; ")
        found[rel.removeprefix('rel="').removesuffix('"')] = url.strip("<>")
    return found


def test_the_links_lead_through_all_pages(town: Town, program: Phone) -> None:
    for _ in range(5):
        town.hear()
    caller, seen = program(), []
    path = "/cases?site=HT&page_size=2"
    while path:
        answer = caller.get(path)
        told = answer.json()
        assert (told["total"], told["pages"]) == (5, 3)
        seen += [case["number"] for case in told["items"]]
        links = links_of(answer)
        assert parse_qs(urlsplit(links["last"]).query)["page"] == ["3"]
        path = "".join(links["next"].partition("/cases")[1:]) if "next" in links else ""
    assert len(set(seen)) == len(seen) == 5
    assert parse_qs(urlsplit(links["prev"]).query) == {"site": ["HT"], "page_size": ["2"], "page": ["2"]}


def test_a_single_page_leads_nowhere(town: Town, program: Phone) -> None:
    assert set(links_of(program().get("/cases"))) == {"first", "last"}


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page_size=0", "page_size=101", "page=1e3"])
def test_pages_that_are_none(town: Town, program: Phone, query: str) -> None:
    answer = program().get(f"/cases?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, query.split("=", maxsplit=1)[0])


def test_every_list_of_pages_is_paged_alike() -> None:
    """What answers with one page of `items` takes `page` and `page_size`."""
    schema = api.get_openapi_schema()
    paged = 0
    for path, methods in schema["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get(200, {}).get("content", {})
        ref = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        told = schema["components"]["schemas"][ref.rsplit("/", 1)[-1]].get("properties", {}) if ref else {}
        if {"items", "total", "pages"} <= told.keys():
            names = {parameter["name"] for parameter in methods["get"]["parameters"]}
            assert {"page", "page_size"} <= names, path
            paged += 1
    assert paged >= 14


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/cases?sate=open", "sate"),
        ("/cases?state=opne", "state"),
        ("/cases?category=plumbingg", "category"),
        ("/cases?since=yesterday", "since"),
        ("/cases?until=2026-02-30", "until"),
        ("/cases?until=9999-12-31", "until"),
        ("/cases?updated_since=2026-11-04", "updated_since"),
        ("/cases?updated_since=2026-11-04T12:00:00", "updated_since"),
        ("/cases?sort=text", "sort"),
        ("/cases?site=NOWHERE", "site"),
        ("/cases?size=5", "size"),
        ("/orders?state=opne", "state"),
        ("/orders?category=plumbingg", "category"),
        ("/orders?since=0001-01-01", "since"),
        ("/orders?until=9999-12-31", "until"),
        ("/orders?updated_since=soon", "updated_since"),
        ("/orders?sort=text", "sort"),
        ("/orders?site=NOWHERE", "site"),
        ("/orders?late=perhaps", "late"),
        ("/users?state=gone", "state"),
        ("/users?role=king", "role"),
        ("/users?site=NOWHERE", ""),
        ("/tokens?state=old", "state"),
        ("/jobs?state=tired", "state"),
        ("/audit?since=never", "since"),
        ("/places?site=HT&kind=castle", "kind"),
        ("/places?site=HT&under=P9", "under"),
        ("/rosters?site=HT&first=monday", "first"),
        ("/webhooks/deliveries?state=lost", "state"),
        ("/webhooks/deliveries?since=x", "since"),
        ("/me?verbose=1", "verbose"),
    ],
)
def test_a_filter_is_refused_rather_than_ignored(town: Town, program: Phone, path: str, field: str) -> None:
    answer = program(Role.ADMINISTRATOR).get(path)
    assert answer.status_code in (404, 422), answer.content
    assert answer.json()["field"] == field


def test_every_operation_refuses_a_parameter_it_does_not_know() -> None:
    assert all("nonsense" not in query_names(operation) for operation in _operations().values())


def test_cases_that_changed_since(town: Town, program: Phone) -> None:
    at = town.at
    first, second, third = (town.hear() for _ in range(3))
    lead = town.actor(Role.SERVICE_LEAD)
    cases.add_note(actor=lead, at=at + timedelta(minutes=5), case_id=first.pk, text="业主下午在家")
    cases.withdraw_case(actor=lead, at=at + timedelta(minutes=3), case_id=third.pk, reason="重复")

    def since(minutes: float, sort: str = "updated_at") -> list[str]:
        instant = (at + timedelta(minutes=minutes)).isoformat().replace("+", "%2B")
        told = program().get(f"/cases?updated_since={instant}&sort={sort}").json()
        return [case["number"] for case in told["items"]]

    assert since(0) == [second.number, third.number, first.number]
    assert since(1) == [third.number, first.number]
    assert since(3) == [third.number, first.number]
    assert since(3.1) == [first.number]
    assert since(6) == []
    assert since(1, "opened_at") == [first.number, third.number]


def test_orders_that_changed_since(town: Town, program: Phone) -> None:
    at = town.at
    first, second = (town.order(town.hear()) for _ in range(2))
    work.accept(actor=town.cast.system, at=at + timedelta(minutes=5), order_id=first.pk)
    instant = (at + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    told = program().get(f"/orders?state=all&sort=updated_at&updated_since={instant}").json()
    assert [order["number"] for order in told["items"]] == [first.number]
    everything = program().get("/orders?state=all&sort=updated_at").json()["items"]
    assert [order["number"] for order in everything] == [second.number, first.number]
    assert everything[0]["updated_at"] < everything[1]["updated_at"]
    oldest = program().get("/orders?sort=opened_at").json()["items"]
    assert [order["number"] for order in oldest] == [first.number, second.number]
