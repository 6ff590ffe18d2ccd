"""Money at the till."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.billing.till import DAY, YUAN, Till
from zhongshu.billing.errors import ReferenceUsed
from zhongshu.billing.models import Allocation, Charge, Payment
from zhongshu.billing.policies.allocation import Designation
from zhongshu.estate.models import Account
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.ledger.kinds import CASH, CREDIT, INTERFUND, LATE_FEE_INCOME, RECEIVABLE, Fund
from zhongshu.ledger.queries import balance


def stands(till: Till, code: str, fund: Fund = Fund.OPERATING) -> Decimal:
    return balance(till.site_id, fund, code)


def test_a_bill_is_paid_and_the_rest_stays(till: Till) -> None:
    bill = till.bill("209.78", "2026-11-30")
    payment = till.takes("250.00", payer_name="王小明")
    bill.refresh_from_db()
    assert (bill.open_amount, payment.unallocated) == (0, YUAN("40.22"))
    assert Payment.objects.get().unallocated == YUAN("40.22")
    assert till.allocated(payment) == [("WYF", "209.78", "law")]
    assert [stands(till, code) for code in (CASH, RECEIVABLE, CREDIT)] == [YUAN("250.00"), 0, YUAN("-40.22")]
    assert AuditEntry.objects.get(verb="billing.receive").after["number"] == payment.number
    told = OutboxEvent.objects.get(name="billing.payment_received").payload
    assert (told["amount"], told["credit"]) == ("250.00", "40.22")


def test_a_late_fee_is_a_charge_of_its_own_when_it_is_paid(till: Till) -> None:
    till.bill("3000.00", "2026-03-31", rate="0.0005")
    (owed,) = till.owes("2026-04-30")
    assert (owed.principal, owed.late_fee) == (YUAN("3000.00"), YUAN("45.00"))
    payment = till.takes("3045.00", on="2026-04-30")
    assert till.allocated(payment) == [("WYF", "3000.00", "law"), ("WYJ", "45.00", "law")]
    assert till.owes("2026-11-04") == []
    assert stands(till, LATE_FEE_INCOME) == YUAN("-45.00")


def test_principal_paid_its_late_fee_stays_and_grows_no_more(till: Till) -> None:
    a, b = (till.bill("1000.00", due, rate="0.0005") for due in ("2024-12-31", "2025-12-31"))
    till.takes("1200.00", on="2026-06-30")
    left = {owed.charge_id: (str(owed.principal), str(owed.late_fee)) for owed in till.owes("2026-06-30")}
    assert left == {a.pk: ("0.00", "273.00"), b.pk: ("800.00", "90.50")}
    later = {owed.charge_id: str(owed.late_fee) for owed in till.owes("2026-07-10")}
    assert later == {a.pk: "273.00", b.pk: "94.50"}  # ten days more, on 800.00


def test_where_the_late_fee_comes_first(till: Till) -> None:
    till.policy(settle_order="late_fee_first")
    a, b = (till.bill("1000.00", due, rate="0.0005") for due in ("2024-12-31", "2025-12-31"))
    till.takes("1200.00", on="2026-06-30")
    left = {owed.charge_id: (str(owed.principal), str(owed.late_fee)) for owed in till.owes("2026-06-30")}
    assert left == {a.pk: ("73.00", "0.00"), b.pk: ("1000.00", "90.50")}


def test_money_of_several_funds_passes_between_them(till: Till) -> None:
    till.item("GGSY", Fund.COMMON_AREA_REVENUE)
    till.bill("60.00", "2026-10-31")
    till.bill("30.00", "2026-10-31", item="GGSY")
    till.takes("100.00")
    assert (stands(till, CASH), stands(till, INTERFUND), stands(till, CREDIT)) == (100, -30, -10)
    assert stands(till, INTERFUND, Fund.COMMON_AREA_REVENUE) == 30
    assert stands(till, RECEIVABLE, Fund.COMMON_AREA_REVENUE) == 0


def test_money_for_an_item_is_kept_for_it(till: Till) -> None:
    till.bill("60.00", "2026-10-31")
    till.item("SF")
    payment = till.takes("100.00", designation=Designation(item="SF"))
    assert (payment.unallocated, payment.item) == (100, till.item("SF"))


def test_the_same_reference_counts_once(till: Till) -> None:
    till.bill("209.78", "2026-11-30")
    first, again = (till.takes("100.00", reference="SJ-1") for _ in range(2))
    assert (first, Payment.objects.count(), Allocation.objects.count()) == (again, 1, 1)
    for facts in ({"amount": "100.01"}, {"amount": "100.00", "on": "2026-11-03"}):
        with pytest.raises(ReferenceUsed):
            till.takes(**facts, reference="SJ-1")


@pytest.mark.parametrize("amount", ["0", "-1.00", "1.001", "NaN", "1E30"])
def test_what_is_no_amount_is_refused(till: Till, amount: str) -> None:
    with pytest.raises(Invalid) as refused:
        till.takes(amount)
    assert (refused.value.field, Payment.objects.count()) == ("amount", 0)


def test_nobody_pays_tomorrow_or_for_what_is_not_his(till: Till) -> None:
    other: Account = Till.account_of(till.cast, "A-2")
    theirs = till.bill("10.00", "2026-10-31", account=other)
    with pytest.raises(Invalid, match="今天"):
        till.takes("10.00", on=str(day_of(till.at) + timedelta(days=1)))
    for wish in (Designation(item="NONE"), Designation(charges=frozenset({theirs.pk}))):
        with pytest.raises(Invalid) as refused:
            till.takes("10.00", designation=wish)
        assert refused.value.field == "designation"


def test_who_may_not_take_money_does_not_even_see_the_account(till: Till) -> None:
    till.bill("10.00", "2026-10-31")
    keeper, stranger = till.cast.actor(Role.KEEPER, till.cast.yql), till.cast.actor(Role.CASHIER, till.cast.xh)
    for actor in (keeper, stranger):
        with pytest.raises(NotFound):
            till.takes("10.00", actor=actor)
    assert Charge.objects.get().open_amount == 10
    assert DAY("2026-10-31") == Charge.objects.get().due_on
