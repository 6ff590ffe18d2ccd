"""Posting: numbered per site and month, once per source, balanced within each fund."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.ledger.conftest import Post, charged, paid
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.ledger import actions
from zhongshu.ledger.errors import AlreadyReversed, SourceUsed, Unbalanced
from zhongshu.ledger.kinds import BANK, CASH, INCOME, INTERFUND, OWNERS_FUND, RECEIVABLE, EntryKind, Fund
from zhongshu.ledger.models import Entry, LedgerAccount
from zhongshu.ledger.policies import Leg, differences
from zhongshu.ledger.queries import balance, legs_of, trial_balance

OPERATING, OWNERS = Fund.OPERATING, Fund.COMMON_AREA_REVENUE


def leg(fund: str, code: str, amount: str) -> Leg:
    return Leg(fund, code, Decimal(amount))


@pytest.mark.parametrize(
    ("legs", "apart"),
    [
        ([(OPERATING, "1.00"), (OPERATING, "-1.00")], {}),
        ([(OPERATING, "0.10"), (OPERATING, "0.20"), (OPERATING, "-0.30")], {}),
        ([(OPERATING, "1.00"), (OPERATING, "-0.99")], {OPERATING: Decimal("0.01")}),
        ([(OPERATING, "5.00"), (OWNERS, "-5.00")], {OPERATING: Decimal(5), OWNERS: Decimal(-5)}),
        ([(OPERATING, "5"), (OPERATING, "-5"), (OWNERS, "-5"), (OWNERS, "5")], {}),
        ([(OPERATING, "-3.00")], {OPERATING: Decimal(-3)}),
    ],
)
def test_debits_and_credits_agree_within_each_fund(legs: list[tuple[str, str]], apart: dict[str, Decimal]) -> None:
    assert differences(leg(fund, CASH, amount) for fund, amount in legs) == apart


@pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity"])
def test_an_amount_is_in_whole_cents(amount: str) -> None:
    with pytest.raises(ValueError, match="whole cents"):
        leg(OPERATING, CASH, amount)


def test_an_entry_is_numbered_in_its_site_and_month(post: Post, cast: Cast) -> None:
    numbers = [post(charged("10.00"), day).number for day in ("2026-11-04", "2026-11-30", "2026-12-01")]
    elsewhere = post(charged("10.00"), site_id=cast.xh.pk)
    assert numbers == ["JZ-YQL-202611-0001", "JZ-YQL-202611-0002", "JZ-YQL-202612-0001"]
    assert elsewhere.number == "JZ-XH-202611-0001"


def test_accounts_are_made_on_first_use_in_each_fund(post: Post, cast: Cast) -> None:
    legs = [*charged("8.00"), leg(OWNERS, BANK, "3.00"), leg(OWNERS, OWNERS_FUND, "-3.00"), leg(OWNERS, CASH, "0")]
    entry = post(legs)
    post(charged("2.00"))
    assert legs_of(entry) == legs[:-1]
    assert LedgerAccount.objects.count() == 4
    assert balance(cast.yql.pk, OPERATING, RECEIVABLE) == Decimal("10.00")
    assert balance(cast.yql.pk, OPERATING, RECEIVABLE, on=date(2026, 11, 3)) == 0
    assert balance(cast.xh.pk, OPERATING, RECEIVABLE) == 0


def test_the_same_source_posts_once(post: Post, cast: Cast) -> None:
    first = post(charged("10.00"), source="billing.run:7")
    assert post(list(reversed(charged("10.00"))), source="billing.run:7") == first
    with pytest.raises(SourceUsed):
        post(charged("10.01"), source="billing.run:7")
    post(charged("10.01"), source="billing.run:7", site_id=cast.xh.pk)
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    ("legs", "refusal"),
    [
        ([], Unbalanced),
        ([leg(OPERATING, CASH, "0.00")], Unbalanced),
        ([leg(OPERATING, CASH, "1"), leg(OWNERS, INCOME, "-1")], Unbalanced),
        ([leg(OPERATING, CASH, "1"), leg(OPERATING, INTERFUND, "-1")], Unbalanced),
        ([leg(OPERATING, "9999", "1"), leg(OPERATING, INCOME, "-1")], Invalid),
    ],
)
def test_what_does_not_balance_is_not_posted(post: Post, legs: list[Leg], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        post(legs)
    assert not Entry.objects.exists()


def test_a_kind_nobody_knows_is_a_mistake_of_ours(cast: Cast, noon: datetime) -> None:
    facts = {"site_id": cast.yql.pk, "dated_on": noon.date(), "kind": "party", "source": "x", "legs": charged("1")}
    with pytest.raises(ValueError, match="no kind"):
        actions.post(actor=cast.system, at=noon, **facts)


def test_an_entry_is_undone_once_by_its_opposite(post: Post, cast: Cast, noon: datetime) -> None:
    entry = post(charged("10.00"))
    facts = {"actor": cast.system, "at": noon, "entry_id": entry.pk, "dated_on": date(2026, 11, 5)}
    undone = actions.reverse(**facts, source="tests.undo:1", memo="重复")
    assert undone.reverses == entry
    assert undone.kind == EntryKind.REVERSAL
    assert balance(cast.yql.pk, OPERATING, RECEIVABLE) == 0
    assert actions.reverse(**facts, source="tests.undo:1") == undone
    with pytest.raises(AlreadyReversed):
        actions.reverse(**facts, source="tests.undo:2")
    assert post(charged("1.00")).number.endswith("0003")
    with pytest.raises(NotFound):
        actions.reverse(**facts | {"entry_id": 10**9}, source="tests.undo:3")


def test_the_trial_balance_shows_the_month_and_comes_to_zero(post: Post, cast: Cast) -> None:
    post(charged("100.00"), "2026-10-31")
    post(paid("30.00"), "2026-11-01")
    post(charged("5.00", OWNERS), "2026-11-04")
    post(paid("70.00"), "2026-11-05")
    rows = {(row.fund, row.code): row for row in trial_balance(cast.yql.pk, date(2026, 11, 4))}
    owed = rows[OPERATING, RECEIVABLE]
    assert (owed.opening, owed.debit, owed.credit, owed.closing) == (100, 0, 30, 70)
    assert rows[OPERATING, BANK].closing == 30
    assert rows[OWNERS, INCOME].closing == -5
    assert {fund for fund, _code in rows} == {OPERATING, OWNERS}
    for fund in (OPERATING, OWNERS):
        assert sum(row.closing for key, row in rows.items() if key[0] == fund) == 0
