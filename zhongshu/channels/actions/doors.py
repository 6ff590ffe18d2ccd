"""Secrets of doors, and the numbers a site sets for itself."""

from dataclasses import asdict, fields
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.channels.actions._parts import one_at_a_time, short
from zhongshu.channels.engine.signing import PURPOSE
from zhongshu.channels.kinds import Door
from zhongshu.channels.models import ChannelPolicy, DoorKey
from zhongshu.channels.permissions import ARRANGE_DOORS
from zhongshu.channels.policies.limits import Limits
from zhongshu.channels.queries.limits import limits_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.secrets import seal

SHORTEST_SECRET = 8
MOST = 10_000


@transaction.atomic
def set_secret(*, actor: Actor, at: datetime, site: Site, door: Door, secret: str) -> None:
    """The secret with which a system signs; empty: the door has none. Kept sealed, never shown. Raises Invalid."""
    actor.require(ARRANGE_DOORS, site.pk)
    secret = short(secret, field="secret", most=200, what=_("密钥"))
    if secret and len(secret) < SHORTEST_SECRET:
        raise Invalid(_("密钥至少 %(least)s 位。") % {"least": SHORTEST_SECRET}, field="secret")
    audit.record(
        actor=actor, at=at, verb="channels.set_secret", target=site, site_id=site.pk,
        after={"door": door, "is_set": bool(secret)},
    )  # fmt: skip
    if not secret:
        DoorKey.objects.filter(site=site, door=door).delete()
        return
    sealed = {"sealed": seal(PURPOSE, secret), "set_at": at, "set_by_id": actor.user_id}
    DoorKey.objects.update_or_create(site=site, door=door, defaults=sealed)


@transaction.atomic
def set_limits(*, actor: Actor, at: datetime, site: Site, limits: Limits) -> ChannelPolicy:
    """The site's numbers from today on; what counted before stays as a dated row. Raises Invalid."""
    actor.require(ARRANGE_DOORS, site.pk)
    _check(limits)
    one_at_a_time("channels.limits", site.pk, "")
    today, before = day_of(at), limits_of(site.pk, day_of(at))
    ChannelPolicy.objects.filter(site=site, starts_on=today, ends_on__isnull=True).delete()
    ChannelPolicy.objects.filter(site=site, ends_on__isnull=True).update(ends_on=today)
    row = ChannelPolicy.objects.create(site=site, starts_on=today, **asdict(limits))
    audit.record(
        actor=actor, at=at, verb="channels.set_limits", target=row, before=asdict(before), after=asdict(limits)
    )
    return row


def _check(limits: Limits) -> None:
    for one in fields(Limits):
        if not 1 <= getattr(limits, one.name) <= MOST:
            raise Invalid(_("请填 1 到 %(most)s 之间的整数。") % {"most": MOST}, field=one.name)
