"""Meters, common costs, rent: the rules, as tables."""

from datetime import date
from decimal import Decimal

import pytest

from zhongshu.billing.kinds import SharingBasis
from zhongshu.billing.policies.metering import Doubt, Part, Tier, doubt, tiered, usage
from zhongshu.billing.policies.rent import Instalment, Step, instalments, later, steps
from zhongshu.billing.policies.sharing import Sharer, shares, weight

ONE = Decimal(1)
D = Decimal


@pytest.mark.parametrize(
    ("before", "now", "dial", "used", "rolled"),
    [
        ("9985", "12", (4, 1), "27", True),
        ("100", "137.5", (5, 1), "37.5", False),
        ("100", "100", (5, 1), "0", False),
        ("99999", "0", (5, 20), "20", True),
        ("10", "12", (5, 40), "80", False),
    ],
)
def test_usage(before: str, now: str, dial: tuple[int, int], used: str, rolled: bool) -> None:
    found = usage(D(before), D(now), digits=dial[0], multiplier=D(dial[1]))
    assert (found.amount, found.has_rolled_over) == (D(used), rolled)


@pytest.mark.parametrize(
    ("before", "now", "daily", "asked"),
    [
        ("9985", "12", None, None),
        ("5000", "400", None, Doubt.ROLLED_FAR),
        ("100", "190", "1", None),  # ninety in thirty days is three times one a day
        ("100", "191", "1", Doubt.MUCH_MORE),
        ("100", "110", "0", None),  # a little is never asked about
        ("100", "111", "0", Doubt.MUCH_MORE),
        ("100", "9000", None, None),  # nothing to compare with
    ],
)
def test_what_is_asked_about(before: str, now: str, daily: str | None, asked: Doubt | None) -> None:
    found = usage(D(before), D(now), digits=4, multiplier=ONE)
    compared = None if daily is None else D(daily)
    assert doubt(found, digits=4, multiplier=ONE, days=30, daily=compared) == asked


TIERS = [Tier(D(180), D("0.56")), Tier(D(260), D("0.61")), Tier(None, D("0.86"))]


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("0", "100", [("100", "0.56")]),
        ("100", "180", [("80", "0.56")]),
        ("170", "300", [("10", "0.56"), ("80", "0.61"), ("40", "0.86")]),
        ("300", "310", [("10", "0.86")]),
        ("50", "50", []),
    ],
)
def test_tiers(before: str, after: str, parts: list[tuple[str, str]]) -> None:
    assert tiered(D(before), D(after), TIERS) == [Part(D(used), D(price)) for used, price in parts]


def test_a_hundred_over_three_equal_rooms() -> None:
    rooms = [Sharer(order, D("89.27"), 5) for order in range(3)]
    for basis in (SharingBasis.AREA, SharingBasis.HOUSEHOLD):
        assert shares(D("100.00"), basis, rooms) == [D("33.34"), D("33.33"), D("33.33")]


def test_floors_count_by_their_factor() -> None:
    factors = [(1, D(0)), (2, D("0.5")), (11, D(1))]
    rooms = [Sharer(order, None, floor) for order, floor in enumerate([-1, 1, 2, 10, 11, 30])]
    assert [weight(SharingBasis.FLOOR_FACTOR, room, factors) for room in rooms] == [0, 0, D("0.5"), D("0.5"), 1, 1]
    assert shares(D("30.00"), SharingBasis.FLOOR_FACTOR, rooms, factors) == [0, 0, 5, 5, 10, 10]


def test_what_is_not_known_is_not_guessed() -> None:
    assert weight(SharingBasis.AREA, Sharer(0, None, 3)) is None
    assert weight(SharingBasis.FLOOR_FACTOR, Sharer(0, ONE, None)) is None
    with pytest.raises(ValueError, match="unknown"):
        shares(D("1.00"), SharingBasis.AREA, [Sharer(0, None, 3)])


def test_rent_rises_by_the_year() -> None:
    ladder = steps(date(2026, 3, 15), date(2029, 1, 1), D("1000"), D("0.05"))
    assert ladder == [
        Step(date(2026, 3, 15), D("1000.00")),
        Step(date(2027, 3, 15), D("1050.00")),
        Step(date(2028, 3, 15), D("1102.50")),
    ]
    assert len(steps(date(2026, 3, 15), date(2029, 1, 1), D("1000"), D(0))) == 1


def test_rent_is_charged_from_its_first_day_and_a_broken_month_by_days() -> None:
    ladder = [Step(date(2026, 1, 15), D("300.00")), Step(date(2026, 3, 15), D("310.00"))]
    assert instalments(date(2026, 1, 15), date(2026, 4, 25), 2, ladder) == [
        Instalment(date(2026, 1, 15), date(2026, 3, 15), D("600.00")),
        Instalment(date(2026, 3, 15), date(2026, 4, 25), D("413.33")),  # 310 + 310 × 10/30
    ]
    assert later(date(2026, 1, 31), 1) == date(2026, 2, 28)
