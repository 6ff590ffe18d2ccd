"""Where webhooks may go: the public internet, whatever a name stands for at that moment."""

from typing import Any

import httpx
import pytest

from tests.webhooks.conftest import Wire
from zhongshu.webhooks import actions
from zhongshu.webhooks.engine.destinations import addresses_of, checked_url, is_allowed
from zhongshu.webhooks.errors import ForbiddenAddress
from zhongshu.webhooks.kinds import WebhookFault
from zhongshu.webhooks.models import Endpoint

PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str, settings: Any) -> None:
    assert not is_allowed(address)
    settings.WEBHOOKS_PRIVATE = True
    assert is_allowed(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/hooks",
        "https://127.0.0.1/hooks",
        "https://127.1/hooks",
        "https://2130706433/hooks",
        "https://0x7f000001/hooks",
        "https://[::1]/hooks",
        "https://[::ffff:127.0.0.1]/hooks",
        "https://169.254.169.254/latest/meta-data",
        "http://8.8.8.8/hooks",
        "http://localhost/hooks",
        "ftp://8.8.8.8/hooks",
        "https://user:pass@8.8.8.8/hooks",
        "https://8.8.8.8/hooks#part",
        "https:///hooks",
        "https://8.8.8.8:99999/",
        "//8.8.8.8/hooks",
        "8.8.8.8",
        "",
        "javascript:alert(1)",
        "https://exa mple.com/",
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddress) as refused:
        checked_url(url)
    assert refused.value.field == "url"


def test_a_url_that_is_taken() -> None:
    assert checked_url("https://8.8.8.8:8443/hooks?x=1") == "https://8.8.8.8:8443/hooks?x=1"


def test_on_a_closed_network_the_own_machine_without_tls_and_others_with_it(settings: Any) -> None:
    settings.WEBHOOKS_PRIVATE = True
    assert checked_url("http://localhost:8765/") == "http://localhost:8765/"
    assert checked_url("https://10.0.0.7/hooks") == "https://10.0.0.7/hooks"
    with pytest.raises(ForbiddenAddress):
        checked_url("http://10.0.0.7/hooks")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_name_that_has_come_to_mean_this_machine_is_not_sent_to(wire: Wire, settings: Any, host: str) -> None:
    """It was public when it was entered; now it resolves to the loopback. Nothing is even connected to."""
    settings.WEBHOOKS_PRIVATE = False
    Endpoint.objects.update(url=f"https://{host}:{wire.receiver.port}/hooks")
    wire.happen()
    wire.send()
    attempt = wire.delivery.attempts.get()
    assert (attempt.status, attempt.fault) == (None, WebhookFault.FORBIDDEN)
    assert not wire.receiver.heard


def test_a_name_nobody_knows(wire: Wire) -> None:
    assert addresses_of(httpx.URL("https://nobody.invalid/hooks")) == []
    Endpoint.objects.update(url="https://nobody.invalid/hooks")
    wire.happen()
    wire.send()
    assert wire.delivery.attempts.get().fault == WebhookFault.UNKNOWN_HOST


def test_an_endpoint_inside_cannot_be_added_or_moved_there(wire: Wire, settings: Any) -> None:
    settings.WEBHOOKS_PRIVATE = False
    with pytest.raises(ForbiddenAddress):
        wire.add(None, ["work"])
    with pytest.raises(ForbiddenAddress):
        actions.edit_endpoint(
            actor=wire.admin, at=wire.at, endpoint_id=wire.endpoint.pk, url="https://localhost/", events=["work"]
        )
    assert Endpoint.objects.get().url == wire.receiver.url
