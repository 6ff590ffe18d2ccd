"""Events are delivered at least once and reacted to exactly once, whatever is killed in between."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.kernel.bells import BellRang, answer, heard
from zhongshu.kernel import outbox
from zhongshu.kernel.models import OutboxEvent, OutboxReaction
from zhongshu.kernel.numbers import next_number

pytestmark = pytest.mark.usefixtures("bells", "no_jobs")


class Killed(BaseException):
    """What a killed worker looks like from inside: nothing after it runs."""


def ring(at: datetime) -> int:
    outbox.publish(BellRang(site_id=1, rang_at=at, day=at.date()), at=at)
    return OutboxEvent.objects.latest("pk").pk


def test_publishing_writes_the_event_and_asks_a_worker(db: None, noon: datetime) -> None:
    answer("FRONT")
    event_id = ring(noon)
    job = ProcrastinateJob.objects.get(task_name="kernel.deliver_event")
    assert (job.args, job.queue_name, job.status) == ({"event_id": event_id}, "events", "todo")


def test_what_is_rolled_back_has_not_happened(db: None, noon: datetime) -> None:
    with transaction.atomic():
        ring(noon)
        transaction.set_rollback(True)
    assert not OutboxEvent.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_what_nobody_reacts_to_is_written_and_asks_for_nothing(db: None, noon: datetime) -> None:
    event_id = ring(noon)
    assert OutboxEvent.objects.get(pk=event_id).delivered_at == noon
    assert not ProcrastinateJob.objects.exists()


def test_a_reaction_to_other_bells_costs_no_job(db: None, noon: datetime) -> None:
    @outbox.reacts_to(BellRang, when=lambda happened: 3 in happened.floors)
    def on_the_third_floor(happened: BellRang, *, at: datetime) -> None:
        next_number(prefix="THIRD", site_code="T", at=at)

    missed = ring(noon)
    assert OutboxEvent.objects.get(pk=missed).delivered_at == noon
    assert not ProcrastinateJob.objects.exists()
    outbox.publish(BellRang(site_id=1, rang_at=noon, day=noon.date(), floors=(1, 3)), at=noon)
    assert OutboxEvent.objects.latest("pk").delivered_at is None
    assert ProcrastinateJob.objects.count() == 1
    outbox.deliver_pending(at=noon)
    assert heard("THIRD") == 1


def test_in_process_no_worker_is_asked(db: None, noon: datetime) -> None:
    answer("FRONT")
    with outbox.delivered_in_process():
        ring(noon)
    assert not ProcrastinateJob.objects.exists()
    assert outbox.deliver_pending(at=noon) == 1


def test_days_instants_and_tuples_come_back_as_what_they_were(db: None, noon: datetime) -> None:
    rang = BellRang(site_id=1, rang_at=noon, day=date(2026, 11, 4), until=date(2026, 11, 5), floors=(1, 2))
    came: list[BellRang] = []
    answer("FRONT", when=came.append)
    outbox.publish(rang, at=noon)
    outbox.deliver_pending(at=noon)
    assert came == [rang]
    assert type(came[0].day) is date


def test_each_reaction_runs_once_however_often_the_event_is_delivered(db: None, noon: datetime) -> None:
    answer("FRONT")
    answer("BACK")
    event_id = ring(noon)
    for _ in range(3):
        outbox.deliver(event_id, at=noon)
    assert (heard("FRONT"), heard("BACK")) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_reaction_it_runs_again_from_nothing(noon: datetime) -> None:
    rounds: list[int] = []

    def kill_the_first(_: BellRang) -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise Killed

    answer("FRONT")
    answer("BACK", when=kill_the_first)
    event_id = ring(noon)
    with pytest.raises(Killed):
        outbox.deliver(event_id, at=noon)
    assert (heard("FRONT"), heard("BACK")) == (1, 0)
    outbox.deliver(event_id, at=noon)
    assert (heard("FRONT"), heard("BACK")) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_killed_after_the_reactions_but_before_the_event_is_marked(
    noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer("FRONT")
    event_id = ring(noon)
    OutboxReaction.objects.create(event_id=event_id, handler="bells.FRONT", done_at=noon)
    outbox.deliver(event_id, at=noon)
    assert heard("FRONT") == 0
    assert OutboxEvent.objects.get().delivered_at == noon


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_at_once_react_once(noon: datetime) -> None:
    meet = threading.Barrier(2, timeout=20)
    inside = threading.Event()

    def wait_a_little(_: BellRang) -> None:
        inside.set()
        threading.Event().wait(0.3)

    answer("FRONT", when=wait_a_little)
    event_id = ring(noon)

    def deliver() -> None:
        try:
            meet.wait()
            outbox.deliver(event_id, at=noon)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(deliver), workers.submit(deliver)]:
            done.result()
    assert inside.is_set()
    assert heard("FRONT") == 1
    assert OutboxEvent.objects.get().delivered_at == noon


def test_a_failing_reaction_is_remembered_and_raised(db: None, noon: datetime) -> None:
    answer("FRONT", when=lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
    event_id = ring(noon)
    with pytest.raises(ZeroDivisionError):
        outbox.deliver(event_id, at=noon)
    event = outbox.failing().get()
    assert event.attempts == 1
    assert "ZeroDivisionError" in event.last_error
    assert heard("FRONT") == 0


def test_an_event_that_fails_holds_up_no_other(db: None, noon: datetime) -> None:
    def break_on_the_first(happened: BellRang) -> None:
        if happened.floors == (13,):
            raise ValueError

    answer("FRONT", when=break_on_the_first)
    bad = ring(noon)
    OutboxEvent.objects.filter(pk=bad).update(payload={**OutboxEvent.objects.get(pk=bad).payload, "floors": [13]})
    ring(noon)
    ring(noon)
    assert outbox.deliver_pending(at=noon) == 2
    assert heard("FRONT") == 2
    assert list(outbox.undelivered().values_list("pk", flat=True)) == [bad]


def test_an_event_nobody_knows_any_more_is_kept_and_shown(db: None, noon: datetime) -> None:
    OutboxEvent.objects.create(site_id=1, name="tests.forgotten", payload={}, occurred_at=noon)
    assert outbox.deliver_pending(at=noon) == 0
    assert outbox.failing().count() == 1


def test_what_reactions_publish_is_delivered_too(db: None, noon: datetime) -> None:
    def echo(happened: BellRang) -> None:
        if len(happened.floors) < 3:
            outbox.publish(BellRang(site_id=1, rang_at=noon, day=noon.date(), floors=(*happened.floors, 1)), at=noon)

    answer("FRONT", when=echo)
    ring(noon)
    assert outbox.deliver_pending(at=noon) == 4


def test_the_sweep_picks_up_what_a_lost_job_left_but_not_what_is_fresh(db: None, noon: datetime) -> None:
    answer("FRONT")
    ring(noon)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert outbox.sweep(at=noon + outbox.SWEEP_AFTER) == 0
    assert outbox.sweep(at=noon + outbox.SWEEP_AFTER + timedelta(seconds=1)) == 1
    assert heard("FRONT") == 1


def test_what_fails_is_tried_again_ever_more_rarely(db: None, noon: datetime) -> None:
    tries: list[int] = []

    def fail(_: BellRang) -> None:
        tries.append(1)
        raise ValueError

    answer("FRONT", when=fail)
    ring(noon)
    for second in range(0, 3600, 10):  # the tick, for an hour
        outbox.deliver_pending(at=noon + timedelta(seconds=second))
    assert len(tries) == 9  # at once, then 20, 40, 80, … 2560 s after it occurred
    for hour in range(2, 26):
        outbox.deliver_pending(at=noon + timedelta(hours=hour))
    assert 30 <= len(tries) <= 34  # then every hour


def test_what_was_put_right_is_delivered_at_the_next_try(db: None, noon: datetime) -> None:
    broken = [True]

    def fail_while_broken(_: BellRang) -> None:
        if broken[0]:
            raise ValueError

    answer("FRONT", when=fail_while_broken)
    event_id = ring(noon)
    assert outbox.deliver_pending(at=noon) == 0
    broken[0] = False
    assert outbox.deliver_pending(at=noon + timedelta(seconds=19)) == 0
    outbox.deliver(event_id, at=noon + timedelta(seconds=19))  # by hand: at once
    assert outbox.deliver_pending(at=noon + timedelta(seconds=20)) == 0
    assert heard("FRONT") == 1
