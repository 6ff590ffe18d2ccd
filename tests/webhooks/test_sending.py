"""From the event to the other company's program, over a real connection."""

import threading
from datetime import datetime, timedelta
from json import loads

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.webhooks.conftest import Wire
from tests.webhooks.receiver import Heard
from zhongshu.identity.roles import Role
from zhongshu.kernel import outbox
from zhongshu.kernel.clock import now
from zhongshu.kernel.models import OutboxEvent
from zhongshu.messaging.models import Message
from zhongshu.simulation.mishaps import at_once
from zhongshu.webhooks import actions, batch
from zhongshu.webhooks.engine import sending
from zhongshu.webhooks.engine.bodies import schema_of
from zhongshu.webhooks.kinds import Pause, WebhookDeliveryState, WebhookFault
from zhongshu.webhooks.models import Attempt, Delivery, Endpoint
from zhongshu.webhooks.policies import KEPT, PATIENCE, QUIET, WAITS
from zhongshu.work.events import OrderMoved, OrderUndispatched


def verified(secret: str, heard: Heard) -> object:
    """What the library of the specification says."""
    return Webhook(secret).verify(heard.body, heard.headers)


def test_what_happens_is_told(wire: Wire) -> None:
    wire.happen()
    wire.send()
    (heard,) = wire.receiver.heard
    assert heard.path == "/hooks"
    assert heard.headers["host"] == f"localhost:{wire.receiver.port}"
    assert heard.json == {
        "id": heard.id,
        "type": "work.order_moved",
        "occurred_at": "2026-11-04T04:00:00+00:00",
        "site": "YQL",
        "data": {"order": None, "verb": "accept", "from_state": "dispatched", "to_state": "accepted"},
    }
    assert set(schema_of(OrderMoved)["properties"]["data"]["properties"]) == set(heard.json["data"])
    delivery = wire.delivery
    assert (delivery.state, delivery.tries, delivery.delivered_at) == (WebhookDeliveryState.DELIVERED, 1, wire.at)
    assert delivery.attempts.get().status == 200


def test_nothing_that_people_wrote_or_are_called_leaves_the_house(wire: Wire) -> None:
    wire.happen(reason="王小明说门坏了")
    wire.send()
    assert "王小明" not in wire.receiver.heard[0].body.decode()
    assert "reason" not in wire.receiver.heard[0].json["data"]


def test_the_library_of_the_specification_believes_the_signature(wire: Wire) -> None:
    wire.at = now()
    wire.happen()
    wire.send()
    (heard,) = wire.receiver.heard
    assert verified(wire.secret, heard) == heard.json


def test_a_forged_message_is_not_believed(wire: Wire) -> None:
    wire.at = now()
    wire.happen()
    wire.send()
    (heard,) = wire.receiver.heard
    forged = Heard(heard.path, heard.headers, heard.body.replace(b"accepted", b"finished"))
    with pytest.raises(WebhookVerificationError):
        verified(wire.secret, forged)
    _other, another_secret = wire.add(None, ["work"])
    with pytest.raises(WebhookVerificationError):
        verified(another_secret, heard)


def test_after_a_rotation_both_secrets_sign_for_a_day(wire: Wire) -> None:
    wire.at = now()
    fresh = actions.rotate_secret(actor=wire.admin, at=wire.at - timedelta(hours=23), endpoint_id=wire.endpoint.pk)
    wire.happen()
    wire.send()
    (heard,) = wire.receiver.heard
    assert verified(wire.secret, heard) == verified(fresh, heard)


def test_a_day_after_the_rotation_only_the_new_one_signs(wire: Wire) -> None:
    wire.at = now()
    fresh = actions.rotate_secret(actor=wire.admin, at=wire.at - timedelta(hours=24), endpoint_id=wire.endpoint.pk)
    wire.happen()
    wire.send()
    (heard,) = wire.receiver.heard
    assert verified(fresh, heard)
    with pytest.raises(WebhookVerificationError):
        verified(wire.secret, heard)


def test_refused_once_then_taken_under_the_same_id(wire: Wire) -> None:
    wire.receiver.answers = [(500, {}, b"out of order \0" + b"x" * 5000), 204]
    wire.happen()
    wire.send()
    delivery = wire.delivery
    assert (delivery.state, delivery.tries) == (WebhookDeliveryState.WAITING, 1)
    assert WAITS[0] <= delivery.next_try_at - wire.at <= WAITS[0] * 1.2
    assert wire.again().failing_since == wire.at
    wire.send(after=timedelta(minutes=1))
    assert wire.delivery.state == WebhookDeliveryState.DELIVERED
    assert wire.again().failing_since is None
    first, second = wire.receiver.heard
    assert (first.id, first.body) == (second.id, second.body)
    tries = list(Attempt.objects.values_list("status", flat=True))
    assert tries == [500, 204]
    kept = Attempt.objects.earliest("pk").answer
    assert kept.startswith("out of order x")
    assert len(kept) == 500


def test_the_next_try_is_a_job_of_its_own_for_later(wire: Wire) -> None:
    wire.receiver.answers = [500]
    wire.happen()
    wire.send()
    jobs = ProcrastinateJob.objects.filter(task_name="webhooks.send").order_by("pk")
    assert [job.args["delivery_id"] for job in jobs] == [wire.delivery.pk] * 2
    assert [job.scheduled_at for job in jobs] == [None, wire.delivery.next_try_at]
    assert {job.priority for job in jobs} == {-10}


def test_before_its_turn_nothing_is_sent(wire: Wire) -> None:
    wire.receiver.answers = [500]
    wire.happen()
    wire.send()
    Delivery.objects.update(next_try_at=wire.at + timedelta(minutes=10))
    wire.send(after=timedelta(minutes=9))
    assert len(wire.receiver.heard) == 1


def test_the_endpoint_says_when(wire: Wire) -> None:
    wire.receiver.answers = [(503, {"Retry-After": "900"}, b"")]
    wire.happen()
    wire.send()
    assert wire.delivery.next_try_at == wire.at + timedelta(minutes=15)


def test_the_endpoint_says_when_as_a_date(wire: Wire) -> None:
    wire.receiver.answers = [(429, {"Retry-After": "Wed, 04 Nov 2026 04:20:00 GMT"}, b"")]
    wire.happen()
    wire.send()
    assert wire.delivery.next_try_at == wire.at + timedelta(minutes=20)


@pytest.mark.parametrize("nonsense", ["soon", "-5", "1e9", "9" * 40, "Wed, 99 Nov 2026 04:20:00 GMT"])
def test_nonsense_about_when_is_not_listened_to(wire: Wire, nonsense: str) -> None:
    wire.receiver.answers = [(503, {"Retry-After": nonsense}, b"")]
    wire.happen()
    wire.send()
    assert wire.delivery.next_try_at - wire.at <= WAITS[0] * 1.2


def test_after_the_last_try_it_is_given_up(wire: Wire) -> None:
    wire.receiver.answers = [500]
    wire.happen()
    Delivery.objects.update(tries=len(WAITS))
    wire.send()
    assert (wire.delivery.state, wire.delivery.next_try_at) == (WebhookDeliveryState.FAILED, None)


def test_who_does_not_answer_in_time_is_left_alone_for_a_minute(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "ANSWERS_WITHIN", 0.2)
    wire.receiver.pause = 0.6
    wire.happen()
    wire.send()
    assert wire.delivery.attempts.get().fault == WebhookFault.TIMEOUT
    assert wire.again().quiet_until == wire.at + QUIET
    wire.receiver.pause = 0
    wire.happen()
    wire.send(after=QUIET / 2)
    assert len(wire.receiver.heard) == 1
    assert (wire.delivery.tries, wire.delivery.next_try_at) == (0, wire.at + QUIET)
    wire.send(after=QUIET)
    assert wire.delivery.state == WebhookDeliveryState.DELIVERED
    assert wire.again().quiet_until is None


def test_who_drips_its_answer_is_cut_off(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "ALL_WITHIN", 0.3)
    wire.receiver.pause = 1
    wire.happen()
    wire.send()
    assert wire.delivery.attempts.get().milliseconds < 900


def test_nobody_at_home(wire: Wire) -> None:
    Endpoint.objects.update(url="http://localhost:1/hooks")
    wire.happen()
    wire.send()
    assert wire.delivery.attempts.get().fault == WebhookFault.UNREACHABLE


def test_a_redirect_is_not_followed(wire: Wire) -> None:
    wire.receiver.answers = [(302, {"Location": wire.receiver.url + "/elsewhere"}, b"")]
    wire.happen()
    wire.send()
    assert [heard.path for heard in wire.receiver.heard] == ["/hooks"]
    assert wire.delivery.state == WebhookDeliveryState.WAITING


def test_a_certificate_is_wanted(wire: Wire) -> None:
    """Our receiver speaks no TLS at all."""
    Endpoint.objects.update(url=wire.receiver.url.replace("http:", "https:"))
    wire.happen()
    wire.send()
    assert wire.delivery.attempts.get().fault == WebhookFault.TLS


def test_gone_means_gone_and_the_administrators_are_told(wire: Wire) -> None:
    wire.receiver.answers = [410]
    administrator = wire.cast.user(Role.ADMINISTRATOR)
    elsewhere = wire.cast.user(Role.HEAD_OFFICE, wire.cast.xh)
    technician = wire.cast.user(Role.TECHNICIAN, wire.cast.yql)
    wire.happen()
    wire.send()
    endpoint = wire.again()
    assert (endpoint.paused_at, endpoint.pause) == (wire.at, Pause.GONE)
    assert wire.delivery.state == WebhookDeliveryState.WAITING
    outbox.deliver_pending(at=wire.at)
    outbox.deliver_pending(at=wire.at)
    told = Message.objects.get(recipient=administrator)
    assert told.link == f"/admin/webhooks/{endpoint.pk}"
    assert not Message.objects.filter(recipient__in=[elsewhere, technician]).exists()


def test_three_days_of_failure_are_enough(wire: Wire) -> None:
    wire.receiver.answers = [500]
    Endpoint.objects.update(failing_since=wire.at - PATIENCE + timedelta(seconds=1))
    wire.happen()
    wire.send()
    assert wire.again().paused_at is None
    wire.happen()
    wire.send(after=timedelta(seconds=1))
    assert wire.again().pause == Pause.FAILING
    assert OutboxEvent.objects.filter(name="webhooks.endpoint_paused").count() == 1


def test_paused_it_waits_and_resumed_it_goes(wire: Wire) -> None:
    actions.pause_endpoint(actor=wire.admin, at=wire.at, endpoint_id=wire.endpoint.pk)
    wire.happen()
    wire.send()
    assert not wire.receiver.heard
    assert not ProcrastinateJob.objects.filter(task_name="webhooks.send").exists()
    actions.resume_endpoint(actor=wire.admin, at=wire.at + timedelta(days=1), endpoint_id=wire.endpoint.pk)
    assert ProcrastinateJob.objects.get(task_name="webhooks.send").args == {"delivery_id": wire.delivery.pk}
    wire.send(after=timedelta(days=1))
    assert len(wire.receiver.heard) == 1


def test_only_what_was_subscribed_to_at_that_site(wire: Wire) -> None:
    wire.happen(wire.cast.xh)
    assert not Delivery.objects.exists()
    whole, _secret = wire.add(None, ["work.order_moved"])
    wire.add(wire.cast.xh, ["cases"])
    wire.add(wire.cast.xh, ["work.order_undispatched"])
    wire.happen(wire.cast.xh)
    assert [delivery.endpoint_id for delivery in Delivery.objects.all()] == [whole.pk]


def test_by_name_and_by_group_is_told_once(wire: Wire) -> None:
    wire.add(wire.cast.yql, ["work", "work.order_moved"])
    wire.happen()
    assert Delivery.objects.count() == 2


def test_what_is_rolled_back_is_told_to_nobody(wire: Wire) -> None:
    with transaction.atomic():
        wire.happen()
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_without_endpoints_it_is_one_statement(wire: Wire, django_assert_num_queries) -> None:
    Endpoint.objects.all().delete()
    with django_assert_num_queries(2):  # the event, and nobody to tell
        outbox.publish(OrderUndispatched(site_id=1, order_id=1), at=wire.at)


def test_a_test_goes_to_that_endpoint_alone(wire: Wire) -> None:
    wire.add(None, ["work", "cases"])
    actions.send_test(actor=wire.admin, at=wire.at, endpoint_id=wire.endpoint.pk)
    assert Delivery.objects.get().endpoint_id == wire.endpoint.pk
    wire.send()
    assert wire.receiver.heard[0].json["type"] == "webhooks.endpoint_tested"
    assert wire.receiver.heard[0].json["data"] == {}


class Killed(BaseException):
    """What a killed worker looks like from inside: nothing after it runs."""


@pytest.mark.django_db(transaction=True)
def test_killed_between_the_answer_and_the_commit_it_is_told_again_under_the_same_id(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.happen()

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as world:
        world.setattr("zhongshu.webhooks.actions.sending._delivered", die)
        with pytest.raises(Killed):
            wire.send()
    assert (wire.delivery.state, wire.delivery.tries, Attempt.objects.count()) == (WebhookDeliveryState.WAITING, 0, 0)
    wire.send()
    first, second = wire.receiver.heard
    assert first.id == second.id
    assert wire.delivery.state == WebhookDeliveryState.DELIVERED


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once(wire: Wire) -> None:
    wire.receiver.pause = 0.3
    wire.happen()
    at_once(wire.send, wire.send)
    assert len(wire.receiver.heard) == 1
    assert Attempt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_it_is_being_sent_others_publish_pause_and_delete(wire: Wire) -> None:
    """Nobody waits for a slow receiver, and nobody meets somebody else's lock the wrong way round."""
    wire.receiver.pause = 1
    wire.happen()
    sender = threading.Thread(target=lambda: (wire.send(), connection.close()))
    sender.start()
    assert wire.receiver.came.wait(10)
    wire.happen()
    actions.pause_endpoint(actor=wire.admin, at=wire.at, endpoint_id=wire.endpoint.pk)
    actions.resume_endpoint(actor=wire.admin, at=wire.at, endpoint_id=wire.endpoint.pk)
    actions.replay_period(
        actor=wire.admin,
        at=wire.at,
        endpoint_id=wire.endpoint.pk,
        since=wire.at,
        before=wire.at + timedelta(seconds=1),
    )
    actions.delete_endpoint(actor=wire.admin, at=wire.at, endpoint_id=wire.endpoint.pk)
    assert sender.is_alive()
    sender.join()
    assert Delivery.objects.filter(state=WebhookDeliveryState.DELIVERED).count() == 1


def test_a_lost_job_is_asked_for_again_once(wire: Wire) -> None:
    wire.happen()
    ProcrastinateJob.objects.all().delete()
    assert batch.sweep(at=wire.at + batch.OVERDUE - timedelta(seconds=1)) == 0
    assert batch.sweep(at=wire.at + batch.OVERDUE) == 1
    assert batch.sweep(at=wire.at + batch.OVERDUE) == 0
    assert ProcrastinateJob.objects.get().args == {"delivery_id": wire.delivery.pk}


def test_a_month_later_it_is_forgotten_and_what_was_deleted_is_gone(wire: Wire) -> None:
    wire.receiver.answers = [500]
    wire.happen()
    wire.send()
    assert batch.forget(at=wire.at + KEPT) == 0
    batch.forget(at=wire.at + KEPT + timedelta(seconds=1))
    assert not Delivery.objects.exists()
    wire.happen()
    actions.delete_endpoint(actor=wire.admin, at=wire.at, endpoint_id=wire.endpoint.pk)
    wire.happen()
    assert Delivery.objects.count() == 1
    batch.forget(at=wire.at + timedelta(days=1))
    assert not Endpoint.objects.exists()
    assert not Delivery.objects.exists()


def test_replayed_it_has_the_same_id_and_all_its_tries_again(wire: Wire, noon: datetime) -> None:
    wire.happen()
    wire.send()
    Delivery.objects.update(tries=7)
    actions.replay(actor=wire.admin, at=noon, delivery_id=wire.delivery.pk)
    assert (wire.delivery.state, wire.delivery.tries) == (WebhookDeliveryState.WAITING, 0)
    wire.send()
    assert len({heard.id for heard in wire.receiver.heard}) == 1
    assert len(wire.receiver.heard) == 2
    assert loads(wire.receiver.heard[1].body) == wire.receiver.heard[0].json


def test_an_event_this_version_does_not_know_says_only_that_it_happened(wire: Wire) -> None:
    wire.happen()
    OutboxEvent.objects.update(name="work.forgotten")
    wire.send()
    assert wire.receiver.heard[0].json["data"] == {}
