"""The plain reading of the score holds the eight worked cases of its description."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.care.naive import Ahead, Bill, History, Payment, Standing, Verdict, days, later, number, play, service_months

DAY = date.fromisoformat
YUAN = Decimal(100)
SCORES = {
    "2025-03-31": 100, "2025-04-01": 99, "2025-05-01": 97, "2025-06-01": 94, "2025-07-01": 89, "2025-08-31": 89,
    "2025-09-01": 84, "2025-11-01": 79, "2026-01-01": 69, "2026-01-31": 69, "2026-02-01": 49,
}  # fmt: skip


def monthly(first: str = "2025-01-01", months: int = 14) -> list[Bill]:
    """Bills of a month each, due on its last day."""
    firsts = [later(DAY(first), nth) for nth in range(months)]
    return [Bill(day, 1, later(day, 1) - timedelta(days=1), YUAN, day) for day in firsts]


def daily(last: str, first: str = "2025-01-01") -> list[date]:
    return list(days(DAY(first), DAY(last)))


def history(last: str, *, runs: list[date] | None = None, **facts) -> Standing:
    return play(History(DAY("2024-01-01"), runs if runs is not None else daily(last), **facts))


def arrears_of(standing: Standing) -> list[tuple[str, int, str]]:
    rows = [one for one in standing.entries if one.rule.startswith("arrears.")]
    return [(one.rule.removeprefix("arrears."), one.occurrence, str(one.effective_on)) for one in rows]


def test_1_nothing_paid_evaluated_daily() -> None:
    standing = history("2026-02-10", bills=monthly())
    assert arrears_of(standing) == [
        ("3", 3, "2025-04-01"), ("4", 4, "2025-05-01"), ("5", 5, "2025-06-01"), ("6", 6, "2025-07-01"),
        ("6", 8, "2025-09-01"), ("6", 10, "2025-11-01"), ("12", 12, "2026-01-01"), ("legal", 1, "2026-02-01"),
    ]  # fmt: skip
    assert {on: standing.shown(DAY(on)).score for on in SCORES} == SCORES
    assert standing.shown(DAY("2026-02-01")).band == "priority"
    assert [one.state for one in standing.tasks] == ["withdrawn"] * 6 + ["open"]


def test_2_evaluated_late_once() -> None:
    standing = history("", runs=[DAY("2025-09-15")], bills=monthly())
    assert [day for _rule, _nth, day in arrears_of(standing)] == [
        "2025-04-01", "2025-05-01", "2025-06-01", "2025-07-01", "2025-09-01",
    ]  # fmt: skip
    assert standing.shown(DAY("2025-09-15")).score == 84
    assert [(one.kind, str(one.on)) for one in standing.notices] == [("payment_notice", "2025-09-15")]
    assert [(one.rule, one.occurrence) for one in standing.tasks] == [("arrears.6", 8)]


def test_3_paid_in_full() -> None:
    paid = Payment(YUAN * 6, DAY("2025-06-20"), DAY("2025-06-20"))
    standing = history("2025-12-20", bills=monthly(months=6), payments=[paid])
    assert [(one.rule, one.state) for one in standing.tasks] == [("arrears.4", "withdrawn"), ("arrears.5", "withdrawn")]
    assert [standing.shown(DAY(on)).score for on in ("2025-06-20", "2026-06-19", "2026-06-20")] == [94, 94, 100]


def test_4_gold_is_a_buffer() -> None:
    ahead = Ahead(DAY("2025-04-01"), DAY("2025-03-10"), DAY("2025-03-10"))
    heard = [Verdict("medium", -8, DAY("2025-05-01")), Verdict("medium", -10, DAY("2025-06-01")),
             Verdict("medium", -10, DAY("2025-07-01"))]  # fmt: skip
    standing = history("2025-08-01", aheads=[ahead], verdicts=heard)
    shown = [standing.shown(DAY(on)) for on in ("2025-03-10", "2025-05-01", "2025-06-01", "2025-07-01", "2026-03-31")]
    assert [(one.score, one.gold) for one in shown] == [(100, True)] * 3 + [(92, True)] * 2
    assert (standing.shown(DAY("2026-04-01")).score, standing.shown(DAY("2026-04-01")).gold) == (72, False)


def test_5_no_legal_step_without_a_final_demand_sent() -> None:
    standing = history("", runs=[DAY("2025-12-31"), DAY("2026-06-01")], bills=monthly())
    assert "legal" not in [rule for rule, _nth, _day in arrears_of(standing)]


def test_6_evaluated_for_the_first_time_when_all_is_long_owed() -> None:
    runs = daily("2026-04-05", "2026-03-01")
    standing = history("", runs=runs, bills=monthly())
    assert standing.shown(DAY("2026-03-01")).score == 69
    assert arrears_of(standing)[-2:] == [("12", 12, "2026-01-01"), ("legal", 1, "2026-04-01")]
    assert [(one.kind, str(one.on)) for one in standing.notices] == [
        ("final_demand", "2026-03-01"), ("formal_demand", "2026-04-01"),
    ]  # fmt: skip


@pytest.mark.parametrize(("on", "months"), [("2025-12-31", 0), ("2026-01-01", 1), ("2026-01-31", 2), ("2026-03-01", 3)])
def test_7_a_year_at_once(on: str, months: int) -> None:
    bills = [Bill(DAY("2025-01-01"), 12, DAY("2025-12-31"), YUAN * 12, DAY("2025-01-01"))]
    found = service_months(History(DAY("2024-01-01"), [], bills=bills))
    assert number(found, DAY(on), before=DAY(on)) == months


def test_8_a_judgement_reversed() -> None:
    standing = history("2025-07-01", verdicts=[Verdict("medium", -8, DAY("2025-05-01"), DAY("2025-06-01"))])
    assert [standing.shown(DAY(on)).score for on in ("2025-05-31", "2025-06-01", "2026-05-01")] == [92, 100, 100]
    assert [one.until for one in standing.entries] == [DAY("2026-05-01")] * 2


def test_a_payment_that_bounces_reopens_its_episode_and_one_typed_late_disproves_points() -> None:
    bounced = Payment(YUAN * 5, DAY("2025-06-20"), DAY("2025-06-20"), bounced_on=DAY("2025-08-10"))
    standing = history("2025-08-11", bills=monthly(months=8), payments=[bounced])
    assert arrears_of(standing) == [
        ("3", 3, "2025-04-01"), ("4", 4, "2025-05-01"), ("5", 5, "2025-06-01"), ("6", 6, "2025-07-01"),
    ]  # fmt: skip
    assert standing.entries[-1].recorded_on == DAY("2025-08-11")
    late = Payment(YUAN * 3, DAY("2025-04-20"), DAY("2025-07-10"))
    standing = history("2025-07-11", bills=monthly(months=8), payments=[late])
    assert standing.shown(DAY("2025-07-11")).score == 98  # 3 months twice: each time paid in between
    assert standing.tasks[-1].state == "withdrawn"
