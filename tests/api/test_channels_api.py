"""The doors of the channels over the API: tokens with one right, signatures, and what comes back."""

import time

import pytest

from tests.api.conftest import Phone
from tests.cases.conftest import Town
from zhongshu.channels import actions
from zhongshu.channels.engine import signing
from zhongshu.channels.kinds import Door
from zhongshu.channels.models import AngryContact, Call
from zhongshu.identity.roles import Role

pytestmark = pytest.mark.django_db
RINGING = {"call_id": "c1", "event": "ringing", "number": "13900001111", "extension": "801"}


def seat(town: Town) -> None:
    staff = town.staff[Role.CALL_TAKER]
    actions.assign_extension(actor=town.cast.system, at=town.at, site=town.site, number="801", staff=staff)


def test_a_telephone_system_needs_no_more_than_its_own_right(town: Town, program: Phone) -> None:
    seat(town)
    exchange = program(Role.SITE_MANAGER, scopes=["channels.calls"])
    told = exchange.post("/channels/calls", {"site": "HT", **RINGING})
    assert told.json() | {"id": 0} == {
        "id": 0, "state": "ringing", "is_news": True,
        "ring": [{"line": "801", "name": "call_taker", "rung": "call_takers"}],
    }  # fmt: skip
    again = exchange.post("/channels/calls", {"site": "HT", **RINGING}).json()
    assert (again["is_news"], again["id"]) == (False, told.json()["id"])
    assert exchange.get("/channels/roll-over?site=HT").json()["ring"][0]["line"] == "801"
    assert exchange.get("/channels/calls").status_code == 404
    ended = exchange.post("/channels/calls", {"site": "HT", "call_id": "c1", "event": "ended"}).json()
    assert ended["state"] == "missed"
    desk = program(Role.CALL_TAKER)
    (owed,) = desk.get("/channels/call-backs?site=HT").json()["items"]
    assert owed["number"] == "139****1111"
    done = desk.post(f"/channels/call-backs/{owed['id']}/tries", {"outcome": "reached"})
    assert (done.status_code, done.json()["outcome"]) == (201, "reached")
    assert desk.post("/channels/calls", {"site": "HT", **RINGING}).status_code == 404


def test_a_door_with_a_secret_refuses_what_is_not_signed(town: Town, program: Phone) -> None:
    manager = town.cast.actor(Role.SITE_MANAGER, town.site)
    actions.set_secret(actor=manager, at=town.at, site=town.site, door=Door.CALLS, secret="exchange-9")
    exchange = program(Role.SITE_MANAGER, scopes=["channels.calls"])
    refused = exchange.post("/channels/calls", {"site": "HT", **RINGING})
    assert (refused.status_code, refused.json()["code"]) == (401, "bad_signature")
    assert not Call.objects.exists()
    body, stamp = b'{"site":"HT","call_id":"c1","event":"ringing"}', str(int(time.time()))
    signed = {
        "X-Zhongshu-Timestamp": stamp,
        "X-Zhongshu-Signature": signing.signature("exchange-9", stamp, body),
    }
    assert exchange.post("/channels/calls", body, **signed).status_code == 200
    assert exchange.post("/channels/calls", body + b" ", **signed).status_code == 401


def test_an_alarm_system_raises_and_takes_back(town: Town, program: Phone) -> None:
    panel = program(Role.SITE_MANAGER, scopes=["channels.alarms"])
    said = {"site": "HT", "device": "SM-1", "kind": "smoke", "place": "东门岗亭"}
    alarm = panel.post("/channels/alarms", said).json()["alarm"]
    assert alarm["case"].startswith("BS-HT-")
    cleared = panel.post("/channels/alarms", said | {"cleared_at": town.at.isoformat()})
    assert cleared.status_code == 200
    desk = program(Role.SERVICE_LEAD)
    placed = desk.send("PUT", "/channels/devices/HT/SM-1", {"place": "PUB-GATE-E", "name": "东门烟感"})
    assert placed.json()["place"] == "PUB-GATE-E"
    assert desk.get("/channels/alarms?site=HT&kind=smoke").json()["total"] == 1


def test_a_sheet_comes_in_and_is_answered(town: Town, program: Phone) -> None:
    desk, manager = program(Role.CALL_TAKER), program(Role.SITE_MANAGER)
    sheet = {"site": "HT", "number": "HF9", "text": "电梯故障", "kind": "help", "caller_phone": "13900001111"}
    new = desk.post("/channels/hotline-sheets", sheet)
    assert (new.status_code, new.json()["is_new"]) == (201, True)
    assert desk.post("/channels/hotline-sheets", sheet).status_code == 200
    one = f"/channels/hotline-sheets/{new.json()['id']}"
    assert desk.post(f"{one}/signature", None).json()["state"] == "signed"
    desk.post(f"{one}/contact", {"words": "已联系"})
    assert desk.post(f"{one}/replies", {"words": "已修好"}).status_code == 201
    assert desk.post(f"{one}/approval", {"is_approved": True}).status_code == 404
    assert manager.post(f"{one}/approval", {"is_approved": True}).json()["state"] == "replied"
    closed = desk.post(f"{one}/result", {"satisfaction": "satisfied", "is_solved": True}).json()
    assert (closed["state"], closed["satisfaction"]) == ("closed", "satisfied")
    assert desk.post(f"{one}/objections", {"grounds": "not_ours", "words": "不归我们"}).status_code == 409


def test_load_is_told_to_the_person_and_to_who_relieves_them(town: Town, program: Phone) -> None:
    taker, lead, quality = program(Role.CALL_TAKER), program(Role.SERVICE_LEAD), program(Role.QUALITY)
    assert taker.post("/channels/angry-contacts", {"minutes": 45}).status_code == 201
    own = taker.get("/channels/load?site=HT").json()
    assert (own["own"]["is_too_much"], own["others"]) == (True, [])
    (seen,) = lead.get("/channels/load?site=HT").json()["others"]
    assert quality.get("/channels/load?site=HT").json()["others"] == []
    assert quality.post("/channels/reliefs", {"staff_id": seen["staff_id"]}).status_code == 404
    assert lead.post("/channels/reliefs", {"staff_id": seen["staff_id"]}).status_code == 201
    assert AngryContact.objects.get().minutes == 45
