"""Staff: hired, moved, trained, seen somewhere, gone."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.estate.models import Place
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site, User
from zhongshu.kernel.errors import Invalid
from zhongshu.people.errors import AlreadyEmployed, WrongSite
from zhongshu.people.models import RosterEntry, Skill, Staff, Team
from zhongshu.people.permissions import ARRANGE_PEOPLE

MOST_CAPACITY = 50


@transaction.atomic
def hire(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    user: User,
    employee_no: str,
    team: Team | None,
    joined_on: date,
    title: str = "",
    skills: Sequence[Skill] = (),
    capacity: int = 5,
) -> Staff:
    """Make a user an employee of the site. Raises AlreadyEmployed, WrongSite."""
    actor.require(ARRANGE_PEOPLE, site.pk)
    _same_site(team, site.pk)
    staff = Staff(
        site=site,
        user=user,
        employee_no=employee_no,
        team=team,
        title=title,
        capacity=capacity,
        joined_on=joined_on,
    )
    try:
        with transaction.atomic():
            staff.save()
    except IntegrityError as error:
        raise AlreadyEmployed(
            _("工号 %(number)s 已被使用，或该账号已是员工。") % {"number": employee_no}, field="employee_no"
        ) from error
    staff.skills.set(skills)
    after = {"employee_no": employee_no, "team_id": staff.team_id, "skills": [skill.code for skill in skills]}
    audit.record(actor=actor, at=at, verb="people.hire", target=staff, after=after)
    return staff


@transaction.atomic
def move_to_team(*, actor: Actor, at: datetime, staff: Staff, team: Team | None) -> Staff:
    """Raises WrongSite for a team of another site."""
    actor.require(ARRANGE_PEOPLE, staff.site_id)
    _same_site(team, staff.site_id)
    before = {"team_id": staff.team_id}
    staff.team = team
    staff.save(update_fields=["team"])
    audit.record(
        actor=actor, at=at, verb="people.move_to_team", target=staff, before=before, after={"team_id": staff.team_id}
    )
    return staff


@transaction.atomic
def set_skills(*, actor: Actor, at: datetime, staff: Staff, skills: Sequence[Skill]) -> Staff:
    """What somebody can do, all of it."""
    actor.require(ARRANGE_PEOPLE, staff.site_id)
    before = {"skills": sorted(staff.skills.values_list("code", flat=True))}
    staff.skills.set(skills)
    after = {"skills": sorted(skill.code for skill in skills)}
    audit.record(actor=actor, at=at, verb="people.set_skills", target=staff, before=before, after=after)
    return staff


@transaction.atomic
def set_capacity(*, actor: Actor, at: datetime, staff: Staff, capacity: int) -> Staff:
    """How many open orders they carry before others come first: 1 to 50. Raises Invalid."""
    actor.require(ARRANGE_PEOPLE, staff.site_id)
    if not 1 <= capacity <= MOST_CAPACITY:
        raise Invalid(_("同时承接的工单数应在 1 到 50 之间。"), field="capacity")
    before = {"capacity": staff.capacity}
    staff.capacity = capacity
    staff.save(update_fields=["capacity"])
    audit.record(
        actor=actor, at=at, verb="people.set_capacity", target=staff, before=before, after={"capacity": capacity}
    )
    return staff


@transaction.atomic
def arrange(
    *, actor: Actor, at: datetime, staff: Staff, team: Team | None, skills: Sequence[Skill], capacity: int
) -> Staff:
    """Team, skills and capacity together; all of it or nothing. Raises WrongSite, Invalid."""
    move_to_team(actor=actor, at=at, staff=staff, team=team)
    set_skills(actor=actor, at=at, staff=staff, skills=skills)
    return set_capacity(actor=actor, at=at, staff=staff, capacity=capacity)


@transaction.atomic
def leave(*, actor: Actor, at: datetime, staff: Staff, left_on: date) -> Staff:
    """The first day on which somebody is no longer with us; their roster from then on is struck."""
    actor.require(ARRANGE_PEOPLE, staff.site_id)
    if left_on <= staff.joined_on:
        raise Invalid(_("离职日期必须晚于入职日期。"), field="left_on")
    staff.left_on = left_on
    staff.save(update_fields=["left_on"])
    struck, _by_model = RosterEntry.objects.filter(staff=staff, starts_at__date__gte=left_on).delete()
    audit.record(
        actor=actor,
        at=at,
        verb="people.leave",
        target=staff,
        after={"left_on": left_on, "roster_entries_struck": struck},
    )
    return staff


@transaction.atomic
def seen_at(*, actor: Actor, at: datetime, staff: Staff, place: Place) -> None:
    """Where somebody was last known to be; an older sighting does not replace a newer one."""
    newer = Staff.objects.filter(pk=staff.pk).exclude(last_seen_at__gt=at)
    if newer.update(last_place=place, last_seen_at=at):
        audit.record(actor=actor, at=at, verb="people.seen_at", target=staff, after={"place": place.code})


def _same_site(team: Team | None, site_id: int) -> None:
    if team is not None and team.site_id != site_id:
        raise WrongSite(_("班组不属于本项目。"), field="team")
