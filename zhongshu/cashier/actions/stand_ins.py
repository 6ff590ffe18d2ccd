"""Employees who stand in for a cashier."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.cashier.models import StandIn
from zhongshu.cashier.permissions import AUTHORISE_STAND_INS
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.queries import grants_in_force
from zhongshu.identity.roles import STAFF
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import stated

FIELDS = ("user_id", "starts_on", "ends_on", "most", "reason")


@transaction.atomic
def authorise_stand_in(
    *,
    actor: Actor,
    at: datetime,
    site_id: int,
    user_id: int,
    starts_on: date,
    ends_on: date,
    reason: str,
    most: Decimal | None = None,
) -> StandIn:
    """Somebody of the site's staff may receive money from one day until (exclusive) another, at most `most` yuan at
    once. Raises NotFound, Invalid (not staff, no time, oneself, twice).
    """
    actor.require(AUTHORISE_STAND_INS, site_id)
    user = found(User.objects.filter(pk=user_id, is_active=True))
    _check(actor, user, site_id, at)
    if starts_on < day_of(at) or ends_on <= starts_on:
        raise Invalid(_("授权从今天或以后开始，至少一天。"), field="starts_on")
    if most is not None and most <= 0:
        raise Invalid(_("限额应大于0。"), field="most")
    stand_in = StandIn(
        site_id=site_id, user=user, starts_on=starts_on, ends_on=ends_on, most=most, authorised_by_id=actor.user_id,
        reason=stated(reason, field="reason", most=200, what=_("原因")), at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            stand_in.save(force_insert=True)
    except IntegrityError:
        raise Invalid(_("这段时间已经授权过这位同事。"), field="starts_on") from None
    after = audit.values(stand_in, FIELDS)
    audit.record(actor=actor, at=at, verb="cashier.authorise_stand_in", target=stand_in, after=after)
    return stand_in


def _check(actor: Actor, user: User, site_id: int, at: datetime) -> None:
    if user.pk == actor.user_id:
        raise Invalid(_("不能授权自己代收，请由另一位负责人授权。"), field="user_id")
    held = grants_in_force(user, at=at)
    if not any(grant.role in STAFF and grant.site_id in (None, site_id) for grant in held):
        raise Invalid(_("只能授权本项目的在职员工。"), field="user_id")


@transaction.atomic
def revoke_stand_in(*, actor: Actor, at: datetime, stand_in_id: int) -> StandIn:
    """From now on no more money; an open shift can still be counted and handed over. Raises NotFound."""
    visible = actor.visible(StandIn.objects.select_for_update(), AUTHORISE_STAND_INS)
    stand_in = found(visible.filter(pk=stand_in_id))
    before = audit.values(stand_in, ("ends_on",))
    stand_in.ends_on = min(stand_in.ends_on, max(day_of(at), stand_in.starts_on))
    stand_in.save(update_fields=["ends_on"])
    after = audit.values(stand_in, ("ends_on",))
    audit.record(actor=actor, at=at, verb="cashier.revoke_stand_in", target=stand_in, before=before, after=after)
    return stand_in
