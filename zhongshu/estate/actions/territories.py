"""Which keeper answers for which part of the estate."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.estate.actions._parts import end
from zhongshu.estate.errors import BadPeriod
from zhongshu.estate.models import KeeperTerritory, Place
from zhongshu.estate.permissions import ASSIGN_KEEPERS
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.queries import grants_of
from zhongshu.kernel.errors import Invalid


@transaction.atomic
def assign_territory(*, actor: Actor, at: datetime, place: Place, keeper: User, starts_on: date) -> KeeperTerritory:
    """The keeper answers for the place and all below it from that day; whoever did before ends there.

    On the same day it is a correction. Raises Invalid for somebody without a role at the site, BadPeriod.
    """
    actor.require(ASSIGN_KEEPERS, place.site_id)
    if not any(grant.covers(place.site_id) for grant in grants_of(keeper, at=at)):
        raise Invalid(_("%(name)s 在本项目没有岗位。") % {"name": keeper.name}, field="keeper")
    Place.objects.select_for_update().get(pk=place.pk)
    present = KeeperTerritory.objects.filter(place=place, ends_on__isnull=True).first()
    territory = _follow(place, present, keeper, starts_on)
    before = None if present is None else {"keeper": present.keeper_id}
    after = {"place": place.code, "keeper": keeper.pk, "starts_on": starts_on}
    audit.record(actor=actor, at=at, verb="estate.assign_territory", target=territory, before=before, after=after)
    return territory


def _follow(place: Place, present: KeeperTerritory | None, keeper: User, starts_on: date) -> KeeperTerritory:
    if present is not None and starts_on < present.starts_on:
        said = {"day": present.starts_on}
        raise BadPeriod(_("开始日期不能早于现任管家的 %(day)s。") % said, field="starts_on")
    rows = KeeperTerritory.objects
    if present is not None and present.starts_on == starts_on:
        rows.filter(pk=present.pk).update(keeper=keeper)
        return rows.get(pk=present.pk)
    if present is not None:
        rows.filter(pk=present.pk).update(ends_on=starts_on)
    return rows.create(site_id=place.site_id, place=place, keeper=keeper, starts_on=starts_on)


@transaction.atomic
def end_territory(*, actor: Actor, at: datetime, territory: KeeperTerritory, ends_on: date) -> None:
    """Nobody answers for the place from that day on, unless somebody does for what it lies in."""
    actor.require(ASSIGN_KEEPERS, territory.site_id)
    row = KeeperTerritory.objects.select_for_update().get(pk=territory.pk)
    end(row, ends_on)
    audit.record(actor=actor, at=at, verb="estate.end_territory", target=row, after={"ends_on": ends_on})
