"""All reads of identity."""

from datetime import datetime

from django.db.models import QuerySet

from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.models import RoleGrant, Site, User
from zhongshu.identity.roles import Grant, Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.periods import in_force


def grants_of(user: User, *, at: datetime) -> frozenset[Grant]:
    """The roles the user holds on that day, with the sites they cover."""
    rows = RoleGrant.objects.filter(in_force(day_of(at)), user=user).values_list("role", "site_id")
    return frozenset(Grant(Role(role), site_id) for role, site_id in rows)


def actor_of(user: User, *, at: datetime, origin: Origin, ip: str | None = None) -> Actor:
    """The user as somebody who acts."""
    return Actor(user_id=user.pk, name=user.name, origin=origin, grants=grants_of(user, at=at), ip=ip)


def sites_of(actor: Actor) -> "QuerySet[Site]":
    """The sites that any role of the actor covers, in the order of their codes."""
    ids = {grant.site_id for grant in actor.grants}
    if actor.is_system or None in ids:
        return Site.objects.all()
    return Site.objects.filter(pk__in=[site_id for site_id in ids if site_id is not None])
