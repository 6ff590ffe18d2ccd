"""All reads of people."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.composed import Composed, given
from zhongshu.kernel.periods import in_force
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import Absence, RosterEntry, Skill, Staff, Team
from zhongshu.people.permissions import VIEW_PEOPLE
from zhongshu.people.policies import CONTROL_ROOM_NEEDED, DUTY_OFFICERS_NEEDED, Gap, Span, gaps, without


def employed(at: datetime) -> Q:
    """Staff who are with us on that day."""
    return employed_on(day_of(at))


def employed_on(day: date, *, prefix: str = "") -> Q:
    """The same; `prefix` reaches the staff through a relation (`staff__`)."""
    joined, here = Q(**{f"{prefix}joined_on__lte": day}), Q(**{f"{prefix}left_on__isnull": True})
    return joined & (here | Q(**{f"{prefix}left_on__gt": day}))


def not_gone(at: datetime) -> Q:
    """Staff who are with us on that day or will be."""
    return Q(left_on__isnull=True) | Q(left_on__gt=day_of(at))


def available(*, site_id: int, at: datetime) -> QuerySet[Staff]:
    """Staff of the site who may be on duty at all at that instant: employed, able to sign in, not away."""
    return _available(site_id, at, day_of(at))


def _available(site_id: int, at: datetime, day: date) -> QuerySet[Staff]:
    away = Absence.objects.filter(staff=OuterRef("pk"), starts_at__lte=at, ends_at__gt=at)
    return Staff.objects.filter(employed_on(day), ~Exists(away), site_id=site_id, user__is_active=True)


def on_duty(*, site_id: int, at: datetime, duty: Duty = Duty.SHIFT) -> QuerySet[Staff]:
    """Staff of the site on the roster for that duty at that instant, and not away."""
    return on_duty_that_day(site_id=site_id, at=at, day=day_of(at), duty=duty)


def on_duty_that_day(*, site_id: int, at: datetime, day: date, duty: Duty = Duty.SHIFT) -> QuerySet[Staff]:
    """The same, for reads that are composed before the instant, and the day it belongs to, are given."""
    covering = RosterEntry.objects.filter(staff=OuterRef("pk"), duty=duty, starts_at__lte=at, ends_at__gt=at)
    return _available(site_id, at, day).filter(Exists(covering)).select_related("user", "team")


def duties_at(*, site_id: int, at: datetime) -> QuerySet[RosterEntry]:
    """Who is on duty at that instant, for what, until when: the same people as `on_duty` gives."""
    rows = RosterEntry.objects.filter(site_id=site_id, starts_at__lte=at, ends_at__gt=at)
    present = rows.filter(staff__in=available(site_id=site_id, at=at))
    return present.select_related("staff__user", "staff__team", "staff__last_place").order_by(
        "duty", "staff__team__code", "staff__employee_no"
    )


def away_at(*, site_id: int, at: datetime) -> QuerySet[Absence]:
    """Who is away at that instant, until when."""
    rows = Absence.objects.filter(site_id=site_id, starts_at__lte=at, ends_at__gt=at)
    return rows.select_related("staff__user").order_by("staff__employee_no")


def teams_of(site_id: int, *, at: datetime) -> QuerySet[Team]:
    """The teams of the site with their leads and `size`, the number of people in them."""
    serving = Count("members", filter=Q(members__left_on__isnull=True) | Q(members__left_on__gt=day_of(at)))
    return Team.objects.filter(site_id=site_id).select_related("lead__user").annotate(size=serving).order_by("code")


def team_of_kind(*, site_id: int, kind: TeamKind) -> Team | None:
    """The site's team of that kind (the first by code); None on a site that has none."""
    return _OF_KIND.first(site=site_id, kind=kind)


_OF_KIND = Composed(
    lambda: (
        Team.objects.filter(site_id=given("site"), kind=given("kind")).select_related("lead__user").order_by("code")[:1]
    )
)


def staff_visible(actor: Actor, *, site_id: int) -> QuerySet[Staff]:
    """The staff of a site, if the actor may see people there."""
    rows = actor.visible(Staff.objects.filter(site_id=site_id), VIEW_PEOPLE)
    return rows.select_related("user", "team").prefetch_related("skills").order_by("employee_no")


def with_skill_names(rows: QuerySet[Staff]) -> QuerySet[Staff]:
    """The same rows with `skill_names`, a list in the order of the codes, read along with them."""
    names = Skill.objects.filter(staff=OuterRef("pk")).order_by("code").values("name")
    return rows.prefetch_related(None).annotate(skill_names=ArraySubquery(names))


def matching(rows: QuerySet[Staff], *, text: str = "", team_id: int | None = None) -> QuerySet[Staff]:
    """Narrowed by name, employee number, post or phone, and by team."""
    if text:
        said = Q(user__name__icontains=text) | Q(employee_no__icontains=text) | Q(user__phone__startswith=text)
        rows = rows.filter(said | Q(title__icontains=text))
    return rows.filter(team_id=team_id) if team_id else rows


def hireable(*, site_id: int, at: datetime) -> QuerySet[User]:
    """Users with a staff role at the site who are nobody's employee yet."""
    held = RoleGrant.objects.filter(in_force(day_of(at)), site_id=site_id).exclude(role=Role.RESIDENT)
    return User.objects.filter(is_active=True, staff__isnull=True, pk__in=held.values("user")).order_by("name")


def roster_between(*, site_id: int, start: datetime, end: datetime) -> QuerySet[RosterEntry]:
    """Entries that touch the time from `start` until `end`."""
    rows = RosterEntry.objects.filter(site_id=site_id, starts_at__lt=end, ends_at__gt=start)
    return rows.select_related("staff__user").order_by("starts_at", "pk")


def absences_between(*, site_id: int, start: datetime, end: datetime) -> QuerySet[Absence]:
    """Absences that touch the time from `start` until `end`."""
    rows = Absence.objects.filter(site_id=site_id, starts_at__lt=end, ends_at__gt=start)
    return rows.select_related("staff__user").order_by("starts_at", "pk")


def uncovered(
    entries: Iterable[RosterEntry],
    absences: Iterable[Absence],
    *,
    start: datetime,
    end: datetime,
    has_control_room: bool,
) -> dict[Duty, list[Gap]]:
    """When too few are on duty as duty officer and, where there is a control room, in it."""
    away: dict[int, list[Span]] = defaultdict(list)
    for absence in absences:
        away[absence.staff_id].append(Span(absence.starts_at, absence.ends_at))
    present: dict[str, list[Span]] = defaultdict(list)
    for entry in entries:
        present[entry.duty] += without(Span(entry.starts_at, entry.ends_at), away[entry.staff_id])
    needed = {Duty.DUTY_OFFICER: DUTY_OFFICERS_NEEDED}
    if has_control_room:
        needed[Duty.CONTROL_ROOM] = CONTROL_ROOM_NEEDED
    return {duty: gaps(present[duty], start, end, need) for duty, need in needed.items()}
