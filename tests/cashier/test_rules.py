"""Rules of the counter beside tables of worked examples."""

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.cashier.policies.counting import change_of, worth
from zhongshu.kernel.capitals import in_capitals


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角整"),
        ("0.55", "人民币伍角伍分"),
        ("10.00", "人民币壹拾元整"),
        ("100.50", "人民币壹佰元伍角整"),
        ("107.03", "人民币壹佰零柒元零叁分"),
        ("1001.05", "人民币壹仟零壹元零伍分"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("100000.00", "人民币壹拾万元整"),
        ("100100.00", "人民币壹拾万零壹佰元整"),
        ("10000001.00", "人民币壹仟万零壹元整"),
        ("100000000.10", "人民币壹亿元壹角整"),
        ("100050000.00", "人民币壹亿零伍万元整"),
    ],
)
def test_an_amount_in_capitals(amount: str, words: str) -> None:
    assert in_capitals(Decimal(amount)) == words


@given(st.integers(1, 10**11 - 1))
def test_what_is_written_is_what_was_meant(yuan: int) -> None:
    written = in_capitals(Decimal(yuan)).removeprefix("人民币").removesuffix("元整")
    assert cn2an.cn2an(written, "smart") == yuan


@pytest.mark.parametrize("amount", ["-1.00", "0.001", "10000000000000000"])
def test_what_is_no_amount_has_no_words(amount: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        in_capitals(Decimal(amount))


def test_a_drawer_is_worth_its_notes() -> None:
    assert worth({"100": 12, "0.5": 3}) == Decimal("1201.50")
    assert worth({}) == Decimal("0.00")
    for wrong in ({"3": 1}, {"100": -1}):
        with pytest.raises(ValueError, match="no such note"):
            worth(wrong)


def test_change_is_what_is_too_much() -> None:
    assert change_of(Decimal("300.00"), Decimal("209.78")) == Decimal("90.22")
    with pytest.raises(ValueError, match="too little"):
        change_of(Decimal("200.00"), Decimal("209.78"))
