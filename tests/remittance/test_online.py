"""Orders at a provider, and what comes back of them: whatever order, however often."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.remittance.online import Counter
from zhongshu.billing.models import Payment
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.ledger.kinds import CLEARING, CREDIT, RECEIVABLE, Fund
from zhongshu.ledger.queries import balance
from zhongshu.messaging.models import Message
from zhongshu.remittance import actions
from zhongshu.remittance.errors import IllegalMove, NoMerchant, NothingOwed, ProviderAway, ProviderRefused, SamePerson
from zhongshu.remittance.kinds import PayKind, Provider
from zhongshu.remittance.lifecycle import OrderState, RefundState
from zhongshu.remittance.models import OnlineAlert, OnlineNotice, OnlineOrder, ProviderAccount

YUAN = Decimal


def stands(counter: Counter, code: str) -> Decimal:
    return balance(counter.till.site_id, Fund.OPERATING, code)


def test_scanned_paid_told_and_in_the_books(counter: Counter) -> None:
    bill = counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    assert (order.state, order.amount) == (OrderState.WAITING, YUAN("209.78"))
    assert order.pay_url.startswith("weixin://wxpay/")

    answer = counter.hears(counter.wechat.pays(order.number, counter.at))

    order.refresh_from_db()
    bill.refresh_from_db()
    assert (answer.status, answer.body) == (204, "")
    assert (order.state, bill.open_amount) == (OrderState.PAID, 0)
    payment = order.payment
    assert payment is not None
    assert (payment.method, payment.reference, payment.amount) == ("wechat", order.transaction_id, YUAN("209.78"))
    assert [stands(counter, code) for code in (CLEARING, RECEIVABLE)] == [YUAN("209.78"), 0]
    told = OutboxEvent.objects.get(name="remittance.order_ended").payload
    assert (told["state"], told["amount"]) == ("paid", "209.78")
    assert AuditEntry.objects.filter(verb="remittance.move_order", after__state="paid").exists()
    assert counter.verdicts() == ["taken"]


def test_by_alipay_it_is_no_different(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order(Provider.ALIPAY, PayKind.QR)
    told = counter.ali.pays(order.number, counter.at)
    answers = [counter.hears(told, merchant=counter.alipay_merchant) for _time in range(2)]
    order.refresh_from_db()
    assert [answer.body for answer in answers] == ["success", "success"]
    assert (order.state, counter.owed(), counter.verdicts()) == (OrderState.PAID, 0, ["taken", "replayed"])


def test_the_sum_is_ours_with_late_fees_and_only_of_what_is_owed(counter: Counter) -> None:
    late = counter.till.bill("1000.00", "2026-10-25", rate="0.0005")
    counter.till.bill("500.00", "2026-11-30")
    assert counter.order().amount == YUAN("1505.00")  # ten days of a late fee
    assert counter.order(charge_ids=[late.pk]).amount == YUAN("1005.00")
    with pytest.raises(Invalid):
        counter.order(charge_ids=[late.pk, 999])
    with pytest.raises(Invalid):
        counter.order(Provider.WECHAT, PayKind.PAGE)
    ProviderAccount.objects.update(is_on=False)
    with pytest.raises(NoMerchant):
        counter.order()
    with pytest.raises(NotFound):
        counter.order(actor=counter.person(Role.GUARD))


def test_who_owes_nothing_opens_no_order(counter: Counter) -> None:
    with pytest.raises(NothingOwed):
        counter.order()


def test_a_replayed_callback_does_nothing_more(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    callback = counter.wechat.pays(order.number, counter.at)
    again = counter.wechat.tells(order.number, counter.at + timedelta(seconds=15))
    answers = [counter.hears(callback), counter.hears(callback), counter.hears(again, after=15)]
    assert {answer.status for answer in answers} == {204}
    assert counter.verdicts() == ["taken", "replayed", "replayed"]
    assert Payment.objects.count() == 1


def test_a_forged_callback_is_refused_and_kept(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    counter.wechat.signer = "somebody else"
    answer = counter.hears(counter.wechat.pays(order.number, counter.at))
    order.refresh_from_db()
    assert (answer.status, order.state, Payment.objects.count()) == (401, OrderState.WAITING, 0)
    assert counter.verdicts() == ["forged"]
    with pytest.raises(Exception, match="append-only"):
        OnlineNotice.objects.update(verdict="taken")


def test_another_sum_than_asked_for_is_never_booked_by_itself(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    finance = counter.till.bookkeeper
    order = counter.order()
    counter.hears(counter.wechat.pays(order.number, counter.at, fen=1))
    order.refresh_from_db()
    assert (order.state, order.paid_amount, Payment.objects.count()) == (OrderState.FAILED, YUAN("0.01"), 0)
    assert counter.alerts() == [("wrong_amount", YUAN("0.01"))]
    assert Message.objects.filter(recipient_id=finance.user_id, kind="online_alert").count() == 1
    alert = OnlineAlert.objects.get()
    with pytest.raises(NotFound):
        actions.accept_money(actor=counter.till.cashier, at=counter.at, alert_id=alert.pk)

    actions.accept_money(actor=finance, at=counter.at, alert_id=alert.pk)

    order.refresh_from_db()
    assert (order.state, counter.owed()) == (OrderState.PAID, YUAN("209.77"))
    with pytest.raises(IllegalMove):
        actions.settle_alert(actor=finance, at=counter.at, alert_id=alert.pk, note="再看一次")


def test_money_for_an_order_nobody_knows_is_told_to_finance(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    callback = counter.wechat.pays(order.number, counter.at)
    told = counter.wechat.tells(order.number, counter.at, out_trade_no="SOMEBODY-ELSES")
    assert counter.hears(told).status == 204  # sent again it would be no better
    assert (counter.verdicts(), counter.alerts()) == (["unknown"], [("unknown_order", YUAN("209.78"))])
    assert Payment.objects.count() == 0
    alert = OnlineAlert.objects.get()
    with pytest.raises(IllegalMove):
        actions.accept_money(actor=counter.till.bookkeeper, at=counter.at, alert_id=alert.pk)
    with pytest.raises(Invalid):
        actions.settle_alert(actor=counter.till.bookkeeper, at=counter.at, alert_id=alert.pk, note=" ")
    actions.settle_alert(actor=counter.till.bookkeeper, at=counter.at, alert_id=alert.pk, note="在微信商户平台退回")
    assert counter.hears(callback).status == 204


def test_an_order_nobody_paid_is_closed_there_too(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    counter.ask(14)
    order.refresh_from_db()
    assert order.state == OrderState.WAITING
    counter.ask(16)
    order.refresh_from_db()
    assert (order.state, order.next_ask_at) == (OrderState.CLOSED, None)
    assert counter.wechat.trades[order.number]["trade_state"] == "CLOSED"


def test_money_after_closing_is_taken_all_the_same_and_told(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    counter.ask(16)
    counter.till.takes("209.78")  # meanwhile somebody paid in cash
    counter.hears(counter.wechat.pays(order.number, counter.at))
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert stands(counter, CREDIT) == YUAN("-209.78")
    assert counter.alerts() == [("late", YUAN("209.78"))]


def test_a_lost_callback_is_asked_for(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    counter.wechat.pays(order.number, counter.at)
    counter.ask(1)
    order.refresh_from_db()
    assert (order.state, counter.owed()) == (OrderState.PAID, 0)
    assert counter.hears(counter.wechat.tells(order.number, counter.at)).status == 204
    assert counter.verdicts() == ["replayed"]


def test_paid_in_the_moment_of_closing(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    asked = counter.wechat._closed
    monkeypatch.setattr(
        counter.wechat, "_closed", lambda number: (counter.wechat.pays(number, counter.at), asked(number))[1]
    )
    counter.ask(16)
    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_a_provider_away_offers_nothing_and_the_order_still_ends(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    counter.wechat.is_down = True
    with pytest.raises(ProviderAway):
        counter.order()
    order = OnlineOrder.objects.get()
    assert (order.state, order.fault) == (OrderState.CREATED, "500 SYSTEM_ERROR")
    counter.ask(20)
    order.refresh_from_db()
    assert order.state == OrderState.CREATED
    counter.ask(3 * 24 * 60 + 60)
    order.refresh_from_db()
    assert (order.state, order.next_ask_at) == (OrderState.FAILED, None)


def test_an_order_whose_offer_got_lost_may_still_be_paid(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    counter.wechat.loses = True
    with pytest.raises(ProviderAway):
        counter.order()
    order = OnlineOrder.objects.get()
    counter.hears(counter.wechat.pays(order.number, counter.at))
    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_an_order_the_provider_refuses_has_failed(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    counter.merchant.settings["serial"] = "5F" * 20
    counter.merchant.save()
    with pytest.raises(ProviderRefused, match="SIGN_ERROR"):
        counter.order()
    assert OnlineOrder.objects.get().state == OrderState.FAILED


def refunded(counter: Counter, order: OnlineOrder) -> int:
    """The cashier proposes, the manager approves."""
    said = {"number": order.number, "reason": "重复缴费"}
    refund = actions.propose_refund(actor=counter.till.cashier, at=counter.at, **said)
    return actions.approve_refund(actor=counter.till.manager, at=counter.at, refund_id=refund.pk).pk


def paid(counter: Counter) -> OnlineOrder:
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    counter.hears(counter.wechat.pays(order.number, counter.at))
    order.refresh_from_db()
    return order


def test_money_goes_back_when_two_people_want_it(counter: Counter) -> None:
    order = paid(counter)
    said = {"number": order.number, "reason": "重复缴费"}
    with pytest.raises(Invalid):
        actions.propose_refund(actor=counter.till.cashier, at=counter.at, number=order.number, reason="")
    refund = actions.propose_refund(actor=counter.till.manager, at=counter.at, **said)
    with pytest.raises(IllegalMove):
        actions.propose_refund(actor=counter.till.cashier, at=counter.at, **said)
    with pytest.raises(SamePerson):
        actions.approve_refund(actor=counter.till.manager, at=counter.at, refund_id=refund.pk)
    with pytest.raises(NotFound):
        actions.approve_refund(actor=counter.till.cashier, at=counter.at, refund_id=refund.pk)

    refund = actions.approve_refund(actor=counter.till.bookkeeper, at=counter.at, refund_id=refund.pk)

    order.refresh_from_db()
    assert (refund.state, order.state, counter.owed()) == (RefundState.SENDING, OrderState.REFUNDING, 0)
    told = counter.wechat.gives_back(refund.number, counter.at)
    assert [counter.hears(told).status for _time in range(2)] == [204, 204]
    order.refresh_from_db()
    refund.refresh_from_db()
    assert (refund.state, order.state, counter.owed()) == (RefundState.DONE, OrderState.REFUNDED, YUAN("209.78"))
    assert stands(counter, CLEARING) == 0
    assert counter.verdicts() == ["taken", "taken", "replayed"]
    with pytest.raises(IllegalMove):
        actions.propose_refund(actor=counter.till.cashier, at=counter.at, **said)


def test_a_refund_whose_callback_is_lost_is_asked_about(counter: Counter) -> None:
    order = paid(counter)
    refund_id = refunded(counter, order)
    counter.wechat.refunds[order.refunds.get().number]["status"] = "SUCCESS"
    counter.ask(2)
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED
    assert order.refunds.get(pk=refund_id).state == RefundState.DONE


def test_a_refund_that_fails_leaves_all_as_it_was(counter: Counter) -> None:
    order = paid(counter)
    refunded(counter, order)
    counter.hears(counter.wechat.gives_back(order.refunds.get().number, counter.at, status="ABNORMAL"))
    order.refresh_from_db()
    assert (order.state, counter.owed()) == (OrderState.PAID, 0)
    assert counter.alerts() == [("refund_failed", YUAN("209.78"))]
    refund = actions.propose_refund(actor=counter.till.cashier, at=counter.at, number=order.number, reason="再试一次")
    actions.decline_refund(actor=counter.till.manager, at=counter.at, refund_id=refund.pk)
    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_a_refund_while_the_provider_is_away_goes_out_later_once(counter: Counter) -> None:
    order = paid(counter)
    counter.wechat.loses = True
    refunded(counter, order)
    counter.wechat.loses, counter.wechat.refund_status = False, "SUCCESS"
    counter.ask(2)
    order.refresh_from_db()
    assert (order.state, len(counter.wechat.refunds)) == (OrderState.REFUNDING, 1)
    counter.wechat.refunds[order.refunds.get().number]["status"] = "SUCCESS"
    counter.ask(10)
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED


def test_alipay_gives_back_at_once(counter: Counter) -> None:
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order(Provider.ALIPAY, PayKind.QR)
    counter.hears(counter.ali.pays(order.number, counter.at), merchant=counter.alipay_merchant)
    refunded(counter, order)
    order.refresh_from_db()
    assert (order.state, counter.owed()) == (OrderState.REFUNDED, YUAN("209.78"))
    counter.hears(counter.ali.tells(order.number, counter.at), merchant=counter.alipay_merchant)
    assert (counter.verdicts()[-1], counter.alerts()) == ("replayed", [])


def test_a_refund_told_of_before_the_payment(counter: Counter) -> None:
    """Given back at the provider's own desk, and the callback of the payment lost: both come to light."""
    counter.till.bill("209.78", "2026-11-30")
    order = counter.order()
    counter.wechat.pays(order.number, counter.at)
    trade = counter.wechat.trades[order.number]
    trade["trade_state"] = "REFUND"
    theirs = {"out_refund_no": "DESK-1", "out_trade_no": order.number, "refund_id": "5000", "status": "SUCCESS"}
    told = counter.wechat.tells_of_refund(theirs | {"amount": {"refund": 20978, "total": 20978}}, counter.at)
    assert counter.hears(told).status == 204
    assert (counter.verdicts(), counter.alerts()) == (["alerted"], [("unknown_refund", YUAN("209.78"))])
    counter.ask(0)
    order.refresh_from_db()
    assert (order.state, counter.owed()) == (OrderState.PAID, 0)
    assert counter.hears(counter.wechat.tells(order.number, counter.at, trade_state="SUCCESS")).status == 204
    assert counter.verdicts()[-1] == "replayed"
