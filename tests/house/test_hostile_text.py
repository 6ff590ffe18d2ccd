"""Somebody writes what nobody should into every field of every form: nothing breaks, no page repeats it as markup."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from tests.house.addresses import addresses, url_of
from tests.house.forms import Form, forms_of
from tests.house.test_matrix import clients
from tests.house.world import World
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now

#: Asks every door thousands of times: counting its lines would double the time and tell nothing new.
pytestmark = pytest.mark.no_cover

TEXTS = {
    "markup": "\"'><zs-evil onload=alert(1)></script>'); DROP TABLE cases_case; -- {{7*7}}{% now %}../../etc/passwd",
    "nul": "a\0b",
    "long": "长" * 20_000,
    "odd": "=1+\u202e\u200b\ufeff𠮷🧯\U000e0041\ud7ff\r\n\t%s%(name)s٣९¹²-0.0e999",
}
WRITERS = (Role.ADMINISTRATOR, Role.SITE_MANAGER, Role.FINANCE, Role.TECHNICIAN, Role.RESIDENT)
#: Forms that would end the story: out of the door, or a new password for whoever fills them in.
LEFT_ALONE = re.compile(r"/sign-out|/me/password|/sessions|/security")


@pytest.fixture
def world(db: None) -> World:
    return World.build_whole(now())


def pages(world: World) -> list[str]:
    shown = [address for address in addresses() if address.method == "GET" and not address.name.startswith("api:")]
    return [url_of(address, world) for address in shown]


def read(client: Client, url: str) -> str:
    """The page's HTML; empty for what is none, or not this person's."""
    response = client.get(url)
    is_page = response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html")
    return response.content.decode() if is_page else ""


def forms(browsers: dict[str, Client], urls: list[str]) -> Iterator[tuple[Client, Form]]:
    """Every form once, with the first of the writers who is shown it."""
    seen = set()
    for client in browsers.values():
        for form in (form for url in urls for form in forms_of(url, read(client, url))):
            if str(form) not in seen and not LEFT_ALONE.search(form.action):
                seen.add(str(form))
                yield client, form


def send(client: Client, form: Form, text: str) -> int:
    with transaction.atomic():
        filled = form.filled(text)
        answer = client.post(form.action, filled) if form.method == "post" else client.get(form.action, filled)
    return answer.status_code


def test_whatever_is_typed_nothing_breaks_and_nothing_is_repeated_as_markup(world: World) -> None:
    browsers = {name: client for name, client in clients(world).items() if name in WRITERS}
    urls = pages(world)
    broken = []
    for client, form in forms(browsers, urls):
        client.raise_request_exception = False
        broken += [f"{form} with {name}" for name, text in TEXTS.items() if send(client, form, text) >= 500]
    assert not broken, "\n".join(broken)
    seen = {f"{who} at {url}": read(reader, url) for who, reader in browsers.items() for url in urls}
    assert not [where for where, html in seen.items() if "<zs-evil" in html]
    assert sum("&lt;zs-evil" in html for html in seen.values()) > 5, "what was typed is to be seen, as text"
