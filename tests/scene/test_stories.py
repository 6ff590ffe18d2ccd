"""A technician is threatened; colleagues come; what happened is kept, and the person harmed is looked after."""

import wave
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from PIL import Image

from tests.scene.conftest import SceneCrew
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.messaging.models import Message
from zhongshu.scene import actions, batch, queries
from zhongshu.scene.errors import AlreadyAnswered, CareDone, EvidenceRefused, IllegalSceneMove, OwnCall
from zhongshu.scene.kinds import Danger
from zhongshu.scene.models import Assistance, CareTask, Entry, Helper
from zhongshu.work.errors import OrderNotFound

MINUTE = timedelta(minutes=1)


def called(call: Assistance) -> dict[str, str]:
    return {helper.user.name: helper.why for helper in call.helpers.select_related("user")}


def photo(colour: str = "red") -> BytesIO:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, "JPEG")
    buffer.seek(0)
    return buffer


def sound() -> BytesIO:
    buffer = BytesIO()
    with wave.open(buffer, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(8000)
        recording.writeframes(b"\x80" * 80)
    buffer.seek(0)
    return buffer


def test_guards_control_room_and_duty_officer_are_called_first(crew: SceneCrew) -> None:
    call = crew.sos(words="对方拿着木棍")
    assert called(call) == {
        "保安甲": "nearest",
        "保安乙": "nearest",
        "保安丙": "nearest",
        "消控": "control_room",
        "值班": "duty_officer",
    }
    message = Message.objects.get(recipient=crew.staff["保安甲"].user, kind="sos")
    assert message.is_urgent
    assert "张强" in message.title
    assert "对方拿着木棍" in message.body
    assert call.target_at == crew.noon + 3 * MINUTE


def test_against_a_technical_danger_technicians_come_first(crew: SceneCrew) -> None:
    nearest = [name for name, why in called(crew.sos(danger="technical")).items() if why == "nearest"]
    assert set(nearest) == {"李明", "王主管", "赵电"}


def test_at_an_order_help_comes_to_its_place_and_its_case_knows(crew: SceneCrew) -> None:
    order = crew.order(assignee=crew.staff["张强"])
    call = crew.sos(place=None, order_number=order.number)
    assert (call.order, call.place) == (order, order.place)


def test_without_a_place_it_is_where_one_was_last_seen(crew: SceneCrew) -> None:
    crew.is_at("张强", "P1-4")
    assert crew.sos(place=None).place == crew.places["YQL.P1-4"]


def test_on_a_small_site_everybody_on_shift_and_the_manager_are_called(crew: SceneCrew) -> None:
    crew.site.operating_model = "small"
    crew.site.save()
    assert set(called(crew.sos())) == {*crew.staff} - {"张强"}


def test_the_same_key_and_pressing_again_are_one_call(crew: SceneCrew) -> None:
    call = crew.sos()
    assert crew.sos() == call
    assert crew.sos(key="k2", words="快来") == call
    assert list(call.entries.values_list("kind", flat=True)) == ["raised", "pressed_again"]
    assert Message.objects.filter(kind="sos", recipient=crew.staff["消控"].user).count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"), [({"danger": "boredom"}, "danger"), ({"key": ""}, "key"), ({"words": "长" * 501}, "words")]
)
def test_nonsense_calls_nobody(crew: SceneCrew, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        crew.sos(**wrong)
    assert refused.value.field == field
    assert not Assistance.objects.exists()


def test_nobody_calls_to_an_order_they_may_not_see(crew: SceneCrew) -> None:
    order = crew.order(assignee=crew.staff["李明"], team_kind="engineering")
    with pytest.raises(OrderNotFound):
        crew.sos("保安甲", order_number=order.number)
    assert not Assistance.objects.exists()


def test_back_up_comes_and_its_time_is_measured(crew: SceneCrew) -> None:
    call = crew.sos()
    actions.accept(actor=crew.actor("保安甲"), at=crew.noon + MINUTE, call_id=call.pk)
    actions.accept(actor=crew.actor("保安乙"), at=crew.noon + MINUTE, call_id=call.pk)
    assert batch.tick(at=crew.noon + 9 * MINUTE)["calls_widened"] == 0
    actions.arrive(actor=crew.actor("保安甲"), at=crew.noon + 4 * MINUTE, call_id=call.pk)
    actions.arrive(actor=crew.actor("保安乙"), at=crew.noon + 6 * MINUTE, call_id=call.pk)
    call.refresh_from_db()
    view = queries.view_of(call, user_id=None)
    assert (call.state, view.took, view.is_late) == ("there", 4 * MINUTE, True)
    assert crew.staff["保安甲"].__class__.objects.get(pk=crew.staff["保安甲"].pk).last_place == crew.unit()
    moves = OutboxEvent.objects.filter(name="scene.assistance_moved").order_by("pk")
    assert [row.payload["to_state"] for row in moves] == ["calling", "coming", "there"]


def test_a_site_sets_its_own_times_for_calls_to_come(crew: SceneCrew) -> None:
    running = crew.sos()
    said: dict[str, Any] = {"at": crew.noon, "site": crew.site}
    with pytest.raises(Invalid) as refused:
        actions.set_targets(actor=crew.actor("经理"), **said, minutes={Danger.FIRE: 4, Danger.VIOLENCE: 0})
    assert refused.value.field == "violence"
    with pytest.raises(NotFound):
        actions.set_targets(actor=crew.actor("张强"), **said, minutes={Danger.VIOLENCE: 60})
    actions.set_targets(actor=crew.actor("经理"), **said, minutes={Danger.VIOLENCE: 8})
    later = crew.sos("李明", key="k2")
    assert [call.target_at - crew.noon for call in (running, later)] == [timedelta(minutes=3), timedelta(minutes=8)]
    assert AuditEntry.objects.get(verb="scene.set_targets").before["violence"] == 3


def test_the_call_goes_wider_until_somebody_accepts(crew: SceneCrew) -> None:
    call = crew.sos()
    quality = crew.cast.user(Role.QUALITY)
    assert batch.tick(at=crew.noon + MINUTE)["calls_widened"] == 0
    assert batch.tick(at=crew.noon + 2 * MINUTE)["calls_widened"] == 1
    assert batch.tick(at=crew.noon + 2 * MINUTE)["calls_widened"] == 0
    assert {"李明", "赵电", "经理"} <= set(called(call))
    batch.tick(at=crew.noon + 4 * MINUTE)
    assert quality.name in called(call)
    batch.tick(at=crew.noon + 9 * MINUTE)
    assert Message.objects.filter(kind="sos", recipient=crew.staff["经理"].user).count() == 3
    actions.accept(actor=crew.actor("李明"), at=crew.noon + 10 * MINUTE, call_id=call.pk)
    assert batch.tick(at=crew.noon + 60 * MINUTE)["calls_widened"] == 0


def test_who_cannot_come_after_all_sends_the_call_wider_at_once(crew: SceneCrew) -> None:
    call = crew.sos()
    actions.accept(actor=crew.actor("保安甲"), at=crew.noon, call_id=call.pk)
    actions.decline(actor=crew.actor("保安甲"), at=crew.noon + MINUTE, call_id=call.pk, reason="被拦住了")
    assert batch.tick(at=crew.noon + MINUTE)["calls_widened"] == 1
    call.refresh_from_db()
    assert (call.state, call.accepted_at) == ("calling", None)
    with pytest.raises(AlreadyAnswered):
        actions.decline(actor=crew.actor("保安甲"), at=crew.noon + MINUTE, call_id=call.pk, reason="又来")


def test_refusals_of_those_who_come(crew: SceneCrew) -> None:
    call = crew.sos()
    with pytest.raises(OwnCall):
        actions.accept(actor=crew.actor("张强"), at=crew.noon, call_id=call.pk)
    with pytest.raises(NotFound):
        actions.accept(actor=crew.actor("赵电"), at=crew.noon, call_id=call.pk)
    with pytest.raises(Invalid):
        actions.accept(actor=crew.actor("王主管"), at=crew.noon, call_id=call.pk)
    actions.accept(actor=crew.actor("保安甲"), at=crew.noon, call_id=call.pk)
    with pytest.raises(AlreadyAnswered):
        actions.accept(actor=crew.actor("保安甲"), at=crew.noon, call_id=call.pk)
    with pytest.raises(NotFound):
        actions.stand_down(actor=crew.actor("保安乙"), at=crew.noon, call_id=call.pk, words="没事了")
    assert Helper.objects.filter(accepted_at__isnull=False).count() == 1
    actions.stand_down(actor=crew.actor("张强"), at=crew.noon, call_id=call.pk, words="对方走了")
    with pytest.raises(IllegalSceneMove):
        actions.arrive(actor=crew.actor("保安甲"), at=crew.noon, call_id=call.pk)


def test_who_oversees_comes_without_having_been_called(crew: SceneCrew) -> None:
    call = crew.sos()
    actions.come_along(actor=crew.actor("王主管"), at=crew.noon, call_id=call.pk)
    assert called(call)["王主管"] == "by_themselves"


def test_only_those_concerned_see_it(crew: SceneCrew) -> None:
    call = crew.sos()
    seen_by = [name for name in crew.staff if queries.calls_visible(crew.actor(name)).exists()]
    assert set(seen_by) == {"张强", "保安甲", "保安乙", "保安丙", "消控", "值班", "经理", "王主管"}
    stranger = crew.cast.actor(Role.SITE_MANAGER, crew.cast.xh)
    with pytest.raises(NotFound):
        queries.call_by_number(stranger, call.number)


def test_evidence_is_kept_once_as_it_was_sent_and_nobody_changes_it(crew: SceneCrew) -> None:
    call = crew.sos()
    guard = crew.actor("保安甲")
    sent = photo().getvalue()
    kept = actions.add_photo(actor=guard, at=crew.noon, call_id=call.pk, upload=BytesIO(sent))
    assert actions.add_photo(actor=guard, at=crew.noon, call_id=call.pk, upload=BytesIO(sent)) == kept
    with kept.original.open("rb") as original:
        assert original.read() == sent
    assert actions.add_sound(actor=guard, at=crew.noon, call_id=call.pk, upload=sound()).file.name.endswith(".wav")
    actions.add_witness(
        actor=guard, at=crew.noon, call_id=call.pk, name="周女士", phone="13800001234", text="他先动的手"
    )
    entries = list(call.entries.all())
    assert queries.chain_is_whole(call.number, entries)
    for statement in ("UPDATE scene_entry SET text = '没动手'", "DELETE FROM scene_entry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert not queries.chain_is_whole(call.number, entries[:1] + entries[2:])
    entries[-1].text = "没动手"
    assert not queries.chain_is_whole(call.number, entries)


@pytest.mark.parametrize("content", [b"", b"<html>", b"MZ\x90\x00"])
def test_what_is_no_recording_is_refused(crew: SceneCrew, content: bytes) -> None:
    call = crew.sos()
    with pytest.raises(EvidenceRefused):
        actions.add_sound(actor=crew.actor("保安甲"), at=crew.noon, call_id=call.pk, upload=BytesIO(content))
    assert call.entries.count() == 1


def test_it_ends_in_a_written_report_with_police_ambulance_and_care(crew: SceneCrew) -> None:
    call = crew.sos()
    guard, manager = crew.actor("保安甲"), crew.actor("经理")
    actions.arrive(actor=guard, at=crew.noon + 2 * MINUTE, call_id=call.pk)
    actions.tell_police(
        actor=guard, at=crew.noon + 3 * MINUTE, call_id=call.pk, report_number="J2026-88", station="城东派出所"
    )
    actions.tell_ambulance(actor=guard, at=crew.noon + 3 * MINUTE, call_id=call.pk, hospital="市一院")
    actions.add_witness(actor=guard, at=crew.noon, call_id=call.pk, name="周女士", phone="13800001234", text="看见了")
    with pytest.raises(IllegalSceneMove):
        actions.write_report(actor=manager, at=crew.noon, call_id=call.pk, conclusion="未知", measures="无")
    actions.stand_down(actor=guard, at=crew.noon + 9 * MINUTE, call_id=call.pk, words="警察带走了对方")
    victim = crew.staff["张强"].user
    actions.say_who_is_harmed(actor=manager, at=crew.noon, call_id=call.pk, user=victim)
    report = actions.write_report(
        actor=manager, at=crew.noon + 60 * MINUTE, call_id=call.pk, conclusion="停车纠纷", measures="双人上门"
    )
    call.refresh_from_db()
    assert call.state == "reported"
    for words in ("J2026-88", "城东派出所", "市一院", "2 分 0 秒", "138****1234", "警察带走了对方"):
        assert words in report.body
    assert "13800001234" not in report.body
    actions.write_report(actor=manager, at=crew.noon, call_id=call.pk, conclusion="补充：已立案", measures="同前")
    assert call.reports.count() == 2
    with pytest.raises(NotFound):
        actions.write_report(actor=guard, at=crew.noon, call_id=call.pk, conclusion="我来写", measures="无")


def test_care_is_reminded_of_every_day_until_it_is_done(crew: SceneCrew) -> None:
    call, manager = crew.sos(), crew.actor("经理")
    due_at = crew.noon + timedelta(days=1)
    owner = crew.staff["值班"].user
    plan = {"actor": manager, "at": crew.noon, "call_id": call.pk, "kind": "hospital", "owner": owner}
    task = actions.plan_care(**plan, due_at=due_at, text="陪同复查")
    reminded = [batch.tick(at=due_at + timedelta(days=days))["care_reminded"] for days in (-0.5, 0, 0.5, 1, 2)]
    assert reminded == [0, 1, 0, 1, 1]
    assert Message.objects.filter(kind="care_due", recipient=owner).count() == 3
    assert Message.objects.filter(kind="care_due", recipient=crew.staff["经理"].user).count() == 1
    with pytest.raises(NotFound):
        actions.care_done(actor=crew.actor("保安甲"), at=due_at, task_id=task.pk, outcome="好了")
    actions.care_done(actor=crew.actor("值班"), at=due_at, task_id=task.pk, outcome="复查正常")
    with pytest.raises(CareDone):
        actions.care_done(actor=crew.actor("值班"), at=due_at, task_id=task.pk, outcome="再办")
    assert batch.tick(at=due_at + timedelta(days=9))["care_reminded"] == 0


def test_care_is_given_to_people_of_the_site_for_a_time_to_come(crew: SceneCrew) -> None:
    call, manager = crew.sos(), crew.actor("经理")
    stranger, ours = crew.cast.user(Role.KEEPER, crew.cast.xh), crew.staff["值班"].user
    tomorrow = crew.noon + timedelta(days=1)
    for owner, due_at, kind in ((stranger, tomorrow, "visit"), (ours, crew.noon, "visit"), (ours, tomorrow, "gift")):
        with pytest.raises(Invalid):
            actions.plan_care(actor=manager, at=crew.noon, call_id=call.pk, kind=kind, owner=owner, due_at=due_at)
    assert not CareTask.objects.exists()
    assert not Entry.objects.filter(kind="care").exists()
