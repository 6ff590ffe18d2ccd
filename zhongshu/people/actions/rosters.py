"""Rosters: who is on duty, from when until when."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import local
from zhongshu.kernel.errors import Invalid
from zhongshu.people.errors import AlreadyOnDuty
from zhongshu.people.kinds import Duty
from zhongshu.people.models import RosterEntry, Staff
from zhongshu.people.permissions import ARRANGE_ROSTERS

LONGEST_SHIFT = timedelta(hours=24)


@transaction.atomic
def roster(
    *, actor: Actor, at: datetime, staff: Staff, duty: Duty, starts_at: datetime, ends_at: datetime
) -> RosterEntry:
    """Put somebody on duty. Raises Invalid (backwards, or over 24 hours), AlreadyOnDuty."""
    actor.require(ARRANGE_ROSTERS, staff.site_id)
    if not timedelta(0) < ends_at - starts_at <= LONGEST_SHIFT:
        raise Invalid(_("班次必须在 24 小时以内，且结束晚于开始。"), field="ends_at")
    entry = RosterEntry(site_id=staff.site_id, staff=staff, duty=duty, starts_at=starts_at, ends_at=ends_at)
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise AlreadyOnDuty(_("%(name)s 在这段时间已有同类班次。") % {"name": staff.user.name}) from error
    after = {"staff_id": staff.pk, "duty": duty, "starts_at": starts_at, "ends_at": ends_at}
    audit.record(actor=actor, at=at, verb="people.roster", target=entry, after=after)
    return entry


@transaction.atomic
def strike_from_roster(*, actor: Actor, at: datetime, entry: RosterEntry) -> None:
    """Take somebody off the roster again."""
    actor.require(ARRANGE_ROSTERS, entry.site_id)
    before = audit.values(entry, ["staff_id", "duty", "starts_at", "ends_at"])
    audit.record(actor=actor, at=at, verb="people.strike_from_roster", target=entry, before=before)
    entry.delete()


@transaction.atomic
def repeat_week(*, actor: Actor, at: datetime, site_id: int, week_of: date, weeks: int = 1) -> int:
    """Copy the roster of the week that contains `week_of` to the following `weeks`; the number of entries added.

    Entries that would overlap an existing one are left out, so that doing it twice adds nothing.
    """
    actor.require(ARRANGE_ROSTERS, site_id)
    if not 1 <= weeks <= 12:
        raise Invalid(_("一次最多复制 12 周。"), field="weeks")
    monday = week_of - timedelta(days=week_of.weekday())
    entries = [
        entry
        for entry in RosterEntry.objects.filter(site_id=site_id, starts_at__date__gte=monday)
        if local(entry.starts_at).date() < monday + timedelta(days=7)
    ]
    copies = [_later(entry, week) for week in range(1, weeks + 1) for entry in entries]
    before = RosterEntry.objects.filter(site_id=site_id).count()
    RosterEntry.objects.bulk_create(copies, ignore_conflicts=True)
    added = RosterEntry.objects.filter(site_id=site_id).count() - before
    if entries:
        after = {"week_of": monday, "weeks": weeks, "added": added}
        audit.record(actor=actor, at=at, verb="people.repeat_week", target=entries[0], site_id=site_id, after=after)
    return added


def _later(entry: RosterEntry, weeks: int) -> RosterEntry:
    shift = timedelta(weeks=weeks)
    return RosterEntry(
        site_id=entry.site_id,
        staff_id=entry.staff_id,
        duty=entry.duty,
        starts_at=entry.starts_at + shift,
        ends_at=entry.ends_at + shift,
    )
