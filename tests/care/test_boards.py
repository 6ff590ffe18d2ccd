"""Who stands where: counts, lists and the flow between bands, each number with the accounts behind it."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.billing.till import DAY
from tests.care.household import Household
from tests.care.ledger import Ledger
from tests.cast import Cast
from tests.stories.test_cashier_day import Pages
from zhongshu.care.models import EntryEnd
from zhongshu.care.queries import boards, explain
from zhongshu.care.queries.boards import Moment, Wanted
from zhongshu.estate.models import Account
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE

pytestmark = pytest.mark.django_db

NOVEMBER, OCTOBER = Moment(DAY("2026-11-04")), Moment(DAY("2026-10-04"))
EVERYBODY = Wanted()
LINKS = re.compile(r'href="(/care/accounts[?][^"]*)"[^>]*>[^0-9<>]*([1-9][0-9]*)<')


@pytest.fixture
def site(cast: Cast, noon: datetime) -> Ledger:
    return Ledger(cast, noon, Ledger.account_of(cast, "A-1")).begin()


def told(
    site: Ledger, wanted: Wanted = EVERYBODY, now: Moment = NOVEMBER, before: Moment = OCTOBER, **how: Any
) -> list[tuple[str, int | None, str]]:
    rows = boards.listed(site.site_id, now, before, wanted, **how).rows
    return [(row.number, row.score, row.band) for row in rows if row.number.startswith("H")]


def test_the_list_tells_score_and_band_of_any_day(site: Ledger) -> None:
    assert told(site) == [("H101", 77, "fair"), ("H102", 100, "excellent"), ("H201", 100, "excellent")]
    assert told(site, now=OCTOBER) == [("H101", 89, "good"), ("H201", 92, "good"), ("H102", 100, "excellent")]
    assert told(site, Wanted(text="h20")) == [("H201", 100, "excellent")]
    assert told(site, Wanted(gold=True)) == [("H102", 100, "excellent")]
    assert told(site, Wanted(moved="fallen")) == told(site, Wanted(was="good", band="fair")) == [("H101", 77, "fair")]
    assert told(site, Wanted(moved="risen")) == [("H201", 100, "excellent")]
    assert told(site, Wanted(months_from=4)) == [("H101", 77, "fair")]
    assert told(site, Wanted(path="2")) == [("H201", 100, "excellent")]
    assert told(site, order="unit", page=9, size=2)[0][0] == "H101"


def test_the_course_of_one_account_agrees_with_the_list(site: Ledger) -> None:
    before_it_began = Moment(DAY("1999-01-01"))
    account = Account.objects.get(number="H101")
    assert boards.course(site.site_id, account.pk, [before_it_began, OCTOBER, NOVEMBER]) == [None, 89, 77]


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
    shown = {row.label: (row.bands, row.gold) for row in boards.shares(site.site_id, NOVEMBER, EVERYBODY, "keeper")}
    assert shown == {
        "管家1": ({"fair": 1, "excellent": 1}, 1),
        "管家2": ({"excellent": 1}, 0),
        "": ({"excellent": 1}, 0),
    }
    by_building = boards.shares(site.site_id, NOVEMBER, Wanted(keeper_id=site.keeper("1")), "building")
    assert [(row.key, row.total) for row in by_building] == [("1", 2)]
    told_of = boards.flows(site.site_id, [OCTOBER, NOVEMBER], EVERYBODY).flows
    assert [(row.before, row.after, row.accounts) for row in told_of] == [
        ("excellent", "excellent", 2), ("good", "excellent", 1), ("good", "fair", 1),
    ]  # fmt: skip


def test_the_flow_adds_up_with_those_who_came_and_went(site: Ledger) -> None:
    Account.objects.filter(number="H201").update(ends_on=DAY("2026-10-15"))
    Account.objects.filter(number="H102").update(starts_on=DAY("2026-10-02"))
    days = [Moment(DAY(day)) for day in ("2026-09-30", "2026-10-31", "2026-11-04")]
    passed = boards.flows(site.site_id, days, EVERYBODY)
    assert [row for row in passed.flows if row.nth == 0] == [
        boards.Flow(0, "new", "excellent", 1), boards.Flow(0, "excellent", "excellent", 1),
        boards.Flow(0, "good", "fair", 1), boards.Flow(0, "good", "gone", 1),
    ]  # fmt: skip
    for nth, (before, after) in enumerate(zip(passed.counts, passed.counts[1:], strict=False)):
        step = [row for row in passed.flows if row.nth == nth]
        for band, accounts in after.items():
            assert accounts == sum(row.accounts for row in step if row.after == band)
        for band, accounts in before.items():
            assert accounts == sum(row.accounts for row in step if row.before == band)
    assert passed.gold == [0, 1, 1]
    behind = told(site, Wanted(was="good", band="gone"), days[1], days[0])
    assert behind == [("H201", None, "gone")]


def test_it_says_of_every_day_what_the_explanation_says(home: Household) -> None:
    home.bills("2025-01-01", 12)
    home.evaluated("2025-09-02")
    home.pays("1200.00", "2025-09-10")
    home.judged("2025-09-12", -8)
    home.evaluated("2026-02-03")
    for on in (DAY("2025-03-30") + timedelta(days=nth) for nth in range(0, 600, 41)):
        row = boards.listed(home.till.site_id, Moment(on), Moment(on), EVERYBODY).rows[0]
        explained = explain(home.till.account.pk, on)
        assert (row.score, row.band, row.is_gold) == (explained.score, explained.band, explained.gold)


# The pages.


@pytest.fixture
def reads(site: Ledger, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setattr("django.utils.timezone.now", lambda: site.at)
    return lambda path, role=Role.SITE_MANAGER, **who: Pages(site.cast, role, **who).reads(path)


def test_every_number_leads_to_its_accounts(site: Ledger, reads: Callable[..., str]) -> None:
    shown = ("/care/bands?before=2026-10-04", "/care/flow?building=1", "/care/elevation?building=1&by=months")
    for where in shown:
        kinds = {re.sub(r"=[^&]*", "", link): (link, label) for link, label in LINKS.findall(reads(where))}
        assert kinds, where
        for link, label in kinds.values():
            assert f"{label} 户</h2>" in reads(unescape(link)), (where, link, label)


def test_a_keeper_sees_the_own_territory_alone(site: Ledger, reads: Callable[..., str]) -> None:
    for where in ("/care/bands", "/care/accounts?building=1", "/care/flow", "/care/elevation?building=1"):
        shown = reads(where, Role.KEEPER, name="管家2")
        assert ("2栋" in shown or "H201" in shown, "1栋" in shown or "H101" in shown) == (True, False), where
    assert "H101" not in reads(f"/care/accounts?keeper={site.keeper('1')}", Role.KEEPER, name="管家2")


def test_the_list_goes_out_as_a_workbook(site: Ledger) -> None:
    client = Pages(site.cast, Role.SITE_MANAGER).client
    book = CalamineWorkbook.from_filelike(BytesIO(client.get("/care/accounts?export=xlsx&on=2026-11-04").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][:2] == ["101", "H101"]
    assert (rows[1][4], rows[1][5]) == (77, "中")


def test_what_is_not_understood_narrows_nothing(reads: Callable[..., str]) -> None:
    for odd in ("on=yesterday&before=x", "page=-1", "band=blue&was=none&moved=up", "keeper=x&building=zz", "q=%25_"):
        assert "情感值" in reads(f"/care/accounts?{odd}")
    assert "从月底到月底" in reads("/care/flow?step=99&months_back=7")


def test_the_morning_tells_what_the_night_changed_and_whom_to_see(site: Ledger, reads: Callable[..., str]) -> None:
    site.enters("101", -20, str(site.today), recorded_at=site.at)
    for where in ("/care/", "/care/m/"):
        mine, theirs = reads(where, Role.KEEPER, name="管家1"), reads(where, Role.KEEPER, name="管家2")
        assert "从“中”降到“差”" in mine
        assert "从“中”降到“差”" not in theirs
    assert "从“中”降到“差”" in reads(f"/care/?keeper={site.keeper('1')}")


def test_programs_are_told_the_same_within_the_same_rights(site: Ledger) -> None:
    manager = Pages(site.cast, Role.SITE_MANAGER).client
    told = manager.get("/api/v1/sites/YQL/care-bands?on=2026-11-04").json()
    assert told["counts"] == {"excellent": 3, "good": 0, "fair": 1, "poor": 0, "priority": 0, "gold": 1}
    assert [(row["key"], row["fair"]) for row in told["by_building"]] == [("1", 1), ("2", 0), ("-", 0)]
    flow = manager.get("/api/v1/sites/YQL/care-flow?on=2026-11-04&months=1").json()
    assert flow["days"] == ["2026-10-31", "2026-11-04"]
    assert flow["steps"][0]["moves"][0] == {"before": "excellent", "after": "excellent", "accounts": 2}
    keeper = Pages(site.cast, Role.KEEPER, name="管家2").client
    assert keeper.get("/api/v1/sites/YQL/care-bands?on=2026-11-04").json()["counts"]["fair"] == 0
    assert keeper.get("/api/v1/sites/XH/care-flow").status_code == 404


def test_why_shows_the_year_and_what_was_known_then(site: Ledger, reads: Callable[..., str]) -> None:
    number = Account.objects.get(number="H101").number
    assert "一年来的情感值" in reads(f"/care/accounts/{number}?on=2026-11-04")
    then = reads(f"/care/accounts/{number}?on=2026-11-04&known=2025-01-01")
    assert "当天结束时系统里知道的情况" in then
    assert ">100</strong>" in then
