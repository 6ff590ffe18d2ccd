"""Months in arrears: the worked cases, and what changes the number afterwards."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from tests.billing.till import DAY, Till
from zhongshu.billing import actions
from zhongshu.billing.queries.arrears import arrears


def months(till: Till, on: str, **facts) -> int:
    found = arrears(till.site_id, on=DAY(on), **facts).get(till.account.pk)
    return found.months if found else 0


def bills_of_2025(till: Till) -> list:
    ends = [date(2025, month + 1, 1) - timedelta(days=1) for month in range(1, 12)]
    return [till.bill("100.00", str(end)) for end in ends]


@pytest.mark.parametrize(
    ("on", "number"),
    [
        ("2025-01-31", 0),
        ("2025-02-01", 1),
        ("2025-02-28", 1),
        ("2025-03-01", 2),
        ("2025-04-01", 3),
        ("2025-05-01", 4),
        ("2025-12-01", 11),
        ("2026-11-01", 11),
    ],
)
def test_each_month_that_ended_unpaid_counts(till: Till, on: str, number: int) -> None:
    bills_of_2025(till)
    assert months(till, on) == number


@pytest.mark.parametrize(
    ("on", "number"), [("2025-12-31", 0), ("2026-01-01", 1), ("2026-01-30", 1), ("2026-01-31", 2), ("2026-03-01", 3)]
)
def test_a_year_billed_at_once_climbs_month_by_month(till: Till, on: str, number: int) -> None:
    till.bill("1200.00", "2025-12-31", period_start=DAY("2025-01-01"), period_end=DAY("2026-01-01"))
    assert months(till, on) == number


def test_a_quarter_in_advance_counts_its_months_as_they_end(till: Till) -> None:
    till.bill("300.00", "2025-01-10", period_start=DAY("2025-01-01"), period_end=DAY("2025-04-01"))
    assert [months(till, on) for on in ("2025-01-31", "2025-02-01", "2025-03-01", "2025-04-01", "2025-06-01")] == [
        0, 1, 2, 3, 3,
    ]  # fmt: skip


def test_part_payments_clear_the_oldest_month_first_and_a_remainder_below_one_yuan_is_paid(till: Till) -> None:
    till.bill("300.00", "2025-01-10", period_start=DAY("2025-01-01"), period_end=DAY("2025-04-01"))
    till.takes("99.00", on="2025-05-01")
    assert months(till, "2025-05-02") == 3  # a whole yuan is left of January
    till.takes("0.01", on="2025-05-03")
    assert months(till, "2025-05-03") == 2
    assert months(till, "2025-05-03", ignore_below=Decimal("0.50")) == 3


def test_money_counts_from_the_day_it_came_and_the_morning_does_not_see_it(till: Till) -> None:
    till.bill("100.00", "2025-01-31")
    till.takes("100.00", on="2025-03-05")
    assert months(till, "2025-03-04") == 1
    assert months(till, "2025-03-05", paid_before=DAY("2025-03-05")) == 1
    assert months(till, "2025-03-05") == 0
    assert months(till, "2025-03-05", known_at=till.at - timedelta(days=1)) == 0  # the bill was not written then either
    assert months(till, "2025-03-05", known_at=till.at) == 0


def test_a_payment_that_never_came_and_a_bill_that_was_wrong_never_were(till: Till) -> None:
    first, _second = till.bill("100.00", "2025-01-31"), till.bill("100.00", "2025-02-28")
    payment = till.takes("200.00", on="2025-03-05")
    later = till.at + timedelta(hours=1)
    actions.bounce_payment(actor=till.cashier, at=later, payment_id=payment.pk, on=DAY("2025-03-20"), reason="退票")
    assert months(till, "2025-03-10") == 2
    assert months(till, "2025-03-10", known_at=till.at) == 0
    actions.reverse_charge(actor=till.bookkeeper, at=later, charge_id=first.pk, reason="多收")
    assert months(till, "2025-03-10") == 1


def test_only_recurring_items_count(till: Till) -> None:
    till.item("WXF", is_recurring=False)
    till.bill("100.00", "2025-01-31", item="WXF")
    assert arrears(till.site_id, on=DAY("2025-06-01")) == {}


def service_months(till: Till, *, late_only: bool) -> list[tuple]:
    asked = """
        SELECT charge_id, month, share, from_on, cleared_on FROM billing_service_months(%s, NULL, 1, NULL, %s)
        WHERE cleared_on IS NULL OR cleared_on > due_on ORDER BY charge_id, month
    """
    with connection.cursor() as cursor:
        cursor.execute(asked, [till.site_id, late_only])
        return cursor.fetchall()


def test_what_was_paid_in_time_is_left_out_and_says_nothing_about_arrears(till: Till) -> None:
    """Paid in time and late, in part, twice, with money that never came; whole quarters as well."""
    in_time = till.bill("100.00", "2025-01-31")
    till.takes("100.00", on="2025-01-31")
    late = till.bill("300.00", "2025-02-10", period_start=DAY("2025-02-01"), period_end=DAY("2025-05-01"))
    till.takes("150.00", on="2025-02-05")
    till.takes("150.00", on="2025-04-20")
    bounced = till.bill("100.00", "2025-05-31")
    payment = till.takes("100.00", on="2025-05-20")
    actions.bounce_payment(actor=till.cashier, at=till.at, payment_id=payment.pk, on=DAY("2025-05-22"), reason="退票")
    found = service_months(till, late_only=True)
    assert found == service_months(till, late_only=False)
    assert {row[0] for row in found} == {late.pk, bounced.pk} - {in_time.pk}
    assert [row[4] for row in found if row[0] == late.pk] == [DAY("2025-04-20")] * 2
