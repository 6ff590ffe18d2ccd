"""Staff: hired, moved, trained, seen, gone."""

from datetime import date, datetime, timedelta

import pytest

from tests.cast import Cast
from tests.people.conftest import Crew
from zhongshu.estate import actions as estate
from zhongshu.estate.models import Place
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.people import actions
from zhongshu.people.errors import AlreadyEmployed, WrongSite
from zhongshu.people.kinds import TeamKind
from zhongshu.people.models import RosterEntry, Skill, Staff, Team
from zhongshu.people.queries import on_duty, team_of_kind


def skill(crew: Crew, code: str, name: str) -> Skill:
    return actions.add_skill(actor=crew.cast.system, at=crew.at, code=code, name=name)


def last_audit() -> AuditEntry:
    return AuditEntry.objects.latest("pk")


def test_a_plumber_is_hired_and_the_audit_says_by_whom(crew: Crew) -> None:
    manager = crew.cast.actor(Role.SITE_MANAGER, crew.site)
    water = skill(crew, "water", "水电")
    staff = actions.hire(
        actor=manager,
        at=crew.at,
        site=crew.site,
        user=crew.user("李水"),
        employee_no="G100",
        team=crew.team,
        title="水电工",
        joined_on=date(2026, 11, 1),
        skills=[water],
        capacity=8,
    )
    assert (str(staff), staff.capacity, list(staff.skills.all())) == ("李水", 8, [water])
    assert (last_audit().verb, last_audit().user_id) == ("people.hire", manager.user_id)
    assert last_audit().after == {"employee_no": "G100", "team_id": crew.team.pk, "skills": ["water"]}


def test_an_employee_number_is_given_once_a_site(crew: Crew) -> None:
    crew.hire("李水", employee_no="G100")
    with pytest.raises(AlreadyEmployed) as refused:
        crew.hire("赵电", employee_no="G100")
    assert refused.value.field == "employee_no"
    assert Staff.objects.count() == 1
    elsewhere = crew.hire("孙远", employee_no="G100", site=crew.cast.xh, team=None)
    assert elsewhere.site == crew.cast.xh


def test_a_user_is_one_employee(crew: Crew) -> None:
    crew.hire("李水")
    with pytest.raises(AlreadyEmployed):
        crew.hire("李水二", user=crew.user("李水"))


def test_teams_of_another_site_take_nobody(crew: Crew) -> None:
    theirs = actions.make_team(
        actor=crew.cast.system, at=crew.at, site=crew.cast.xh, code="gc", name="西荷工程", kind=TeamKind.ENGINEERING
    )
    staff = crew.hire("李水")
    with pytest.raises(WrongSite):
        crew.hire("赵电", team=theirs)
    with pytest.raises(WrongSite):
        actions.move_to_team(actor=crew.cast.system, at=crew.at, staff=staff, team=theirs)
    with pytest.raises(WrongSite):
        actions.set_lead(actor=crew.cast.system, at=crew.at, team=theirs, lead=staff)
    staff.refresh_from_db()
    theirs.refresh_from_db()
    assert (staff.team, theirs.lead, Staff.objects.count()) == (crew.team, None, 1)


def test_arranging_is_all_or_nothing(crew: Crew) -> None:
    staff = crew.hire("李水")
    water = skill(crew, "water", "水电")
    with pytest.raises(Invalid) as refused:
        actions.arrange(actor=crew.cast.system, at=crew.at, staff=staff, team=None, skills=[water], capacity=51)
    assert refused.value.field == "capacity"
    unchanged = Staff.objects.get(pk=staff.pk)
    assert (unchanged.team, unchanged.capacity, unchanged.skills.count()) == (crew.team, 5, 0)
    actions.arrange(actor=crew.cast.system, at=crew.at, staff=staff, team=None, skills=[water], capacity=50)
    changed = Staff.objects.get(pk=staff.pk)
    assert (changed.team, changed.capacity, list(changed.skills.all())) == (None, 50, [water])


@pytest.mark.parametrize("capacity", [0, -1, 51])
def test_capacity_stays_between_one_and_fifty(crew: Crew, capacity: int) -> None:
    with pytest.raises(Invalid):
        actions.set_capacity(actor=crew.cast.system, at=crew.at, staff=crew.hire("李水"), capacity=capacity)


def test_skills_are_replaced_and_known_by_one_code(crew: Crew) -> None:
    staff = crew.hire("李水")
    water, power = skill(crew, "water", "给排水"), skill(crew, "power", "强电")
    assert skill(crew, "water", "水") == water
    actions.set_skills(actor=crew.cast.system, at=crew.at, staff=staff, skills=[water])
    actions.set_skills(actor=crew.cast.system, at=crew.at, staff=staff, skills=[power])
    assert list(staff.skills.all()) == [power]
    assert (last_audit().before, last_audit().after) == ({"skills": ["water"]}, {"skills": ["power"]})
    assert str(water) == "给排水"


def test_a_team_gets_a_lead_and_a_code_once(crew: Crew) -> None:
    lead = crew.hire("老周")
    actions.set_lead(actor=crew.cast.system, at=crew.at, team=crew.team, lead=lead)
    assert team_of_kind(site_id=crew.site.pk, kind=TeamKind.ENGINEERING).lead == lead
    assert team_of_kind(site_id=crew.site.pk, kind=TeamKind.SECURITY) is None
    with pytest.raises(Invalid) as refused:
        actions.make_team(
            actor=crew.cast.system, at=crew.at, site=crew.site, code="gc", name="又一个", kind=TeamKind.SECURITY
        )
    assert refused.value.field == "code"
    actions.set_lead(actor=crew.cast.system, at=crew.at, team=crew.team, lead=None)
    assert Team.objects.get().lead is None


def test_who_leaves_is_struck_from_the_roster_and_never_on_duty_again(crew: Crew) -> None:
    staff = crew.hire("李水")
    for day in range(4):
        crew.roster("李水", crew.at + timedelta(days=day, hours=10), hours=10)
    last_day = crew.at + timedelta(days=1)
    actions.leave(actor=crew.cast.system, at=crew.at, staff=staff, left_on=(last_day + timedelta(days=1)).date())
    assert [entry.starts_at.astimezone(crew.at.tzinfo).day for entry in RosterEntry.objects.all()] == [4, 5]
    assert last_audit().after == {"left_on": "2026-11-06", "roster_entries_struck": 2}
    at_eleven = last_day.replace(hour=23)
    assert list(on_duty(site_id=crew.site.pk, at=at_eleven)) == [staff]
    assert not on_duty(site_id=crew.site.pk, at=at_eleven + timedelta(hours=1)).exists()


def test_nobody_leaves_before_they_came(crew: Crew) -> None:
    staff = crew.hire("李水", joined_on=date(2026, 11, 4))
    with pytest.raises(Invalid):
        actions.leave(actor=crew.cast.system, at=crew.at, staff=staff, left_on=date(2026, 11, 4))
    staff.refresh_from_db()
    assert staff.left_on is None


def test_an_older_sighting_does_not_replace_a_newer_one(cast: Cast, crew: Crew, noon: datetime) -> None:
    site = estate.add_site(actor=cast.system, at=noon, code="HT", name="禾塘")
    root = Place.objects.get(site=site)
    staff = crew.hire("李水")
    actions.seen_at(actor=cast.system, at=noon, staff=staff, place=root)
    other = Place.objects.create(site=site, parent=root, kind="gate", code="PUB-GATE-E", path="HT/PUB-GATE-E")
    actions.seen_at(actor=cast.system, at=noon - timedelta(minutes=1), staff=staff, place=other)
    staff.refresh_from_db()
    assert (staff.last_place, staff.last_seen_at) == (root, noon)


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.SUPERVISOR, Role.CALL_TAKER, Role.RESIDENT])
def test_only_managers_arrange_people(crew: Crew, role: Role) -> None:
    staff, actor = crew.hire("李水"), crew.cast.actor(role, crew.site)
    before = AuditEntry.objects.count()
    with pytest.raises(NotFound):
        actions.set_capacity(actor=actor, at=crew.at, staff=staff, capacity=9)
    with pytest.raises(NotFound):
        actions.leave(actor=actor, at=crew.at, staff=staff, left_on=date(2027, 1, 1))
    with pytest.raises(NotFound):
        actions.make_team(actor=actor, at=crew.at, site=crew.site, code="x", name="x", kind=TeamKind.QUALITY)
    staff.refresh_from_db()
    assert (staff.capacity, staff.left_on, AuditEntry.objects.count()) == (5, None, before)


def test_the_manager_of_another_site_is_a_stranger(crew: Crew) -> None:
    stranger = crew.cast.actor(Role.SITE_MANAGER, crew.cast.xh)
    with pytest.raises(NotFound):
        actions.move_to_team(actor=stranger, at=crew.at, staff=crew.hire("李水"), team=None)
    assert Staff.objects.get().team == crew.team
