"""A deposit is given back by two people, once."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.billing.till import Till
from zhongshu.billing import actions as billing
from zhongshu.billing.errors import NotEnough, SecondPersonNeeded
from zhongshu.billing.kinds import Method, PaymentMethod
from zhongshu.billing.models import Charge, Payment
from zhongshu.billing.queries.sub_ledgers import sub_ledger_differences
from zhongshu.cashier import actions
from zhongshu.cashier.errors import NotEnoughCash, ShiftBusy
from zhongshu.cashier.queries.deposits import held
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.ledger.kinds import CASH, DEPOSITS, INTERFUND, Fund
from zhongshu.ledger.queries import balance

YUAN = Decimal


def _paid(till: Till, yuan: str = "2000.00") -> Charge:
    till.item("ZXYJ", fund=Fund.DEPOSITS, method=Method.DEPOSIT)
    till.item("SSPC", method=Method.ONE_OFF)
    today = day_of(till.at)
    said = {"account_id": till.account.pk, "amount": YUAN(yuan)}
    charge = billing.charge_once(
        actor=till.bookkeeper, at=till.at, item_code="ZXYJ", due_on=today, period_start=today, **said
    )
    actions.open_shift(actor=till.cashier, at=till.at, site_id=till.site_id)
    actions.take_payment(actor=till.cashier, at=till.at, method=PaymentMethod.CASH, reference="Y1", **said)
    return charge


def _asked(till: Till, charge: Charge, amount: str = "2000.00", **said):  # type: ignore[no-untyped-def]
    said = {"method": PaymentMethod.CASH, "reason": "装修验收合格"} | said
    return actions.propose_release(actor=till.cashier, at=till.at, charge_id=charge.pk, amount=YUAN(amount), **said)


def test_some_is_kept_and_the_rest_goes_back(till: Till) -> None:
    charge = _paid(till)
    release = _asked(till, charge, deductions=[actions.Kept("SSPC", YUAN("350.00"), "地砖破损")])
    with pytest.raises(NotEnough):
        _asked(till, charge, "0.01")
    asker = replace(till.cashier, grants=till.manager.grants)
    with pytest.raises(SecondPersonNeeded):
        actions.approve_release(actor=asker, at=till.at, release_id=release.pk)
    actions.approve_release(actor=till.manager, at=till.at, release_id=release.pk)
    actions.pay_release(actor=till.cashier, at=till.at, release_id=release.pk)
    actions.pay_release(actor=till.cashier, at=till.at, release_id=release.pk)  # once
    assert held(charge.pk) == 0
    assert balance(till.site_id, Fund.DEPOSITS, DEPOSITS) == 0
    assert balance(till.site_id, Fund.OPERATING, CASH) == YUAN("350.00")
    assert balance(till.site_id, Fund.OPERATING, INTERFUND) + balance(till.site_id, Fund.DEPOSITS, INTERFUND) == 0
    assert sub_ledger_differences(till.site_id) == []


def test_a_drawer_gives_what_it_has(till: Till) -> None:
    charge = _paid(till)
    release = _asked(till, charge)
    actions.approve_release(actor=till.manager, at=till.at, release_id=release.pk)
    other = till.cast.actor(Role.CASHIER, till.cast.yql, name="second")
    actions.open_shift(actor=other, at=till.at, site_id=till.site_id)
    with pytest.raises(NotEnoughCash):
        actions.pay_release(actor=other, at=till.at, release_id=release.pk)


def test_what_is_given_back_was_paid(till: Till) -> None:
    charge = _paid(till)
    payment = Payment.objects.get()
    with pytest.raises(Invalid):
        _asked(till, charge, deductions=[actions.Kept("NIX", YUAN("1.00"), "没有这个项目")])
    release = _asked(till, charge)
    actions.cancel_payment(actor=till.cashier, at=till.at, payment_id=payment.pk, reason="收错了")
    with pytest.raises(NotEnough):
        actions.approve_release(actor=till.manager, at=till.at, release_id=release.pk)
    again = {"account_id": till.account.pk, "amount": YUAN("2000.00"), "method": PaymentMethod.CASH, "reference": "Y2"}
    taken = actions.take_payment(actor=till.cashier, at=till.at, **again)
    actions.approve_release(actor=till.manager, at=till.at, release_id=release.pk)
    with pytest.raises(ShiftBusy):
        actions.cancel_payment(actor=till.cashier, at=till.at, payment_id=taken.payment_id, reason="收错了")
