"""What is known on a morning, and what came of it, against plain Python over the same lives."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from bench.lives import Life, firsts, written
from tests.cast import Cast
from tests.foresight.conftest import BEGIN, MONTHS
from zhongshu.care.policies.table import months_later
from zhongshu.estate.models import Account
from zhongshu.foresight.kinds import FEATURES, Feature
from zhongshu.foresight.queries import gathering
from zhongshu.foresight.queries.gathering import known, reached
from zhongshu.identity.models import Site

pytestmark = pytest.mark.django_db

ON = date(2024, 10, 9)
BILLS = [(first, upto) for first, upto in zip(firsts(BEGIN, MONTHS), firsts(BEGIN, MONTHS + 1)[1:], strict=True)]


def numbers(site: Site) -> dict[int, int]:
    """Of the household by account."""
    rows = Account.objects.filter(site=site).values_list("pk", "number")
    return {pk: int(number.rsplit("-")[-1]) for pk, number in rows}


def owed(life: Life, day: date) -> list[int]:
    """Months that stand open on a morning, paid by nothing received before it."""
    due = [nth for nth, (_first, upto) in enumerate(BILLS) if upto - timedelta(days=1) < day]
    return [nth for nth in due if nth not in life.paid or life.paid[nth] >= day]


def months(life: Life, day: date) -> int:
    """No bill here is for more than a month, so the cap never bites but on the day a month ends."""
    return len(owed(life, day))


def recent(days: list[date], day: date) -> int:
    return min(sum(day > each >= months_later(day, -6) for each in days), 3)


def test_features_are_what_a_person_would_count(estate: Site, lives: list[Life]) -> None:
    number = numbers(estate)
    found = known(estate.pk, ON)
    assert set(found.accounts) == {pk for pk, nth in number.items() if months(lives[nth], ON) < 3}
    for pk, owing, features in zip(found.accounts, found.months, found.features, strict=True):
        life, shown = lives[number[pk]], dict(zip(FEATURES, features, strict=True))
        assert owing == months(life, ON)
        assert (shown[Feature.OWES_ONE], shown[Feature.OWES_TWO]) == (owing == 1, owing == 2)
        assert shown[Feature.LATE_REPAIRS] == recent(life.late_repairs, ON)
        assert shown[Feature.UPHELD] == recent(life.upheld, ON)
        assert shown[Feature.ABSENT] == life.absent
        assert shown[Feature.LET] == (life.let and not life.absent)
        assert shown[Feature.HARDSHIP] == any(a < ON and (b is None or b >= ON) for a, b in life.hardship)
        late = lateness(life)
        assert shown[Feature.DAYS_LATE] == pytest.approx(sum(late) / len(late))
        assert shown[Feature.LATE_SHARE] == pytest.approx(sum(days > 0 for days in late) / len(late))


def lateness(life: Life) -> list[int]:
    due = {nth: upto - timedelta(days=1) for nth, (_first, upto) in enumerate(BILLS)}
    lately = [nth for nth, day in due.items() if ON > day >= months_later(ON, -12)]
    until = {nth: paid if (paid := life.paid.get(nth)) and paid < ON else ON for nth in lately}
    return [min(max((until[nth] - due[nth]).days, 0), 90) for nth in lately]


def test_nothing_from_the_future_is_known(cast: Cast, lives: list[Life]) -> None:
    """The same lives, once written down to the day asked, once a year beyond it."""
    cut = 20
    on = firsts(BEGIN, cut + 1)[-1]
    short = known(written(lives, BEGIN, cut, code="SHORT"), on)
    beyond = known(written(lives, BEGIN, MONTHS, code="LONG"), on)
    assert len(short.accounts) > 20
    assert short.features.tolist() == beyond.features.tolist()


def test_who_reached_three_months_is_who_stood_there_on_some_morning(estate: Site, lives: list[Life]) -> None:
    number = numbers(estate)
    days = [ON + timedelta(days=n) for n in range(1, 200) if ON + timedelta(days=n) <= months_later(ON, 6)]
    expected = {pk for pk, nth in number.items() if any(months(lives[nth], day) >= 3 for day in days)}
    assert reached(estate.pk, list(number), ON) == expected
    assert 0 < len(expected) < len(number)


def test_nobody_else_reads_its_tables() -> None:
    """Imports are forbidden by a contract; statements that name the tables are found here."""
    package = Path(gathering.__file__).parents[2]
    others = [path for path in (*package.rglob("*.py"), *package.rglob("*.sql")) if "foresight" not in path.parts]
    assert len(others) > 500
    assert not [path for path in others if re.search(r"foresight_(forecast|learning|switch)", path.read_text())]
