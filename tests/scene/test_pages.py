"""The pages of help on the scene: two taps, one call whatever the line does, those who come, and the API."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.scene.conftest import SceneCrew
from tests.scene.test_stories import photo, sound
from zhongshu.cases.actions import open_case
from zhongshu.cases.lifecycle import Channel
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.kernel.outbox import deliver_pending
from zhongshu.people.models import RosterEntry
from zhongshu.scene.models import Assistance


@pytest.fixture
def crew(crew: SceneCrew) -> SceneCrew:
    """Everybody is on duty now: pages read the clock."""
    begins = now() - (crew.noon - RosterEntry.objects.earliest("pk").starts_at)
    RosterEntry.objects.update(starts_at=begins, ends_at=begins + (now() - begins) * 2)
    return crew


def browser(crew: SceneCrew, name: str) -> Client:
    client = Client()
    client.force_login(crew.staff[name].user)
    session = client.session
    session["site_id"] = crew.site.pk
    session.save()
    return client


def sent(crew: SceneCrew, **given: str) -> Assistance:
    said = {"danger": "violence", "key": "abc", "words": "三个人", **given}
    answer = browser(crew, "张强").post("/scene/sos", said)
    call = Assistance.objects.get()
    assert answer.headers["Location"] == f"/scene/m/{call.number}"
    return call


def test_help_is_two_taps_away_from_every_phone_page(crew: SceneCrew) -> None:
    phone = browser(crew, "张强")
    for page in ("/m/", "/m/report", "/m/inbox", "/m/me"):
        assert b'href="/scene/sos"' in phone.get(page).content, page
    page = phone.get("/scene/sos").content.decode()
    assert page.count('name="danger"') == 5


def test_sent_again_by_a_bad_line_it_is_one_call_and_the_way_to_it_leads_there(crew: SceneCrew) -> None:
    call = sent(crew)
    assert sent(crew) == call
    assert browser(crew, "张强").get("/scene/sos").headers["Location"] == f"/scene/m/{call.number}"


def test_a_refusal_keeps_the_words(crew: SceneCrew) -> None:
    answer = browser(crew, "张强").post("/scene/sos", {"danger": "", "key": "abc", "words": "三个人"})
    assert answer.status_code == 422
    assert "三个人" in answer.content.decode()


def test_the_helper_comes_and_the_supervisor_watches(crew: SceneCrew) -> None:
    call = sent(crew, order_number="")
    guard, lead = browser(crew, "消控"), browser(crew, "王主管")
    assert "我来支援" in guard.get(f"/scene/m/{call.number}").content.decode()
    guard.post(f"/scene/{call.number}/acceptance", {"from": "phone"})
    assert "正在赶来" in guard.get(f"/scene/m/{call.number}/live").content.decode()
    assert "支援在途" in lead.get(f"/scene/{call.number}/live").content.decode()
    upload = {"from": "phone", "upload": SimpleUploadedFile("x.jpg", photo().read())}
    answer = guard.post(f"/scene/{call.number}/photos", upload)
    assert answer.headers["Location"] == f"/scene/m/{call.number}"
    kept = call.entries.get(kind="photo")
    assert guard.get(f"/scene/{call.number}/entries/{kept.pk}").headers["Content-Type"] == "image/jpeg"
    original = lead.get(f"/scene/{call.number}/entries/{kept.pk}/original")
    assert "attachment" in original.headers["Content-Disposition"]
    assert guard.get(f"/scene/{call.number}/entries/{kept.pk}/original").status_code == 404
    refused = guard.post(f"/scene/{call.number}/stand-down", {"from": "phone", "words": ""})
    assert refused.status_code in (404, 422)
    assert browser(crew, "赵电").get(f"/scene/m/{call.number}").status_code == 404


def test_what_was_typed_stays_when_it_is_refused(crew: SceneCrew) -> None:
    call = sent(crew)
    answer = browser(crew, "经理").post(f"/scene/{call.number}/witnesses", {"name": "周女士", "text": ""})
    assert answer.status_code == 422
    assert "周女士" in answer.content.decode()


def test_the_case_of_the_order_learns_that_help_was_called(crew: SceneCrew) -> None:
    taker = crew.cast.actor(Role.CALL_TAKER, crew.site)
    intake = open_case(
        actor=taker,
        at=crew.noon,
        site=crew.site,
        text="厨房水管漏水",
        channel=Channel.TELEPHONE,
        place_code="P1-3-2-1502",
    )
    call = crew.sos(str(intake.order.assignee), place=None, order_number=intake.order.number)
    deliver_pending(at=crew.noon)
    assert call.case == intake.case
    assert intake.case.entries.filter(text__contains=call.number).count() == 1


def test_programs_do_the_same(crew: SceneCrew) -> None:
    caller, guard, manager = (browser(crew, name) for name in ("张强", "消控", "经理"))
    said = {"site": "YQL", "danger": "fire", "key": "k", "place": "P1-4"}
    made = caller.post("/api/v1/scene/calls", said, content_type="application/json")
    assert made.status_code == 201, made.content
    number = made.json()["number"]

    def tell(client: Client, what: str, **body: str) -> int:
        return client.post(f"/api/v1/scene/calls/{number}/{what}", body, content_type="application/json").status_code

    assert tell(guard, "answers", answer="accept") == 200
    assert tell(guard, "answers", answer="accept") == 409
    assert tell(guard, "answers", answer="arrive") == 200
    assert tell(guard, "witnesses", name="周女士", phone="13800001234", text="看见了") == 200
    assert tell(guard, "police", station="城东派出所") == 200
    recording = SimpleUploadedFile("a.wav", sound().read())
    kept = guard.post(f"/api/v1/scene/calls/{number}/sounds", {"upload": recording})
    assert kept.status_code == 201, kept.content.decode()
    nonsense = SimpleUploadedFile("a.wav", BytesIO(b"MZ").read())
    assert guard.post(f"/api/v1/scene/calls/{number}/sounds", {"upload": nonsense}).status_code == 422
    assert tell(guard, "stand-down", words="扑灭了") == 200
    assert tell(guard, "reports", conclusion="电动车电池", measures="加装报警") == 404
    assert tell(manager, "reports", conclusion="电动车电池", measures="加装报警") == 201
    detail = manager.get(f"/api/v1/scene/calls/{number}").json()
    assert (detail["state"], detail["is_whole"]) == ("reported", True)
    assert "13800001234" not in str(detail)
    assert manager.get("/api/v1/scene/calls?site=YQL&open=true").json()["total"] == 0
