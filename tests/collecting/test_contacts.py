"""Within the hours, so often and no oftener, and nobody but the customer."""

from datetime import date, datetime, timedelta

import pytest

from tests.billing.till import Till
from zhongshu.collecting import actions
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.errors import ContactRefused
from zhongshu.collecting.kinds import ContactManner, NoticeKind, Outcome
from zhongshu.collecting.models import Contact, Notice
from zhongshu.collecting.policies.contacts import SHIPPED, refusal_of
from zhongshu.estate.models import CustomerPhone
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE, day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging import batch as messaging
from zhongshu.messaging.models import Channel, CustomerNotice
from zhongshu.messaging.models import Delivery as Carried

D = date.fromisoformat


@pytest.mark.parametrize(
    ("clock", "days", "word"),
    [
        ("2026-11-04 09:00", [], ""),
        ("2026-11-04 08:59", [], "09:00"),
        ("2026-11-04 20:00", [], "20:00"),
        ("2026-11-04 12:00", ["2026-11-04"], "每天"),
        ("2026-11-04 12:00", ["2026-11-01", "2026-10-31", "2026-10-29"], "一周"),
        ("2026-11-04 12:00", ["2026-11-01", "2026-10-31", "2026-10-28"], ""),
    ],
)
def test_when_nobody_may_call(clock: str, days: list[str], word: str) -> None:
    at = datetime.fromisoformat(clock).replace(tzinfo=SITE_ZONE)
    refusal = refusal_of(SHIPPED, at=at, earlier=map(D, days))
    assert word in refusal
    assert bool(word) == bool(refusal)


def test_a_call_is_written_down_and_no_second_one_that_day(till: Till) -> None:
    keeper = till.cast.actor(Role.KEEPER, till.cast.yql)
    said = {"actor": keeper, "account_id": till.account.pk, "manner": ContactManner.PHONE, "outcome": Outcome.PROMISED}
    with pytest.raises(Invalid):
        actions.record_contact(**said, at=till.at)
    actions.record_contact(**said, at=till.at, promised_on=D("2026-11-10"))
    with pytest.raises(ContactRefused):
        actions.record_contact(**said, at=till.at + timedelta(hours=2), promised_on=D("2026-11-10"))
    with pytest.raises(ContactRefused):
        actions.record_contact(**said, at=till.at + timedelta(hours=32), promised_on=D("2026-11-10"))
    with pytest.raises(NotFound):
        actions.record_contact(**said | {"actor": till.cast.actor(Role.KEEPER, till.cast.xh)}, at=till.at)
    assert Contact.objects.count() == 1


@pytest.fixture
def owing(till: Till) -> Till:
    till.bill("200.00", "2026-08-31")
    _make(till, NoticeKind.PAYMENT_REMINDER)
    return till


def _make(till: Till, kind: NoticeKind) -> None:
    wanted = [Wanted(till.account.pk, kind, f"t:{kind}", 10)]
    make_notices(actor=till.bookkeeper, at=till.at, site_id=till.site_id, on=day_of(till.at), wanted=wanted)


def _send(till: Till, at: datetime) -> int:
    return actions.send_notices(at=at, site_id=till.site_id)


def _settle(till: Till, at: datetime) -> int:
    return actions.settle_notices(at=at, site_id=till.site_id)


def _by_sms(till: Till) -> None:
    Channel.objects.create(kind="tencent", name="短信", created_at=till.at)
    CustomerPhone.objects.create(site=till.cast.yql, customer=till.account.customer, number="13800000000")


def test_a_notice_goes_by_the_customers_way_within_the_hours_and_what_the_carrier_says_comes_back(owing: Till) -> None:
    _by_sms(owing)
    _make(owing, NoticeKind.PAYMENT_NOTICE)
    assert _send(owing, owing.at.replace(hour=20, minute=30)) == 0
    assert (_send(owing, owing.at), _send(owing, owing.at)) == (1, 0)
    told = CustomerNotice.objects.get()
    assert (told.customer, told.title) == (owing.account.customer, "交费通知书")
    notice = Notice.objects.get(kind="payment_notice")
    messaging.tick(at=owing.at)
    assert (_settle(owing, owing.at), notice.state) == (0, "planned")
    Carried.objects.update(state="sent", sent_at=owing.at)
    _settle(owing, owing.at)
    notice.refresh_from_db()
    assert (notice.state, notice.sent_on, notice.evidence) == ("sent", D("2026-11-04"), "sent_only")
    Carried.objects.update(state="delivered", delivered_at=owing.at)
    assert (_settle(owing, owing.at), _settle(owing, owing.at)) == (1, 0)
    notice.refresh_from_db()
    assert notice.evidence == "delivered"
    assert _send(owing, owing.at + timedelta(days=1)) == 1, "the other one goes the next day"


def test_whoever_no_way_leads_to_gets_paper(owing: Till) -> None:
    assert _send(owing, owing.at) == 0
    assert Notice.objects.get().state == "failed"
    assert not CustomerNotice.objects.exists()


def test_what_nobody_could_carry_goes_on_paper(owing: Till) -> None:
    _by_sms(owing)
    _send(owing, owing.at)
    messaging.tick(at=owing.at)
    Carried.objects.update(state="failed")
    CustomerNotice.objects.update(look_at=None)
    _settle(owing, owing.at)
    assert Notice.objects.get().state == "failed"


def test_on_the_residents_pages_it_has_arrived_when_it_was_read(owing: Till) -> None:
    customer = owing.account.customer
    customer.user = User.objects.create(username="yezhu", name="业主")
    customer.save()
    _send(owing, owing.at)
    messaging.tick(at=owing.at)
    _settle(owing, owing.at)
    assert Notice.objects.get().evidence == "sent_only"
    CustomerNotice.objects.update(read_at=owing.at)
    _settle(owing, owing.at)
    assert Notice.objects.get().evidence == "delivered"


def test_who_has_paid_meanwhile_is_not_asked(owing: Till) -> None:
    _by_sms(owing)
    owing.takes("200.00")
    assert _send(owing, owing.at) == 0
    assert Notice.objects.get().withdrawn_reason == "已交清"


def test_a_withdrawn_notice_stays_in_the_house(owing: Till) -> None:
    _by_sms(owing)
    _send(owing, owing.at)
    messaging.tick(at=owing.at)
    actions.withdraw_notice(actor=owing.bookkeeper, at=owing.at, notice_id=Notice.objects.get().pk, reason="误发")
    assert Carried.objects.get().state == "withdrawn"
