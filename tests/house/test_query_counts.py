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

#: Asks every door thousands of times: counting its lines would double the time and tell nothing new.
pytestmark = pytest.mark.no_cover

BASELINE = Path(__file__).with_name("query_counts.tsv")
MOST = 20
READERS = (Role.ADMINISTRATOR, Role.SERVICE_LEAD, Role.RESIDENT, Role.QUALITY, Role.FINANCE, Role.LEGAL)
#: What answers with something else than 200: a signed-in person is sent on, and the workbook had no errors.
NOT_PAGES = {
    "api:api-root",
    "api:get_import_errors",
    "care:own_copy",
    "channels:wechat",
    "estate:import_errors",
    "identity:sign_in",
    "identity:sign_in_code",
    "work:outside",
}
#: Files of all that is known of an account: no page.
PAPERS = {"collecting:account_papers"}
Counts = dict[str, tuple[int, int]]


@pytest.fixture
def world(db: None, settings) -> World:
    """One person asks for every page: nobody else comes so often."""
    settings.LIMITS = {}
    return World.build_whole(now())


def browser_of(world: World, role: Role) -> Client:
    """A browser of somebody with that role, looking at the world's site."""
    client = Client(raise_request_exception=False)
    client.force_login(world.cast.user(role, None if role is Role.ADMINISTRATOR else world.site))
    session = client.session
    session["site_id"] = world.site.pk
    session.save()
    return client


class Readers:
    """One browser for each role, signed in when first wanted."""

    def __init__(self, world: World) -> None:
        self.world, self.browsers = world, dict[Role, Client]()

    def __getitem__(self, role: Role) -> Client:
        if role not in self.browsers:
            self.browsers[role] = browser_of(self.world, role)
        return self.browsers[role]


def counts(world: World) -> dict[str, int]:
    """Statements of every page, as the first of `READERS` who may open it; a page nobody may open fails the test."""
    found, browsers = {}, Readers(world)
    for address in addresses():
        if address.method == "GET" and address.name not in NOT_PAGES:
            found[address.name] = _count(browsers, address.name, url_of(address, world))
    return found


def _count(browsers: Readers, name: str, url: str) -> int:
    readers = (Role.TECHNICIAN,) if ":phone" in name else READERS
    for role in readers:
        client = browsers[role]
        if client.get(url).status_code == 200:
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            return len(captured)
    raise AssertionError(f"{name} opens for nobody")


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
    assert not {name: pair for name, pair in written().items() if max(pair) > MOST and name not in PAPERS}
