"""Roles: given at a site from a day until another, and ended."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhongshu.identity import audit, queries
from zhongshu.identity.actor import Actor
from zhongshu.identity.errors import GrantOverlaps, LastAdministrator
from zhongshu.identity.guards import absent, may_everywhere, require_over
from zhongshu.identity.models import RoleGrant, Site, User
from zhongshu.identity.permissions import MANAGE_USERS
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid


@transaction.atomic
def grant_role(
    *,
    actor: Actor,
    at: datetime,
    user: User,
    role: Role,
    site: Site | None,
    starts_on: date,
    ends_on: date | None = None,
) -> RoleGrant:
    """The user holds the role at the site (None: at every site) on `[starts_on, ends_on)`.

    Who administers some sites gives roles at these only. Raises NotFound, GrantOverlaps, Invalid.
    """
    require_over(actor, MANAGE_USERS, user, at=at)
    if not (actor.may(MANAGE_USERS, site.pk) if site else may_everywhere(actor, MANAGE_USERS)):
        raise absent()
    grant = _insert(RoleGrant(user=user, role=role, site=site, starts_on=starts_on, ends_on=ends_on))
    after = _shown(grant)
    audit.record(actor=actor, at=at, verb="identity.grant_role", target=grant, after=after)
    return grant


@transaction.atomic
def end_grant(*, actor: Actor, at: datetime, grant_id: int, ends_on: date) -> RoleGrant:
    """The role is held until `ends_on`, exclusive: that day it is gone. Raises LastAdministrator, Invalid."""
    grant = _locked(actor, grant_id, at=at)
    if ends_on < grant.starts_on or (grant.ends_on is not None and ends_on > grant.ends_on):
        raise Invalid(_("结束日期必须在开始日期之后，且不能晚于原来的结束日期。"), field="ends_on")
    _refuse_own_last(actor, grant, at=at)
    before = _shown(grant)
    grant.ends_on = ends_on
    grant.save(update_fields=["ends_on"])
    audit.record(actor=actor, at=at, verb="identity.end_grant", target=grant, before=before, after=_shown(grant))
    return grant


def _insert(grant: RoleGrant) -> RoleGrant:
    if grant.ends_on is not None and grant.ends_on <= grant.starts_on:
        raise Invalid(_("结束日期必须晚于开始日期。"), field="ends_on")
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError as error:
        raise GrantOverlaps(_("这段时间内，该用户在该项目已经有这个角色。"), field="role") from error
    return grant


def _locked(actor: Actor, grant_id: int, *, at: datetime) -> RoleGrant:
    lock_administrators(at=at)
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("user").filter(pk=grant_id).first()
    if grant is None:
        raise absent()
    require_over(actor, MANAGE_USERS, grant.user, at=at)
    return grant


def lock_administrators(*, at: datetime) -> None:
    """All their grants, in one order: of two who end each other's at once, the second sees what the first did."""
    list(queries.administrator_grants(at=at).select_for_update().order_by("pk").values_list("pk"))


def require_administrator_besides(going: QuerySet[RoleGrant], *, at: datetime) -> None:
    """Raises LastAdministrator when without these grants nobody would administer every site."""
    everywhere = queries.administrator_grants(at=at).filter(site__isnull=True, user__is_active=True)
    if everywhere.filter(pk__in=going).exists() and not everywhere.exclude(pk__in=going).exists():
        raise LastAdministrator(_("这是最后一个管理全部项目的系统管理员，请先指定另一位。"))


def _refuse_own_last(actor: Actor, grant: RoleGrant, *, at: datetime) -> None:
    """Nobody locks themselves out, and somebody who administers everything is always left."""
    own = queries.administrator_grants(at=at).filter(user_id=actor.user_id or 0)
    if own.filter(pk=grant.pk).exists() and not own.exclude(pk=grant.pk).exists():
        raise LastAdministrator(_("这是您自己唯一的系统管理员角色，不能由您自己结束。"))
    require_administrator_besides(RoleGrant.objects.filter(pk=grant.pk), at=at)


def _shown(grant: RoleGrant) -> dict[str, object]:
    site = grant.site.code if grant.site else None
    shown: dict[str, object] = {"user": grant.user.username, "site": site}
    return shown | audit.values(grant, ("role", "starts_on", "ends_on"))
