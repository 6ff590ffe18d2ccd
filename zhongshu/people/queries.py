"""All reads of people."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import RosterEntry, Staff, Team
from zhongshu.people.permissions import VIEW_PEOPLE


def employed(at: datetime) -> Q:
    """Staff who are with us on that day."""
    day = day_of(at)
    return Q(joined_on__lte=day) & (Q(left_on__isnull=True) | Q(left_on__gt=day))


def on_duty(*, site_id: int, at: datetime, duty: Duty = Duty.SHIFT) -> QuerySet[Staff]:
    """Staff of the site on the roster for that duty at that instant."""
    covering = RosterEntry.objects.filter(staff=OuterRef("pk"), duty=duty, starts_at__lte=at, ends_at__gt=at)
    staff = Staff.objects.filter(employed(at), site_id=site_id, user__is_active=True)
    return staff.filter(Exists(covering)).select_related("user", "team")


def team_of_kind(*, site_id: int, kind: TeamKind) -> Team | None:
    """The site's team of that kind (the first by code); None on a site that has none."""
    return Team.objects.filter(site_id=site_id, kind=kind).select_related("lead__user").order_by("code").first()


def staff_visible(actor: Actor, *, site_id: int) -> QuerySet[Staff]:
    """The staff of a site, if the actor may see people there."""
    rows = actor.visible(Staff.objects.filter(site_id=site_id), VIEW_PEOPLE)
    return rows.select_related("user", "team").prefetch_related("skills").order_by("employee_no")


def matching(rows: QuerySet[Staff], *, text: str = "", team_id: int | None = None) -> QuerySet[Staff]:
    """Narrowed by name, employee number or phone, and by team."""
    if text:
        said = Q(user__name__icontains=text) | Q(employee_no__icontains=text) | Q(user__phone__startswith=text)
        rows = rows.filter(said | Q(title__icontains=text))
    return rows.filter(team_id=team_id) if team_id else rows


def duties_at(*, site_id: int, at: datetime) -> QuerySet[RosterEntry]:
    """Who is on duty at that instant, for what, until when."""
    rows = RosterEntry.objects.filter(site_id=site_id, starts_at__lte=at, ends_at__gt=at)
    return rows.select_related("staff__user", "staff__team", "staff__last_place").order_by("duty", "staff__employee_no")


def roster_between(*, site_id: int, start: datetime, end: datetime) -> QuerySet[RosterEntry]:
    """Entries that touch the time from `start` until `end`."""
    rows = RosterEntry.objects.filter(site_id=site_id, starts_at__lt=end, ends_at__gt=start)
    return rows.select_related("staff__user").order_by("starts_at", "pk")
