"""Charges made singly."""

from decimal import Decimal
from typing import Any

import pytest

from tests.billing.estate import DAY, Estate
from tests.billing.till import YUAN, Till
from zhongshu.billing.actions.charging import charge_once
from zhongshu.billing.batch import Offer, offer
from zhongshu.billing.errors import AlreadyCharged
from zhongshu.billing.models import Charge
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.outbox import deliver_pending, publish
from zhongshu.ledger import actions as ledger
from zhongshu.ledger.errors import CannotClose
from zhongshu.ledger.kinds import BANK, RECEIVABLE, EntryKind, Fund
from zhongshu.ledger.policies import Leg
from zhongshu.work.actions import open_order
from zhongshu.work.events import PriceDue


def test_a_deposit_is_owed_once_and_is_nobodys_income(estate: Estate) -> None:
    account = estate.home("101")
    estate.item(None, code="ZXYJ", method="deposit", fund="deposits")

    def charge(amount: str = "2000.00", **facts: Any) -> Charge:
        said: dict[str, Any] = {
            "actor": estate.bookkeeper,
            "at": estate.at,
            "account_id": account.pk,
            "item_code": "ZXYJ",
            "due_on": DAY("2026-11-10"),
            "period_start": DAY("2026-11-04"),
        }
        return charge_once(**(said | facts), amount=Decimal(amount))

    made = charge(detail={"words": "装修押金"})
    assert (made.amount, made.open_amount, made.quantity, made.unit_price) == (2000, 2000, 1, 2000)
    assert charge() == made
    assert estate.books_agree()
    with pytest.raises(AlreadyCharged, match=r"2000\.00"):
        charge("2500.00")
    assert charge("2500.00", source_id=7).amount == 2500
    for wrong in ("0.00", "-1.00", "0.001"):
        with pytest.raises(Invalid):
            charge(wrong)
    with pytest.raises(NotFound):
        charge(actor=estate.cast.actor(Role.CASHIER, estate.site))
    with pytest.raises(NotFound):
        charge(item_code="NIX")
    assert Charge.objects.count() == 2


def test_an_agreed_repair_is_owed_once_and_at_its_last_price(estate: Estate) -> None:
    account = estate.home("101")
    order = open_order(
        actor=estate.cast.system, at=estate.at, site=estate.site, kind="repair", category="plumbing", urgency="P3",
        title="换角阀", place=account.unit, account=account, team_kind="engineering",
    )  # fmt: skip

    def due(amount: str) -> None:
        happened = PriceDue(
            site_id=estate.site.pk, order_id=order.pk, account_id=account.pk, agreement_id=1, amount=amount
        )
        publish(happened, at=estate.at)
        deliver_pending(at=estate.at)

    due("80.00")
    due("80.00")
    assert estate.charged() == ["80.00"]
    due("95.50")
    standing = Charge.objects.get(open_amount__gt=0)
    assert (standing.amount, standing.revision, standing.item.code) == (Decimal("95.50"), 1, "WXF")
    assert standing.detail == {"order": order.number, "title": "换角阀"}
    due("0.00")
    assert not Charge.objects.filter(open_amount__gt=0).exists()
    assert len(estate.charged()) == 2


def test_a_month_stays_open_while_bills_and_books_differ(till: Till) -> None:
    """What is owed by the ledger alone, and by nobody's bill."""
    till.bill("100.00", "2026-10-31")
    facts = {"actor": till.bookkeeper, "at": till.at, "site": till.cast.yql, "month": DAY("2026-10-01")}
    stray = [Leg(Fund.OPERATING, RECEIVABLE, YUAN("9.99")), Leg(Fund.OPERATING, BANK, YUAN("-9.99"))]
    ledger.post(
        actor=till.cast.system, at=till.at, site_id=till.site_id, dated_on=DAY("2026-10-30"), kind=EntryKind.OTHER,
        source="tests:1", legs=stray,
    )  # fmt: skip
    with pytest.raises(CannotClose, match=r"应收账款明细 100\.00 元，总账 109\.99 元"):
        ledger.close_period(**facts)


def test_what_is_offered_to_be_paid_ahead_is_what_a_run_would_charge(estate: Estate) -> None:
    """From the month after the last charged, at that month's price and by what holds for the place."""
    home, today = estate.home("101", "100.00"), DAY("2026-04-20")
    assert home.unit is not None
    item, quarterly = estate.item("1.00"), estate.item("30", code="LJF", method="fixed", cycle="quarter")
    unpriced = estate.item(None, code="TV", method="fixed")
    estate.term(item, home.unit, "2026-05-01", coefficient="1.50")
    assert offer(home, home.unit, item, on=today) == Offer(DAY("2026-04-01"), YUAN("100.00"))
    estate.run("2026-04")
    assert offer(home, home.unit, item, on=today) == Offer(DAY("2026-05-01"), YUAN("150.00"))
    assert offer(home, home.unit, quarterly, on=today) == Offer(DAY("2026-07-01"), YUAN("30.00"))
    assert offer(home, home.unit, unpriced, on=today) == Offer(DAY("2026-04-01"), None)
