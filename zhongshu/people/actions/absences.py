"""Absences: away, and back again."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.people.errors import AlreadyAbsent
from zhongshu.people.kinds import AbsenceReason
from zhongshu.people.models import Absence, Staff
from zhongshu.people.permissions import ARRANGE_ROSTERS

LONGEST_ABSENCE = timedelta(days=366)


@transaction.atomic
def absent(
    *, actor: Actor, at: datetime, staff: Staff, starts_at: datetime, ends_at: datetime, reason: AbsenceReason
) -> Absence:
    """Somebody is away; their shifts stay on the roster but do not count. Raises Invalid, AlreadyAbsent."""
    actor.require(ARRANGE_ROSTERS, staff.site_id)
    if not timedelta(0) < ends_at - starts_at <= LONGEST_ABSENCE:
        raise Invalid(_("请假必须在一年以内，且结束晚于开始。"), field="ends_at")
    absence = Absence(site_id=staff.site_id, staff=staff, starts_at=starts_at, ends_at=ends_at, reason=reason)
    try:
        with transaction.atomic():
            absence.save()
    except IntegrityError as error:
        raise AlreadyAbsent(_("%(name)s 在这段时间已经请假。") % {"name": staff.user.name}) from error
    after = {"staff_id": staff.pk, "starts_at": starts_at, "ends_at": ends_at, "reason": reason}
    audit.record(actor=actor, at=at, verb="people.absent", target=absence, after=after)
    return absence


@transaction.atomic
def back(*, actor: Actor, at: datetime, absence: Absence) -> None:
    """Back as of `at`: the rest of the absence falls away; one that has not begun, altogether.

    Raises Invalid when it is over anyway.
    """
    actor.require(ARRANGE_ROSTERS, absence.site_id)
    before = audit.values(absence, ["staff_id", "starts_at", "ends_at", "reason"])
    running = Absence.objects.filter(pk=absence.pk, ends_at__gt=at)
    has_begun = absence.starts_at < at
    ended = running.update(ends_at=at) if has_begun else running.delete()[0]
    if not ended:
        raise Invalid(_("这次请假已经结束。"))
    after = {"ends_at": at} if has_begun else None
    audit.record(actor=actor, at=at, verb="people.back", target=absence, before=before, after=after)
