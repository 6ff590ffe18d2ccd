"""An evaluation that is run twice at once, killed, or by itself."""

from datetime import datetime, timedelta

import pytest

from tests.billing.till import DAY, Till
from tests.care.household import Household
from tests.cast import DAY_ONE, Cast
from zhongshu.care import actions, jobs
from zhongshu.care.engine import standings
from zhongshu.care.models import Entry, Episode, Evaluation, Task
from zhongshu.estate.kinds import AccountKind
from zhongshu.estate.models import Account
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.simulation.mishaps import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(transactional_db: None) -> Household:
    home = Household(Till.open(Cast.assemble(), DAY_ONE))
    home.bills("2025-01-01", 8)
    return home


def ledger() -> list[tuple[object, ...]]:
    return list(Entry.objects.order_by("pk").values_list("rule", "occurrence", "effective_on", "points"))


def test_two_at_once_enter_everything_once(home: Household) -> None:
    said = {"actor": home.till.cast.system, "at": home.at, "site_id": home.till.site_id}
    done = at_once(*[lambda: actions.evaluate(**said, on=DAY("2025-09-15"))] * 3)
    assert sorted(one.entries for one in done) == [0, 0, 5]
    assert (len(ledger()), Task.objects.count(), Evaluation.objects.count()) == (5, 1, 1)


def test_killed_in_the_middle_it_leaves_nothing_and_the_next_does_all(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> int:
        raise SystemExit

    with monkeypatch.context() as trouble:
        trouble.setattr(standings, "settle", die)
        with pytest.raises(SystemExit):
            home.evaluated("2025-09-15")
    assert (ledger(), Episode.objects.count()) == ([], 0)
    assert home.evaluated("2025-09-15")["entries"] == 5


def test_every_day_by_itself_after_the_hour_of_the_site(home: Household) -> None:
    jobs.evaluate_due(home.at)
    assert not Evaluation.objects.exists()  # the first is a decision
    home.evaluated("2026-11-02")
    dawn = datetime(2026, 11, 4, 5, 59, tzinfo=SITE_ZONE)
    jobs.evaluate_due(dawn)
    assert Evaluation.objects.count() == 1
    jobs.evaluate_due(dawn + timedelta(minutes=1))
    jobs.evaluate_due(dawn + timedelta(minutes=11))
    assert list(Evaluation.objects.order_by("pk").values_list("from_on", "to_on"))[1:] == [
        (DAY("2026-11-03"), DAY("2026-11-04"))
    ]


def test_the_developer_has_no_score_even_where_nobody_else_is_looked_at(home: Household) -> None:
    Account.objects.filter(pk=home.till.account.pk).update(kind=AccountKind.DEVELOPER)
    for day in ("2026-11-10", "2026-11-11"):
        assert home.morning(DAY(day)).entries == 0
    assert not Episode.objects.exists()
