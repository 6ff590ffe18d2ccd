"""The worked cases of the score, lived through with real bills, money and judgements, told by the real commands."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import StringIO
from json import loads
from typing import Any

import pytest
from django.core.management import call_command

from tests.billing.till import DAY, Till
from zhongshu.billing.models import Charge, Payment
from zhongshu.care import actions

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


def command(*args: str) -> Any:
    """What the program answers."""
    out = StringIO()
    call_command("care", *args, "--json", stdout=out, stderr=StringIO())
    return loads(out.getvalue())


@dataclass
class Household:
    """The account A-1 of the site YQL. Today is 2026-11-04: days of the story lie in the past."""

    till: Till
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.till.at

    def evaluated(self, on: str) -> dict[str, Any]:
        return dict(command("evaluate", "--site", "YQL", "--on", on))

    def daily(self, first: str, last: str) -> None:
        """Evaluated in the morning of each first of a month and a few days around it."""
        day = DAY(first)
        while day <= DAY(last):
            actions.evaluate(actor=self.till.cast.system, at=self.at, site_id=self.till.site_id, on=day)
            day += timedelta(days=1)

    def shown(self, on: str, *more: str) -> dict[str, Any]:
        return dict(command("explain", "A-1", "--on", on, *more))

    def score(self, on: str) -> int:
        return int(self.shown(on)["score"])

    def bills(self, first: str, months: int) -> list[Charge]:
        """A hundred yuan a month, due on the last day of it."""
        start = DAY(first)
        firsts = [
            date(start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1, 1) for n in range(months)
        ]
        ends = [(one + timedelta(days=31)).replace(day=1) - timedelta(days=1) for one in firsts]
        return [self.till.bill("100.00", str(end)) for end in ends]

    def pays(self, amount: str, on: str) -> Payment:
        return self.till.takes(amount, on=on)


@pytest.fixture
def home(till: Till) -> Household:
    return Household(till)


def entries(shown: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    return [(row["effective_on"], row["rule"], row["occurrence"], row["points"]) for row in shown["entries"]]


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
