"""The daily reconciliation."""

from collections import Counter as Tally
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.remittance.online import Counter
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.remittance import actions
from zhongshu.remittance.kinds import LineNature, LineVerdict, PayKind, Provider
from zhongshu.remittance.lifecycle import BillState, OrderState
from zhongshu.remittance.models import OnlineOrder, ProviderBill
from zhongshu.remittance.policies.bills import Known, Unreadable, alipay_lines, compare, wechat_lines

DAY = date(2026, 11, 4)


def read(counter: Counter, *, days: int = 1, provider: Provider = Provider.WECHAT) -> ProviderBill:
    merchant = counter.merchant if provider is Provider.WECHAT else counter.alipay_merchant
    at = counter.at + timedelta(days=days)
    return actions.fetch_bill(actor=counter.till.bookkeeper, at=at, merchant_id=merchant.pk, day=DAY)


def lines(bill: ProviderBill) -> list[tuple[str, str, Decimal | None, Decimal | None]]:
    rows = bill.lines.order_by("nature", "verdict", "pk")
    return [(row.nature, row.verdict, row.there, row.here) for row in rows]


def test_each_line_of_either_side_is_accounted_for(counter: Counter) -> None:
    for due in ("2026-09-30", "2026-10-31", "2026-11-30"):
        counter.till.bill("100.00", due)
    good, lost, wrong = (counter.order(charge_ids=[charge.charge_id]) for charge in counter.till.owes("2026-11-04"))
    counter.hears(counter.wechat.pays(good.number, counter.at))
    counter.wechat.pays(lost.number, counter.at)  # its callback never came
    counter.hears(counter.wechat.pays(wrong.number, counter.at))
    counter.wechat.trades[wrong.number]["amount"] = {"total": 9000}
    stranger = {"交易时间": "2026-11-04 09:00:00", "商户订单号": "TILL-9", "微信订单号": "42", "交易状态": "SUCCESS"}
    counter.wechat.extra = [stranger | {"应结订单金额": "5.00", "订单金额": "5.00"}]

    bill = read(counter)

    hundred, five = Decimal("100.00"), Decimal("5.00")
    assert bill.state == BillState.READ
    assert lines(bill) == [
        ("payment", "amount_differs", Decimal("90.00"), hundred),
        ("payment", "matched", hundred, hundred),
        ("payment", "missing_here", hundred, None),
        ("payment", "missing_here", five, None),
    ]
    counter.ask(24 * 60)  # what the bill brought to light is asked about
    lost.refresh_from_db()
    assert lost.state == OrderState.PAID
    assert Tally(row[1] for row in lines(read(counter))) == {"matched": 2, "missing_here": 1, "amount_differs": 1}
    assert ProviderBill.objects.count() == 1


def test_money_we_know_and_the_provider_does_not(counter: Counter) -> None:
    counter.till.bill("100.00", "2026-11-30")
    order = counter.order()
    counter.hears(counter.wechat.pays(order.number, counter.at))
    del counter.wechat.trades[order.number]["success_time"]
    bill = read(counter)
    assert (bill.state, lines(bill)) == (BillState.EMPTY, [("payment", "missing_there", None, Decimal("100.00"))])


def test_refunds_stand_in_the_bill_too(counter: Counter) -> None:
    counter.till.bill("100.00", "2026-11-30")
    order = counter.order(Provider.ALIPAY, PayKind.QR)
    counter.hears(counter.ali.pays(order.number, counter.at), merchant=counter.alipay_merchant)
    refund = actions.propose_refund(actor=counter.till.cashier, at=counter.at, number=order.number, reason="x")
    actions.approve_refund(actor=counter.till.manager, at=counter.at, refund_id=refund.pk)
    hundred = Decimal("100.00")
    assert lines(read(counter, provider=Provider.ALIPAY)) == [
        ("payment", "matched", hundred, hundred),
        ("refund", "matched", hundred, hundred),
    ]


def test_the_job_reads_yesterdays_bill_and_comes_back_when_there_is_none(counter: Counter) -> None:
    counter.till.bill("100.00", "2026-11-30")
    counter.hears(counter.wechat.pays(counter.order().number, counter.at))
    counter.wechat.is_down = True
    morning = counter.at + timedelta(days=1)
    assert [actions.want_bills(at=morning) for _time in range(2)] == [2, 0]
    counter.ask(24 * 60)
    bill = ProviderBill.objects.get(merchant=counter.merchant)
    assert (bill.state, bill.fault) == (BillState.WAITING, "500 SYSTEM_ERROR")
    counter.wechat.is_down = False
    counter.ask(26 * 60)
    bill.refresh_from_db()
    assert (bill.state, bill.next_ask_at, len(lines(bill))) == (BillState.READ, None, 1)


def test_only_past_days_and_only_by_finance(counter: Counter) -> None:
    with pytest.raises(Invalid):
        read(counter, days=0)
    with pytest.raises(Invalid):
        read(counter, days=100)
    said = {"merchant_id": counter.merchant.pk, "day": DAY - timedelta(days=1)}
    with pytest.raises(NotFound):
        actions.fetch_bill(actor=counter.till.cashier, at=counter.at, **said)


def test_another_sites_orders_at_the_same_merchant_are_not_shown(counter: Counter) -> None:
    counter.till.bill("100.00", "2026-11-30")
    counter.hears(counter.wechat.pays(counter.order().number, counter.at))
    OnlineOrder.objects.update(merchant=counter.alipay_merchant)
    assert lines(read(counter)) == []


@pytest.mark.parametrize("reader", [wechat_lines, alipay_lines])
@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", "交易时间\n".encode()])
def test_what_is_no_bill_is_refused(reader: object, content: bytes) -> None:
    with pytest.raises(Unreadable):
        reader(content)  # type: ignore[operator]


SIDES = st.lists(
    st.builds(
        Known,
        st.sampled_from(LineNature),
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from([Decimal("1.00"), Decimal("2.00")]),
    ),
    max_size=6,
)


@given(SIDES, SIDES)
def test_every_line_once_and_a_pair_has_one_key(there: list[Known], here: list[Known]) -> None:
    found = compare(there, here)
    assert sorted(one.there for one in found if one.there is not None) == list(range(len(there)))
    assert sorted(one.here for one in found if one.here is not None) == list(range(len(here)))
    for one in found:
        pair = one.there is not None and one.here is not None
        assert pair is (one.verdict in (LineVerdict.MATCHED, LineVerdict.AMOUNT_DIFFERS))
        if one.there is not None and one.here is not None:
            a, b = there[one.there], here[one.here]
            assert (a.nature, a.key) == (b.nature, b.key)
            assert (a.amount == b.amount) is (one.verdict is LineVerdict.MATCHED)
