"""Simulated staff: users with roles, employees in teams with skills, and rosters for the months of the story."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from zhongshu.estate.actions import assign_territory
from zhongshu.estate.models import Customer, Place
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, Site, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.people import actions as people
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import RosterEntry, Skill, Staff, Team
from zhongshu.simulation.names import person_name
from zhongshu.simulation.staffing import DAY, EVENING, NIGHT, OFFICE, SKILLS, TEAMS, Post
from zhongshu.simulation.workbook import Numbers

HIRED_ON = date(2024, 3, 1)
TIMES = {OFFICE: (9, 9), DAY: (8, 8), EVENING: (16, 8), NIGHT: (0, 8)}
DUTY_TIMES = {DAY: (8, 12), NIGHT: (20, 12)}


@dataclass(frozen=True, slots=True)
class Colleague:
    """An employee with the shift they work."""

    staff: Staff
    post: Post
    shift: str


class Crew:
    """Hires people at one site. `actor` must hold the rights of an administrator. `password` None: nobody signs in."""

    def __init__(
        self, site: Site, *, actor: Actor, at: datetime, dice: Random, numbers: Numbers, password: str | None
    ) -> None:
        self.site, self.actor, self.at, self.dice, self.numbers = site, actor, at, dice, numbers
        self.password = make_password(password)
        self.skills = {
            code: people.add_skill(actor=actor, at=at, code=code, name=name) for code, name in SKILLS.items()
        }

    @transaction.atomic
    def hire(self, posts: tuple[Post, ...]) -> list[Colleague]:
        """Everybody on the list, in teams whose leads are named."""
        teams = self._teams({post.team for post in posts})
        colleagues: list[Colleague] = []
        for post in posts:
            colleagues += self._fill(post, teams[post.team], first_number=len(colleagues) + 1)
        for colleague in colleagues:
            team = teams[colleague.post.team]
            if colleague.post.leads and team.lead is None:
                people.set_lead(actor=self.actor, at=self.at, team=team, lead=colleague.staff)
        return colleagues

    def _teams(self, kinds: set[TeamKind]) -> dict[TeamKind, Team]:
        wanted = [spec for spec in TEAMS if spec.kind in kinds]
        return {
            spec.kind: people.make_team(
                actor=self.actor, at=self.at, site=self.site, code=spec.code, name=spec.name, kind=spec.kind
            )
            for spec in wanted
        }

    def _fill(self, post: Post, team: Team, *, first_number: int) -> list[Colleague]:
        shifts, skills = cycle(post.shifts), cycle(post.skills)
        return [self._employ(post, team, first_number + nth, next(shifts), next(skills)) for nth in range(post.count)]

    def _employ(self, post: Post, team: Team, number: int, shift: str, skills: tuple[str, ...]) -> Colleague:
        user = self.user(f"{self.site.code.lower()}{number:02d}", post.role, self.site)
        known: list[Skill] = [self.skills[code] for code in skills]
        staff = people.hire(
            actor=self.actor,
            at=self.at,
            site=self.site,
            user=user,
            employee_no=f"{self.site.code}{number:03d}",
            team=team,
            title=post.title,
            joined_on=HIRED_ON,
            skills=known,
        )
        return Colleague(staff, post, shift)

    def user(self, username: str, role: Role, site: Site | None) -> User:
        """Somebody who can sign in with the password of all."""
        user = User(username=username, name=person_name(self.dice), phone=self.numbers.next(), password=self.password)
        user.save()
        RoleGrant.objects.create(user=user, role=role, site=site, starts_on=HIRED_ON)
        return user

    @transaction.atomic
    def roster(self, colleagues: list[Colleague], *, first: date, end: date) -> int:
        """Rosters from `first` until (exclusive) `end`; one day in seven is free. Gives the number of entries."""
        entries = [entry for day in _days(first, end) for entry in self._day(colleagues, day)]
        RosterEntry.objects.bulk_create(entries, batch_size=2000)
        return len(entries)

    def _day(self, colleagues: list[Colleague], day: date) -> Iterator[RosterEntry]:
        for nth, colleague in enumerate(colleagues):
            resting = (day.toordinal() + nth) % 7 == 0 if colleague.shift != OFFICE else day.weekday() >= 5
            in_control_room = colleague.post.team is TeamKind.CONTROL_ROOM
            if not resting or in_control_room:
                duty = Duty.CONTROL_ROOM if in_control_room else Duty.SHIFT
                yield _entry(colleague.staff, duty, day, *TIMES[colleague.shift])
        yield from self._duty_officers(colleagues, day)

    def _duty_officers(self, colleagues: list[Colleague], day: date) -> Iterator[RosterEntry]:
        """Day and night somebody of the management, or a lead, is the duty officer."""
        able = [c for c in colleagues if c.post.role in (Role.SUPERVISOR, Role.SITE_MANAGER, Role.SERVICE_LEAD)]
        able = able or [c for c in colleagues if c.post.leads]
        for nth, shift in enumerate(DUTY_TIMES):
            officer = able[(2 * day.toordinal() + nth) % len(able)]
            yield _entry(officer.staff, Duty.DUTY_OFFICER, day, *DUTY_TIMES[shift])

    def let_in(self, resident: Customer, username: str) -> None:
        """A customer who can sign in to the residents' pages, those of the site where they live."""
        resident.user = self.user(username, Role.RESIDENT, resident.site)
        User.objects.filter(pk=resident.user.pk).update(name=resident.name)
        resident.save(update_fields=["user"])

    def share_out(self, colleagues: list[Colleague], *, on: date) -> None:
        """Give every keeper a run of buildings."""
        keepers = [c.staff.user for c in colleagues if c.post.role is Role.KEEPER]
        buildings = list(Place.objects.filter(site=self.site, kind="building").order_by("path", "id"))
        for nth, building in enumerate(buildings):
            keeper = keepers[nth * len(keepers) // len(buildings)]
            assign_territory(actor=self.actor, at=self.at, place=building, keeper=keeper, starts_on=on)


def _entry(staff: Staff, duty: Duty, day: date, hour: int, hours: int) -> RosterEntry:
    starts_at = datetime.combine(day, time(hour), SITE_ZONE)
    return RosterEntry(
        site_id=staff.site_id, staff=staff, duty=duty, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours)
    )


def _days(first: date, end: date) -> Iterator[date]:
    day = first
    while day < end:
        yield day
        day += timedelta(days=1)
