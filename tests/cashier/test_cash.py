"""No cash vanishes: what the books have lies in a drawer, on its way, or in somebody's hands, whoever comes first."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from tests.billing.till import Till
from zhongshu.billing import actions as billing
from zhongshu.billing.errors import NotNow, ReferenceUsed
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Payment
from zhongshu.cashier import actions
from zhongshu.cashier.errors import DayClosed, DifferenceUnexplained, NoShift, NotEnoughCash, ShiftBusy
from zhongshu.cashier.kinds import CashGoes
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import CashRefund, DailyClose, Handover, Shift, Taken
from zhongshu.cashier.queries.days import cash_places
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.simulation.mishaps import at_once

YUAN = Decimal


@pytest.fixture
def counter(till: Till) -> Iterator[Till]:
    """In the end all cash of the books lies somewhere."""
    yield till
    assert cash_places(till.site_id).difference == 0


def takes(till: Till, who: Actor, amount: str = "100.00", reference: str = "", **said: Any) -> Taken:
    facts = {"account_id": till.account.pk, "method": PaymentMethod.CASH, "at": till.at} | said
    return actions.take_payment(
        actor=who, amount=YUAN(amount), reference=reference or f"C{next(till.numbers)}", **facts
    )


def counted(till: Till, who: Actor, amount: str = "100.00") -> Shift:
    """A shift with so much cash, counted."""
    shift = actions.open_shift(actor=who, at=till.at, site_id=till.site_id)
    takes(till, who, amount)
    actions.count_shift(actor=who, at=till.at, shift_id=shift.pk, notes={"100": int(YUAN(amount) / 100)})
    return shift


def given(till: Till, who: Actor, to: Actor, amount: str = "100.00") -> Handover:
    shift = counted(till, who, amount)
    return actions.hand_over(
        actor=who, at=till.at, shift_id=shift.pk, goes=CashGoes.COLLEAGUE, amount=YUAN(amount), to_id=to.user_id
    )


def second(till: Till) -> Actor:
    return till.cast.actor(Role.CASHIER, till.cast.yql, name="second")


def test_accepted_cash_goes_into_an_open_drawer(counter: Till) -> None:
    other = second(counter)
    theirs = actions.open_shift(actor=other, at=counter.at, site_id=counter.site_id)
    handover = given(counter, counter.cashier, other)
    assert cash_places(counter.site_id).on_way == 100
    with pytest.raises(NotFound):
        actions.accept_handover(actor=counter.cashier, at=counter.at, handover_id=handover.pk)
    actions.accept_handover(actor=other, at=counter.at, handover_id=handover.pk)
    theirs.refresh_from_db()
    assert (theirs.cash, Shift.objects.get(pk=handover.shift_id).state) == (100, ShiftState.CLOSED)
    with pytest.raises(ShiftBusy):
        actions.bank_handover(actor=other, at=counter.at, handover_id=handover.pk, reference="HD")


def test_without_a_shift_it_is_held_until_it_is_banked(counter: Till) -> None:
    keeper = counter.cast.actor(Role.KEEPER, counter.cast.yql)
    handover = given(counter, counter.cashier, keeper)
    actions.accept_handover(actor=keeper, at=counter.at, handover_id=handover.pk)
    assert cash_places(counter.site_id).in_hands == 100
    actions.bank_handover(actor=keeper, at=counter.at, handover_id=handover.pk, reference="HD-9")
    assert cash_places(counter.site_id).books == 0
    with pytest.raises(ShiftBusy):
        actions.bank_handover(actor=keeper, at=counter.at, handover_id=handover.pk, reference="HD-10")


def test_refused_it_is_in_the_drawer_again(counter: Till) -> None:
    other = second(counter)
    handover = given(counter, counter.cashier, other)
    actions.refuse_handover(actor=other, at=counter.at, handover_id=handover.pk, reason="少一张")
    shift = Shift.objects.get(pk=handover.shift_id)
    assert (shift.cash, shift.state) == (100, ShiftState.COUNTED)
    left = {"actor": counter.cashier, "at": counter.at, "shift_id": shift.pk, "goes": CashGoes.DRAWER}
    actions.hand_over(**left, amount=YUAN(60))
    with pytest.raises(Invalid):
        actions.hand_over(**left, amount=YUAN(40))
    opening = partial(actions.open_shift, actor=other, at=counter.at, site_id=counter.site_id, follows_id=shift.pk)
    with pytest.raises(Invalid):
        opening(opening_cash=YUAN(59))
    assert opening(opening_cash=YUAN(60)).cash == 60


def test_a_stand_in_whose_time_is_over_counts_and_hands_over(counter: Till) -> None:
    keeper, today = counter.cast.actor(Role.KEEPER, counter.cast.yql), day_of(counter.at)
    with pytest.raises(NotFound):
        actions.open_shift(actor=keeper, at=counter.at, site_id=counter.site_id)
    facts = {"user_id": keeper.user_id, "starts_on": today, "ends_on": today + timedelta(days=1), "reason": "出纳请假"}
    stand_in = actions.authorise_stand_in(
        actor=counter.manager, at=counter.at, site_id=counter.site_id, most=YUAN(500), **facts
    )
    shift = actions.open_shift(actor=keeper, at=counter.at, site_id=counter.site_id)
    takes(counter, keeper)
    with pytest.raises(Invalid):
        takes(counter, keeper, "500.01")
    actions.revoke_stand_in(actor=counter.manager, at=counter.at, stand_in_id=stand_in.pk)
    with pytest.raises(ShiftBusy):
        takes(counter, keeper)
    tomorrow = counter.at + timedelta(days=1)
    actions.count_shift(actor=keeper, at=tomorrow, shift_id=shift.pk, notes={"100": 1})
    banked = {"goes": CashGoes.BANK, "amount": YUAN(100), "reference": "HD"}
    actions.hand_over(actor=keeper, at=tomorrow, shift_id=shift.pk, **banked)
    assert Shift.objects.get().state == ShiftState.CLOSED


def test_credit_goes_back_in_cash_once(counter: Till) -> None:
    cashier, today = counter.cashier, day_of(counter.at)
    shift = actions.open_shift(actor=cashier, at=counter.at, site_id=counter.site_id)
    takes(counter, cashier)
    facts = {"account_id": counter.account.pk, "amount": YUAN(30), "method": PaymentMethod.CASH, "on": today}
    asked = [
        billing.refund_credit(actor=cashier, at=counter.at, reference=name, reason="x", **facts) for name in ("A", "B")
    ]
    for one in asked:
        billing.approve_refund(actor=counter.manager, at=counter.at, refund_id=one.pk)
    pay = partial(actions.pay_cash_refund, actor=cashier, at=counter.at)
    assert pay(refund_id=asked[0].pk) == pay(refund_id=asked[0].pk)
    shift.refresh_from_db()
    assert (shift.cash, CashRefund.objects.count()) == (70, 1)


def test_what_was_paid_elsewhere_does_not_touch_the_drawer(till: Till) -> None:
    cashier, today = till.cashier, day_of(till.at)
    shift = actions.open_shift(actor=cashier, at=till.at, site_id=till.site_id)
    till.takes("100.00", reference="R-API")
    later = till.at + timedelta(minutes=1)
    with pytest.raises(ReferenceUsed):
        takes(till, cashier, reference="R-API", at=later)
    facts = {"account_id": till.account.pk, "amount": YUAN(30), "method": PaymentMethod.CASH, "on": today}
    refund = billing.refund_credit(actor=cashier, at=till.at, reference="A", reason="x", **facts)
    billing.approve_refund(actor=till.manager, at=till.at, refund_id=refund.pk)
    with pytest.raises(NotNow):  # cash leaves by a drawer alone
        billing.pay_refund(actor=cashier, at=till.at, refund_id=refund.pk, on=today)
    with pytest.raises(NotEnoughCash):
        actions.pay_cash_refund(actor=cashier, at=later, refund_id=refund.pk)
    assert Shift.objects.get(pk=shift.pk).cash == 0
    actions.count_shift(actor=cashier, at=till.at, shift_id=shift.pk, notes={})
    actions.hand_over(actor=cashier, at=till.at, shift_id=shift.pk, goes=CashGoes.DRAWER, amount=YUAN(0))
    close = partial(actions.close_day, actor=till.bookkeeper, at=till.at, site_id=till.site_id, day=today)
    with pytest.raises(DifferenceUnexplained):
        close()
    close(note="接口收的现金在保险柜")
    assert DailyClose.objects.get().figures["cash"]["books"] == "100.00"
    with pytest.raises(DayClosed):
        actions.open_shift(actor=cashier, at=till.at, site_id=till.site_id)


@pytest.mark.django_db(transaction=True)
def test_two_at_once(counter: Till) -> None:
    """Taken while counting, accepted twice, accepted each other's, opened while closing, the same reference twice."""
    one, two = counter.cashier, second(counter)
    shift = actions.open_shift(actor=one, at=counter.at, site_id=counter.site_id)
    same = at_once(*[partial(takes, counter, one, reference="S1")] * 2)
    assert len({taken.pk for taken in same}) == Payment.objects.count() == 1
    count = partial(actions.count_shift, actor=one, at=counter.at, shift_id=shift.pk, notes={"100": 1}, reason="x")
    took, done = at_once(partial(takes, counter, one), count)
    assert isinstance(took, NoShift) == (done.difference == 0)
    shift.refresh_from_db()
    assert (shift.state, shift.cash) == (ShiftState.COUNTED, 100)

    theirs = counted(counter, two)
    hands = [
        actions.hand_over(
            actor=who, at=counter.at, shift_id=of.pk, goes=CashGoes.COLLEAGUE, amount=YUAN(40), to_id=to.user_id
        )
        for who, of, to in ((one, shift, two), (two, theirs, one))
    ]
    accept = [
        partial(actions.accept_handover, actor=who, at=counter.at, handover_id=hand.pk)
        for who, hand in ((two, hands[0]), (one, hands[1]))
    ]
    outcomes = at_once(*accept, *accept)
    assert sum(isinstance(each, ShiftBusy) for each in outcomes) == 2
    assert {each.cash for each in Shift.objects.all()} == {YUAN(100)}
    for who, of in ((one, shift), (two, theirs)):
        bank = {"goes": CashGoes.BANK, "amount": YUAN(100), "reference": "HD"}
        actions.hand_over(actor=who, at=counter.at, shift_id=of.pk, **bank)

    today = day_of(counter.at)
    close = partial(actions.close_day, actor=counter.bookkeeper, at=counter.at, site_id=counter.site_id, day=today)
    opened, closed = at_once(partial(actions.open_shift, actor=one, at=counter.at, site_id=counter.site_id), close)
    assert isinstance(opened, DayClosed) != isinstance(closed, ShiftBusy)
