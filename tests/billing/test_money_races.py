"""Two at once: money counts once, and is never spent twice."""

from decimal import Decimal

import pytest

from tests.billing.till import DAY, YUAN, Till
from tests.cast import DAY_ONE, Cast
from zhongshu.billing import actions
from zhongshu.billing.errors import ReferenceUsed
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Allocation, Charge, Payment
from zhongshu.billing.queries.sub_ledgers import sub_ledger_differences
from zhongshu.simulation.mishaps import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def till(transactional_db: None) -> Till:
    till = Till.open(Cast.assemble(), DAY_ONE)
    assert till.cashier.user_id != till.bookkeeper.user_id  # both are there before anybody hurries
    return till


def test_the_same_reference_twice_at_once_is_one_payment(till: Till) -> None:
    till.bill("209.78", "2026-10-31", rate="0.0005")
    other = Till.account_of(till.cast, "A-2")
    one, same, another = at_once(
        lambda: till.takes("300.00", reference="SJ-1"),
        lambda: till.takes("300.00", reference="SJ-1"),
        lambda: till.takes("300.00", reference="SJ-1", account_id=other.pk),
    )
    (payment,) = Payment.objects.all()
    answers = [answer for answer in (one, same, another) if not isinstance(answer, Exception)]
    assert {answer.pk for answer in answers} == {payment.pk}
    assert all(isinstance(answer, ReferenceUsed | Payment) for answer in (one, same, another))
    assert sub_ledger_differences(till.site_id) == []


def test_two_payments_a_drawing_and_the_month_s_end_never_clear_a_bill_twice(till: Till) -> None:
    till.takes("50.00", on="2026-10-01")
    bill = till.bill("200.00", "2026-10-31", rate="0.0005")
    at_once(
        lambda: till.takes("150.00", reference="A"),
        lambda: till.takes("150.00", reference="B", method=PaymentMethod.POS),
        lambda: actions.draw_credit(actor=till.bookkeeper, at=till.at, account_id=till.account.pk),
        lambda: actions.post_late_fees(actor=till.bookkeeper, at=till.at, site_id=till.site_id, on=DAY("2026-11-04")),
    )
    fees = Charge.objects.filter(late_fee_of=bill)
    assert Charge.objects.get(pk=bill.pk).open_amount == 0
    assert sum(fee.amount for fee in fees) == YUAN("0.40")  # four days, once, whoever was first
    credit = sum((row.unallocated for row in Payment.objects.all()), Decimal(0))
    assert credit == YUAN("350.00") - sum(row.amount for row in Allocation.objects.all())
    assert sub_ledger_differences(till.site_id) == []
