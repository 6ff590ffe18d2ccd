"""The simulated world: what happens in it, and that the same seed tells the same story."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import connection

from tests.simulation.living import FIRST, digest, founded, lived
from zhongshu.cases.kinds import EntryKind
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case, CaseEntry
from zhongshu.config.tick import tick
from zhongshu.estate.models import Place
from zhongshu.identity.models import RoleGrant, Site, User
from zhongshu.identity.roles import Role
from zhongshu.kernel import outbox
from zhongshu.kernel.errors import Refusal
from zhongshu.people.kinds import AbsenceReason
from zhongshu.people.models import Absence, RosterEntry, Staff
from zhongshu.simulation import sickness
from zhongshu.simulation.breakdowns import MODELS, Machine
from zhongshu.simulation.company import MOST_UNITS, matters_per_day, small_company
from zhongshu.simulation.diary import Diary
from zhongshu.simulation.happenings import Deed
from zhongshu.simulation.hours import at_hour, poisson
from zhongshu.simulation.weather import Cause, Sky, sky_on
from zhongshu.simulation.world import World, live_together
from zhongshu.work.lifecycle import ENDED, State
from zhongshu.work.models import WorkOrder

#: What people do in any month.
COMMON = {
    "cases.open_case",
    "cases.put_place_right",
    "cases.correct_classification",
    "cases.record_follow_up",
    "cases.sign_off_for_customer",
    "cases.withdraw_case",
    "cases.add_note",
    "cases.reopen_case",
    "work.accept",
    "work.travel",
    "work.arrive",
    "work.hold",
    "work.finish",
    "work.object_to",
}


@pytest.mark.slow  # bin/test lives a month of its own, with faults
def test_a_month_of_a_small_site(db: None) -> None:
    done: Counter[str] = Counter()

    def perform(deed: Deed) -> Any:
        given = deed.act()
        done[deed.what] += 1
        return given

    with outbox.delivered_in_process():
        world = founded(seed=3, per_day=2, perform=perform)
        world.live(FIRST, at_hour(FIRST, 24 * 30))

    assert COMMON - set(done) == set()
    assert 40 < Case.objects.count() < 90
    assert Case.objects.values("channel").distinct().count() >= 4
    assert Case.objects.filter(state=CaseState.CLOSED).count() > 0.7 * Case.objects.count()
    a_week_ago = at_hour(FIRST, 24 * 23)
    stuck = WorkOrder.objects.exclude(state__in=[*ENDED, State.ON_HOLD, State.DONE]).filter(opened_at__lt=a_week_ago)
    assert not stuck.exists()
    assert not outbox.undelivered().exists()
    withdrawn = CaseEntry.objects.filter(case__state=CaseState.WITHDRAWN, kind=EntryKind.WITHDRAWN)
    assert withdrawn.filter(text__startswith="重复报事").exists()
    assert all(earlier.at <= later.at for earlier, later in pairwise(world.story))


def test_the_same_seed_lives_the_same_history_here_and_in_another_process(db: None) -> None:
    told, story = lived(8, 3)
    again, story_again = lived(8, 3)
    assert len(told) > 50
    assert told == again
    assert [str(line) for line in story] == [str(line) for line in story_again]
    assert lived(9, 3)[0] != told

    command = [sys.executable, "-m", "tests.simulation.living", str(connection.settings_dict["NAME"]), "8", "3"]
    elsewhere = {**os.environ, "PYTHONHASHSEED": "123", "DJANGO_SETTINGS_MODULE": "zhongshu.config.settings"}
    ran = subprocess.run(command, env=elsewhere, capture_output=True, text=True, check=False)
    assert ran.stdout == digest(told), ran.stderr[-2000:]


def test_what_is_left_out_takes_no_other_chance_with_it(db: None) -> None:
    asked: list[str] = []

    def note(happening_id: str) -> bool:
        asked.append(happening_id)
        return True

    _told, story = lived(8, 3, kept=note)
    heard = {line.happening_id: line.at for line in story if " heard " in line.words}
    assert len(asked) == len(set(asked))
    left_out = next(iter(sorted(heard)))
    others = dict(heard)
    del others[left_out]

    _told, shorter = lived(8, 3, kept=lambda happening_id: happening_id != left_out)
    assert {line.happening_id: line.at for line in shorter if " heard " in line.words} == others


def test_what_is_done_twice_happens_once(db: None) -> None:
    """A finger that slips, a browser that sends again: every deed twice, and the history is the same."""

    def twice(deed: Deed) -> Any:
        given = deed.act()
        try:
            again = deed.act()
        except Refusal:
            return given
        assert not isinstance(given, dict) or again == given
        return given

    assert lived(8, 3, perform=twice)[0] == lived(8, 3)[0]


def test_who_falls_ill_is_away_and_others_take_over(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sickness, "SICK", 0.3)
    with outbox.delivered_in_process():
        world = founded(seed=5, per_day=4)
        world.live(FIRST, at_hour(FIRST, 48))
    away = Absence.objects.filter(site=world.site, reason=AbsenceReason.SICK)
    assert away.exists()
    for absence in away.select_related("staff"):
        kept = WorkOrder.objects.filter(assignee=absence.staff, state=State.DISPATCHED)
        assert not kept.filter(dispatched_at__gt=absence.starts_at, dispatched_at__lt=absence.ends_at).exists()


def test_the_story_is_kept_for_some_weeks_only(db: None) -> None:
    world = founded(seed=1, per_day=0)
    by = world.happening("a/b/c")
    for days in (0, 30, 60):
        world.tell(at_hour(FIRST, 24 * days), by, f"day {days}")
        world.plan_day(FIRST + timedelta(days=days))
    assert [line.words for line in world.story] == ["day 30", "day 60"]


def test_rosters_are_made_ahead_and_nobody_is_on_twice(db: None) -> None:
    with outbox.delivered_in_process():
        world = founded(seed=1, per_day=0)
        in_a_week = RosterEntry.objects.filter(site=world.site, starts_at__gte=at_hour(FIRST, 0))
        in_a_week = in_a_week.filter(starts_at__lt=at_hour(FIRST, 24 * 7))
        shifts = in_a_week.count()
        world.live(FIRST, at_hour(FIRST, 24 * 60))
    for weeks in (4, 9, 12):
        monday = FIRST + timedelta(weeks=weeks)
        week = RosterEntry.objects.filter(site=world.site, starts_at__gte=at_hour(monday, 0))
        assert week.filter(starts_at__lt=at_hour(monday, 24 * 7)).count() == shifts, weeks


def test_several_sites_live_under_one_clock(db: None) -> None:
    ticks: list[datetime] = []

    def noted_tick(at: datetime) -> None:
        ticks.append(at)
        tick(at=at)

    with outbox.delivered_in_process():
        small_company(seed=4, units=12, first=FIRST)
        worlds = [World(site, seed=4, tick=noted_tick, per_day=2) for site in Site.objects.order_by("code")]
        days: list[date] = []
        live_together(worlds, FIRST, at_hour(FIRST, 60), after_day=days.append)
    assert days == [FIRST + timedelta(days=nth) for nth in range(3)]
    assert ticks == sorted(ticks)
    assert {line.happening_id for line in worlds[0].story} & {line.happening_id for line in worlds[1].story}
    assert Case.objects.values("site").distinct().count() == 2


@pytest.mark.parametrize("units", [1, 100])
def test_a_company_of_any_size(db: None, units: int) -> None:
    with outbox.delivered_in_process():
        world = founded(seed=2, units=units, first=date(2031, 2, 27), per_day=4)
        world.live(date(2031, 2, 27), at_hour(date(2031, 3, 1), 12))
    assert Place.objects.filter(site=world.site, kind="unit").count() == units
    assert Case.objects.exists()
    assert Staff.objects.filter(site=world.site).count() == (12 if units == 100 else 9)
    assert {staff.user.has_usable_password() for staff in Staff.objects.select_related("user")} == {False}
    resident = User.objects.get(username="yezhu").customers.get()
    assert resident.site == world.site
    elsewhere = RoleGrant.objects.filter(site__code="HT").values_list("role", flat=True)
    assert set(elsewhere) == {Role.KEEPER, Role.TECHNICIAN}
    with pytest.raises(ValueError, match="1 to 5000"):
        small_company(seed=1, units=MOST_UNITS + 1, first=FIRST)


def test_a_resident_with_the_app_reports_and_answers_there(db: None) -> None:
    with outbox.delivered_in_process():
        world = founded(seed=6, units=1, per_day=3)
        world.live(FIRST, at_hour(FIRST, 24 * 3))
    portal = Case.objects.filter(channel="portal")
    assert portal.exists()
    assert set(portal.values_list("caller_name", flat=True)) == {User.objects.get(username="yezhu").name}


def test_what_was_missed_is_ticked_at_once_and_what_is_due_within_its_minute(db: None) -> None:
    ticks: list[datetime] = []
    with outbox.delivered_in_process():
        world = founded(seed=4, per_day=3)
        world.tick = ticks.append
        world.live_day(FIRST)
        due = [at for at in ticks if at.second == 0]
        assert due
        ticks.clear()
        world.let_time_pass(at_hour(FIRST, 30))
    assert ticks[0] == at_hour(FIRST, 24)


def test_the_weather_is_that_of_shanghai() -> None:
    days = [date(2026, 1, 1) + timedelta(days=nth) for nth in range(3 * 365)]
    skies = {day: sky_on(day, seed="1:YQL") for day in days}

    def mean(month: int) -> float:
        highs = [sky.high for day, sky in skies.items() if day.month == month]
        return sum(highs) / len(highs)

    assert mean(1) < 10 < mean(4) < 25 < mean(7)
    assert {day.month for day, sky in skies.items() if sky.wind >= 8} <= {7, 8, 9}
    assert all(day.month in {6, 7} for day, sky in skies.items() if sky.is_plum_rain)
    assert any(sky.strength(Cause.FROST) > 1 for sky in skies.values())
    assert all(1 <= sky.burden <= 2.5 for sky in skies.values())
    assert sky_on(days[40], seed="1:YQL") == skies[days[40]] != sky_on(days[40], seed="2:YQL")


def test_old_machines_fail_more_and_repaired_ones_less() -> None:
    mild, hot = Sky(20, 28, 0, 3, False), Sky(29, 38, 0, 3, False)
    lift, place = MODELS[0], Place(code="EQ-1-1-L")
    new, old = Machine("lift-a", lift, place, age=1), Machine("lift-b", lift, place, age=15)
    repaired = Machine("lift-c", lift, place, age=15, repaired_on=FIRST)
    assert new.wear(FIRST, 0, mild) < old.wear(FIRST, 0, mild) < old.wear(FIRST, 0, hot)
    assert new.wear(FIRST, 10, mild) > new.wear(FIRST, 0, mild)
    week, year = FIRST + timedelta(days=7), FIRST + timedelta(days=365)
    assert repaired.wear(week, 0, mild) < 0.3 * old.wear(week, 0, mild)
    assert repaired.wear(year, 1, mild) == old.wear(year, 1, mild)


def test_so_many_a_day_on_average() -> None:
    dice = Random(1)
    assert sum(poisson(0.45, dice) for _day in range(20_000)) / 20_000 == pytest.approx(0.45, abs=0.02)
    assert poisson(0, dice) == 0
    assert matters_per_day(100) == pytest.approx(0.45)


def test_a_diary_keeps_the_order_of_time_then_of_names_then_of_entry(noon: datetime) -> None:
    diary = Diary()
    told: list[str] = []

    def says(words: str) -> Callable[[datetime], None]:
        return lambda at: told.append(words)

    entries = [("b", "third", 5), ("a", "first", 1), ("b", "fourth", 5), ("a", "second", 5), ("a", "last", 1440)]
    for name, words, minutes in entries:
        diary.add(noon + timedelta(minutes=minutes), name, says(words))
    while diary.next_at():
        at, happen = diary.pop()
        happen(at)
    assert told == ["first", "second", "third", "fourth", "last"]
