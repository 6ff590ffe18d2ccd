"""Who may enter where: every address as every role, as a colleague of another site, and as a stranger.

The answers stand in `matrix.tsv`. A new address fails until it stands there; after a change that is meant, run
`ZHONGSHU_UPDATE=1 bin/test tests/house/test_matrix.py` and read the difference like code.
"""

import os
from collections import Counter
from collections.abc import Iterator
from copy import copy, deepcopy
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client

from tests.house.addresses import Address, addresses, url_of
from tests.house.world import World, settle
from zhongshu.config.description import DescribedApi
from zhongshu.identity import queries
from zhongshu.identity.models import DeviceSession
from zhongshu.identity.roles import Role
from zhongshu.identity.sessions import SessionStore

#: Asks every door thousands of times: counting its lines would double the time and tell nothing new.
pytestmark = pytest.mark.no_cover

MATRIX = Path(__file__).with_name("matrix.tsv")
COLUMNS = [*Role, "colleague", "stranger"]
PARTS = 6
Matrix = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    yield from settle(django_db_blocker, World.build_whole)


@pytest.fixture
def world(settled: World, db: None) -> World:
    return deepcopy(settled)


def clients(world: World) -> dict[str, Client]:
    """A signed-in browser for each column; the colleague manages the other site."""
    found = {str(role): _signed_in(world, role) for role in Role}
    manager_elsewhere = world.cast.user(Role.SITE_MANAGER, world.cast.xh)
    found["colleague"] = Client()
    found["colleague"].force_login(manager_elsewhere)
    found["stranger"] = Client()
    return found


def _signed_in(world: World, role: Role) -> Client:
    everywhere = role in (Role.HEAD_OFFICE, Role.ADMINISTRATOR)
    client = Client()
    client.force_login(world.cast.user(role, None if everywhere else world.site))
    session = client.session
    session["site_id"] = world.site.pk
    session.save()
    return client


@pytest.fixture(autouse=True)
def doors_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands behind an open door other tests look at: here twelve thousand pages would be written for nobody."""
    monkeypatch.setattr(Template, "render", lambda *_given: "")
    monkeypatch.setattr(DescribedApi, "get_openapi_schema", lambda *_given, **_named: {})


@pytest.fixture(autouse=True)
def known_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request finds the same people with the same roles: to ask for them each time is a quarter of the work."""
    load = SessionStore.load

    @cache
    def looked_up(session_key: str) -> tuple[dict[str, Any], DeviceSession | None]:
        store = SessionStore(session_key)
        return load(store), store.row

    def remembered(store: SessionStore) -> dict[str, Any]:
        data, store.row = deepcopy(looked_up(store.session_key))
        return data

    monkeypatch.setattr(SessionStore, "load", remembered)
    monkeypatch.setattr(queries, "_HELD_BY", SimpleNamespace(all=cache(queries._HELD_BY.all)))


class _Undo(Exception):
    """Whatever the request did is taken back, so that the next one finds the same world."""


def answer(client: Client, method: str, url: str) -> str:
    """`yes` where the door opens (whatever the form says then), `no` where it does not."""
    client.raise_request_exception = False
    cookies = copy(client.cookies)
    try:
        with transaction.atomic():
            response = client.generic(method, url)
            raise _Undo
    except _Undo:
        client.cookies = cookies
    to_sign_in = response.status_code == 302 and "/sign-in" in response.headers["Location"]
    return "no" if response.status_code in (401, 403, 404) or to_sign_in else "yes"


def measured(world: World, wanted: list[Address]) -> Matrix:
    browsers = clients(world)
    rows: Matrix = {}
    for address in wanted:
        url = url_of(address, world)
        rows[str(address)] = {str(column): answer(browsers[str(column)], address.method, url) for column in COLUMNS}
    return rows


def written() -> Matrix:
    head, *lines = MATRIX.read_text().splitlines()
    columns = head.split("\t")[1:]
    return {line.split("\t")[0]: dict(zip(columns, line.split("\t")[1:], strict=True)) for line in lines}


def as_text(matrix: Matrix) -> str:
    lines = ["\t".join(["address", *map(str, COLUMNS)])]
    lines += ["\t".join([name, *(row[str(column)] for column in COLUMNS)]) for name, row in sorted(matrix.items())]
    return "\n".join(lines) + "\n"


def test_every_address_stands_in_the_matrix(world: World) -> None:
    if os.environ.get("ZHONGSHU_UPDATE") == "1":
        MATRIX.write_text(as_text(measured(world, addresses())))
    named = Counter(map(str, addresses()))
    assert [name for name, times in named.items() if times > 1] == [], "one name, two doors: only one would be asked"
    assert set(named) == set(written())


@pytest.mark.parametrize("part", range(PARTS))
def test_every_door_opens_for_whom_it_should(world: World, part: int) -> None:
    """In parts, so that they can be asked side by side."""
    found = measured(world, addresses()[part::PARTS])
    expected = written()
    wrong = [
        f"{name}: {column} is {may}, should be {expected[name][column]}"
        for name, row in found.items()
        for column, may in row.items()
        if expected[name][column] != may
    ]
    assert not wrong, "\n".join(wrong)


def test_a_stranger_enters_only_by_the_front_door() -> None:
    open_to_all = {name for name, row in written().items() if row["stranger"] == "yes"}
    assert open_to_all <= OPEN, open_to_all - OPEN


#: What anybody may ask for without signing in.
OPEN = {
    "GET api:openapi-json",
    "GET care:own",
    "GET community:answer",
    "GET identity:sign_in",
    "GET insight:screen",
    "GET remittance:code",
    "GET remittance:code_order",
    "POST care:own",
    "POST community:answer",
    "POST identity:language",
    "POST identity:sign_in",
    "POST identity:sign_out",
    "POST remittance:code_orders",
}
