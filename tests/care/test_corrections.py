"""What turns out otherwise later: late money, bounces, wrong bills, part payments; and who waits, and why."""

from datetime import datetime, time, timedelta

import pytest

from tests.billing.till import DAY, YUAN
from tests.care.household import Household, entries, noon_of
from zhongshu.billing import actions as billing
from zhongshu.care import actions
from zhongshu.care.engine import running
from zhongshu.care.kinds import LegalStepKind
from zhongshu.care.models import Entry, Episode, ImprovementPlan, PriorityRecord, Standing, Task
from zhongshu.care.policies.table import months_later
from zhongshu.collecting.actions.plans import agree_plan
from zhongshu.collecting.policies.plans import Part
from zhongshu.estate.models import Account
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.errors import Invalid, NotFound


def acted(home: Household, on: str) -> list[tuple[str, int, str]]:
    return [(row["rule"], row["occurrence"], row["state"]) for row in home.shown(on)["tasks"]]


def test_money_typed_in_late_takes_back_the_points_it_disproves(home: Household) -> None:
    home.bills("2025-01-01", 3)
    home.evaluated("2025-04-01")
    assert home.score("2025-04-01") == 99
    home.pays("300.00", "2025-03-20")
    home.evaluated("2025-04-10")
    assert entries(home.shown("2025-04-10")) == [
        ("2025-04-01", "arrears.3", 3, -1),
        ("2025-04-01", "reversal", 3, 1),
    ]
    assert home.score("2025-04-01") == 100
    assert {row["in_force_until"] for row in home.shown("2025-04-10")["entries"]} == {"2026-03-20"}


def test_a_wrong_bill_takes_back_points_and_work(home: Household) -> None:
    first, *_rest = home.bills("2025-01-01", 4)
    home.evaluated("2025-05-01")
    assert acted(home, "2025-05-01") == [("arrears.4", 4, "open")]
    billing.reverse_charge(actor=home.till.bookkeeper, at=home.at, charge_id=first.pk, reason="多收")
    done = home.evaluated("2025-05-02")
    assert (done["entries"], done["tasks"], done["notices"]) == (3, 0, 0)  # three months were reached on another day
    assert home.score("2025-05-02") == 99
    assert [row[0] for row in entries(home.shown("2025-05-02")) if row[1] == "arrears.3"] == [
        "2025-04-01",
        "2025-05-01",
    ]
    assert acted(home, "2025-05-02") == [("arrears.4", 4, "withdrawn")]
    assert Episode.objects.get().began_on == DAY("2025-03-01")


def test_a_payment_that_bounces_opens_the_episode_again_and_starts_none(home: Household) -> None:
    home.bills("2025-01-01", 6)
    home.evaluated("2025-04-01")
    payment = home.pays("300.00", "2025-04-10")
    home.evaluated("2025-04-11")
    assert Episode.objects.get().ended_on == DAY("2025-04-10")
    later = home.at + timedelta(hours=1)
    billing.bounce_payment(
        actor=home.till.cashier, at=later, payment_id=payment.pk, on=DAY("2025-06-20"), reason="退票"
    )
    home.at = later
    done = home.evaluated("2025-06-21")
    assert (done["entries"], done["tasks"]) == (2, 1)
    assert Episode.objects.get().ended_on is None
    assert [row[:3] for row in entries(home.shown("2025-06-21"))] == [
        ("2025-04-01", "arrears.3", 3), ("2025-05-01", "arrears.4", 4), ("2025-06-01", "arrears.5", 5),
    ]  # fmt: skip
    assert {row["in_force_until"] for row in home.shown("2025-06-21")["entries"]} == {None}


def test_a_part_payment_fires_no_tier_twice(home: Household) -> None:
    home.bills("2025-01-01", 8)
    home.evaluated("2025-05-01")
    home.pays("200.00", "2025-05-10")
    home.evaluated("2025-06-01")
    assert home.shown("2025-06-01")["months_in_arrears"] == 3
    home.evaluated("2025-07-01")
    assert home.score("2025-07-01") == 97
    home.evaluated("2025-08-01")
    assert home.score("2025-08-01") == 94
    assert Episode.objects.count() == 1


def test_a_later_run_gives_the_same_entries_as_every_day_did(home: Household) -> None:
    home.bills("2025-01-01", 9)
    home.pays("250.00", "2025-05-17")
    home.pays("400.00", "2025-09-10")
    home.daily("2025-03-31", "2025-10-02")
    daily = set(Entry.objects.values_list("rule", "occurrence", "effective_on", "points"))
    other = Account.objects.create(
        site=home.till.cast.yql, number="A-2", customer=home.till.account.customer, starts_on=DAY("2020-01-01")
    )
    for month in range(1, 10):
        end = str(DAY(f"2025-{month + 1:02}-01") - timedelta(days=1))
        home.till.bill("100.00", end, account=other)
    home.till.takes("250.00", on="2025-05-17", account_id=other.pk)
    home.till.takes("400.00", on="2025-09-10", account_id=other.pk)
    home.evaluated("2025-10-03")
    late = Entry.objects.filter(account=other).values_list("rule", "occurrence", "effective_on", "points")
    assert len(daily) > 3
    assert set(late) == daily


def test_a_dispute_holds_the_final_demand_and_on_release_the_highest_tier_acts_once(home: Household) -> None:
    first, *_rest = home.bills("2025-01-01", 14)
    billing.open_dispute(
        actor=home.till.bookkeeper,
        at=noon_of("2025-12-20"),
        charge_id=first.pk,
        reason="漏水未修",
        starts_on=DAY("2025-12-20"),
    )
    home.evaluated("2026-01-01")
    assert acted(home, "2026-01-01") == [("arrears.12", 12, "held")]
    assert (home.score("2026-01-01"), home.shown("2026-01-01")["notices"]) == (69, [])
    home.evaluated("2026-02-17")
    assert acted(home, "2026-02-17") == [("arrears.12", 12, "held")]
    done = home.evaluated("2026-02-18")
    assert done["notices"] == 1
    assert acted(home, "2026-02-18") == [("arrears.12", 12, "open")]
    assert home.shown("2026-02-18")["tasks"][0]["opened_on"] == "2026-02-18"
    home.evaluated("2026-03-21")
    assert home.score("2026-03-21") == 49


def test_old_debts_of_a_site_that_goes_live_are_answered_to_a_few_a_day(home: Household) -> None:
    actions.go_live(actor=home.till.cast.system, at=home.at, site_id=home.till.site_id, on=DAY("2026-03-15"))
    for number in range(2, 9):
        account = home.till.account_of(home.till.cast, f"A-{number}")
        for month in range(number, 13):
            end = str((DAY(f"2025-{month:02}-01") + timedelta(days=31)).replace(day=1) - timedelta(days=1))
            home.till.bill("100.00", end, account=account)
    done = home.evaluated("2026-03-15")
    assert (done["tasks"], done["notices"]) == (7, 5)
    assert Entry.objects.filter(is_opening=True).count() == Entry.objects.count() == done["entries"]
    held = Task.objects.filter(state="held", hold="opening").values_list("account__number", flat=True)
    assert sorted(held) == ["A-7", "A-8"]  # the oldest debts first
    assert home.evaluated("2026-03-16")["notices"] == 2


def test_the_legal_order_comes_back_every_sixty_days_until_there_is_a_suit(home: Household) -> None:
    home.bills("2025-01-01", 14)
    home.evaluated("2026-01-01")
    home.evaluated("2026-02-01")
    assert home.evaluated("2026-04-01")["tasks"] == 0
    assert home.evaluated("2026-04-02")["tasks"] == 1
    assert acted(home, "2026-04-02")[-2:] == [("arrears.legal", 1, "withdrawn"), ("arrears.legal", 2, "open")]
    account_id = home.till.account.pk
    said = {"actor": home.till.cast.system, "at": home.at, "account_id": account_id}
    actions.record_legal_step(**said, kind=LegalStepKind.SUIT, on=DAY("2026-05-05"))
    assert home.evaluated("2026-07-01")["tasks"] == 0
    assert home.score("2026-07-01") == 49


def test_bands_that_are_entered_set_something_off(home: Household) -> None:
    home.bills("2025-01-01", 14)
    home.evaluated("2026-01-01")
    assert (Standing.objects.get().band, ImprovementPlan.objects.get().due_on) == ("poor", DAY("2026-01-08"))
    home.evaluated("2026-02-01")
    assert (Standing.objects.get().band, PriorityRecord.objects.get().opened_on) == ("priority", DAY("2026-02-01"))


def test_a_new_version_of_the_policy_rewrites_nothing(home: Household) -> None:
    home.bills("2025-01-01", 6)
    home.evaluated("2025-05-15")
    tiers = [{**tier, "points": tier["points"] * 2} for tier in home.policy().tiers]
    said = {"actor": home.till.cast.system, "at": home.at, "site_id": home.till.site_id}
    with pytest.raises(Invalid):
        actions.change_policy(**said, starts_on=DAY("2025-05-15"), tiers=tiers)
    with pytest.raises(Invalid):
        actions.change_policy(**said, starts_on=DAY("2025-05-20"), nonsense=1)
    actions.change_policy(**said, starts_on=DAY("2025-05-20"), tiers=tiers, initial_score=90)
    home.evaluated("2025-06-01")
    assert [(row["points"], row["policy_version"]) for row in home.shown("2025-06-01")["entries"]] == [
        (-1, 1), (-2, 1), (-6, 2),
    ]  # fmt: skip
    assert home.score("2025-06-01") == 91


def test_what_was_known_then_is_shown_as_it_was(home: Household) -> None:
    home.bills("2025-01-01", 3)
    home.evaluated("2025-04-01")
    known = Entry.objects.get().recorded_at.isoformat()
    home.pays("300.00", "2025-03-20")
    home.evaluated("2025-04-02")
    then = home.shown("2025-04-05", "--as-known-at", known)
    assert (then["score"], len(then["entries"]), home.score("2025-04-05")) == (99, 1, 100)


def test_only_scored_accounts_and_days_that_are_days_are_explained(home: Household) -> None:
    Account.objects.filter(pk=home.till.account.pk).update(kind="developer")
    with pytest.raises(Exception, match="没有情感值"):
        home.shown("2025-04-05")
    with pytest.raises(Exception, match="日期请写成"):
        home.shown("soon")
    nobody = home.till.cashier
    with pytest.raises(NotFound):
        actions.evaluate(actor=nobody, at=home.at, site_id=home.till.site_id, on=DAY("2025-01-01"))


def test_a_plan_that_is_kept_pauses_points_and_holds_work_until_it_is_broken(home: Household) -> None:
    home.bills("2025-01-01", 7)
    home.evaluated("2025-05-01")
    agree_plan(
        actor=home.till.manager,
        at=noon_of("2025-05-20"),
        account_id=home.till.account.pk,
        agreed_on=DAY("2025-05-20"),
        agreed_with="业主A-1",
        instalments=[Part(DAY("2025-06-20"), YUAN("200.00")), Part(DAY("2025-08-20"), YUAN("200.00"))],
    )
    home.pays("100.00", "2025-06-10")
    home.evaluated("2025-06-21")
    assert (home.score("2025-06-21"), acted(home, "2025-06-21")) == (97, [("arrears.4", 4, "open")])
    home.at += timedelta(hours=1)
    home.pays("100.00", "2025-06-10")
    home.evaluated("2025-06-22")
    assert (home.score("2025-06-22"), acted(home, "2025-06-22")) == (97, [("arrears.4", 4, "held")])
    home.evaluated("2025-08-20")
    assert home.score("2025-08-20") == 97
    home.evaluated("2025-08-21")
    assert entries(home.shown("2025-08-21"))[2:] == [("2025-08-21", "arrears.5", 5, -3)]
    assert acted(home, "2025-08-21") == [("arrears.4", 4, "withdrawn"), ("arrears.5", 5, "open")]


EVENTFUL = (1, 2, 7, 8, 10, 11, 21, 28)


def test_looking_day_by_day_at_what_changed_misses_nothing(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock goes with the story: each run looks only at what was recorded, or fell due, since the one before."""
    till = home.till
    lump = till.account_of(till.cast, "A-2")
    day = DAY("2025-01-01")
    while day < DAY("2025-08-12"):
        till.at = datetime.combine(day, time(6), SITE_ZONE)
        if day.day in EVENTFUL:
            home.morning(day)
        till.at += timedelta(hours=6)
        if day == DAY("2025-01-01"):
            till.bill("1200.00", "2025-02-10", account=lump, period_start=day, period_end=DAY("2026-01-01"))
        if day.day == 1:
            till.bill("100.00", str(months_later(day, 1) - timedelta(days=1)))
        if str(day) == "2025-04-20":
            till.takes("150.00")
        if str(day) == "2025-06-30":
            paid = till.takes("450.00")
        if str(day) == "2025-08-07":
            billing.bounce_payment(actor=till.cashier, at=till.at, payment_id=paid.pk, on=day, reason="退票")
        day += timedelta(days=1)
    assert [(row.occurrence, str(row.effective_on)) for row in Entry.objects.filter(account=lump)] == [
        (3, "2025-04-10"), (4, "2025-05-10"), (5, "2025-06-10"), (6, "2025-07-10"),
    ]  # fmt: skip
    assert Episode.objects.filter(account=till.account, is_void=False).count() == 1
    before = Entry.objects.count()
    monkeypatch.setattr(running, "_known_since", lambda _last: None)
    till.at = datetime.combine(day, time(6), SITE_ZONE)
    assert home.morning(day - timedelta(days=1)).entries == 0
    assert Entry.objects.count() == before
