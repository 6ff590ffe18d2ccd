"""How a dwelling is used, from a day on."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.estate.errors import BadPeriod
from zhongshu.estate.kinds import OccupancyStatus, PlaceKind
from zhongshu.estate.models import Occupancy, Place
from zhongshu.estate.permissions import SET_OCCUPANCY
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid


@transaction.atomic
def set_occupancy(*, actor: Actor, at: datetime, place: Place, status: str, starts_on: date) -> Occupancy:
    """The status holds from that day; the one before ends there. On the same day it is a correction.

    Raises BadPeriod for a day before the present status began.
    """
    actor.require(SET_OCCUPANCY, place.site_id)
    if place.kind != PlaceKind.UNIT or status not in set(OccupancyStatus):
        raise Invalid(_("请为房屋选择一个入住状态。"), field="status")
    Place.objects.select_for_update().get(pk=place.pk)
    present = Occupancy.objects.filter(place=place, ends_on__isnull=True).first()
    if present is not None and starts_on < present.starts_on:
        said = {"day": present.starts_on}
        raise BadPeriod(_("新状态的开始日期不能早于现状态的 %(day)s。") % said, field="starts_on")
    occupancy = _follow(place, present, status, starts_on)
    before = None if present is None else {"status": present.status}
    after = {"status": status, "starts_on": starts_on}
    audit.record(actor=actor, at=at, verb="estate.set_occupancy", target=place, before=before, after=after)
    return occupancy


def _follow(place: Place, present: Occupancy | None, status: str, starts_on: date) -> Occupancy:
    if present is not None and present.starts_on == starts_on:
        Occupancy.objects.filter(pk=present.pk).update(status=status)
        return Occupancy.objects.get(pk=present.pk)
    if present is not None:
        Occupancy.objects.filter(pk=present.pk).update(ends_on=starts_on)
    return Occupancy.objects.create(site_id=place.site_id, place=place, status=status, starts_on=starts_on)
