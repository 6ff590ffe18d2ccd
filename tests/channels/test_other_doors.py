"""Alarms, letters, WeChat and secrets; and that every channel has a door."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.channels.conftest import Exchange, Town
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import Case
from zhongshu.channels import actions
from zhongshu.channels.engine import signing
from zhongshu.channels.errors import AlreadyDone, BadSignature, ScanRefused
from zhongshu.channels.kinds import AlarmKind, AlarmSeverity, Door
from zhongshu.channels.models import Alarm, ChannelPolicy, Device
from zhongshu.channels.policies.limits import STANDARD, Limits
from zhongshu.channels.queries.limits import limits_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.people.kinds import TeamKind

pytestmark = pytest.mark.django_db


class Panel:
    """The alarm panel of the town."""

    def __init__(self, town: Town) -> None:
        self.town, self.manager = town, town.cast.actor(Role.SITE_MANAGER, town.site)

    def send(self, kind: AlarmKind = AlarmKind.PUMP_FAULT, *, after: int = 0, clear: bool = False, **more):
        at = self.town.at + timedelta(minutes=after)
        said = {"device_code": "PUMP-1", "severity": AlarmSeverity.CRITICAL, "place_text": "地下泵房"} | more
        signal = actions.Signal(kind=kind, happened_at=at, is_clear=clear, **said)
        return actions.raise_alarm(actor=self.manager, at=at, site=self.town.site, signal=signal)


@pytest.fixture
def panel(town: Town) -> Panel:
    return Panel(town)


def test_repeated_alarms_join_the_case_that_is_open(panel: Panel) -> None:
    first = panel.send()
    assert (first.case.channel, first.case.urgency, first.case.place_text) == (Channel.ALARM, "P2", "地下泵房")
    assert panel.send() == first  # the same signal once more
    again = panel.send(after=20)
    assert (again.pk, again.times, again.case) == (first.pk, 2, first.case)
    assert first.case.entries.filter(text__contains="第 2 次报警").exists()
    assert panel.send(after=20 + 31).case != first.case
    assert panel.send(AlarmKind.LEAK, after=21).case != first.case
    assert Case.objects.count() == 3


def test_an_alarm_after_the_case_was_closed_is_a_new_one(panel: Panel) -> None:
    first = panel.send()
    Case.objects.filter(pk=first.case_id).update(closed_at=panel.town.at)
    assert panel.send(after=5).case != first.case


def test_what_is_taken_back_is_noted_and_may_come_again(panel: Panel) -> None:
    alarm = panel.send()
    assert panel.send(after=3, clear=True).cleared_at == panel.town.at + timedelta(minutes=3)
    assert alarm.case.entries.filter(text__contains="设备已恢复").count() == 1
    assert panel.send(after=4).cleared_at is None
    assert panel.send(AlarmKind.FIRE, after=4, clear=True) is None


def test_a_message_that_overtakes_another_counts_all_the_same(panel: Panel) -> None:
    panel.town.at += timedelta(minutes=10)
    panel.send(after=-5, clear=True)
    alarm = panel.send(after=-8)
    assert alarm.cleared_at == panel.town.at - timedelta(minutes=5)


def test_a_hazard_is_urgent_at_once_however_mildly_put(panel: Panel) -> None:
    alarm = panel.send(AlarmKind.SMOKE, severity=AlarmSeverity.INFO)
    assert (alarm.case.urgency, alarm.case.team_kind) == ("P1", TeamKind.SECURITY)
    quiet = panel.send(AlarmKind.OFFLINE, severity=AlarmSeverity.INFO)
    assert quiet.case is None
    assert panel.send(AlarmKind.OFFLINE, severity=AlarmSeverity.WARNING, after=1).case is not None


def test_where_a_device_stands_is_said_once(panel: Panel) -> None:
    panel.send(place_text="不知道哪里")
    device = Device.objects.get()
    gate = panel.town.place("PUB-GATE-E")
    actions.place_device(
        actor=panel.manager, at=panel.town.at, site=panel.town.site, code=device.code, place=gate, name="一号泵"
    )
    assert panel.send(AlarmKind.LEAK, after=1).case.place == gate
    guard = panel.town.actor(Role.GUARD)
    with pytest.raises(NotFound):
        actions.place_device(actor=guard, at=panel.town.at, site=panel.town.site, code="X", place=gate)
    signal = actions.Signal(
        device_code="X", kind=AlarmKind.FIRE, severity=AlarmSeverity.CRITICAL, happened_at=panel.town.at
    )
    with pytest.raises(NotFound):
        actions.raise_alarm(actor=guard, at=panel.town.at, site=panel.town.site, signal=signal)
    assert Alarm.objects.count() == 2


def picture(colour: str = "white", kind: str = "PNG", pages: int = 1) -> SimpleUploadedFile:
    buffer = BytesIO()
    image = Image.new("RGB", (60, 80), colour)
    more = {"save_all": True, "append_images": [Image.new("RGB", (60, 80), "teal")] * (pages - 1)} if pages > 1 else {}
    image.save(buffer, kind, **more)
    return SimpleUploadedFile(f"scan.{kind.lower()}", buffer.getvalue())


def keep(town: Town, *scans: SimpleUploadedFile, **more):
    said = {"sender": "李老师", "text": "二期3栋2单元1502 楼道灯坏了三周", "received_on": day_of(town.at)} | more
    return actions.keep_letter(actor=town.actor(Role.CALL_TAKER), at=town.at, site=town.site, scans=scans, **said)


def test_a_letter_is_kept_page_by_page_and_answered(town: Town, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    letter = keep(town, picture(), picture(kind="PDF", pages=2))
    assert (letter.case.channel, letter.case.caller_name) == (Channel.LETTER, "李老师")
    assert letter.case.place == town.place("P2-3-2-1502")
    assert letter.pages.count() == 3
    with Image.open(letter.pages.first().file) as page:
        assert page.format == "JPEG"

    def answer(**more):
        said = {"reply": "李老师：灯已修好。", "replied_on": day_of(town.at)} | more
        lead = town.cast.actor(Role.SERVICE_LEAD, town.site)
        return actions.reply_to_letter(actor=lead, at=town.at, letter_id=letter.pk, **said)

    with pytest.raises(Invalid):
        answer(replied_on=day_of(town.at) - timedelta(days=1))
    assert answer().replied_on == day_of(town.at)
    with pytest.raises(AlreadyDone):
        answer()


def test_what_is_no_scan_is_no_letter(town: Town) -> None:
    with pytest.raises(ScanRefused):
        keep(town, SimpleUploadedFile("x.pdf", b"%PDF-1.7 nothing"))
    with pytest.raises(ScanRefused):
        keep(town, SimpleUploadedFile("x.png", b"<svg/>"))
    with pytest.raises(Invalid):
        keep(town, received_on=day_of(town.at) + timedelta(days=1))
    assert not Case.objects.exists()


def test_a_door_with_a_secret_takes_only_what_is_signed_lately(town: Town, later) -> None:
    manager = town.cast.actor(Role.SITE_MANAGER, town.site)
    with pytest.raises(Invalid):
        actions.set_secret(actor=manager, at=town.at, site=town.site, door=Door.CALLS, secret="short")
    actions.set_secret(actor=manager, at=town.at, site=town.site, door=Door.CALLS, secret="a-good-secret")
    secret, body, stamp = signing.secret_of(town.site.pk, Door.CALLS), b"{}", str(int(town.at.timestamp()))
    good = signing.signature(secret, stamp, body)
    signing.check(secret, timestamp=stamp, given=good.upper(), body=body, at=later(minutes=5))
    for wrong in (
        {"given": good, "body": b"{ }"},
        {"given": "", "body": body},
        {"given": good, "body": body, "timestamp": str(int(stamp) + 1)},
        {"given": good, "body": body, "at": later(minutes=6)},
        {"given": good, "body": body, "timestamp": "١"},
    ):
        with pytest.raises(BadSignature):
            signing.check(secret, **{"timestamp": stamp, "at": town.at} | wrong)
    actions.set_secret(actor=manager, at=town.at, site=town.site, door=Door.CALLS, secret="")
    signing.check(signing.secret_of(town.site.pk, Door.CALLS), timestamp="", given="", body=body, at=town.at)


def test_a_sites_numbers_count_from_the_day_they_are_set(town: Town, later) -> None:
    lead, on = town.cast.actor(Role.SERVICE_LEAD, town.site), day_of(town.at)
    assert limits_of(town.site.pk, on) == STANDARD
    for minutes in (20, 30):
        actions.set_limits(actor=lead, at=later(days=1), site=town.site, limits=Limits(angry_minutes=minutes))
    assert limits_of(town.site.pk, on) == STANDARD
    assert limits_of(town.site.pk, on + timedelta(days=1)).angry_minutes == 30
    assert ChannelPolicy.objects.count() == 1
    with pytest.raises(Invalid):
        actions.set_limits(actor=lead, at=town.at, site=town.site, limits=Limits(angry_minutes=0))


def knock(client, site: str, token: str, *, body: str = "", at: int, nonce: str = "n1", echo: str = ""):
    digest = hashlib.sha1("".join(sorted([token, str(at), nonce])).encode()).hexdigest()
    query = f"signature={digest}&timestamp={at}&nonce={nonce}" + (f"&echostr={echo}" if echo else "")
    if not body:
        return client.get(f"/channels/wechat/{site}?{query}")
    return client.post(f"/channels/wechat/{site}?{query}", body, content_type="text/xml")


MESSAGE = """<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oUser1]]></FromUserName>
<CreateTime>1</CreateTime><MsgType><![CDATA[{kind}]]></MsgType><Content><![CDATA[{text}]]></Content>
<MsgId>{id}</MsgId></xml>"""


def test_a_text_sent_by_wechat_becomes_a_case(exchange: Exchange, client) -> None:
    from zhongshu.kernel.clock import now

    site, stamp = exchange.town.site, int(now().timestamp())
    actions.set_secret(actor=exchange.lead, at=exchange.town.at, site=site, door=Door.WECHAT, secret="wx-token-1")

    def say(text: str, message_id: int, kind: str = "text", token: str = "wx-token-1"):
        body = MESSAGE.format(text=text, id=message_id, kind=kind)
        return knock(client, site.code, token, body=body, at=stamp)

    assert knock(client, site.code, "wx-token-1", at=stamp, echo="hello").content == b"hello"
    answer = say("二期3栋2单元1502厨房下水堵了", 1)
    case = Case.objects.get()
    assert (case.channel, case.place) == (Channel.WECHAT, exchange.town.place("P2-3-2-1502"))
    assert case.number in answer.content.decode()
    say("二期3栋2单元1502厨房下水堵了", 1)
    say("下午三点以后在家", 2)
    assert Case.objects.count() == 1
    assert case.entries.filter(text__contains="下午三点以后在家").count() == 1
    for ignored in (say("", 3), say("x", 4, kind="image"), say("]]>&<", 5)):
        assert ignored.content == b"success"
    assert say("水漫出来了", 6, token="wrong-token").status_code == 403
    assert knock(client, site.code, "wx-token-1", at=stamp - 900, echo="x").status_code == 403
    assert knock(client, "NOWHERE", "", at=stamp, echo="x").status_code == 403
    entity = '<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>text</MsgType><Content>&a;</Content></xml>'
    assert knock(client, site.code, "wx-token-1", body=entity, at=stamp).content == b"success"
    assert Case.objects.count() == 1


DOORS = {
    Channel.TELEPHONE: "console:desk",
    Channel.COUNTER: "console:desk",
    Channel.LETTER: "channels:new_letter",
    Channel.WECHAT: "channels:wechat",
    Channel.PORTAL: "portal:report",
    Channel.EMPLOYEE: "console:phone_report",
    Channel.PATROL: "console:phone_report",
    Channel.HOTLINE_12345: "channels:new_sheet",
    Channel.ALARM: "api:raise_alarm",
    Channel.API: "api:open_case",
}


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_has_a_door(channel: Channel) -> None:
    from tests.house.addresses import addresses

    assert (DOORS[channel], "POST") in {(address.name, address.method) for address in addresses()}
