"""Which debts a payment clears, on paper: no table is touched."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.billing.kinds import OrderUsed, Part, SettleOrder
from zhongshu.billing.policies.allocation import Debt, Designation, Rules, Share, allocate

YUAN = Decimal
TODAY = date(2026, 6, 30)
LAW, LATE_FEE_FIRST = Rules(TODAY), Rules(TODAY, SettleOrder.LATE_FEE_FIRST)


def debt(charge_id: int, principal: str, *, due: str = "2026-01-31", item: str = "WYF", **facts: object) -> Debt:
    money = {name: YUAN(str(facts.pop(name))) for name in ("late_fee", "late_fee_rate") if name in facts}
    due_on = date.fromisoformat(due)
    return Debt(charge_id, item, due_on.replace(day=1), due_on, YUAN(principal), **money, **facts)  # type: ignore[arg-type]


def told(shares: list[Share]) -> list[tuple[int, str, str]]:
    return [(share.charge_id, str(share.part), str(share.amount)) for share in shares]


A = debt(1, "1000.00", due="2024-12-31", late_fee="273.00", late_fee_rate="0.0005")
B = debt(2, "1000.00", due="2025-12-31", late_fee="90.50", late_fee_rate="0.0005")


def test_principal_first_pays_every_principal_before_any_late_fee() -> None:
    assert told(allocate([A, B], YUAN("1200.00"), LAW)) == [(1, "principal", "1000.00"), (2, "principal", "200.00")]
    assert told(allocate([A, B], YUAN("2300.00"), LAW))[2:] == [(1, "late_fee", "273.00"), (2, "late_fee", "27.00")]


def test_late_fee_first_settles_one_debt_after_the_other() -> None:
    shares = allocate([A, B], YUAN("1200.00"), LATE_FEE_FIRST)
    assert told(shares) == [(1, "late_fee", "273.00"), (1, "principal", "927.00")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (debt(9, "10.00", due="2026-06-30"), debt(1, "10.00", due="2026-07-01")),  # due before not yet due
        (debt(9, "10.00", due="2026-05-31"), debt(1, "10.00", due="2026-01-31", security=1)),  # the least secured
        (
            debt(9, "10.00", due="2026-05-31", late_fee_rate="0.0005"),
            debt(1, "9999.00", due="2026-01-31", late_fee_rate="0.0003"),
        ),  # the higher rate, not the larger amount
        (debt(9, "10.00", due="2026-01-31"), debt(1, "10.00", due="2026-02-28")),  # the earlier due
    ],
    ids=["due", "least_secured", "most_burdensome", "earliest"],
)
def test_the_law_s_order(first: Debt, second: Debt) -> None:
    (share,) = allocate([second, first], YUAN("5.00"), LAW)
    assert (share.charge_id, share.order_used) == (first.charge_id, OrderUsed.LAW)


def test_the_same_day_is_shared_in_proportion_and_the_odd_cent_goes_by_code() -> None:
    rooms = [debt(n, "50.00", item=code) for n, code in enumerate("CAB")]
    shares = allocate(rooms, YUAN("100.00"), LAW)
    assert told(shares) == [(1, "principal", "33.34"), (2, "principal", "33.33"), (0, "principal", "33.33")]


def test_the_contract_comes_before_the_law_but_not_before_what_is_due() -> None:
    rules = Rules(TODAY, contract_order=("GTF", "WYF"))
    water = debt(1, "10.00", item="SF", due="2025-01-31")
    fee, shared = debt(2, "10.00"), debt(3, "10.00", item="GTF", due="2026-05-31")
    early = debt(4, "10.00", item="GTF", due="2026-07-31")
    shares = allocate([water, fee, shared, early], YUAN("40.00"), rules)
    assert [share.charge_id for share in shares] == [3, 2, 1, 4]
    assert [share.order_used for share in shares] == ["contract", "contract", "law", "contract"]


def test_the_payers_wish_comes_first() -> None:
    fee, water = debt(1, "10.00"), debt(2, "10.00", item="SF")
    shares = allocate([fee, water], YUAN("15.00"), LAW, Designation(charges=frozenset({2})))
    assert [(share.charge_id, share.order_used) for share in shares] == [(2, "wish"), (1, "law")]


def test_money_for_an_item_never_clears_another() -> None:
    fee, water = debt(1, "10.00"), debt(2, "10.00", item="SF", due="2026-12-31")
    assert told(allocate([fee, water], YUAN("15.00"), LAW, Designation(item="SF"))) == [(2, "principal", "10.00")]


def test_the_payer_may_keep_the_rest_instead_of_paying_what_is_not_due() -> None:
    due, later = debt(1, "10.00"), debt(2, "10.00", due="2026-12-31")
    assert len(allocate([due, later], YUAN("15.00"), LAW)) == 2
    assert told(allocate([due, later], YUAN("15.00"), LAW, Designation(keeps_rest=True))) == [(1, "principal", "10.00")]


cents = st.integers(0, 99_999).map(lambda n: Decimal(n) / 100)
debts = st.lists(
    st.builds(
        Debt,
        charge_id=st.integers(1, 40),
        item=st.sampled_from(["WYF", "SF", "GTF"]),
        period_start=st.just(date(2026, 1, 1)),
        due_on=st.integers(-90, 60).map(lambda n: TODAY + timedelta(days=n)),
        principal=cents,
        late_fee=cents,
        late_fee_rate=st.sampled_from([Decimal(0), Decimal("0.0003"), Decimal("0.0005")]),
        security=st.integers(0, 1),
    ),
    max_size=6,
    unique_by=lambda owed: owed.charge_id,
)
rules = st.builds(
    Rules,
    on=st.just(TODAY),
    settle_order=st.sampled_from(SettleOrder),
    contract_order=st.sampled_from([(), ("GTF",), ("SF", "WYF")]),
)
wishes = st.one_of(
    st.none(),
    st.builds(Designation, item=st.sampled_from(["SF", "WYF", ""]), keeps_rest=st.booleans()),
    st.builds(Designation, charges=st.frozensets(st.integers(1, 40), max_size=3), keeps_rest=st.booleans()),
)


@given(debts, cents, rules)
def test_all_the_money_goes_to_debts_while_there_are_any(owed: list[Debt], amount: Decimal, how: Rules) -> None:
    shares = allocate(owed, amount, how)
    assert sum(share.amount for share in shares) == min(amount, sum((one.owed for one in owed), Decimal(0)))


@given(debts, cents, rules, wishes, st.randoms())
def test_no_order_of_the_bills_changes_anything_and_nothing_is_paid_twice(
    owed: list[Debt], amount: Decimal, how: Rules, wish: Designation | None, dice: st.DataObject
) -> None:
    shares = allocate(owed, amount, how, wish)
    shuffled = list(owed)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert allocate(shuffled, amount, how, wish) == shares
    given_to: dict[tuple[int, Part], Decimal] = defaultdict(Decimal)
    for share in shares:
        assert share.amount > 0
        given_to[share.charge_id, share.part] += share.amount
    for one in owed:
        assert given_to[one.charge_id, Part.PRINCIPAL] <= one.principal
        assert given_to[one.charge_id, Part.LATE_FEE] <= one.late_fee


@given(debts, cents, rules)
def test_nothing_not_yet_due_is_paid_while_anything_due_is_open(owed: list[Debt], amount: Decimal, how: Rules) -> None:
    paid = {share.charge_id for share in allocate(owed, amount, how)}
    due = sum((one.owed for one in owed if one.due_on <= TODAY), Decimal(0))
    early = {one.charge_id for one in owed if one.due_on > TODAY}
    assert not (paid & early) or amount > due
