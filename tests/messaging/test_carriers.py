"""Each carrier speaks its protocol to a local server that takes it at its word."""

import json
import socket
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import new as hmac
from typing import Any
from urllib.parse import parse_qs, urlsplit

import http_ece
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from tests.messaging.conftest import Office
from tests.messaging.servers.smsc import OK, THROTTLED, WRONG_NUMBER, Gateway
from tests.webhooks.receiver import Receiver
from zhongshu.identity.roles import Role
from zhongshu.messaging import actions, batch
from zhongshu.messaging.kinds import ChannelKind, Fault, Group, Way, When
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.messaging.models import Channel, Delivery, PushSubscription


def answering(platform: Receiver, *said: dict[str, Any], status: int = 200) -> None:
    platform.answers = [(status, {"Content-Type": "application/json"}, json.dumps(each).encode()) for each in said]


# Web push


class Phone:
    """A browser that was subscribed: it can read what is encrypted for it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"

    @property
    def p256dh(self) -> str:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(point).decode().rstrip("=")

    def reads(self, body: bytes) -> dict[str, Any]:
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        said: dict[str, Any] = json.loads(plain)
        return said


def subscribed(office: Office, platform: Receiver, phone: Phone, path: str = "/push/1") -> Channel:
    channel = office.channel(ChannelKind.WEB_PUSH, contact="it@example.com")
    actions.subscribe(
        actor=office.cast.actor(Role.GUARD, office.cast.yql),
        at=office.at,
        endpoint=f"http://localhost:{platform.port}{path}",
        p256dh=phone.p256dh,
        auth=urlsafe_b64encode(phone.auth).decode().rstrip("="),
        device="Firefox",
    )
    return channel


def test_a_push_is_encrypted_for_the_browser_and_signed_by_us(office: Office, platform: Receiver) -> None:
    phone = Phone()
    guard = office.guard()
    channel = subscribed(office, platform, phone)
    platform.answers = [201]
    office.tell(guard, urgent=True)

    (delivery,) = office.out()

    assert delivery.state == DeliveryState.SENT
    (heard,) = platform.heard
    assert phone.reads(heard.body) == {
        "title": "新工单（P2）：厨房漏水",
        "body": "3栋101",
        "link": "/m/orders/GD-1",
        "tag": delivery.key,
    }
    assert heard.headers["content-encoding"] == "aes128gcm"
    assert (heard.headers["urgency"], len(heard.headers["topic"])) == ("high", 32)
    assert Vapid02.verify(heard.headers["authorization"])
    shown = parse_qs(heard.headers["authorization"].removeprefix("vapid ").replace(",", "&"))
    claims = json.loads(urlsafe_b64decode(shown["t"][0].split(".")[1] + "=="))
    assert claims["aud"] == f"http://localhost:{platform.port}"
    assert shown["k"] == [channel.settings["public_key"]]
    assert "private" not in json.dumps(channel.settings)


def test_a_browser_that_is_gone_is_forgotten(office: Office, platform: Receiver) -> None:
    guard = office.guard()
    subscribed(office, platform, Phone())
    platform.answers = [410]
    office.tell(guard)

    (delivery,) = office.out()

    assert delivery.state == DeliveryState.FAILED
    assert not PushSubscription.objects.exists()


# Bots of groups


def bot(office: Office, platform: Receiver, kind: ChannelKind, secret: str = "") -> Channel:
    said = {"url": f"http://localhost:{platform.port}/robot/send?key=abc"} | ({"secret": secret} if secret else {})
    return office.channel(kind, groups=(Group.ORDERS,), **said)


def test_wecom_is_told_once_for_all_and_mentions_whom_it_concerns(office: Office, platform: Receiver) -> None:
    bot(office, platform, ChannelKind.WECOM)
    answering(platform, {"errcode": 0, "errmsg": "ok"})
    guard, keeper = office.guard(), office.cast.user(Role.KEEPER, office.cast.yql)
    office.tell(guard, keeper, urgent=True)

    (delivery,) = office.out()

    assert delivery.state == DeliveryState.SENT
    text = {"content": "新工单（P2）：厨房漏水\n3栋101", "mentioned_mobile_list": ["13900000001"]}
    assert [heard.json for heard in platform.heard] == [{"msgtype": "text", "text": text}]


def test_dingtalk_gets_a_signature_in_the_address(office: Office, platform: Receiver) -> None:
    bot(office, platform, ChannelKind.DINGTALK, "SECabc")
    answering(platform, {"errcode": 0, "errmsg": "ok"})
    office.tell(office.guard())

    office.out()

    shown = parse_qs(urlsplit(platform.heard[0].path).query)
    stamp = shown["timestamp"][0]
    expected = hmac(b"SECabc", f"{stamp}\nSECabc".encode(), sha256).digest()
    assert b64decode(shown["sign"][0]) == expected
    assert int(stamp) == office.at.timestamp() * 1000


def test_feishu_gets_a_signature_in_the_body(office: Office, platform: Receiver) -> None:
    bot(office, platform, ChannelKind.FEISHU, "s3cret")
    answering(platform, {"code": 0, "msg": "success"})
    office.tell(office.guard())

    office.out()

    said = platform.heard[0].json
    stamp = str(int(office.at.timestamp()))
    assert said["timestamp"] == stamp
    assert said["sign"] == b64encode(hmac(f"{stamp}\ns3cret".encode(), b"", sha256).digest()).decode()
    assert said["content"]["text"].startswith("新工单")


def test_a_bot_that_is_throttled_is_left_alone_for_a_while(office: Office, platform: Receiver) -> None:
    channel = bot(office, platform, ChannelKind.WECOM)
    answering(platform, {"errcode": 45009, "errmsg": "api freq out of limit"})
    office.tell(office.guard())
    office.tell(office.guard(), key="order:2:move:9")

    deliveries = office.out()

    assert len(platform.heard) == 1  # the second was not even tried
    assert {each.state for each in deliveries} == {DeliveryState.WAITING}
    channel.refresh_from_db()
    assert channel.quiet_until == office.at + timedelta(minutes=1)
    assert channel.last_fault.startswith(Fault.THROTTLED)
    answering(platform, {"errcode": 0})
    assert {each.state for each in office.out(office.at + timedelta(minutes=2))} == {DeliveryState.SENT}
    channel.refresh_from_db()
    assert channel.failing_since is None


def test_a_bot_inside_is_not_reached_unless_that_is_allowed(office: Office, platform: Receiver, settings: Any) -> None:
    bot(office, platform, ChannelKind.WECOM)
    office.tell(office.guard())
    settings.WEBHOOKS_PRIVATE = False

    (delivery,) = office.out()

    assert not platform.heard
    assert delivery.attempts.get().fault == Fault.FORBIDDEN


# E-mail


class Postman:
    """Keeps letters; refuses those to nobody@."""

    def __init__(self) -> None:
        self.kept: list[Envelope] = []
        self.port = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _o: Any) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.kept.append(envelope)
        return "250 OK"


@pytest.fixture
def post_office() -> Any:
    postman = Postman()

    def let_in(server: Any, session: Any, envelope: Any, mechanism: Any, shown: LoginPassword) -> AuthResult:
        return AuthResult(success=shown.password == b"geheim", handled=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        postman.port = free.getsockname()[1]
    controller = Controller(
        postman,
        hostname="127.0.0.1",
        port=postman.port,
        authenticator=let_in,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    yield postman
    controller.stop()


def mail_channel(office: Office, post_office: Any, password: str = "geheim") -> Channel:
    return office.channel(
        ChannelKind.SMTP,
        host="127.0.0.1",
        port=str(post_office.port),
        security="none",
        sender="zhongshu@example.com",
        username="zhongshu",
        password=password,
    )


def test_a_document_goes_by_mail_with_the_file_attached(office: Office, post_office: Any) -> None:
    mail_channel(office, post_office)
    guard = office.guard(email=When.NEVER)
    sending = {"subject": "十月月报", "body": "见附件。", "file_name": "月报.pdf", "content": b"%PDF-1.7 ..."}

    assert actions.send_document(recipient_ids=[guard.pk], dedupe_key="report:2026-10", at=office.at, **sending) == 1
    assert actions.send_document(recipient_ids=[guard.pk], dedupe_key="report:2026-10", at=office.at, **sending) == 0
    (delivery,) = office.out()

    assert delivery.state == DeliveryState.SENT
    (envelope,) = post_office.kept
    letter = envelope.content.decode()
    assert envelope.rcpt_tos == ["guard@example.com"]
    assert f"<m{delivery.message_id}.email@example.com>" in letter
    assert b64encode(b"%PDF-1.7 ...").decode() in letter
    assert "application/pdf" in letter


def test_a_mailbox_that_does_not_exist_is_refused_for_good(office: Office, post_office: Any) -> None:
    mail_channel(office, post_office)
    guard = office.guard(email=When.ALWAYS)
    actions.choose_mine(
        actor=office.cast.actor(Role.GUARD, office.cast.yql),
        at=office.at,
        email="nobody@example.com",
        choices={(Group.ORDERS, Way.EMAIL): When.ALWAYS},
    )
    office.tell(guard)

    (delivery,) = office.out()

    assert delivery.state == DeliveryState.FAILED
    assert delivery.attempts.get().answer.startswith("550")


def test_a_wrong_password_is_the_channels_fault(office: Office, post_office: Any) -> None:
    channel = mail_channel(office, post_office, "falsch")
    office.tell(office.guard(email=When.ALWAYS))

    (delivery,) = office.out()

    assert (delivery.state, delivery.tries) == (DeliveryState.WAITING, 0)
    channel.refresh_from_db()
    assert channel.last_fault.startswith(Fault.SETTINGS)
    assert "falsch" not in channel.last_fault


# SMS by a vendor's signed protocol


def tencent(office: Office, platform: Receiver) -> Channel:
    office.template(Way.SMS, "您有新通知：{title}，{body}", vendor_id="1234567")
    return office.channel(
        ChannelKind.TENCENT,
        app="1400006666",
        signature="安居物业",
        region="ap-guangzhou",
        endpoint=f"http://localhost:{platform.port}",
        secret_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        secret_key="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
    )


def is_signed(heard: Any) -> bool:
    """TC3-HMAC-SHA256, reckoned from what came."""
    algorithm, rest = heard.headers["authorization"].split(" ", 1)
    parts = dict(each.strip().split("=", 1) for each in rest.split(","))
    names = parts["SignedHeaders"].split(";")
    lines = "".join(f"{name}:{heard.headers[name].strip().lower()}\n" for name in names)
    request = "\n".join(["POST", "/", "", lines, parts["SignedHeaders"], sha256(heard.body).hexdigest()])
    scope = parts["Credential"].split("/", 1)[1]
    stamp = heard.headers["x-tc-timestamp"]
    to_sign = "\n".join([algorithm, stamp, scope, sha256(request.encode()).hexdigest()])
    key = b"TC3Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
    for step in scope.split("/"):
        key = hmac(key, step.encode(), sha256).digest()
    return parts["Signature"] == hmac(key, to_sign.encode(), sha256).hexdigest()


def status_of(code: str, serial: str = "S1") -> dict[str, Any]:
    row = {"SerialNo": serial, "PhoneNumber": "+8613800000001", "Fee": 1, "Code": code, "Message": code.lower()}
    return {"Response": {"SendStatusSet": [row], "RequestId": "r"}}


def test_an_sms_goes_signed_with_the_vendors_template(office: Office, platform: Receiver) -> None:
    tencent(office, platform)
    answering(platform, status_of("Ok"))
    office.notify(office.owner())

    (delivery,) = office.out()

    assert (delivery.state, delivery.provider_ids) == (DeliveryState.SENT, ["S1"])
    (heard,) = platform.heard
    assert is_signed(heard)
    assert heard.headers["x-tc-action"] == "SendSms"
    said = heard.json
    assert said["PhoneNumberSet"] == ["+8613800000001"]
    assert (said["TemplateId"], said["SignName"]) == ("1234567", "安居物业")
    assert said["TemplateParamSet"] == ["停水通知", "3栋水泵故障，预计18:00恢复。"]


def test_its_receipts_are_pulled_and_settled(office: Office, platform: Receiver) -> None:
    channel = tencent(office, platform)
    answering(platform, status_of("Ok", "S1"), status_of("Ok", "S2"))
    office.notify(office.owner())
    office.notify(office.owner("李芳", phone="13800000002"))
    office.out()
    rows = [
        {"SerialNo": "S1", "ReportStatus": "SUCCESS", "Description": "DELIVRD", "PhoneNumber": "1"},
        {"SerialNo": "S2", "ReportStatus": "FAIL", "Description": "空号", "PhoneNumber": "2"},
    ]
    answering(platform, {"Response": {"PullSmsSendStatusSet": rows, "RequestId": "r"}})

    assert actions.fetch_receipts(channel_id=channel.pk, at=office.at) == 2
    assert actions.fetch_receipts(channel_id=channel.pk, at=office.at) == 0  # the same again is nothing new
    batch.tick(at=office.at + timedelta(minutes=1))

    states = dict(Delivery.objects.values_list("address", "state"))
    assert states == {"13800000001": DeliveryState.DELIVERED, "13800000002": DeliveryState.FAILED}


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("FailedOperation.PhoneNumberInBlacklist", DeliveryState.FAILED),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", DeliveryState.WAITING),
        ("FailedOperation.InsufficientBalanceInSmsPackage", DeliveryState.WAITING),
        ("InternalError.Timeout", DeliveryState.UNSURE),
    ],
)
def test_what_the_vendor_says_decides(office: Office, platform: Receiver, code: str, state: DeliveryState) -> None:
    tencent(office, platform)
    answering(platform, status_of(code))
    office.notify(office.owner())

    (delivery,) = office.out()

    assert delivery.state == state


# SMS by SMPP


def smpp(office: Office, smsc: Gateway, **more: str) -> Channel:
    said = {"host": "127.0.0.1", "port": str(smsc.port), "system_id": "zs", "password": "geheim"}
    return office.channel(ChannelKind.SMPP, **(said | {"signature": "安居物业", "source": "10690000"} | more))


def test_a_short_text_is_one_message_in_ucs2(office: Office, smsc: Gateway) -> None:
    smpp(office, smsc)
    office.notify(office.owner())

    (delivery,) = office.out()

    assert (delivery.state, delivery.provider_ids) == (DeliveryState.SENT, ["M1"])
    (taken,) = smsc.submitted
    assert (taken.number, taken.coding, taken.receipt_wanted) == ("13800000001", 8, 1)
    assert taken.body.decode("utf-16-be") == "【安居物业】停水通知。3栋水泵故障，预计18:00恢复。"
    assert smsc.links_answered == 1  # the gateway asked whether we are there


def test_a_long_text_is_cut_and_its_parts_belong_together(office: Office, smsc: Gateway) -> None:
    smpp(office, smsc)
    office.template(Way.SMS, "{body}" * 5)
    office.notify(office.owner())

    (delivery,) = office.out()

    assert (delivery.parts, delivery.provider_ids) == (2, ["M1", "M2"])
    heads = [taken.body[:6] for taken in smsc.submitted]
    assert [head[:3] + head[4:] for head in heads] == [b"\x05\x00\x03\x02\x01", b"\x05\x00\x03\x02\x02"]
    assert heads[0][3] == heads[1][3]
    assert all(taken.esm_class & 0x40 for taken in smsc.submitted)
    whole = b"".join(taken.body[6:] for taken in smsc.submitted).decode("utf-16-be")
    assert whole == "【安居物业】" + "3栋水泵故障，预计18:00恢复。" * 5


def test_its_receipts_come_in_the_same_session_or_the_next(office: Office, smsc: Gateway) -> None:
    channel = smpp(office, smsc)
    office.notify(office.owner())
    office.out()
    smsc.receipt("M1", "DELIVRD")

    assert actions.fetch_receipts(channel_id=channel.pk, at=office.at) == 1
    batch.tick(at=office.at)

    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    assert smsc.acknowledged == 1


def test_a_receipt_that_comes_before_its_id_is_noted_is_not_lost(office: Office, smsc: Gateway) -> None:
    smsc.stat = "UNDELIV"
    smpp(office, smsc)
    office.notify(office.owner())
    office.notify(office.owner("李芳", phone="13800000002"))

    office.out()
    batch.tick(at=office.at)

    assert DeliveryState.FAILED in set(Delivery.objects.values_list("state", flat=True))


def test_a_gateway_that_wants_less_gets_it_later(office: Office, smsc: Gateway) -> None:
    smpp(office, smsc)
    smsc.answers = [THROTTLED, OK]
    office.notify(office.owner())

    (delivery,) = office.out()
    assert (delivery.state, delivery.attempts.get().fault) == (DeliveryState.WAITING, Fault.THROTTLED)

    (delivery,) = office.out(office.at + timedelta(minutes=2))
    assert delivery.state == DeliveryState.SENT


@pytest.mark.parametrize(
    ("answers", "state"), [([WRONG_NUMBER], DeliveryState.FAILED), ([OK, THROTTLED], DeliveryState.UNSURE)]
)
def test_a_refusal_and_half_a_message(office: Office, smsc: Gateway, answers: list[int], state: DeliveryState) -> None:
    smpp(office, smsc)
    office.template(Way.SMS, "{body}" * 5)
    smsc.answers = answers
    office.notify(office.owner())

    (delivery,) = office.out()

    assert delivery.state == state


def test_a_gateway_that_hangs_up_leaves_us_unsure(office: Office, smsc: Gateway) -> None:
    smpp(office, smsc)
    smsc.hangs_up_on = "13800000001"
    office.notify(office.owner())

    (delivery,) = office.out()
    assert delivery.state == DeliveryState.UNSURE
    office.out(office.at + timedelta(minutes=30))

    assert len(smsc.submitted) == 1  # it was never sent again by itself


def test_a_gateway_that_does_not_know_us_or_is_not_there(office: Office, smsc: Gateway) -> None:
    known = smpp(office, smsc, password="falsch")
    office.notify(office.owner())
    (delivery,) = office.out()
    assert (delivery.state, delivery.tries) == (DeliveryState.WAITING, 0)
    known.refresh_from_db()
    assert known.last_fault.startswith(Fault.SETTINGS)

    said = {"host": "127.0.0.1", "port": "1", "system_id": "zs", "password": "geheim"}
    actions.edit_channel(actor=office.admin, at=office.at, channel_id=known.pk, name="x", values=said)
    office.out()
    known.refresh_from_db()
    assert known.last_fault.startswith(Fault.UNREACHABLE)


# WeChat


def wechat(office: Office, platform: Receiver, openid: str = "oABC") -> Channel:
    office.template(Way.WECHAT, "thing1: {title}\nthing2: {body}\ntime3: {time}", vendor_id="TM1")
    return office.channel(ChannelKind.WECHAT, app="wx1", secret="geheim", endpoint=f"http://localhost:{platform.port}")


def linked(office: Office) -> Any:
    owner = office.owner()
    actions.note_consent(
        actor=office.cast.actor(Role.KEEPER, office.cast.yql),
        at=office.at,
        customer_id=owner.pk,
        way=Way.WECHAT,
        is_given=True,
        source="上门时",
        address="oABC",
    )
    return owner


def test_wechat_gets_fields_and_a_token_that_is_kept(office: Office, platform: Receiver) -> None:
    channel = wechat(office, platform)
    owner = linked(office)
    token = {"access_token": "T" * 512, "expires_in": 7200}
    answering(platform, token, {"errcode": 0, "msgid": 11}, {"errcode": 0, "msgid": 12})
    office.notify(owner)
    office.notify(owner, key="outage:2")

    first, second = office.out()

    assert {first.state, second.state} == {DeliveryState.SENT}
    assert [urlsplit(heard.path).path.rpartition("/")[2] for heard in platform.heard] == [
        "stable_token",
        "send",
        "send",
    ]
    said = platform.heard[1].json
    assert (said["touser"], said["template_id"], said["client_msg_id"]) == ("oABC", "TM1", first.key)
    assert said["data"]["thing1"] == {"value": "停水通知"}
    assert len(said["data"]["thing2"]["value"]) <= 20
    assert said["data"]["time3"] == {"value": "2026-11-04 12:00"}
    channel.refresh_from_db()
    assert "TTTT" not in channel.token


def test_a_worn_out_token_is_asked_for_anew(office: Office, platform: Receiver) -> None:
    wechat(office, platform)
    answering(
        platform,
        {"access_token": "old", "expires_in": 7200},
        {"errcode": 42001, "errmsg": "access_token expired"},
        {"access_token": "new", "expires_in": 7200},
        {"errcode": 0, "msgid": 1},
    )
    office.notify(linked(office))

    (delivery,) = office.out()

    assert delivery.state == DeliveryState.SENT
    assert platform.heard[2].json["force_refresh"] is True
    assert platform.heard[3].path.endswith("access_token=new")


def test_who_follows_us_no_more_is_told_by_the_next_channel(office: Office, platform: Receiver, smsc: Gateway) -> None:
    wechat(office, platform)
    smpp(office, smsc)
    answering(platform, {"access_token": "t", "expires_in": 7200}, {"errcode": 43004, "errmsg": "require subscribe"})
    office.notify(linked(office))

    office.out()
    by_wechat, by_sms = office.out()

    assert (by_wechat.state, by_sms.way, by_sms.state) == (DeliveryState.FAILED, Way.SMS, DeliveryState.SENT)


def test_the_clock_of_a_delivery_is_passed_in(office: Office, smsc: Gateway, noon: datetime) -> None:
    smpp(office, smsc)
    office.notify(office.owner())

    (delivery,) = office.out()

    assert {delivery.sent_at, delivery.claimed_at, delivery.created_at} == {noon}
