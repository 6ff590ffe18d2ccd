"""The pages of messaging, one story each."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.identity.conftest import signed_in
from tests.messaging.conftest import Office
from zhongshu.estate.models import Customer
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.messaging import actions, batch
from zhongshu.messaging.kinds import ChannelKind, Way
from zhongshu.messaging.models import (
    Channel,
    Consent,
    CustomerNotice,
    Delivery,
    Preference,
    PushSubscription,
    QuietHours,
    Template,
)

__all__ = ["signed_in"]

SMTP = {"host": "mail.example.com", "port": "465", "security": "tls", "sender": "zs@example.com", "password": "geheim"}


@pytest.fixture
def admin(office: Office, signed_in: Any) -> Client:
    """The administrator's browser."""
    client: Client = signed_in(office.cast.user(Role.ADMINISTRATOR))
    return client


def test_an_administrator_adds_a_channel_and_tries_it(office: Office, admin: Client) -> None:
    office.cast.user(Role.GUARD, office.cast.yql)
    answer = admin.post("/messages/channels/new/smtp", SMTP | {"name": "公司邮箱", "site": "all", "port": "x"})
    assert "端口是 1 到 65535 的整数" in answer.content.decode()

    answer = admin.post("/messages/channels/new/smtp", SMTP | {"name": "公司邮箱", "site": "all"})
    channel = Channel.objects.get()
    assert answer["Location"] == f"/messages/channels/{channel.pk}"
    page = admin.get(answer["Location"]).content.decode()
    assert "geheim" not in page + channel.secret + json.dumps(channel.settings)

    admin.post(f"/messages/channels/{channel.pk}/test", {"address": "me@example.com"})
    sent = Delivery.objects.get()
    assert (sent.address, sent.way, sent.channel) == ("me@example.com", Way.EMAIL, channel)
    assert "公司邮箱" in admin.get("/messages/channels").content.decode()

    admin.post(f"/messages/channels/{channel.pk}", SMTP | {"name": "邮箱", "password": "", "host": "mx.example.com"})
    changed = Channel.objects.get()
    assert (changed.name, changed.settings["host"], changed.settings["port"]) == ("邮箱", "mx.example.com", 465)
    for noun in ("pause", "resumption", "deletion"):
        assert admin.post(f"/messages/channels/{channel.pk}/{noun}").status_code == 302
    assert Channel.objects.get().secret == ""


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_every_kind_of_channel_has_its_form(admin: Client, kind: str) -> None:
    assert admin.get(f"/messages/channels/new/{kind}").status_code == 200
    assert 'role="alert"' in admin.post(f"/messages/channels/new/{kind}", {"name": "", "site": "all"}).content.decode()
    assert not Channel.objects.exists()


def test_a_bots_address_follows_the_rules_of_webhooks(office: Office, admin: Client, settings: Any) -> None:
    settings.WEBHOOKS_PRIVATE = False
    said = {"name": "群", "site": "all", "url": "http://127.0.0.1:8000/x"}

    answer = admin.post("/messages/channels/new/wecom", said)

    assert "必须以 https:// 开头" in answer.content.decode()
    assert not Channel.objects.exists()


def test_the_log_is_searched_exported_and_sent_again(office: Office, admin: Client) -> None:
    office.channel(ChannelKind.SMPP, host="127.0.0.1", port="1", system_id="zs", password="geheim")
    office.notify(office.owner())
    batch.tick(at=office.at)
    Delivery.objects.update(state="unsure", next_try_at=None)
    sent = Delivery.objects.get()

    page = admin.get("/messages/deliveries?text=停水&way=sms&state=unsure").content.decode()
    assert "138****0001" in page
    assert "13800000001" not in page
    assert "没有发送记录" in admin.get("/messages/deliveries?state=failed").content.decode()
    assert admin.get("/messages/deliveries?export=xlsx")["Content-Disposition"].endswith('"deliveries.xlsx"')
    assert "不知道是否发出" in admin.get(f"/messages/deliveries/{sent.pk}").content.decode()

    admin.post(f"/messages/deliveries/{sent.pk}/resending")
    sent.refresh_from_db()
    assert sent.state == "waiting"
    assert admin.post(f"/messages/deliveries/{sent.pk}/resending").status_code == 409


def test_the_log_of_another_site_is_absent(office: Office, signed_in: Any) -> None:
    office.channel(ChannelKind.SMPP, host="127.0.0.1", port="1", system_id="zs", password="geheim")
    office.notify(office.owner())
    batch.tick(at=office.at)
    stranger = signed_in(office.cast.user(Role.SERVICE_LEAD, office.cast.xh))
    sent = Delivery.objects.get()

    assert "没有发送记录" in stranger.get("/messages/deliveries").content.decode()
    assert stranger.get(f"/messages/deliveries/{sent.pk}").status_code == 404
    assert stranger.post(f"/messages/deliveries/{sent.pk}/resending").status_code == 404


def test_a_template_is_previewed_and_kept_in_versions(office: Office, admin: Client) -> None:
    said = {"kind": "", "way": "sms", "language": "zh-hans", "title": "", "text": "{title}！{body}", "vendor_id": "7"}

    shown = admin.post("/messages/templates/preview", said).content.decode()
    assert "停水通知！3栋" in shown
    assert "{1}！{2}" in shown
    assert "按 1 条短信计费" in shown
    nobody, code = said | {"text": "{nobody}"}, said | {"text": "{% if %}"}
    assert "没有“nobody”这个变量" in admin.post("/messages/templates/preview", nobody).content.decode()
    assert "没有 {nobody} 这个变量" in admin.post("/messages/templates/new", nobody).content.decode()
    assert "花括号只用来写变量" in admin.post("/messages/templates/new", code).content.decode()

    admin.post("/messages/templates/new", said)
    first = Template.objects.get()
    admin.post(f"/messages/templates/{first.pk}", said | {"text": "【{title}】"})
    assert [(row.version, row.retired_at is None) for row in Template.objects.all()] == [(2, True), (1, False)]
    assert "第 1 版" in admin.get(f"/messages/templates/{first.pk}").content.decode()
    admin.post(f"/messages/templates/{Template.objects.get(version=2).pk}/retirement")
    assert "还没有自己的模板" in admin.get("/messages/templates").content.decode()


def test_quiet_hours_are_dated(office: Office, admin: Client) -> None:
    said = {"site": str(office.cast.yql.pk), "begins": "22:00", "ends": "07:00", "starts_on": "2999-01-01"}
    admin.post("/messages/quiet-hours", said)
    admin.post("/messages/quiet-hours", said | {"begins": "23:00", "starts_on": "2999-02-01"})

    rows = QuietHours.objects.order_by("starts_on").values_list("begins", "ends_on")
    assert [(str(begins), str(ends)) for begins, ends in rows] == [("22:00:00", "2999-02-01"), ("23:00:00", "None")]
    assert "过去" in admin.post("/messages/quiet-hours", said | {"starts_on": "2020-01-01"}).content.decode()


def test_a_guard_chooses_on_the_phone(office: Office, signed_in: Any) -> None:
    office.channel(ChannelKind.WEB_PUSH, contact="it@example.com")
    guard = office.cast.user(Role.GUARD, office.cast.yql)
    client = signed_in(guard)
    page = client.get("/messages/mine").content.decode()
    assert Channel.objects.get().settings["public_key"] in page
    fields = dict.fromkeys(_choices(page), "never")

    client.post("/messages/mine", fields | {"email": "g@example.com", "orders-sms": "on_shift"})
    assert Preference.objects.get(group="orders", way="sms").when == "on_shift"
    assert "这不像一个邮箱地址" in client.post("/messages/mine", fields | {"email": "x"}).content.decode()

    keys = {"p256dh": "BAAA", "auth": "AAAA"}
    said = json.dumps({"endpoint": "http://localhost:9/push", "keys": keys})
    assert client.post("/messages/mine/push", said, content_type="application/json").status_code == 201
    assert client.post("/messages/mine/push", "[]", content_type="application/json").status_code == 422
    row = PushSubscription.objects.get()
    assert (row.user, "BAAA" in row.keys) == (guard, False)
    client.post("/messages/mine/push/ending", {"subscription": row.pk})
    assert not PushSubscription.objects.exists()

    worker = client.get("/messages/worker.js")
    assert (worker["Service-Worker-Allowed"], worker["Content-Type"]) == ("/", "text/javascript")


def _choices(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('<select name="')[1:]]


def test_a_file_is_for_whom_it_was_sent_to(office: Office, signed_in: Any) -> None:
    guard, keeper = office.cast.user(Role.GUARD, office.cast.yql), office.cast.user(Role.KEEPER, office.cast.yql)
    sending = {"subject": "月报", "body": "", "file_name": "月报.pdf", "content": b"%PDF", "dedupe_key": "r:1"}
    actions.send_document(recipient_ids=[guard.pk], at=office.at, **sending)
    link = guard.inbox.get().link

    got = signed_in(guard).get(link)
    assert (got.content, got["Content-Type"]) == (b"%PDF", "application/octet-stream")
    assert signed_in(keeper).get(link).status_code == 404


def test_a_keeper_notes_what_a_customer_wants(office: Office, signed_in: Any) -> None:
    owner = office.owner()
    keeper = signed_in(office.cast.user(Role.KEEPER, office.cast.yql))
    url = f"/messages/customers/{owner.pk}"

    keeper.post(f"{url}/ways", {"way0": "sms", "way1": "letter"})
    assert owner.telling.ways == ["sms", "letter"]
    refused = keeper.post(f"{url}/consents", {"way": "email", "is_given": "yes", "source": "当面"})
    assert "请一并填写" in refused.content.decode()
    keeper.post(f"{url}/consents", {"way": "sms", "is_given": "no", "source": "来电"})
    assert Consent.objects.get().by_name == office.cast.user(Role.KEEPER, office.cast.yql).name
    assert "来电" in keeper.get(url).content.decode()
    assert signed_in(office.cast.user(Role.KEEPER, office.cast.xh)).get(url).status_code == 404


@pytest.fixture
def resident(office: Office) -> User:
    user = office.cast.user(Role.RESIDENT, office.cast.yql)
    Customer.objects.filter(pk=office.owner().pk).update(user=user)
    return user


def test_a_resident_reads_and_says_how_to_be_told(office: Office, resident: User, signed_in: Any) -> None:
    notice = office.notify(resident.customers.get(), urgent=True)
    client = signed_in(resident)

    assert "停水通知" in client.get("/resident/notices").content.decode()
    client.post("/resident/notices/reading", {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert notice.look_at is None

    client.post("/resident/notices/ways", {"way0": "sms"})
    client.post("/resident/notices/consent", {"way": "email", "is_given": "yes", "address": "w@example.com"})
    page = client.get("/resident/notices/ways").content.decode()
    assert "电子邮件：同意" in page
    assert resident.customers.get().telling.ways == ["sms"]


def test_a_resident_cannot_read_for_another(office: Office, resident: User, signed_in: Any) -> None:
    other = office.notify(office.owner("李芳", phone="13800000002"))

    signed_in(resident).post("/resident/notices/reading", {"notice": other.pk})

    assert CustomerNotice.objects.get(pk=other.pk).read_at is None
