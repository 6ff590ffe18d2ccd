"""Late fees on paper."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.billing.policies.late_fees import Cleared, LateFee, accrued, days, is_excessive, late_from

YUAN, DAY = Decimal, date.fromisoformat
RATE = YUAN("0.0005")


def fee(principal: str, since: str, on: str, *cleared: tuple[str, str], **facts: object) -> str:
    steps = [Cleared(DAY(day), YUAN(amount)) for day, amount in cleared]
    total = accrued(principal=YUAN(principal), rate=RATE, since=DAY(since), on=DAY(on), cleared=steps, **facts)  # type: ignore[arg-type]
    return str(total)


def test_thirty_days() -> None:
    assert fee("3000.00", "2026-03-31", "2026-04-30") == "45.00"
    assert fee("3000.00", "2026-03-31", "2026-03-31") == "0.00"


def test_two_bills_one_payment() -> None:
    assert fee("1000.00", "2024-12-31", "2026-06-30") == "273.00"
    assert fee("1000.00", "2025-12-31", "2026-06-30") == "90.50"


def test_what_was_paid_bears_no_more_of_it() -> None:
    paid = ("2026-06-30", "200.00")
    assert fee("1000.00", "2025-12-31", "2026-06-30", paid) == "90.50"
    assert fee("1000.00", "2025-12-31", "2026-07-10", paid) == "94.50"  # ten days more on 800.00
    assert fee("1000.00", "2024-12-31", "2027-06-30", ("2026-06-30", "1000.00")) == "273.00"


def test_paid_in_time_none_and_never_more_than_the_principal() -> None:
    assert fee("100.00", "2026-01-31", "2026-12-31", ("2026-01-15", "100.00")) == "0.00"
    assert fee("100.00", "2020-01-31", "2026-12-31") == "100.00"


def test_a_bounced_payment_never_was() -> None:
    assert fee("100.00", "2026-01-31", "2026-03-31", ("2026-02-10", "50.00"), ("2026-02-10", "-50.00")) == "2.95"


def test_it_stands_still_while_disputed() -> None:
    held = [(DAY("2026-02-01"), DAY("2026-02-11"))]
    assert days(DAY("2026-01-31"), DAY("2026-02-20"), held) == 10
    assert fee("1000.00", "2026-01-31", "2026-02-20", frozen=held) == "5.00"
    assert fee("1000.00", "2026-01-31", "2026-02-20", frozen=[(DAY("2026-02-06"), None)]) == "2.50"


def test_a_corrected_bill_is_late_from_its_own_day() -> None:
    due_on, issued_on = DAY("2026-01-31"), DAY("2026-05-05")
    assert late_from(due_on=due_on, issued_on=issued_on, revision=0) == due_on
    assert late_from(due_on=due_on, issued_on=issued_on, revision=1) == issued_on


@pytest.mark.parametrize(("rate", "too_high"), [("0.0005", True), ("0.0003", False), ("0.000328", False)])
def test_a_rate_above_four_times_the_prime_rate_is_warned_about(rate: str, *, too_high: bool) -> None:
    assert is_excessive(YUAN(rate), YUAN("0.030")) is too_high


since = DAY("2026-01-31")
moments = st.integers(0, 400).map(lambda n: since + timedelta(days=n))
cents = st.integers(1, 500_000).map(lambda n: Decimal(n) / 100)


@given(cents, st.lists(st.tuples(moments, st.integers(1, 30)), max_size=4), st.lists(moments, max_size=5))
def test_posting_earlier_or_later_comes_to_the_same(
    principal: Decimal, parts: list[tuple[date, int]], postings: list[date]
) -> None:
    cleared = [Cleared(day, (principal * share / 100).quantize(Decimal("0.01"))) for day, share in parts][:3]
    end = since + timedelta(days=400)
    posted = Decimal("0.00")
    for on in [*sorted(postings), end]:
        to_date = accrued(
            principal=principal, rate=RATE, since=since, cleared=[c for c in cleared if c.on <= on], on=on
        )
        posted += LateFee(1, to_date, posted, on).unposted
    assert posted == accrued(principal=principal, rate=RATE, since=since, cleared=cleared, on=end)
