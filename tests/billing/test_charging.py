"""Charges made singly."""

from decimal import Decimal
from typing import Any

import pytest

from tests.billing.estate import DAY, Estate
from zhongshu.billing.actions.charging import charge_once
from zhongshu.billing.errors import AlreadyCharged
from zhongshu.billing.models import Charge
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound


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
