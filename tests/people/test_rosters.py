"""Rosters and absences: who is on duty, from when until when, and what the database refuses."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.people.conftest import Crew
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.people import actions
from zhongshu.people.errors import AlreadyAbsent, AlreadyOnDuty, NotEmployed
from zhongshu.people.kinds import AbsenceReason, Duty, TeamKind
from zhongshu.people.models import Absence, RosterEntry
from zhongshu.people.queries import absences_between, away_at, duties_at, on_duty, roster_between, uncovered
from zhongshu.simulation.mishaps import at_once

SECOND = timedelta(seconds=1)


def clock(text: str) -> datetime:
    """`05 08:00` of November 2026; the 2nd is a Monday."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SITE_ZONE)


def names_on_duty(crew: Crew, at: datetime, duty: Duty = Duty.SHIFT) -> list[str]:
    named = [staff.user.name for staff in on_duty(site_id=crew.site.pk, at=at, duty=duty)]
    listed = [entry.staff.user.name for entry in duties_at(site_id=crew.site.pk, at=at) if entry.duty == duty]
    assert sorted(named) == sorted(listed), "the page and the dispatcher must see the same people"
    return sorted(named)


def away(crew: Crew, name: str, starts: str, ends: str, reason: AbsenceReason = AbsenceReason.SICK) -> Absence:
    return actions.absent(
        actor=crew.cast.system,
        at=crew.at,
        staff=crew.hire(name),
        starts_at=clock(starts),
        ends_at=clock(ends),
        reason=reason,
    )


def test_a_shift_is_half_open(crew: Crew) -> None:
    crew.roster("李水", clock("05 08:00"), hours=8)
    crew.roster("赵电", clock("05 16:00"), hours=8)
    assert names_on_duty(crew, clock("05 08:00") - SECOND) == []
    assert names_on_duty(crew, clock("05 08:00")) == ["李水"]
    assert names_on_duty(crew, clock("05 16:00") - SECOND) == ["李水"]
    assert names_on_duty(crew, clock("05 16:00")) == ["赵电"]


def test_a_night_shift_runs_over_midnight(crew: Crew) -> None:
    crew.roster("李水", clock("05 20:00"), hours=12)
    assert names_on_duty(crew, clock("06 00:00")) == ["李水"]
    assert names_on_duty(crew, clock("06 07:59")) == ["李水"]
    assert names_on_duty(crew, clock("06 08:00")) == []


def test_duties_are_kept_apart_and_may_run_beside_each_other(crew: Crew) -> None:
    crew.roster("李水", clock("05 08:00"))
    crew.roster("李水", clock("05 08:00"), hours=24, duty=Duty.DUTY_OFFICER)
    crew.roster("赵电", clock("05 08:00"), duty=Duty.CONTROL_ROOM)
    at = clock("05 09:00")
    assert names_on_duty(crew, at) == ["李水"]
    assert names_on_duty(crew, at, Duty.DUTY_OFFICER) == ["李水"]
    assert names_on_duty(crew, at, Duty.CONTROL_ROOM) == ["赵电"]


def test_another_sites_people_are_not_on_duty_here(crew: Crew) -> None:
    crew.hire("孙远", site=crew.cast.xh, team=None)
    crew.roster("孙远", clock("05 08:00"))
    assert names_on_duty(crew, clock("05 09:00")) == []
    assert on_duty(site_id=crew.cast.xh.pk, at=clock("05 09:00")).count() == 1


def test_who_cannot_sign_in_is_not_on_duty(crew: Crew) -> None:
    entry = crew.roster("李水", clock("05 08:00"))
    entry.staff.user.is_active = False
    entry.staff.user.save()
    assert names_on_duty(crew, clock("05 09:00")) == []


@pytest.mark.parametrize(("starts", "hours"), [("05 12:00", 1), ("05 07:00", 2), ("05 06:00", 14), ("05 15:59", 8)])
def test_the_same_duty_cannot_overlap_itself(crew: Crew, starts: str, hours: int) -> None:
    crew.roster("李水", clock("05 08:00"), hours=8)
    with pytest.raises(AlreadyOnDuty, match="李水"):
        crew.roster("李水", clock(starts), hours=hours)
    crew.roster("李水", clock("05 16:00"), hours=8)
    assert RosterEntry.objects.count() == 2


def test_the_database_itself_refuses_overlaps_and_backward_periods(crew: Crew) -> None:
    entry = crew.roster("李水", clock("05 08:00"))
    away(crew, "李水", "05 08:00", "05 12:00")
    same = {"site": crew.site, "staff": entry.staff, "duty": Duty.SHIFT}
    for starts, ends in (("05 09:00", "05 10:00"), ("06 10:00", "06 09:00"), ("06 10:00", "06 10:00")):
        with pytest.raises(IntegrityError), transaction.atomic():
            RosterEntry.objects.create(**same, starts_at=clock(starts), ends_at=clock(ends))
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.create(
                site=crew.site, staff=entry.staff, reason="sick", starts_at=clock(starts), ends_at=clock(ends)
            )
    assert (RosterEntry.objects.count(), Absence.objects.count()) == (1, 1)


@pytest.mark.parametrize("hours", [-1, 0, 24.5])
def test_a_shift_goes_forward_and_ends_within_a_day(crew: Crew, hours: float) -> None:
    with pytest.raises(Invalid) as refused:
        crew.roster("李水", clock("05 08:00"), hours=hours)
    assert refused.value.field == "ends_at"
    assert not RosterEntry.objects.exists()


def test_nobody_is_rostered_before_they_come_or_after_they_leave(crew: Crew) -> None:
    staff = crew.hire("李水", joined_on=date(2026, 11, 5))
    actions.leave(actor=crew.cast.system, at=crew.at, staff=staff, left_on=date(2026, 11, 7))
    for day in ("04 23:00", "07 00:00"):
        with pytest.raises(NotEmployed):
            crew.roster("李水", clock(day), hours=1)
    crew.roster("李水", clock("05 00:00"))
    crew.roster("李水", clock("06 16:00"))
    assert RosterEntry.objects.count() == 2


def test_what_is_struck_is_gone_and_audited_once(crew: Crew) -> None:
    entry = crew.roster("李水", clock("05 08:00"))
    again = RosterEntry.objects.get()
    actions.strike_from_roster(actor=crew.cast.system, at=crew.at, entry=entry)
    with pytest.raises(NotFound):
        actions.strike_from_roster(actor=crew.cast.system, at=crew.at, entry=again)
    assert names_on_duty(crew, clock("05 09:00")) == []
    struck = AuditEntry.objects.get(verb="people.strike_from_roster")
    assert struck.before["staff_id"] == entry.staff_id


def repeat(crew: Crew, weeks: int = 1, of: date = date(2026, 11, 4)) -> int:
    return actions.repeat_week(actor=crew.cast.system, at=crew.at, site_id=crew.site.pk, week_of=of, weeks=weeks)


def test_a_week_is_repeated_once_however_often_asked(crew: Crew) -> None:
    crew.roster("李水", clock("02 16:00"), hours=4)
    crew.roster("李水", clock("08 20:00"), hours=12)
    crew.roster("赵电", clock("05 08:00"), hours=24, duty=Duty.DUTY_OFFICER)
    crew.roster("李水", clock("09 08:00"))
    crew.roster("钱夜", clock("01 20:00"))
    assert repeat(crew, weeks=2) == 6
    assert repeat(crew, weeks=2) == 0
    assert RosterEntry.objects.count() == 11
    assert names_on_duty(crew, clock("23 06:00")) == ["李水"]
    assert names_on_duty(crew, clock("19 09:00"), Duty.DUTY_OFFICER) == ["赵电"]
    assert [entry.after["added"] for entry in AuditEntry.objects.filter(verb="people.repeat_week")] == [6, 0]


def test_a_repeated_week_leaves_out_what_would_overlap_and_who_will_have_left(crew: Crew) -> None:
    crew.roster("李水", clock("05 08:00"))
    crew.roster("李水", clock("12 10:00"))
    crew.roster("赵电", clock("04 16:00"))
    crew.roster("赵电", clock("05 16:00"))
    crew.hire("孙远", site=crew.cast.xh, team=None)
    crew.roster("孙远", clock("05 08:00"))
    actions.leave(actor=crew.cast.system, at=crew.at, staff=crew.people["赵电"], left_on=date(2026, 11, 12))
    assert repeat(crew) == 1
    assert names_on_duty(crew, clock("11 20:00")) == ["赵电"]
    assert RosterEntry.objects.filter(starts_at__gte=clock("09 00:00")).count() == 2


@pytest.mark.parametrize("weeks", [0, 13, -1])
def test_at_most_twelve_weeks_are_copied_at_once(crew: Crew, weeks: int) -> None:
    crew.roster("李水", clock("05 08:00"))
    with pytest.raises(Invalid):
        repeat(crew, weeks=weeks)
    assert RosterEntry.objects.count() == 1


def test_somebody_away_is_not_on_duty_until_they_are_back(crew: Crew) -> None:
    crew.roster("李水", clock("05 08:00"), hours=12)
    absence = away(crew, "李水", "05 10:00", "05 18:00")
    assert names_on_duty(crew, clock("05 10:00") - SECOND) == ["李水"]
    assert names_on_duty(crew, clock("05 10:00")) == []
    assert [row.staff.user.name for row in away_at(site_id=crew.site.pk, at=clock("05 10:00"))] == ["李水"]
    assert names_on_duty(crew, clock("05 18:00")) == ["李水"]
    assert not away_at(site_id=crew.site.pk, at=clock("05 18:00"))
    actions.back(actor=crew.cast.system, at=clock("05 12:00"), absence=absence)
    assert names_on_duty(crew, clock("05 12:00")) == ["李水"]
    with pytest.raises(Invalid):
        actions.back(actor=crew.cast.system, at=clock("05 13:00"), absence=absence)
    assert Absence.objects.get().ends_at == clock("05 12:00")


def test_an_absence_that_has_not_begun_is_called_off(crew: Crew) -> None:
    absence = away(crew, "李水", "05 10:00", "05 18:00")
    actions.back(actor=crew.cast.system, at=crew.at, absence=absence)
    assert not Absence.objects.exists()
    told = AuditEntry.objects.get(verb="people.back")
    assert (told.before["reason"], told.after) == ("sick", None)


def test_nobody_is_away_twice_at_once_or_backwards(crew: Crew) -> None:
    away(crew, "李水", "05 10:00", "05 18:00")
    with pytest.raises(AlreadyAbsent, match="李水"):
        away(crew, "李水", "05 17:00", "06 18:00")
    with pytest.raises(Invalid):
        away(crew, "李水", "06 18:00", "06 18:00")
    away(crew, "李水", "05 18:00", "06 18:00")
    away(crew, "赵电", "05 17:00", "06 18:00")
    assert Absence.objects.count() == 3


def test_gaps_count_only_those_who_are_really_there(crew: Crew) -> None:
    crew.roster("周经理", clock("02 00:00"), hours=24, duty=Duty.DUTY_OFFICER)
    for name in ("消一", "消二"):
        crew.roster(name, clock("02 00:00"), hours=24, duty=Duty.CONTROL_ROOM)
    away(crew, "消二", "02 06:00", "02 08:00")

    start, end = clock("02 00:00"), clock("03 00:00")
    span = {"site_id": crew.site.pk, "start": start, "end": end}
    entries, absences = list(roster_between(**span)), list(absences_between(**span))

    found = uncovered(entries, absences, start=start, end=end, has_control_room=True)
    assert found[Duty.DUTY_OFFICER] == []
    assert found[Duty.CONTROL_ROOM] == [(clock("02 06:00"), clock("02 08:00"), 1)]
    assert set(uncovered(entries, absences, start=start, end=end, has_control_room=False)) == {Duty.DUTY_OFFICER}


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.GUARD, Role.CALL_TAKER, Role.FINANCE, Role.RESIDENT])
def test_rosters_are_not_everybodys_to_change(crew: Crew, role: Role) -> None:
    entry, absence = crew.roster("李水", clock("05 08:00")), away(crew, "赵电", "05 10:00", "05 18:00")
    actor, before = crew.cast.actor(role, crew.site), AuditEntry.objects.count()
    attempts: list[Callable[[], object]] = [
        lambda: crew.roster("李水", clock("06 08:00"), actor=actor),
        lambda: actions.strike_from_roster(actor=actor, at=crew.at, entry=entry),
        lambda: actions.repeat_week(actor=actor, at=crew.at, site_id=crew.site.pk, week_of=crew.at.date()),
        lambda: actions.back(actor=actor, at=crew.at, absence=absence),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
    assert (RosterEntry.objects.count(), Absence.objects.count()) == (1, 1)
    assert AuditEntry.objects.count() == before


@pytest.fixture
def night_crew(transactional_db: None, noon: datetime) -> Crew:
    """A crew whose rows other connections see."""
    cast = Cast.assemble()
    team = actions.make_team(
        actor=cast.system, at=noon, site=cast.yql, code="gc", name="工程一班", kind=TeamKind.ENGINEERING
    )
    crew = Crew(cast, cast.yql, noon, team)
    crew.hire("李水")
    return crew


def test_two_leads_who_roster_the_same_person_at_once_get_one_shift(night_crew: Crew) -> None:
    said = at_once(*[lambda: night_crew.roster("李水", clock("05 08:00"))] * 2)
    assert {type(answer) for answer in said} == {
        RosterEntry,
        AlreadyOnDuty,
    }
    assert RosterEntry.objects.count() == 1
    assert AuditEntry.objects.filter(verb="people.roster").count() == 1


def test_two_who_repeat_the_same_week_at_once_add_it_once(night_crew: Crew) -> None:
    for day in ("02", "03", "04", "05"):
        night_crew.roster("李水", clock(f"{day} 08:00"))
    said = at_once(*[lambda: repeat(night_crew, weeks=4)] * 2)
    assert sum(int(str(added)) for added in said) == 16
    assert RosterEntry.objects.count() == 20
