"""From a message to what left the house: when, by what, how often, and never twice in silence."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.messaging.conftest import Office
from tests.messaging.servers.smsc import Gateway
from tests.webhooks.receiver import Receiver
from zhongshu.identity.models import Site, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.outbox import deliver_pending
from zhongshu.messaging import actions, batch
from zhongshu.messaging.engine import shifts
from zhongshu.messaging.errors import NotResendable, NotToHandOver
from zhongshu.messaging.kinds import ChannelKind, Way, When
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.messaging.models import Channel, CustomerNotice, Delivery, Message
from zhongshu.people.kinds import Duty
from zhongshu.people.models import RosterEntry, Staff

S = DeliveryState


@pytest.fixture
def night(noon: datetime) -> datetime:
    return noon.replace(hour=23)


@pytest.fixture
def sms(office: Office, smsc: Gateway) -> Channel:
    said = {"host": "127.0.0.1", "port": str(smsc.port), "system_id": "zs", "password": "geheim"}
    return office.channel(ChannelKind.SMPP, **said)


def states(*deliveries: Delivery) -> list[str]:
    return [each.state for each in deliveries]


# When


def test_what_is_not_urgent_waits_for_the_morning(office: Office, sms: Channel, night: datetime) -> None:
    guard = office.guard(sms=When.ALWAYS)
    office.tell(guard, at=night)
    office.tell(guard, key="order:2:move:2", at=night, urgent=True)

    held, urgent = office.out(night)

    assert states(held, urgent) == [S.HELD, S.SENT]
    assert held.next_try_at == night + timedelta(hours=9)
    held, _urgent = office.out(night + timedelta(hours=9))
    assert held.state == S.SENT


def test_who_is_on_shift_is_told_at_night_too(office: Office, sms: Channel, night: datetime) -> None:
    guard = office.guard(sms=When.ON_SHIFT)
    staff = Staff.objects.create(site=office.cast.yql, user=guard, employee_no="E1", joined_on=night.date())
    span = {"starts_at": night - timedelta(hours=1), "ends_at": night + timedelta(hours=7)}
    RosterEntry.objects.create(site=office.cast.yql, staff=staff, duty=Duty.SHIFT, **span)
    office.tell(guard, at=night)

    (delivery,) = office.out(night)

    assert delivery.state == S.SENT
    assert shifts.on_shift([guard.pk], night + timedelta(hours=8)) == set()


def test_a_site_may_keep_other_hours(office: Office, sms: Channel, night: datetime) -> None:
    site: Site = office.cast.yql
    hours = {"begins": night.time(), "ends": night.time(), "starts_on": night.date()}
    actions.set_quiet_hours(actor=office.admin, at=office.at, site=site, **hours)
    office.tell(office.guard(sms=When.ALWAYS), at=night)

    (delivery,) = office.out(night)

    assert delivery.state == S.SENT


def test_what_is_a_day_old_goes_nowhere(office: Office, sms: Channel) -> None:
    office.tell(office.guard(sms=When.ALWAYS), at=office.at - timedelta(days=1))
    assert office.out() == []
    assert Message.objects.get().planned_at == office.at


def test_without_channels_a_tick_costs_next_to_nothing(
    office: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    office.tell(office.guard())
    with django_assert_max_num_queries(11):
        batch.tick(at=office.at)
    assert not Message.objects.filter(planned_at=None).exists()


# Out of date


def test_an_order_that_went_to_another_is_not_announced_any_more(office: Office, sms: Channel, night: datetime) -> None:
    guard, keeper = office.guard(sms=When.ALWAYS), office.cast.user(Role.KEEPER, office.cast.yql)
    office.tell(guard, at=night)
    office.out(night)

    assert actions.withdraw(key_begins="order:1:", kinds=["order_assigned"], at=night, besides=[keeper.pk]) == 1

    (delivery,) = office.out(night + timedelta(hours=9))
    assert delivery.state == S.WITHDRAWN
    assert Message.objects.get().withdrawn_at == night


def test_what_is_withdrawn_before_it_was_planned_is_never_planned(office: Office, sms: Channel) -> None:
    office.tell(office.guard(sms=When.ALWAYS))
    actions.withdraw(key_begins="order:1:", kinds=["order_assigned"], at=office.at)
    assert office.out() == []


def test_whoever_is_still_wanted_is_still_told(office: Office, sms: Channel) -> None:
    guard = office.guard(sms=When.ALWAYS)
    office.tell(guard)
    actions.withdraw(key_begins="order:1:", kinds=["order_assigned"], at=office.at, besides=[guard.pk])
    assert states(*office.out()) == [S.SENT]


def test_what_was_read_in_the_inbox_needs_no_sms(office: Office, sms: Channel, night: datetime) -> None:
    guard = office.guard(sms=When.ALWAYS)
    office.tell(guard, at=night)
    office.out(night)
    actions.mark_read(actor=office.cast.actor(Role.GUARD, office.cast.yql), at=night)

    (delivery,) = office.out(night + timedelta(hours=9))

    assert delivery.state == S.WITHDRAWN


# Never twice in silence


def test_a_worker_that_died_while_sending_leaves_doubt_and_no_second_sms(
    office: Office, sms: Channel, smsc: Gateway
) -> None:
    office.notify(office.owner())
    batch.tick(at=office.at)
    (claimed,) = actions.claim(channel_id=sms.pk, at=office.at)
    assert (claimed.state, claimed.tries) == (S.SENDING, 1)
    assert actions.claim(channel_id=sms.pk, at=office.at) == []

    (delivery,) = office.out(office.at + timedelta(minutes=6))

    assert delivery.state == S.UNSURE
    assert smsc.submitted == []
    actions.resend(actor=office.admin, at=office.at + timedelta(minutes=7), delivery_id=delivery.pk)
    (delivery,) = office.out(office.at + timedelta(minutes=7))
    assert delivery.state == S.SENT


def test_a_push_does_no_harm_twice(office: Office, platform: Receiver) -> None:
    said = {"url": f"http://localhost:{platform.port}/x"}
    bot = office.channel(ChannelKind.WECOM, **said)
    office.tell(office.guard())
    batch.tick(at=office.at)
    actions.claim(channel_id=bot.pk, at=office.at)

    batch.reap(at=office.at + timedelta(minutes=6))

    assert Delivery.objects.get().state == S.WAITING


@pytest.mark.django_db(transaction=True)
def test_two_ticks_plan_once_and_two_workers_share_the_work(office: Office, sms: Channel, smsc: Gateway) -> None:
    for nth in range(6):
        office.notify(office.owner(f"业主{nth}", phone=f"1380000000{nth}"))
        office.tell(office.guard(sms=When.ALWAYS), key=f"order:{nth}:move:1")

    def plan(_nth: int) -> int:
        try:
            return batch.plan_messages(at=office.at) + batch.plan_notices(at=office.at)
        finally:
            connection.close()

    def work(_nth: int) -> int:
        try:
            return actions.send_due(channel_id=sms.pk, at=office.at)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(plan, range(2))) == 12
        assert sum(workers.map(work, range(2))) == 12

    numbers = [taken.number for taken in smsc.submitted]
    assert sorted(numbers) == sorted([f"1380000000{nth}" for nth in range(6)] + ["13900000001"] * 6)


# The customer's order


def test_an_urgent_notice_that_nobody_reads_goes_by_the_next_channel(office: Office, sms: Channel, cast: Cast) -> None:
    owner = office.owner()
    owner.user = cast.user(Role.RESIDENT, cast.yql)
    owner.save()
    office.notify(owner, urgent=True)

    assert [(each.way, each.state) for each in office.out()] == [(Way.PORTAL, S.DELIVERED)]
    assert len(office.out(office.at + timedelta(hours=1))) == 1
    assert [each.way for each in office.out(office.at + timedelta(hours=2))] == [Way.PORTAL, Way.SMS]
    office.out(office.at + timedelta(hours=4))
    assert CustomerNotice.objects.get().look_at is None  # there is nothing more that could be tried


def test_what_is_read_goes_no_further(office: Office, sms: Channel, cast: Cast) -> None:
    owner = office.owner()
    owner.user = cast.user(Role.RESIDENT, cast.yql)
    owner.save()
    office.notify(owner, urgent=True)
    office.out()
    actions.mark_notices_read(actor=cast.actor(Role.RESIDENT, cast.yql), at=office.at)

    assert len(office.out(office.at + timedelta(hours=3))) == 1


def test_a_no_is_kept_to_and_a_letter_is_for_a_person(office: Office, sms: Channel) -> None:
    owner = office.owner()
    keeper = office.cast.actor(Role.KEEPER, office.cast.yql)
    no = {"customer_id": owner.pk, "way": Way.SMS, "is_given": False, "source": "来电"}
    actions.note_consent(actor=keeper, at=office.at, **no)
    actions.choose_ways(actor=keeper, at=office.at, customer_id=owner.pk, ways=["sms", "letter"])
    office.notify(owner)

    (letter,) = office.out()

    assert (letter.way, letter.state, letter.channel) == (Way.LETTER, S.WAITING, None)
    done = actions.hand_over(actor=office.admin, at=office.at, delivery_id=letter.pk)
    assert done.delivered_at == office.at
    with pytest.raises(NotToHandOver):
        actions.hand_over(actor=office.admin, at=office.at, delivery_id=letter.pk)
    with pytest.raises(NotResendable):
        actions.resend(actor=office.admin, at=office.at, delivery_id=letter.pk)


def test_who_wants_nothing_is_told_nothing(office: Office, sms: Channel) -> None:
    owner = office.owner()
    keeper = office.cast.actor(Role.KEEPER, office.cast.yql)
    actions.choose_ways(actor=keeper, at=office.at, customer_id=owner.pk, ways=[])
    office.notify(owner, urgent=True)
    assert office.out() == []


def test_a_caller_who_is_no_customer_gets_an_sms(office: Office, sms: Channel, smsc: Gateway) -> None:
    office.notify(None)
    (delivery,) = office.out()
    assert (delivery.state, delivery.address, smsc.submitted[0].number) == (S.SENT, "13700000007", "13700000007")


# A channel in trouble


def test_a_channel_in_trouble_is_told_once_and_its_messages_wait(office: Office, sms: Channel, smsc: Gateway) -> None:
    smsc.password = "anders"
    admin: User = office.cast.user(Role.ADMINISTRATOR)
    office.notify(office.owner())
    for minutes in range(0, 40, 4):
        (delivery,) = office.out(office.at + timedelta(minutes=minutes))
        deliver_pending(at=office.at + timedelta(minutes=minutes))

    assert states(delivery) == [S.WAITING]
    assert [message.title for message in admin.inbox.all()] == ["发送渠道不通：smpp"]
    smsc.password = "geheim"
    notified = Delivery.objects.filter(notice__isnull=False)
    office.out(office.at + timedelta(minutes=41))
    assert states(*notified) == [S.SENT]
    sms.refresh_from_db()
    assert (sms.failing_since, sms.last_fault) == (None, "")


def test_what_nobody_can_take_is_given_up_after_a_day(office: Office, sms: Channel, smsc: Gateway) -> None:
    smsc.password = "anders"
    office.notify(office.owner())
    office.out()
    (delivery,) = office.out(office.at + timedelta(hours=24))
    assert delivery.state == S.GIVEN_UP


def test_a_paused_channel_keeps_its_messages(office: Office, sms: Channel) -> None:
    actions.pause_channel(actor=office.admin, at=office.at, channel_id=sms.pk)
    office.notify(office.owner())
    assert states(*office.out()) == [S.WAITING]
    actions.resume_channel(actor=office.admin, at=office.at, channel_id=sms.pk)
    assert states(*office.out()) == [S.SENT]


def test_what_is_older_than_half_a_year_is_forgotten(office: Office, sms: Channel) -> None:
    office.notify(office.owner())
    office.out()
    assert batch.forget(at=office.at + timedelta(days=179)) == 0
    assert batch.forget(at=office.at + timedelta(days=181)) > 0
    assert not Delivery.objects.exists()
