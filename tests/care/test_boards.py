"""Who stands where: counts, lists and the flow between bands, each number with the accounts behind it."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from tests.billing.till import DAY
from tests.care.household import Household
from tests.cast import Cast
from tests.collecting.site import Site
from zhongshu.care.models import Entry, EntryEnd, Policy
from zhongshu.care.queries import boards
from zhongshu.care.queries.boards import Moment, Wanted
from zhongshu.estate.models import Account, KeeperTerritory
from zhongshu.kernel.clock import SITE_ZONE

pytestmark = pytest.mark.django_db
NOVEMBER, OCTOBER = Moment(DAY("2026-11-04")), Moment(DAY("2026-10-04"))
EVERYBODY = Wanted()


class Ledger(Site):
    """The site with two keepers and three homes, and points as the story wants them."""

    def enters(self, room: str, points: int, on: str, *, rule: str = "complaint.major", **facts: Any) -> Entry:
        policy, _ = Policy.objects.get_or_create(site=None, version=1, defaults={"made_at": self.at})
        return Entry.objects.create(
            site_id=self.site_id, account=self.homes[room], rule=rule, occurrence=1, points=points,
            effective_on=DAY(on), policy=policy, source=f"test:{next(self.numbers)}",
            **{"recorded_at": self.at - timedelta(days=200)} | facts,
        )  # fmt: skip

    def keeper(self, building: str) -> int:
        return KeeperTerritory.objects.get(place__code=building).keeper_id

    def of(self, wanted: Wanted = EVERYBODY, now: Moment = NOVEMBER, before: Moment = OCTOBER, **how: Any) -> list[Any]:
        rows = boards.listed(self.site_id, now, before, wanted, **how).rows
        return [(row.number, row.score, row.band) for row in rows if row.number.startswith("H")]


@pytest.fixture
def site(cast: Cast, noon: datetime) -> Ledger:
    ledger = Ledger(cast, noon, Ledger.account_of(cast, "A-1"))
    ledger.settle()
    ledger.enters("101", -11, "2026-09-10")
    ledger.enters("101", -12, "2026-10-20")
    ledger.enters("201", -8, "2025-11-01", in_force_until=DAY("2026-11-01"))
    ledger.enters("102", 20, "2026-10-10", rule="prepaid.12", in_force_until=DAY("2027-11-01"))
    return ledger


def test_the_list_tells_score_and_band_of_any_day(site: Ledger) -> None:
    assert site.of() == [("H101", 77, "fair"), ("H102", 100, "excellent"), ("H201", 100, "excellent")]
    assert site.of(now=OCTOBER) == [("H101", 89, "good"), ("H201", 92, "good"), ("H102", 100, "excellent")]
    assert site.of(Wanted(text="h20")) == [("H201", 100, "excellent")]
    assert site.of(Wanted(gold=True)) == [("H102", 100, "excellent")]
    assert site.of(Wanted(moved="fallen")) == site.of(Wanted(was="good", band="fair")) == [("H101", 77, "fair")]
    assert site.of(Wanted(moved="risen")) == [("H201", 100, "excellent")]
    assert site.of(Wanted(months_from=4)) == [("H101", 77, "fair")]
    assert site.of(Wanted(path="2")) == [("H201", 100, "excellent")]
    assert site.of(order="unit", page=9, size=2)[0][0] == "H101"


def test_the_morning_is_compared_with_what_was_known_at_midnight(site: Ledger) -> None:
    on = DAY("2026-11-04")
    midnight = datetime.combine(on, time(), SITE_ZONE)
    site.enters("201", -30, "2026-11-02", recorded_at=midnight + timedelta(hours=6))  # a run that came late
    ended = site.enters("102", -45, "2026-10-01")
    end = {"recorded_at": midnight - timedelta(hours=1), "in_force_until": on}
    EntryEnd.objects.create(site_id=site.site_id, entry=ended, **end)
    changed = boards.listed(site.site_id, Moment(on), boards.overnight(on), Wanted(moved="changed")).rows
    assert [(row.number, row.score_before, row.score) for row in changed] == [("H201", 100, 70), ("H102", 75, 100)]


def test_shares_and_turns_count_each_account_once(site: Ledger) -> None:
    told = {row.label: (row.bands, row.gold) for row in boards.shares(site.site_id, NOVEMBER, EVERYBODY, "keeper")}
    assert told == {
        "管家1": ({"fair": 1, "excellent": 1}, 1),
        "管家2": ({"excellent": 1}, 0),
        "": ({"excellent": 1}, 0),
    }
    by_building = boards.shares(site.site_id, NOVEMBER, Wanted(keeper_id=site.keeper("1")), "building")
    assert [(row.key, row.total) for row in by_building] == [("1", 2)]
    told_of = boards.turns(site.site_id, NOVEMBER, OCTOBER, EVERYBODY)
    assert [(row.before, row.after, row.accounts) for row in told_of] == [
        ("excellent", "excellent", 2), ("good", "excellent", 1), ("good", "fair", 1),
    ]  # fmt: skip


def test_the_flow_adds_up_with_those_who_came_and_went(site: Ledger) -> None:
    Account.objects.filter(number="H201").update(ends_on=DAY("2026-10-15"))
    Account.objects.filter(number="H102").update(starts_on=DAY("2026-10-02"))
    days = [Moment(DAY(day)) for day in ("2026-09-30", "2026-10-31", "2026-11-04")]
    told = boards.flows(site.site_id, days, EVERYBODY)
    assert [row for row in told.flows if row.nth == 0] == [
        boards.Flow(0, "new", "excellent", 1), boards.Flow(0, "excellent", "excellent", 1),
        boards.Flow(0, "good", "fair", 1), boards.Flow(0, "good", "gone", 1),
    ]  # fmt: skip
    for nth, (before, after) in enumerate(zip(told.counts, told.counts[1:], strict=False)):
        passed = [row for row in told.flows if row.nth == nth]
        for band, accounts in after.items():
            assert accounts == sum(row.accounts for row in passed if row.after == band)
        for band, accounts in before.items():
            assert accounts == sum(row.accounts for row in passed if row.before == band)
    assert told.gold == [0, 1, 1]
    behind = site.of(Wanted(was="good", band="gone"), days[1], days[0])
    assert behind == [("H201", None, "gone")]


def test_it_says_of_every_day_what_the_explanation_says(home: Household) -> None:
    home.bills("2025-01-01", 12)
    home.daily("2025-03-30", "2025-09-02")
    home.pays("500.00", "2025-09-10")
    home.judged("2025-09-12", -8)
    home.daily("2025-09-14", "2025-10-02")
    home.evaluated("2026-02-03")
    first = DAY("2025-03-30")
    for on in (first + timedelta(days=nth) for nth in range(0, 300, 23)):
        row = boards.listed(home.till.site_id, Moment(on), Moment(on), EVERYBODY).rows[0]
        told = home.shown(str(on))
        assert (row.score, row.band, row.is_gold) == (told["score"], told["band"], told["gold"])
