"""All reads of people."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhongshu.kernel.clock import day_of
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import RosterEntry, Staff, Team


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
