"""The worked cases of the score, lived through with real bills, money and judgements, told by the real commands."""

import pytest

from tests.billing.till import DAY
from tests.care.household import Household, entries
from zhongshu.care.models import Standing
from zhongshu.cases.errors import PointsOutOfBand
from zhongshu.cases.kinds import Severity
from zhongshu.collecting.models import Notice

LADDER = {
    "2025-04-01": ("arrears.3", 3, 99),
    "2025-05-01": ("arrears.4", 4, 97),
    "2025-06-01": ("arrears.5", 5, 94),
    "2025-07-01": ("arrears.6", 6, 89),
    "2025-09-01": ("arrears.6", 8, 84),
    "2025-11-01": ("arrears.6", 10, 79),
    "2026-01-01": ("arrears.12", 12, 69),
    "2026-02-01": ("arrears.legal", 1, 49),
}


def test_1_nothing_is_paid_and_every_morning_is_evaluated(home: Household) -> None:
    home.bills("2025-01-01", 14)
    home.daily("2025-03-30", "2026-02-03")
    found = {row["effective_on"]: (row["rule"], row["occurrence"]) for row in home.shown("2026-02-03")["entries"]}
    assert found == {day: (rule, occurrence) for day, (rule, occurrence, _score) in LADDER.items()}
    assert [home.score(day) for day in LADDER] == [99, 97, 94, 89, 84, 79, 69, 49]
    letters = [(row["rule"], row["kind"], row["on"]) for row in home.shown("2026-02-03")["notices"]]
    assert letters[-2:] == [
        ("arrears.12", "final_demand", "2026-01-01"),
        ("arrears.legal", "formal_demand", "2026-02-01"),
    ]
    states = [(row["rule"], row["occurrence"], row["state"]) for row in home.shown("2026-02-03")["tasks"]]
    assert states == [
        *((rule, number, "withdrawn") for rule, number, _score in list(LADDER.values())[1:-1]),
        ("arrears.legal", 1, "open"),
    ]


def test_2_the_first_evaluation_comes_late(home: Household) -> None:
    home.bills("2025-01-01", 8)
    done = home.evaluated("2025-09-15")
    assert done == {
        "site": "YQL", "from": "2025-02-01", "to": "2025-09-15", "accounts_changed": 1, "entries": 5, "tasks": 1,
        "notices": 1,
    }  # fmt: skip
    shown = home.shown("2025-09-15")
    assert [row[0] for row in entries(shown)] == ["2025-04-01", "2025-05-01", "2025-06-01", "2025-07-01", "2025-09-01"]
    assert (shown["score"], shown["band"], shown["months_in_arrears"]) == (84, "good", 8)
    assert [(row["rule"], row["occurrence"], row["opened_on"], row["state"]) for row in shown["tasks"]] == [
        ("arrears.6", 8, "2025-09-15", "open")
    ]
    assert [(row["kind"], row["on"], row["state"]) for row in shown["notices"]] == [
        ("payment_notice", "2025-09-15", "sent")
    ]
    assert home.shown("2025-05-10", "--as-known-at", "2025-05-10T12:00")["score"] == 100
    assert home.score("2025-05-10") == 97
    again = home.evaluated("2025-09-15")
    assert (again["from"], again["entries"], again["tasks"], again["notices"]) == (None, 0, 0, 0)


def test_3_paid_in_full_ends_the_episode_and_a_year_later_the_points(home: Household) -> None:
    home.bills("2025-01-01", 5)
    for day in ("2025-04-01", "2025-05-01", "2025-06-01"):
        home.evaluated(day)
    home.pays("500.00", "2025-06-20")
    home.evaluated("2025-06-20")
    assert [row["state"] for row in home.shown("2025-06-20")["tasks"]] == ["withdrawn", "open"]
    home.evaluated("2025-06-21")
    assert [row["state"] for row in home.shown("2025-06-21")["tasks"]] == ["withdrawn", "withdrawn"]
    assert [home.score(day) for day in ("2025-06-21", "2026-06-19", "2026-06-20")] == [94, 94, 100]
    assert {row["in_force_until"] for row in home.shown("2025-07-01")["entries"]} == {"2026-06-20"}
    home.evaluated("2026-06-20")
    assert Standing.objects.get().score == 100


def test_4_gold_is_a_buffer_until_the_last_prepaid_day(home: Household) -> None:
    home.bills("2025-04-01", 12)
    home.pays("1200.00", "2025-03-10")
    home.evaluated("2025-03-11")
    assert (home.shown("2025-03-10")["score"], home.shown("2025-03-10")["gold"]) == (100, True)
    for day, points in (("2025-05-01", -8), ("2025-06-01", -10), ("2025-07-01", -10)):
        home.judged(day, points)
    home.evaluated("2025-07-02")
    assert [home.score(day) for day in ("2025-05-01", "2025-06-01", "2025-07-01", "2026-03-31")] == [100, 100, 92, 92]
    assert home.shown("2026-03-31")["gold"]
    after = home.shown("2026-04-01")
    assert (after["score"], after["gold"], after["band"]) == (72, False, "fair")
    assert [(row["rule"], row["manner"], row["roles"]) for row in after["tasks"]][-1:] == [
        ("complaint.medium", "apology", ["keeper", "supervisor"])
    ]


def test_5_points_stay_within_the_band_and_legal_needs_a_final_demand(home: Household) -> None:
    matter = home.complaint()
    with pytest.raises(PointsOutOfBand):
        home.judge(matter, Severity.ORDINARY, -12)
    home.judge(matter, Severity.MAJOR, -11)
    home.bills("2025-01-01", 14)
    home.evaluated("2025-12-31")
    home.evaluated("2026-01-01")
    Notice.objects.filter(kind="final_demand").update(state="failed", sent_on=None)
    home.evaluated("2026-08-01")
    assert "arrears.legal" not in {row["rule"] for row in home.shown("2026-08-01")["entries"]}
    home.evaluated("2026-11-04")
    assert ("2026-11-04", "complaint.major", 1, -11) in entries(home.shown("2026-11-04"))


def test_6_a_run_after_the_end_sends_one_final_demand_and_legal_follows_its_sending(home: Household) -> None:
    home.bills("2025-01-01", 14)
    done = home.evaluated("2026-03-01")
    assert (done["entries"], done["tasks"], done["notices"]) == (7, 1, 1)
    assert home.score("2026-03-01") == 69
    home.evaluated("2026-03-31")
    assert home.score("2026-03-31") == 69
    home.evaluated("2026-04-01")
    assert entries(home.shown("2026-04-01"))[-1] == ("2026-04-01", "arrears.legal", 1, -20)
    assert home.score("2026-04-01") == 49


def test_7_a_year_billed_at_once_climbs_month_by_month(home: Household) -> None:
    home.till.bill("1200.00", "2025-12-31", period_start=DAY("2025-01-01"), period_end=DAY("2026-01-01"))
    assert [home.shown(day)["months_in_arrears"] for day in ("2026-01-01", "2026-03-01")] == [1, 3]
    home.evaluated("2026-02-27")
    assert entries(home.shown("2026-02-27")) == []
    home.evaluated("2026-03-01")  # two months after a 31st have gone by on the last of February
    assert entries(home.shown("2026-03-01")) == [("2026-02-28", "arrears.3", 3, -1)]


def test_8_a_judgement_taken_back_cancels_and_both_end_together(home: Household) -> None:
    case = home.judged("2025-05-01", -8)
    home.evaluated("2025-05-02")
    home.revised(case, "2025-06-01")
    home.evaluated("2025-06-02")
    assert [home.score(day) for day in ("2025-05-31", "2025-06-01", "2026-04-30", "2026-05-01")] == [92, 99, 99, 99]
    rows = home.shown("2026-04-30")["entries"]
    assert [(row["rule"], row["points"]) for row in rows if row["in_force_until"] == "2026-05-01"] == [
        ("complaint.medium", -8),
        ("reversal", 8),
    ]
    assert [row["rule"] for row in home.shown("2026-05-01")["entries"]] == ["complaint.not_upheld"]
