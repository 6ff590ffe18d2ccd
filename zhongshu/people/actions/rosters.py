"""Rosters: who is on duty, from when until when."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import SITE_ZONE, day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.people.errors import AlreadyOnDuty, NotEmployed
from zhongshu.people.kinds import Duty
from zhongshu.people.models import RosterEntry, Staff
from zhongshu.people.permissions import ARRANGE_ROSTERS

LONGEST_SHIFT = timedelta(hours=24)
MOST_WEEKS = 12

# One statement, so that what it says it added is what it added, whoever else writes at the same time.
_REPEAT = """
    INSERT INTO people_rosterentry (site_id, staff_id, duty, starts_at, ends_at)
    SELECT entry.site_id, entry.staff_id, entry.duty, entry.starts_at + later.by, entry.ends_at + later.by
      FROM people_rosterentry entry
      JOIN people_staff staff ON staff.id = entry.staff_id
     CROSS JOIN (SELECT nth * interval '168 hours' FROM generate_series(1, %(weeks)s) nth) later (by)
     WHERE entry.site_id = %(site_id)s AND entry.starts_at >= %(start)s AND entry.starts_at < %(end)s
       AND (staff.left_on IS NULL OR ((entry.starts_at + later.by) AT TIME ZONE %(zone)s)::date < staff.left_on)
     ORDER BY later.by, entry.id
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def roster(
    *, actor: Actor, at: datetime, staff: Staff, duty: Duty, starts_at: datetime, ends_at: datetime
) -> RosterEntry:
    """Put somebody on duty. Raises Invalid (backwards, or over 24 hours), NotEmployed, AlreadyOnDuty."""
    actor.require(ARRANGE_ROSTERS, staff.site_id)
    if not timedelta(0) < ends_at - starts_at <= LONGEST_SHIFT:
        raise Invalid(_("班次必须在 24 小时以内，且结束晚于开始。"), field="ends_at")
    _require_employed(staff, day_of(starts_at))
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
    """Take somebody off the roster again. Raises NotFound when somebody else was quicker."""
    actor.require(ARRANGE_ROSTERS, entry.site_id)
    struck, _by_model = RosterEntry.objects.filter(pk=entry.pk).delete()
    if not struck:
        raise NotFound(_("这个班次已经取消。"))
    before = audit.values(entry, ["staff_id", "duty", "starts_at", "ends_at"])
    audit.record(actor=actor, at=at, verb="people.strike_from_roster", target=entry, before=before)


@transaction.atomic
def repeat_week(*, actor: Actor, at: datetime, site_id: int, week_of: date, weeks: int = 1) -> int:
    """Copy the roster of the week that contains `week_of` to the following `weeks`; the number of entries added.

    Entries that would overlap an existing one are left out, so that doing it twice adds nothing; so are those of
    people who will have left. Raises Invalid for more than 12 weeks.
    """
    actor.require(ARRANGE_ROSTERS, site_id)
    if not 1 <= weeks <= MOST_WEEKS:
        raise Invalid(_("一次最多复制 12 周。"), field="weeks")
    monday = week_of - timedelta(days=week_of.weekday())
    start = datetime.combine(monday, time(), SITE_ZONE)
    span: dict[str, Any] = {"start": start, "end": start + timedelta(weeks=1), "weeks": weeks, "zone": SITE_ZONE.key}
    with connection.cursor() as cursor:
        cursor.execute(_REPEAT, {"site_id": site_id} | span)
        added: int = cursor.rowcount
    site = Site.objects.get(pk=site_id)
    after = {"week_of": monday, "weeks": weeks, "added": added}
    audit.record(actor=actor, at=at, verb="people.repeat_week", target=site, site_id=site_id, after=after)
    return added


def _require_employed(staff: Staff, day: date) -> None:
    if day < staff.joined_on or (staff.left_on is not None and day >= staff.left_on):
        raise NotEmployed(_("%(name)s 那天不在职。") % {"name": staff.user.name}, field="staff")
