"""A shift at the counter."""

from decimal import Decimal

import pytest

from tests.billing.till import Till
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Payment
from zhongshu.cashier import actions
from zhongshu.cashier.errors import DifferenceUnexplained, NoShift
from zhongshu.cashier.kinds import CashGoes
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.ledger.kinds import BANK, CASH, Fund
from zhongshu.ledger.queries import balance

YUAN = Decimal


def _balance(till: Till, code: str) -> Decimal:
    return balance(till.site_id, Fund.OPERATING, code)


def test_a_shift_from_its_opening_to_the_bank(till: Till) -> None:
    till.bill("209.78", "2026-10-31")
    shift = actions.open_shift(actor=till.cashier, at=till.at, site_id=till.site_id)
    said = {"account_id": till.account.pk, "amount": YUAN("209.78"), "method": PaymentMethod.CASH, "reference": "S1"}
    taken = actions.take_payment(actor=till.cashier, at=till.at, tendered=YUAN("300"), **said)
    assert (taken.change, taken.payment.unallocated) == (YUAN("90.22"), 0)
    again = actions.take_payment(actor=till.cashier, at=till.at, tendered=YUAN("300"), **said)
    assert again == taken
    notes = {"100": 2, "5": 1, "1": 4, "0.5": 1, "0.1": 2}
    with pytest.raises(DifferenceUnexplained):
        actions.count_shift(actor=till.cashier, at=till.at, shift_id=shift.pk, notes=notes)
    count = actions.count_shift(actor=till.cashier, at=till.at, shift_id=shift.pk, notes=notes, reason="找零差")
    assert count.difference == YUAN("-0.08")
    assert _balance(till, CASH) == YUAN("209.70")
    actions.hand_over(
        actor=till.cashier, at=till.at, shift_id=shift.pk, goes=CashGoes.BANK, amount=YUAN("209.70"), reference="H1"
    )
    shift.refresh_from_db()
    assert shift.state == ShiftState.CLOSED
    assert (_balance(till, CASH), _balance(till, BANK)) == (0, YUAN("209.70"))


def test_without_a_shift_no_money(till: Till) -> None:
    said = {"account_id": till.account.pk, "amount": YUAN(5), "method": PaymentMethod.CASH, "reference": "S1"}
    with pytest.raises(NoShift):
        actions.take_payment(actor=till.cashier, at=till.at, **said)
    assert not Payment.objects.exists()
