"""One card: a household's stored value, from the first yuan to the last."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.billing.till import Till
from tests.cast import Cast
from zhongshu.billing import actions as billing
from zhongshu.billing.errors import AlreadyDecided, NotEnough, ReferenceUsed, SecondPersonNeeded
from zhongshu.billing.kinds import Method, PaymentMethod
from zhongshu.billing.models import Charge, Payment
from zhongshu.billing.queries.sub_ledgers import sub_ledger_differences
from zhongshu.cashier import actions
from zhongshu.cashier.errors import BalanceTooSmall, CardNotUsable, DifferenceUnexplained, NoShift, NumberTaken
from zhongshu.cashier.kinds import CardMoveKind
from zhongshu.cashier.lifecycle import CardState
from zhongshu.cashier.models import Card, CardMovement, CardRefund, Shift
from zhongshu.cashier.queries.cards import card_books
from zhongshu.cashier.queries.days import figures_of
from zhongshu.cashier.queries.shifts import methods_of
from zhongshu.estate.models import Customer, HouseholdMember
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound, Refusal
from zhongshu.ledger.kinds import BANK, CARD, CASH, CREDIT, INCOME, Fund
from zhongshu.ledger.queries import balance

YUAN = Decimal


def _card(till: Till, number: str = "K-1", **facts: int) -> Card:
    said = {"account_id": till.account.pk, "holder_id": till.account.customer_id} | facts
    return actions.issue_card(actor=till.cashier, at=till.at, number=number, **said)


def _top_up(till: Till, card: Card, amount: str, reference: str = "T1", **facts: object) -> CardMovement:
    said = {"method": PaymentMethod.TRANSFER, "reference": reference, "amount": YUAN(amount)} | facts
    return actions.top_up_card(actor=till.cashier, at=till.at, card_id=card.pk, **said)  # type: ignore[arg-type]


def _pay(till: Till, card: Card, amount: str, reference: str = "P1", **facts: object) -> CardMovement:
    said = {"reference": reference, "amount": YUAN(amount)} | facts
    return actions.pay_with_card(actor=till.cashier, at=till.at, card_id=card.pk, **said)  # type: ignore[arg-type]


def _spend(till: Till, card: Card, amount: str, reference: str = "S1", item: str = "TCF") -> CardMovement:
    return actions.spend_with_card(
        actor=till.cashier, at=till.at, card_id=card.pk, amount=YUAN(amount), item_code=item, reference=reference
    )


def _in_books(till: Till, code: str) -> Decimal:
    return balance(till.site_id, Fund.OPERATING, code)


def _balance(card: Card) -> Decimal:
    return Card.objects.get(pk=card.pk).balance


def test_a_card_is_filled_pays_a_bill_and_buys_parking(till: Till) -> None:
    till.bill("209.78", "2026-10-31")
    till.item("TCF", method=Method.ONE_OFF)
    card = _card(till)
    shift = actions.open_shift(actor=till.cashier, at=till.at, site_id=till.site_id)
    _top_up(till, card, "300", method=PaymentMethod.CASH)
    assert Shift.objects.get(pk=shift.pk).cash == YUAN(300) == _in_books(till, CASH)
    paid = _pay(till, card, "209.78")
    assert paid.balance == YUAN("90.22")
    assert till.owes("2026-11-04") == []
    bought = _spend(till, card, "10")
    assert bought.payment.allocations.get().charge.item.code == "TCF"
    assert _balance(card) == YUAN("80.22") == -_in_books(till, CARD)
    assert _in_books(till, INCOME) == YUAN("-219.78")
    assert card_books(till.site_id).agree
    assert sub_ledger_differences(till.site_id) == []
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"cashier.issue_card", "cashier.top_up_card", "cashier.pay_with_card", "cashier.spend_with_card"} <= verbs


def test_said_twice_it_happens_once(till: Till) -> None:
    till.bill("50", "2026-10-31")
    till.item("TCF", method=Method.ONE_OFF)
    card, other = _card(till), _card(till, "K-2", holder_id=_member(till).pk)
    assert _top_up(till, card, "100") == _top_up(till, card, "100")
    assert _pay(till, card, "30") == _pay(till, card, "30")
    assert _spend(till, card, "5") == _spend(till, card, "5")
    assert _balance(card) == YUAN(65)
    for again in (
        lambda: _top_up(till, card, "101"),
        lambda: _top_up(till, other, "100"),
        lambda: _pay(till, card, "20"),
        lambda: _spend(till, card, "6"),
        lambda: _spend(till, card, "30", "P1"),  # what was a bill's payment is not a purchase
    ):
        with pytest.raises(ReferenceUsed):
            again()
    assert (_balance(card), Charge.objects.filter(item__code="TCF").count()) == (YUAN(65), 1)


def _member(till: Till) -> Customer:
    child = Customer.objects.create(site=till.cast.yql, kind="person", name="家人")
    HouseholdMember.objects.create(
        site=till.cast.yql, account=till.account, customer=child, relation="family", starts_on="2024-01-01"
    )
    return child


def test_who_may_have_a_card(till: Till) -> None:
    stranger = Till.account_of(till.cast, "A-2")
    with pytest.raises(Invalid):
        _card(till, holder_id=stranger.customer_id)
    first = _card(till)
    with pytest.raises(NumberTaken):
        _card(till, holder_id=_member(till).pk)
    with pytest.raises(CardNotUsable):
        _card(till, "K-2")
    with pytest.raises(Invalid):
        _card(till, "K/2")
    with pytest.raises(NotFound):
        actions.issue_card(
            actor=till.cast.actor(Role.CASHIER, till.cast.xh), at=till.at, account_id=till.account.pk,
            holder_id=till.account.customer_id, number="K-3",
        )  # fmt: skip
    assert Card.objects.get() == first


def test_what_a_card_refuses(till: Till) -> None:
    till.bill("100", "2026-10-31")
    card = _card(till)
    with pytest.raises(NoShift):
        _top_up(till, card, "10", method=PaymentMethod.CASH)
    with pytest.raises(Invalid):
        _top_up(till, card, "10", method=PaymentMethod.WECHAT)
    for amount in ("0", "-1", "0.001", "100000.01", "NaN"):
        with pytest.raises(Invalid):
            _top_up(till, card, amount)
    _top_up(till, card, "150")
    with pytest.raises(BalanceTooSmall):
        _pay(till, card, "150.01")
    with pytest.raises(NotEnough):  # a bill of 100 takes no 120
        _pay(till, card, "120")
    with pytest.raises(NotFound):
        _spend(till, card, "5", item="NONE")
    assert not Payment.objects.exists()
    assert _balance(card) == YUAN(150)


def test_lost_found_replaced_and_given_up(till: Till) -> None:
    till.bill("100", "2026-10-31")
    old = _card(till)
    _top_up(till, old, "80")
    actions.block_card(actor=till.cashier, at=till.at, card_id=old.pk, reason="业主电话挂失")
    with pytest.raises(CardNotUsable):
        _pay(till, old, "10")
    actions.unblock_card(actor=till.cashier, at=till.at, card_id=old.pk, reason="找到了")
    paid = _pay(till, old, "30")
    actions.block_card(actor=till.cashier, at=till.at, card_id=old.pk, reason="又丢了")
    new = actions.replace_card(actor=till.cashier, at=till.at, card_id=old.pk, number="K-9", reason="补卡")
    assert (_balance(old), _balance(new)) == (0, YUAN(50))
    with pytest.raises(CardNotUsable):
        actions.unblock_card(actor=till.cashier, at=till.at, card_id=old.pk, reason="晚了")
    # The bill's payment was a mistake: its money is on the card that is in use now.
    billing.bounce_payment(
        actor=till.bookkeeper, at=till.at, payment_id=paid.payment_id, on=day_of(till.at), reason="记错户"
    )
    assert _balance(new) == YUAN(80)
    assert new.movements.latest("pk").kind == CardMoveKind.RETURN
    with pytest.raises(CardNotUsable):
        actions.close_card(actor=till.cashier, at=till.at, card_id=new.pk, reason="搬走")
    _pay(till, new, "80", "P2")
    actions.close_card(actor=till.cashier, at=till.at, card_id=new.pk, reason="搬走")
    assert Card.objects.get(pk=new.pk).state == CardState.CLOSED
    assert card_books(till.site_id).agree
    assert sub_ledger_differences(till.site_id) == []


def _asked(till: Till, card: Card, amount: str, method: PaymentMethod = PaymentMethod.TRANSFER) -> CardRefund:
    return actions.propose_card_refund(
        actor=till.cashier, at=till.at, card_id=card.pk, amount=YUAN(amount), method=method, reason="搬走退卡"
    )


def test_two_people_pay_a_balance_back(till: Till) -> None:
    card = _card(till)
    _top_up(till, card, "80")
    with pytest.raises(BalanceTooSmall):
        _asked(till, card, "80.01")
    refund = _asked(till, card, "80")
    with pytest.raises(CardNotUsable):
        _asked(till, card, "1")
    with pytest.raises(CardNotUsable):
        actions.replace_card(actor=till.cashier, at=till.at, card_id=card.pk, number="K-2", reason="换")
    said = {"at": till.at, "refund_id": refund.pk}
    with pytest.raises(AlreadyDecided):
        actions.pay_card_refund(actor=till.cashier, reference="B1", **said)
    with pytest.raises(NotFound):
        actions.approve_card_refund(actor=till.cashier, **said)
    actions.approve_card_refund(actor=till.manager, **said)
    with pytest.raises(Invalid):
        actions.pay_card_refund(actor=till.cashier, **said)
    for _again in range(2):
        assert actions.pay_card_refund(actor=till.cashier, reference="B1", **said).paid_at == till.at
    assert (_balance(card), _in_books(till, BANK), _in_books(till, CARD)) == (0, 0, 0)
    with pytest.raises(AlreadyDecided):
        actions.withdraw_card_refund(actor=till.cashier, **said)


def test_a_refund_needs_another_person_and_the_money(till: Till) -> None:
    till.bill("100", "2026-10-31")
    card = _card(till)
    _top_up(till, card, "80")
    own = actions.propose_card_refund(
        actor=till.bookkeeper, at=till.at, card_id=card.pk, amount=YUAN(80), method=PaymentMethod.CASH, reason="退"
    )
    with pytest.raises(SecondPersonNeeded):
        actions.approve_card_refund(actor=till.bookkeeper, at=till.at, refund_id=own.pk)
    actions.refuse_card_refund(actor=till.manager, at=till.at, refund_id=own.pk, decision="先缴费")
    refund = _asked(till, card, "60", PaymentMethod.CASH)
    actions.approve_card_refund(actor=till.manager, at=till.at, refund_id=refund.pk)
    with pytest.raises(NoShift):
        actions.pay_card_refund(actor=till.cashier, at=till.at, refund_id=refund.pk)
    _pay(till, card, "50")
    actions.open_shift(actor=till.cashier, at=till.at, site_id=till.site_id, opening_cash=YUAN(0))
    with pytest.raises(Refusal):  # neither the drawer nor the card holds it
        actions.pay_card_refund(actor=till.cashier, at=till.at, refund_id=refund.pk)
    assert actions.withdraw_card_refund(actor=till.cashier, at=till.at, refund_id=refund.pk).paid_at is None
    assert _balance(card) == YUAN(30)


def test_the_database_keeps_the_balance(till: Till) -> None:
    card = _card(till)
    movement = _top_up(till, card, "80")
    rows = CardMovement.objects.filter(pk=movement.pk)
    taken_off = {"site_id": till.site_id, "card": card, "amount": YUAN(-81), "on": day_of(till.at), "at": till.at}
    for wrong in (
        lambda: Card.objects.filter(pk=card.pk).update(balance=999),
        lambda: Card.objects.filter(pk=card.pk).update(number="X"),
        lambda: rows.update(amount=90),
        rows.delete,
        card.delete,
        lambda: CardMovement.objects.create(
            kind="refund", balance=0, reference="r", entry_id=movement.entry_id, **taken_off
        ),
        lambda: CardMovement.objects.create(kind="moved_out", balance=5, reference="m", **taken_off | {"amount": 0}),
        lambda: connection.cursor().execute("TRUNCATE cashier_cardmovement"),
    ):
        with pytest.raises((DatabaseError, TypeError)), transaction.atomic():
            wrong()
    assert _balance(card) == YUAN(80)


def test_money_of_a_card_comes_from_a_card(till: Till) -> None:
    """A payment that only says it was by card is refused when the transaction ends."""
    till.bill("100", "2026-10-31")
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="takes its money from a card"), transaction.atomic():
        till.takes("10", method=PaymentMethod.CARD)
    connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.django_db(transaction=True)
def test_two_purchases_at_once_and_one_balance(noon: object) -> None:
    till = Till.open(Cast.assemble(), noon)  # type: ignore[arg-type]
    till.item("TCF", method=Method.ONE_OFF)
    card = _card(till)
    _top_up(till, card, "10")
    till.cashier  # noqa: B018 - made before the threads
    start = Barrier(2)

    def buys(reference: str) -> str:
        try:
            start.wait()
            _spend(till, card, "8", reference)
        except BalanceTooSmall:
            return "too small"
        finally:
            connection.close()
        return "bought"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(buys, ["S1", "S2"])) == ["bought", "too small"]
    assert _balance(card) == YUAN(2)
    assert card_books(till.site_id).agree


STEPS = st.lists(
    st.tuples(st.sampled_from(["fill", "pay", "buy", "bounce", "lose", "refund"]), st.integers(1, 9_000)), max_size=12
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_happens_cards_movements_and_ledger_agree(till: Till, steps: list[tuple[str, int]]) -> None:
    assert all((till.cashier, till.bookkeeper, till.manager))  # made once, for every example
    till = replace(till)
    with transaction.atomic():
        till.bill("60", "2026-10-31", rate="0.0005")
        till.item("TCF", method=Method.ONE_OFF)
        _live(till, _card(till, "K-0"), steps)
        assert card_books(till.site_id).agree
        assert sub_ledger_differences(till.site_id) == []
        transaction.set_rollback(True)


def _live(till: Till, card: Card, steps: list[tuple[str, int]]) -> None:
    for nth, (step, cents) in enumerate(steps, 1):
        till.at += timedelta(minutes=1)
        with suppress(Refusal):
            card = _step(till, card, step, str(YUAN(cents) / 100), f"{step}{nth}") or card


def _step(till: Till, card: Card, step: str, amount: str, key: str) -> Card | None:
    """The card that is in use from now on, if another."""
    match step:
        case "lose":
            said = {"actor": till.cashier, "at": till.at, "card_id": card.pk, "reason": "丢了"}
            return actions.replace_card(number=f"K-{key}", **said)
        case "bounce":
            _bounced_last(till)
        case _:
            {"fill": _top_up, "pay": _pay, "buy": _spend, "refund": _paid_back}[step](till, card, amount, key)
    return None


def _bounced_last(till: Till) -> None:
    last = Payment.objects.exclude(outflows__isnull=False).order_by("pk").last()
    if last:
        billing.bounce_payment(actor=till.bookkeeper, at=till.at, payment_id=last.pk, on=day_of(till.at), reason="退回")


def _paid_back(till: Till, card: Card, amount: str, reference: str) -> None:
    refund = _asked(till, card, amount)
    actions.approve_card_refund(actor=till.manager, at=till.at, refund_id=refund.pk)
    actions.pay_card_refund(actor=till.cashier, at=till.at, refund_id=refund.pk, reference=reference)


def test_account_credit_is_not_paid_back_onto_a_card(till: Till) -> None:
    till.takes("10")
    with pytest.raises(Invalid):
        billing.refund_credit(
            actor=till.cashier, at=till.at, account_id=till.account.pk, amount=YUAN(5), method=PaymentMethod.CARD,
            reference="X", on=day_of(till.at), reason="退到卡",
        )  # fmt: skip
    assert _in_books(till, CREDIT) == YUAN(-10)


def test_what_goes_onto_cards_and_back_stands_in_the_shift_and_in_the_day(till: Till) -> None:
    card = _card(till)
    shift = actions.open_shift(actor=till.cashier, at=till.at, site_id=till.site_id)
    for method, amount in ((PaymentMethod.CASH, "300"), (PaymentMethod.POS, "120"), (PaymentMethod.POS, "30")):
        _top_up(till, card, amount, f"T{amount}", method=method)
    refund = actions.propose_card_refund(
        actor=till.cashier, at=till.at, card_id=card.pk, amount=YUAN(50), method=PaymentMethod.CASH, reason="搬走"
    )
    actions.approve_card_refund(actor=till.manager, at=till.at, refund_id=refund.pk)
    actions.pay_card_refund(actor=till.cashier, at=till.at, refund_id=refund.pk)
    assert methods_of(shift) == ["pos"]
    said: dict[str, Any] = {"actor": till.cashier, "at": till.at, "shift_id": shift.pk, "notes": {"100": 2, "50": 1}}
    with pytest.raises(DifferenceUnexplained):
        actions.count_shift(**said)
    count = actions.count_shift(**said, slips={"pos": YUAN(150)})
    assert count.lines == {
        "cash": {"expected": "250.00", "counted": "250.00", "count": 1},
        "pos": {"expected": "150.00", "counted": "150.00", "count": 2},
    }
    day = figures_of(till.site_id, day_of(till.at))
    assert [(line.method, line.count, line.taken, line.outside) for line in day.methods] == [
        ("cash", 1, YUAN(300), YUAN(0)), ("pos", 2, YUAN(150), YUAN(0))
    ]  # fmt: skip
    assert (day.paid_back, day.shifts[0].taken, day.cash.difference) == (YUAN(50), YUAN(450), YUAN(0))
