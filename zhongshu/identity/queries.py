"""All reads of identity."""

from datetime import datetime

from django.db.models import Max, Q, QuerySet

from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.models import ApiToken, RoleGrant, SignInAttempt, Site, User
from zhongshu.identity.policies import WINDOW
from zhongshu.identity.roles import Grant, Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.periods import in_force

TOKEN_ATTEMPT = ""
"""The user name under which tries with a bad API token are noted: no person has it."""


def grants_of(user: User, *, at: datetime) -> frozenset[Grant]:
    """The roles the user holds on that day, with the sites they cover."""
    rows = RoleGrant.objects.filter(in_force(day_of(at)), user=user).values_list("role", "site_id")
    return frozenset(Grant(Role(role), site_id) for role, site_id in rows)


def grants_not_ended(user: User, *, at: datetime) -> QuerySet[RoleGrant]:
    """Grants in force and grants to come."""
    return RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day_of(at)), user=user)


def actor_of(user: User, *, at: datetime, origin: Origin, ip: str | None = None) -> Actor:
    """The user as somebody who acts."""
    return Actor(user_id=user.pk, name=user.name, origin=origin, grants=grants_of(user, at=at), ip=ip)


def actor_of_token(token: ApiToken, *, at: datetime, ip: str | None) -> Actor:
    """The token's user, limited to the token's scopes."""
    return Actor(
        user_id=token.user_id,
        name=f"{token.user.name}（{token.name}）"[:80],
        origin=Origin.API,
        grants=grants_of(token.user, at=at),
        ip=ip,
        scopes=frozenset(token.scopes),
        token_id=token.pk,
    )


def sites_of(actor: Actor) -> "QuerySet[Site]":
    """The sites that any role of the actor covers, in the order of their codes."""
    ids = {grant.site_id for grant in actor.grants}
    if actor.is_system or None in ids:
        return Site.objects.all()
    return Site.objects.filter(pk__in=[site_id for site_id in ids if site_id is not None])


def usable(at: datetime) -> Q:
    """Tokens that open something at that instant."""
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    return lasting & Q(revoked_at__isnull=True, user__is_active=True)


def failures_of_name(username: str, *, at: datetime) -> list[datetime]:
    """When somebody failed to sign in under that name lately, since the last success."""
    tries = SignInAttempt.objects.filter(username=username, at__gt=at - 2 * WINDOW)
    succeeded_at = tries.filter(succeeded=True).aggregate(last=Max("at"))["last"]
    failed = tries.filter(succeeded=False)
    if succeeded_at is not None:
        failed = failed.filter(at__gt=succeeded_at)
    return list(failed.values_list("at", flat=True))


def failures_from(ip: str | None, *, at: datetime) -> list[datetime]:
    """When sign-ins from that address failed lately."""
    failed = SignInAttempt.objects.filter(ip=ip, at__gt=at - WINDOW, succeeded=False)
    return list(failed.exclude(username=TOKEN_ATTEMPT).values_list("at", flat=True))


def failures_of_tokens(ip: str | None, *, at: datetime) -> list[datetime]:
    """When tokens from that address failed lately."""
    failed = SignInAttempt.objects.filter(ip=ip, at__gt=at - WINDOW, succeeded=False, username=TOKEN_ATTEMPT)
    return list(failed.values_list("at", flat=True))


def administrator_grants(*, at: datetime) -> QuerySet[RoleGrant]:
    """Who administers, on that day and without a foreseeable end."""
    return RoleGrant.objects.filter(role=Role.ADMINISTRATOR, starts_on__lte=day_of(at), ends_on__isnull=True)
