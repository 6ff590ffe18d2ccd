"""How many statements each page takes, at two sizes of data: committed, so that nobody makes a page dearer unseen.

After a change that is meant: `ZHONGSHU_UPDATE=1 bin/test tests/house/test_query_counts.py`.
"""

import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.house.addresses import addresses, url_of
from tests.house.world import World
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now

BASELINE = Path(__file__).with_name("query_counts.tsv")
MOST = 25
Counts = dict[str, tuple[int, int]]


@pytest.fixture
def world(db: None) -> World:
    return World.build(now())


def signed_in(world: World, name: str) -> Client:
    """As the role whose page it is: the administrator sees everything that a site manager does not."""
    client = Client()
    role = Role.TECHNICIAN if ":phone" in name else Role.ADMINISTRATOR
    role = Role.RESIDENT if name.startswith("portal:") else role
    client.force_login(world.cast.user(role, None if role is Role.ADMINISTRATOR else world.site))
    session = client.session
    session["site_id"] = world.site.pk
    session.save()
    return client


def counts(world: World) -> dict[str, int]:
    found = {}
    for address in addresses():
        if address.method != "GET":
            continue
        client, url = signed_in(world, address.name), url_of(address, world)
        client.raise_request_exception = False
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = client.get(url)
        if response.status_code == 200:
            found[address.name] = len(captured)
    return found


def written() -> Counts:
    lines = BASELINE.read_text().splitlines()[1:]
    return {name: (int(small), int(large)) for name, small, large in (line.split("\t") for line in lines)}


def test_pages_take_as_many_statements_as_agreed(world: World) -> None:
    small = counts(world)
    world.grow(24)
    large = counts(world)
    found = {name: (small[name], large[name]) for name in sorted(small)}
    if os.environ.get("ZHONGSHU_UPDATE") == "1":
        lines = ["page\tone household\ttwenty-five", *(f"{name}\t{a}\t{b}" for name, (a, b) in found.items())]
        BASELINE.write_text("\n".join(lines) + "\n")
    expected = written()
    assert set(found) == set(expected)
    dearer = {name: (expected[name], found[name]) for name in found if found[name] > expected[name]}
    assert not dearer, f"(agreed, found): {dearer}"


def test_no_page_grows_with_its_rows() -> None:
    growing = {name: pair for name, pair in written().items() if pair[1] > pair[0] + 2}
    assert not growing


def test_no_page_is_dear() -> None:
    assert not {name: pair for name, pair in written().items() if max(pair) > MOST}
