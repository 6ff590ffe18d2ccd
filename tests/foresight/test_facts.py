"""What the till, the desk and visits write down is known the next morning, and not the morning before it happened."""

from datetime import date, datetime, timedelta

import pytest

from tests.billing.till import DAY, Till
from tests.care.household import Household
from tests.cast import Cast
from zhongshu.billing import actions as billing
from zhongshu.billing.models import Prepayment
from zhongshu.collecting.models import Contact
from zhongshu.community.models import Visit
from zhongshu.estate.models import Occupancy, Place
from zhongshu.foresight.kinds import FEATURES, Feature
from zhongshu.foresight.queries.gathering import known
from zhongshu.work.models import OrderMove, WorkOrder

pytestmark = pytest.mark.django_db

TOMORROW = date(2026, 11, 5)


@pytest.fixture
def home(cast: Cast, noon: datetime) -> Household:
    """Five months of bills, all paid but the last."""
    home = Household(Till.open(cast, noon))
    home.bills("2026-06-01", 5)
    home.pays("400.00", "2026-10-05")
    return home


def of(home: Household, on: date = TOMORROW) -> dict[Feature, float]:
    (row,) = known(home.till.site_id, on).features.tolist()
    return dict(zip(FEATURES, row, strict=True))


def test_a_quiet_payer(home: Household) -> None:
    found = of(home)
    assert {name for name, value in found.items() if value} == {
        Feature.OWES_ONE, Feature.DAYS_LATE, Feature.LATE_SHARE, Feature.OWED_BEFORE,
    }  # fmt: skip
    assert found[Feature.LATE_SHARE] == 1
    assert not known(home.till.site_id, TOMORROW - timedelta(days=1)).accounts  # nothing had been written down by then


def test_money_that_bounced_and_a_dispute(home: Household) -> None:
    till = home.till
    paid = home.pays("100.00", "2026-11-01")
    assert of(home)[Feature.OWES_ONE] == 0
    billing.bounce_payment(actor=till.bookkeeper, at=till.at, payment_id=paid.pk, on=DAY("2026-11-03"), reason="退票")
    billing.open_dispute(
        actor=till.bookkeeper, at=till.at, charge_id=home.bills("2026-11-01", 1)[0].pk, reason="面积不对",
        starts_on=DAY("2026-11-04"),
    )  # fmt: skip
    found = of(home)
    assert (found[Feature.BOUNCED], found[Feature.DISPUTES], found[Feature.OWES_ONE]) == (1, 1, 1)


def test_months_paid_ahead(home: Household) -> None:
    site, account = home.till.cast.yql, home.till.account
    place = Place.objects.create(site=site, kind="unit", code="P1", path="P1", label="101")
    paid = home.pays("1300.00", "2026-11-02")
    Prepayment.objects.create(
        site=site, account=account, place=place, item=home.till.item("WYF"), payment=paid, starts_on=DAY("2026-11-01"),
        ends_on=DAY("2027-11-06"), months=12, list_amount=1200, paid_amount=1200, created_at=home.at,
    )  # fmt: skip
    assert of(home)[Feature.PAID_AHEAD] == 12


def test_what_people_said_and_had_to_ask_again(home: Household) -> None:
    site, account, at = home.till.cast.yql, home.till.account, home.at
    Visit.objects.create(
        site=site, account=account, manner="door", on=DAY("2026-11-04"), mood="not_content", by_name="", recorded_at=at
    )
    Contact.objects.create(
        site=site, account=account, manner="phone", at=at, day=DAY("2026-11-04"), recorded_at=at, outcome="hardship"
    )
    order = WorkOrder.objects.create(
        site=site, number="G1", kind="repair", category="plumbing", urgency="P3", title="漏水", account=account,
        state="closed", opened_at=at - timedelta(days=9),
    )  # fmt: skip
    OrderMove.objects.create(
        site=site, order=order, verb="reopen", from_state="closed", to_state="reopened", at=at, by_name=""
    )
    found = of(home)
    assert [found[name] for name in (Feature.NOT_CONTENT, Feature.HARDSHIP, Feature.REOPENED)] == [1, 1, 1]


def test_how_the_dwelling_is_used(home: Household) -> None:
    account = home.till.account
    place = Place.objects.create(site=account.site, kind="unit", code="P1", path="P1", label="101")
    account.unit = place
    account.save(update_fields=["unit"])
    lived = Occupancy.objects.create(site=account.site, place=place, status="let", starts_on=DAY("2026-01-01"))
    assert (of(home)[Feature.LET], of(home)[Feature.ABSENT]) == (1, 0)
    lived.status = "vacant"
    lived.save(update_fields=["status"])
    assert (of(home)[Feature.LET], of(home)[Feature.ABSENT]) == (0, 1)
