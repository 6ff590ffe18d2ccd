"""Money that never came, bills that were wrong, debts let go, credit used or paid back."""

from decimal import Decimal

import pytest

from tests.billing.estate import Estate
from tests.billing.till import DAY, YUAN, Till
from zhongshu.billing import actions
from zhongshu.billing.errors import AlreadyDecided, NotEnough, NotNow, PeriodOverlap, ReferenceUsed, SecondPersonNeeded
from zhongshu.billing.kinds import PaymentMethod, ReliefKind
from zhongshu.billing.models import Charge, Outflow, Payment, Prepayment
from zhongshu.billing.queries.sub_ledgers import sub_ledger_differences
from zhongshu.estate.models import Account
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.ledger.kinds import BANK, CASH, CREDIT, RECEIVABLE, RELIEF_EXPENSE, VAT_OUTPUT, WRITE_OFF, Fund
from zhongshu.ledger.queries import balance


@pytest.fixture(autouse=True)
def _books_agree(till: Till) -> object:
    """Whatever a story did, billing and ledger say the same."""
    yield
    assert sub_ledger_differences(till.site_id) == []


def stands(till: Till, code: str) -> Decimal:
    return balance(till.site_id, Fund.OPERATING, code)


def opened(charge: Charge) -> str:
    return str(Charge.objects.get(pk=charge.pk).open_amount)


def credit(payment: Payment) -> str:
    return str(Payment.objects.get(pk=payment.pk).unallocated)


def bounce(till: Till, payment: Payment, **facts: object) -> Outflow:
    said = {"actor": till.cashier, "at": till.at, "on": DAY("2026-11-04"), "reason": "退票"} | facts
    return actions.bounce_payment(payment_id=payment.pk, **said)  # type: ignore[arg-type]


def test_a_bounced_payment_never_was(till: Till) -> None:
    bill = till.bill("1000.00", "2026-01-31", rate="0.0005")
    payment = till.takes("1100.00", on="2026-02-10")
    assert (opened(bill), credit(payment)) == ("0.00", "95.00")
    first, again = bounce(till, payment), bounce(till, payment)
    assert (first, opened(bill), credit(payment), stands(till, CASH)) == (again, "1000.00", "0.00", 0)
    (owed,) = till.owes("2026-11-04")
    assert owed.late_fee == YUAN("138.50")  # 277 days, as if nothing had been paid


def test_other_credit_takes_its_place(till: Till) -> None:
    bill = till.bill("100.00", "2026-10-31")
    cheque, cash = till.takes("100.00"), till.takes("150.00")
    bounce(till, cheque)
    assert (opened(bill), credit(cash)) == ("0.00", "50.00")
    assert till.allocated(cash) == [("WYF", "100.00", "credit")]


def test_what_was_partly_refunded_does_not_bounce(till: Till) -> None:
    payment = till.takes("100.00")
    pay_back(till, "40.00")
    with pytest.raises(NotNow):
        bounce(till, payment)


def pay_back(till: Till, amount: str, reference: str = "TK-1") -> object:
    asked = actions.refund_credit(
        actor=till.cashier, at=till.at, account_id=till.account.pk, amount=YUAN(amount), method=PaymentMethod.TRANSFER,
        reference=reference, on=DAY("2026-11-04"), reason="搬走",
    )  # fmt: skip
    actions.approve_refund(actor=till.manager, at=till.at, refund_id=asked.pk)
    return actions.pay_refund(actor=till.cashier, at=till.at, refund_id=asked.pk, on=DAY("2026-11-04"))


def test_credit_is_paid_back_by_two_people_oldest_first(till: Till) -> None:
    old, new = till.takes("30.00", on="2026-11-01"), till.takes("50.00")
    refund = pay_back(till, "40.00")
    assert (credit(old), credit(new), stands(till, BANK), stands(till, CREDIT)) == ("0.00", "40.00", -40, -40)
    paid = actions.pay_refund(actor=till.cashier, at=till.at, refund_id=refund.pk, on=DAY("2026-11-04"))  # type: ignore[attr-defined]
    assert (paid, Outflow.objects.count()) == (refund, 2)
    with pytest.raises(NotEnough):
        pay_back(till, "40.01", "TK-2")
    with pytest.raises(ReferenceUsed):
        pay_back(till, "5.00", "TK-1")


def test_no_refund_is_approved_by_who_asked_or_paid_before(till: Till) -> None:
    till.takes("30.00")
    asked = actions.refund_credit(
        actor=till.bookkeeper, at=till.at, account_id=till.account.pk, amount=YUAN("30.00"),
        method=PaymentMethod.CASH, reference="TK-9", on=DAY("2026-11-04"), reason="多交",
    )  # fmt: skip
    with pytest.raises(SecondPersonNeeded):
        actions.approve_refund(actor=till.bookkeeper, at=till.at, refund_id=asked.pk)
    with pytest.raises(NotNow):
        actions.pay_refund(actor=till.cashier, at=till.at, refund_id=asked.pk, on=DAY("2026-11-04"))
    actions.refuse_refund(actor=till.manager, at=till.at, refund_id=asked.pk)
    with pytest.raises(AlreadyDecided):
        actions.withdraw_refund(actor=till.bookkeeper, at=till.at, refund_id=asked.pk)


def test_credit_is_drawn_for_the_bills_that_come(till: Till) -> None:
    payment = till.takes("250.00", on="2026-11-01")
    bill, water = till.bill("209.78", "2026-11-30"), till.bill("100.00", "2026-11-30", item="SF")
    drawn = actions.draw_credits(actor=till.bookkeeper, at=till.at, site_id=till.site_id)
    assert (drawn, credit(payment)) == (250, "0.00")
    assert {opened(bill), opened(water)} == {"40.48", "19.30"}  # in proportion
    assert actions.draw_credits(actor=till.bookkeeper, at=till.at, site_id=till.site_id) == 0


def test_a_wrong_bill_gives_its_money_to_the_others(till: Till) -> None:
    wrong = till.bill("300.00", "2026-09-30", rate="0.0005", vat_rate=YUAN("0.06"))
    payment = till.takes("304.65", on="2026-10-31")  # 31 days: 4.65
    right = till.bill("280.00", "2026-11-30", vat_rate=YUAN("0.06"))
    actions.reverse_charge(actor=till.bookkeeper, at=till.at, charge_id=wrong.pk, reason="面积录错")
    assert (opened(wrong), opened(right), credit(payment)) == ("0.00", "0.00", "24.65")
    assert stands(till, VAT_OUTPUT) == YUAN("-15.85")
    with pytest.raises(NotNow):
        actions.reverse_charge(actor=till.bookkeeper, at=till.at, charge_id=wrong.pk, reason="面积录错")


@pytest.mark.parametrize(("kind", "code"), [(ReliefKind.WAIVER, RELIEF_EXPENSE), (ReliefKind.WRITE_OFF, WRITE_OFF)])
def test_two_people_let_a_debt_go(till: Till, kind: ReliefKind, code: str) -> None:
    bill = till.bill("100.00", "2026-10-31")
    relief = propose(till, bill, "60.00", kind)
    with pytest.raises(SecondPersonNeeded):
        actions.approve_relief(actor=till.bookkeeper, at=till.at, relief_id=relief.pk)
    assert opened(bill) == "100.00"
    actions.approve_relief(actor=till.manager, at=till.at, relief_id=relief.pk)
    assert (opened(bill), stands(till, code), stands(till, RECEIVABLE)) == ("40.00", 60, 40)
    with pytest.raises(AlreadyDecided):
        actions.approve_relief(actor=till.manager, at=till.at, relief_id=relief.pk)


def propose(till: Till, bill: Charge, amount: str, kind: ReliefKind = ReliefKind.WAIVER) -> object:
    return actions.propose_relief(
        actor=till.bookkeeper, at=till.at, charge_id=bill.pk, kind=kind, amount=YUAN(amount), reason="困难"
    )


def test_a_relief_larger_than_what_is_open_by_then_is_refused(till: Till) -> None:
    bill = till.bill("100.00", "2026-10-31")
    relief = propose(till, bill, "60.00")
    till.takes("50.00")
    with pytest.raises(NotEnough):
        actions.approve_relief(actor=till.manager, at=till.at, relief_id=relief.pk)  # type: ignore[attr-defined]
    actions.refuse_relief(actor=till.manager, at=till.at, relief_id=relief.pk, decision="已交一半")  # type: ignore[attr-defined]
    with pytest.raises(NotEnough):
        propose(till, bill, "50.01")
    with pytest.raises(NotFound):
        actions.propose_relief(
            actor=till.cast.actor(Role.KEEPER, till.cast.yql), at=till.at, charge_id=bill.pk, kind=ReliefKind.WAIVER,
            amount=YUAN("1.00"), reason="熟人",
        )  # fmt: skip


def test_a_month_s_end_posts_what_has_accrued_and_only_that(till: Till) -> None:
    till.bill("1000.00", "2026-08-31", rate="0.0005")
    for on, count in (("2026-09-30", 1), ("2026-09-30", 0), ("2026-10-31", 1)):
        assert actions.post_late_fees(actor=till.bookkeeper, at=till.at, site_id=till.site_id, on=DAY(on)) == count
    fees = Charge.objects.filter(late_fee_of__isnull=False).order_by("pk")
    assert [str(fee.amount) for fee in fees] == ["15.00", "15.50"]
    assert till.owes("2026-11-04")[0].late_fee == YUAN("32.50")


def test_money_told_late_takes_posted_late_fees_back(till: Till) -> None:
    bill = till.bill("1000.00", "2026-08-31", rate="0.0005")
    actions.post_late_fees(actor=till.bookkeeper, at=till.at, site_id=till.site_id, on=DAY("2026-10-31"))
    payment = till.takes("1005.00", on="2026-09-10")
    assert opened(bill) == "0.00"
    assert till.owes("2026-11-04") == []
    assert credit(payment) == "0.00"  # ten days, 5.00; the 30.50 that had been posted are reversed


def test_a_disputed_bill_stands_still(till: Till) -> None:
    bill = till.bill("1000.00", "2026-08-31", rate="0.0005")
    actions.post_late_fees(actor=till.bookkeeper, at=till.at, site_id=till.site_id, on=DAY("2026-10-31"))
    dispute = actions.open_dispute(
        actor=till.manager, at=till.at, charge_id=bill.pk, starts_on=DAY("2026-10-01"), reason="电梯停了一个月"
    )
    (owed,) = till.owes("2026-11-04")
    assert (owed.is_disputed, str(owed.late_fee)) == (True, "15.00")
    with pytest.raises(NotNow):
        actions.open_dispute(
            actor=till.manager, at=till.at, charge_id=bill.pk, starts_on=DAY("2026-10-01"), reason="再说"
        )
    with pytest.raises(Invalid):
        actions.end_dispute(
            actor=till.manager, at=till.at, dispute_id=dispute.pk, ends_on=DAY("2026-09-01"), outcome="已说明"
        )
    actions.end_dispute(
        actor=till.manager, at=till.at, dispute_id=dispute.pk, ends_on=DAY("2026-11-01"), outcome="已说明"
    )
    (owed,) = till.owes("2026-11-04")
    assert (owed.is_disputed, str(owed.late_fee)) == (False, "17.00")


def ahead(estate: Estate, account: Account, reference: str = "YJ-1", **facts: object) -> Prepayment:
    said = {
        "actor": estate.cast.actor(Role.CASHIER, estate.site), "at": estate.at, "account_id": account.pk,
        "place_id": account.unit_id, "item_code": "WYF", "starts_on": DAY("2026-11-01"), "months": 12,
        "monthly": YUAN("209.78"), "method": PaymentMethod.TRANSFER, "reference": reference,
        "received_on": DAY("2026-11-04"),
    } | facts  # fmt: skip
    return actions.prepay(**said)  # type: ignore[arg-type]


def test_a_year_paid_ahead_at_a_discount_and_ended_after_eight_months(till: Till, estate: Estate) -> None:
    till.policy(prepay_discount=YUAN("0.95"))
    account, item = estate.home("101"), estate.item()
    paid = ahead(estate, account)
    assert (paid.list_amount, paid.paid_amount) == (YUAN("2517.36"), YUAN("2391.49"))
    assert ahead(estate, account) == paid
    for month in (f"2026-{n:02}" for n in (11, 12)):
        estate.run(month, item)
    for month in (f"2027-{n:02}" for n in range(1, 7)):
        estate.run(month, item)
    actions.draw_credits(actor=estate.bookkeeper, at=estate.at, site_id=till.site_id)
    assert set(Charge.objects.values_list("open_amount", flat=True)) == {0}
    assert Charge.objects.count() == 8
    actions.end_prepayment(actor=till.cashier, at=estate.at, prepayment_id=paid.pk, on=DAY("2027-07-01"))
    assert Payment.objects.get().unallocated == YUAN("797.16")
    asked = actions.refund_credit(
        actor=till.cashier, at=till.at, account_id=account.pk, amount=YUAN("797.16"), method=PaymentMethod.CASH,
        reference="TK-1", on=DAY("2026-11-04"), reason="卖房",
    )  # fmt: skip
    assert asked.amount == YUAN("797.16")


def test_what_is_paid_ahead_is_kept_for_it(till: Till, estate: Estate) -> None:
    account = estate.home("101")
    estate.item()
    till.bill("100.00", "2026-10-31", item="SF", account=account)
    ahead(estate, account)
    assert actions.draw_credit(actor=till.cashier, at=till.at, account_id=account.pk) == 0
    with pytest.raises(NotEnough):
        actions.refund_credit(
            actor=till.cashier, at=till.at, account_id=account.pk, amount=YUAN("1.00"), method=PaymentMethod.CASH,
            reference="TK-1", on=DAY("2026-11-04"), reason="反悔",
        )  # fmt: skip
    with pytest.raises(PeriodOverlap):
        ahead(estate, account, "YJ-2", starts_on=DAY("2027-10-01"), months=1)
    with pytest.raises(Invalid):
        ahead(estate, account, "YJ-3", months=13)
    bounce(till, Payment.objects.get())
    assert Payment.objects.get().unallocated == 0
