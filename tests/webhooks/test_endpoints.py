"""Who manages endpoints, on pages and over the API; what is shown once, and what others do not see."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.identity.audits import audited
from tests.webhooks.conftest import Wire
from zhongshu.identity.models import ApiToken, Site, User
from zhongshu.identity.rights import REGISTRY
from zhongshu.identity.roles import Role
from zhongshu.identity.tokens import digest_of, mint
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.webhooks import actions
from zhongshu.webhooks.errors import EndpointIsPaused, NothingToReplay
from zhongshu.webhooks.kinds import WebhookDeliveryState
from zhongshu.webhooks.models import Delivery, Endpoint

HOME = "/admin/webhooks"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(wire: Wire) -> Client:
    return browser(wire.cast.user(Role.ADMINISTRATOR))


@pytest.fixture
def program(wire: Wire) -> Any:
    """A program that acts as the administrator."""
    secret = mint()
    ApiToken.objects.create(
        user=wire.cast.user(Role.ADMINISTRATOR),
        name="t",
        digest=digest_of(secret),
        prefix="zs",
        scopes=list(REGISTRY),
        created_at=wire.at,
    )

    def call(method: str, path: str, body: Any = None) -> Any:
        more = {"data": body, "content_type": "application/json"} if body is not None else {}
        headers = {"Authorization": f"Bearer {secret}"}
        return getattr(Client(), method)(f"/api/v1/webhooks{path}", headers=headers, **more)

    return call


def test_a_new_endpoint_shows_its_secret_once(wire: Wire, desk: Client) -> None:
    said = {"url": wire.receiver.url, "site": wire.cast.xh.pk, "description": "呼叫中心", "events": ["cases", "work"]}
    page = desk.post(f"{HOME}/new", said).content.decode()
    (secret,) = re.findall(r"whsec_[\w+/=]+", page)
    endpoint = Endpoint.objects.latest("pk")
    assert (endpoint.site, endpoint.events) == (wire.cast.xh, ["cases", "work"])
    assert secret not in endpoint.secret
    for path in (HOME, f"{HOME}/{endpoint.pk}", f"{HOME}/{endpoint.pk}/edit"):
        assert "whsec_" not in desk.get(path).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"url": "https://localhost.invalid#x"}, "#"),
        ({"url": ""}, "url"),
        ({"events": []}, "events"),
        ({"events": ["weather"]}, "weather"),
    ],
)
def test_what_is_refused_is_said_beside_the_field_and_kept(wire: Wire, desk: Client, changed: Any, words: str) -> None:
    said = {"url": wire.receiver.url, "site": "all", "description": "看板程序", "events": ["work"]} | changed
    answer = desk.post(f"{HOME}/new", said)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "invalid-feedback" in page
    assert "看板程序" in page
    assert words in page
    assert Endpoint.objects.count() == 1


def test_the_endpoint_of_another_site_does_not_exist(wire: Wire) -> None:
    elsewhere = wire.cast.user(Role.HEAD_OFFICE, wire.cast.xh)
    whole, _secret = wire.add(None, ["work"])
    wire.happen()
    for pk in (wire.endpoint.pk, whole.pk):
        assert browser(elsewhere).get(f"{HOME}/{pk}").status_code == 404
        assert browser(elsewhere).post(f"{HOME}/{pk}/deletion").status_code == 404
    assert browser(elsewhere).get(f"{HOME}/deliveries/{wire.delivery.pk}").status_code == 404
    assert str(wire.receiver.port) not in browser(elsewhere).get(HOME).content.decode()
    assert Endpoint.objects.filter(deleted_at__isnull=True).count() == 2


def test_who_manages_one_site_makes_none_for_all(wire: Wire) -> None:
    manager = wire.cast.actor(Role.HEAD_OFFICE, wire.cast.xh)
    for site in (None, wire.cast.yql):
        with pytest.raises(NotFound):
            actions.add_endpoint(actor=manager, at=wire.at, site=site, url=wire.receiver.url, events=["work"])
    assert Endpoint.objects.count() == 1


def test_everything_that_is_done_stands_in_the_audit_without_secrets(wire: Wire) -> None:
    pk, actor, at = wire.endpoint.pk, wire.admin, wire.at
    with audited(
        "webhooks.edit_endpoint",
        "webhooks.rotate_secret",
        "webhooks.send_test",
        "webhooks.pause_endpoint",
        "webhooks.resume_endpoint",
        "webhooks.delete_endpoint",
    ) as entries:
        actions.edit_endpoint(actor=actor, at=at, endpoint_id=pk, url=wire.receiver.url, events=["cases"])
        secret = actions.rotate_secret(actor=actor, at=at, endpoint_id=pk)
        actions.send_test(actor=actor, at=at, endpoint_id=pk)
        for _ in range(2):
            actions.pause_endpoint(actor=actor, at=at, endpoint_id=pk)
        for _ in range(2):
            actions.resume_endpoint(actor=actor, at=at, endpoint_id=pk)
        actions.delete_endpoint(actor=actor, at=at, endpoint_id=pk)
    assert secret not in str([(entry.before, entry.after) for entry in entries])
    with pytest.raises(NotFound):
        actions.pause_endpoint(actor=actor, at=at, endpoint_id=pk)


def test_what_is_unknown_cannot_be_subscribed_to(wire: Wire) -> None:
    for events in ([], ["weather"], ["work.order_lost"], ["webhooks.endpoint_paused"]):
        with pytest.raises(Invalid) as refused:
            wire.add(None, events)
        assert refused.value.field == "events"


def test_a_paused_endpoint_is_neither_tested_nor_replayed_to(wire: Wire) -> None:
    wire.happen()
    pk, words = wire.endpoint.pk, {"actor": wire.admin, "at": wire.at}
    actions.pause_endpoint(endpoint_id=pk, **words)
    for act in (
        lambda: actions.send_test(endpoint_id=pk, **words),
        lambda: actions.replay(delivery_id=wire.delivery.pk, **words),
        lambda: actions.replay_failed(endpoint_id=pk, **words),
        lambda: actions.replay_period(endpoint_id=pk, since=wire.at, before=wire.at + timedelta(days=1), **words),
    ):
        with pytest.raises(EndpointIsPaused):
            act()


def test_replay_all_that_failed_or_a_period(wire: Wire) -> None:
    pk, words = wire.endpoint.pk, {"actor": wire.admin, "at": wire.at}
    for _ in range(3):
        wire.happen()
    with pytest.raises(NothingToReplay):
        actions.replay_failed(endpoint_id=pk, **words)
    Delivery.objects.filter(pk=wire.delivery.pk).update(state=WebhookDeliveryState.FAILED, next_try_at=None)
    assert actions.replay_failed(endpoint_id=pk, **words) == 1
    Delivery.objects.update(state=WebhookDeliveryState.DELIVERED, next_try_at=None)
    first = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=first.pk).update(created_at=wire.at - timedelta(days=1))
    assert actions.replay_period(endpoint_id=pk, since=wire.at, before=wire.at + timedelta(seconds=1), **words) == 2
    first.refresh_from_db()
    assert first.state == WebhookDeliveryState.DELIVERED


def test_the_deliveries_page_narrows_and_shows_every_try(wire: Wire, desk: Client) -> None:
    wire.receiver.answers = [(500, {}, b"<b>out of order</b>")]
    wire.happen()
    wire.send()
    found = desk.get(f"{HOME}/deliveries?endpoint={wire.endpoint.pk}&event=work.order_moved&state=waiting")
    assert f"{HOME}/deliveries/{wire.delivery.pk}" in found.content.decode()
    for query in ("state=failed", "event=cases.moved", "endpoint=999999", "until=2020-01-01"):
        page = desk.get(f"{HOME}/deliveries?{query}").content.decode()
        assert f"{HOME}/deliveries/{wire.delivery.pk}" not in page
    page = desk.get(f"{HOME}/deliveries/{wire.delivery.pk}").content.decode()
    assert "500" in page
    assert "&lt;b&gt;out of order" in page


@pytest.mark.parametrize("path", [f"{HOME}/deliveries", "/orders/", "/cases/", "/admin/audit"])
@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "9999-12-31"])
def test_a_day_that_is_none_is_said_beside_the_filter(wire: Wire, desk: Client, path: str, day: str) -> None:
    answer = desk.get(f"{path}?since={day}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "invalid-feedback" in page
    assert f'value="{day}"' in page


def test_over_the_api(wire: Wire, program: Any) -> None:
    said = {"url": wire.receiver.url, "site": "YQL", "events": ["cases.moved"], "description": "ERP"}
    made = program("post", "/endpoints", said)
    assert made.status_code == 201, made.content
    pk = made.json()["endpoint_id"]
    assert made.json()["secret"].startswith("whsec_")
    assert "secret" not in program("get", f"/endpoints/{pk}").json()
    changed = program("put", f"/endpoints/{pk}", {"url": wire.receiver.url, "events": ["cases", "work"]})
    assert changed.json()["events"] == ["cases", "work"]
    assert program("post", f"/endpoints/{pk}/secret").json()["secret"] != made.json()["secret"]
    assert program("post", f"/endpoints/{pk}/test").status_code == 202
    delivery = Delivery.objects.get(endpoint_id=pk)
    actions.send(delivery_id=delivery.pk, at=now())
    told = program("get", f"/deliveries/{delivery.pk}").json()
    assert (told["state"], told["attempts"][0]["status"]) == ("delivered", 200)
    assert told["message_id"] == wire.receiver.heard[0].id
    assert program("post", f"/deliveries/{delivery.pk}/replay").json()["state"] == "waiting"
    period = {"since": "2020-01-01T00:00:00+08:00", "before": "2999-01-01T00:00:00+08:00"}
    assert program("post", f"/endpoints/{pk}/replay", period).json() == {"count": 1}
    assert program("post", f"/endpoints/{pk}/failed/replay").json()["code"] == "nothing_to_replay"
    assert program("post", f"/endpoints/{pk}/pause").json()["paused"] == "by_hand"
    assert program("post", f"/endpoints/{pk}/test").json()["code"] == "endpoint_paused"
    assert program("post", f"/endpoints/{pk}/resumption").json()["paused"] is None
    assert program("get", "/endpoints").json()["total"] == 2
    assert program("get", f"/deliveries?endpoint={pk}").json()["total"] == 1
    assert program("delete", f"/endpoints/{pk}").status_code == 204
    assert program("get", f"/endpoints/{pk}").status_code == 404


def test_the_company_wide_endpoint_is_asked_for_by_name(wire: Wire, program: Any) -> None:
    said = {"url": wire.receiver.url, "events": ["work"]}
    assert program("post", "/endpoints", said).json()["field"] == "site"
    assert program("post", "/endpoints", said | {"site": None}).json()["site"] is None
    assert program("post", "/endpoints", said | {"site": "NOWHERE"}).status_code == 404
    assert not Site.objects.filter(code="NOWHERE").exists()
