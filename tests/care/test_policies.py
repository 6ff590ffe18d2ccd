"""Rules of the score beside tables of worked examples."""

from datetime import date

import pytest

from zhongshu.care.kinds import Band
from zhongshu.care.policies.gold import Ahead, Gold, golds
from zhongshu.care.policies.table import (
    arrears_tiers,
    band_of,
    bands,
    clamped,
    has_fallen,
    legal_on,
    months_later,
    steps,
)

DAY = date.fromisoformat


@pytest.mark.parametrize(
    ("score", "band"),
    [(100, "excellent"), (95, "excellent"), (94, "good"), (80, "good"), (79, "fair"), (70, "fair"), (69, "poor"),
     (50, "poor"), (49, "priority"), (0, "priority")],
)  # fmt: skip
def test_five_bands_partition_the_scores(score: int, band: str) -> None:
    assert band_of(score, bands()) == band


def test_only_what_is_shown_is_clamped() -> None:
    assert [clamped(total) for total in (-7, 0, 92, 120)] == [0, 0, 92, 100]
    assert has_fallen(Band.GOOD, Band.FAIR)
    assert not has_fallen(Band.FAIR, Band.FAIR)
    assert not has_fallen(Band.PRIORITY, Band.POOR)


def test_the_ladder_lands_in_each_band() -> None:
    ladder = steps(arrears_tiers(), repeat_deducts=True)
    assert [(step.rule, step.occurrence) for step in ladder][3:6] == [
        ("arrears.6", 6),
        ("arrears.6", 8),
        ("arrears.6", 10),
    ]
    left, shown = 100, []
    for step in ladder:
        left += step.points
        shown.append(left)
    assert shown == [99, 97, 94, 89, 84, 79, 69, 49]


def test_repeats_may_only_act() -> None:
    points = {step.occurrence: step.points for step in steps(arrears_tiers(), repeat_deducts=False)}
    assert (points[6], points[8], points[10]) == (-5, 0, 0)


def test_legal_follows_the_sending() -> None:
    assert legal_on(DAY("2026-01-01"), 30) == DAY("2026-02-01")
    assert legal_on(DAY("2026-03-01"), 30) == DAY("2026-04-01")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2025-05-01", 12, "2026-05-01"), ("2024-02-29", 12, "2025-02-28"), ("2025-12-31", 2, "2026-02-28")],
)
def test_months_later_is_the_last_of_a_shorter_month(day: str, months: int, later: str) -> None:
    assert months_later(DAY(day), months) == DAY(later)


def year(first: str, paid: str | None) -> dict[date, date | None]:
    return {months_later(DAY(first), nth): DAY(paid) if paid else None for nth in range(12)}


def gold(bills: dict[date, date | None], *aheads: Ahead, before: str = "2030-01-01") -> list[tuple[str, str]]:
    found = golds(bills, aheads, months=12, before=DAY(before))
    assert all(isinstance(one, Gold) for one in found)
    return [(str(one.effective_on), str(one.until)) for one in found]


def ahead(first: str, received: str, ended: str | None = None) -> Ahead:
    return Ahead(DAY(first), months_later(DAY(first), 12), DAY(received), DAY(ended) if ended else None)


MARCH = ahead("2025-04-01", "2025-03-10")


def test_twelve_whole_months_after_the_month_of_payment_make_gold() -> None:
    assert gold({}, MARCH) == [("2025-03-10", "2026-04-01")]
    assert gold(year("2025-04-01", "2025-03-10")) == [("2025-03-10", "2026-04-01")]
    assert gold(year("2025-04-01", "2025-04-02")) == []  # eleven after April
    assert gold({}, MARCH, before="2025-03-10") == []  # the morning does not see the day's money


def test_an_open_month_before_or_a_gap_makes_none() -> None:
    assert gold({DAY("2025-02-01"): None}, MARCH) == []
    assert gold({DAY("2025-02-01"): DAY("2025-03-01")}, MARCH) == [("2025-03-10", "2026-04-01")]
    assert gold({}, ahead("2025-05-01", "2025-03-10")) == []


def test_a_renewal_goes_on_from_the_old_end_and_a_refund_ends_it() -> None:
    assert gold({}, MARCH, ahead("2026-04-01", "2026-03-20")) == [
        ("2025-03-10", "2026-04-01"),
        ("2026-04-01", "2027-04-01"),
    ]
    assert gold({}, ahead("2025-04-01", "2025-03-10", ended="2025-09-01")) == [("2025-03-10", "2025-09-01")]
