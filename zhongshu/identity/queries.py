"""All reads of identity."""

from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.guards import absent
from zhongshu.identity.models import (
    ApiToken,
    AuditEntry,
    Company,
    DeviceSession,
    RecoveryCode,
    RoleGrant,
    SecondFactor,
    SignInAttempt,
    Site,
    Step,
    User,
)
from zhongshu.identity.permissions import MANAGE_TOKENS, VIEW_AUDIT, VIEW_USERS
from zhongshu.identity.policies.lockout import WINDOW
from zhongshu.identity.rights import REGISTRY, Right
from zhongshu.identity.roles import Grant, Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.composed import Composed, given
from zhongshu.kernel.periods import in_force, not_ended

TOKEN_ATTEMPT = ""
"""The user name under which tries with a bad API token are noted: no person has it."""


def grants_of(user: User, *, at: datetime) -> frozenset[Grant]:
    """The roles the user holds on that day, with the sites they cover."""
    return frozenset(Grant(Role(grant.role), grant.site_id) for grant in _HELD_BY.all(user=user.pk, day=day_of(at)))


_HELD_BY = Composed(lambda: RoleGrant.objects.filter(in_force(given("day")), user_id=given("user")))


def grants_in_force(user: User, *, at: datetime) -> QuerySet[RoleGrant]:
    """The grants held on that day, with their sites."""
    rows = RoleGrant.objects.filter(in_force(day_of(at)), user=user)
    return rows.select_related("site").order_by("role", "site")


def grants_not_ended(user: User, *, at: datetime) -> QuerySet[RoleGrant]:
    """Grants in force and grants to come."""
    return RoleGrant.objects.filter(not_ended(day_of(at)), user=user)


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


def company_name() -> str:
    """The company's name as the sign-in page shows it; empty before there is one."""
    return Company.objects.order_by("pk").values_list("name", flat=True).first() or ""


def users_visible(
    actor: Actor, *, at: datetime, q: str = "", role: str = "", site: str = "", state: str = ""
) -> QuerySet[User]:
    """Users with a role, past or present, at the actor's sites; each with its `current_grants`.

    `q` finds in user name, name and phone; `role`, `site` (an id) hold on that day; `state` is `active` or `closed`.
    """
    rows = _within(User.objects.all(), actor, VIEW_USERS)
    if q:
        rows = rows.filter(Q(username__icontains=q) | Q(name__icontains=q) | Q(phone__contains=q))
    if role or site:
        rows = rows.filter(Exists(_held(at, role, site).filter(user=OuterRef("pk"))))
    if state:
        rows = rows.filter(is_active=state == "active")
    current = RoleGrant.objects.filter(in_force(day_of(at))).select_related("site").order_by("role", "site")
    return rows.order_by("username").prefetch_related(Prefetch("role_grants", current, to_attr="current_grants"))


def user_visible(actor: Actor, user_id: int, *, at: datetime) -> User:
    """Raises NotFound."""
    user = users_visible(actor, at=at).filter(pk=user_id).first()
    if user is None:
        raise absent()
    return user


def user_named(actor: Actor, username: str, *, at: datetime) -> User | None:
    """The active user of that name, if a token for them is the actor's to make."""
    return _within(User.objects.filter(is_active=True), actor, MANAGE_TOKENS).filter(username=username).first()


def rights_of(user: User, *, at: datetime) -> list[str]:
    """The codes of the rights the user holds somewhere."""
    holder = actor_of(user, at=at, origin=Origin.API)
    return sorted(code for code, right in REGISTRY.items() if holder.may(right))


def tokens_visible(actor: Actor, *, at: datetime, q: str = "", state: str = "") -> QuerySet[ApiToken]:
    """Tokens of the users at the actor's sites; `state` is `usable` or `dead`."""
    owners = _within(User.objects.all(), actor, MANAGE_TOKENS)
    rows = ApiToken.objects.filter(user__in=owners).select_related("user").order_by("-pk")
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(prefix__startswith=q) | Q(user__name__icontains=q))
    if state:
        rows = rows.filter(usable(at)) if state == "usable" else rows.exclude(usable(at))
    return rows


def audit_entries(
    actor: Actor,
    *,
    who: str = "",
    verb: str = "",
    target: str = "",
    site: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
) -> QuerySet[AuditEntry]:
    """The audit of the actor's sites, latest first, each with its `site_name`.

    `who` finds in the name; `verb` begins so; `target` is `app.model` or `app.model:id`; `[since, before)`.
    """
    rows = actor.visible(AuditEntry.objects.all(), VIEW_AUDIT)
    if who:
        rows = rows.filter(Q(actor_name__icontains=who) | Q(user__username=who))
    if verb:
        rows = rows.filter(verb__startswith=verb)
    if target:
        kind, _colon, key = target.partition(":")
        rows = rows.filter(target_type__startswith=kind, **({"target_id": key} if key else {}))
    if site.isdecimal():
        rows = rows.filter(site_id=int(site))
    if since:
        rows = rows.filter(at__gte=since)
    if before:
        rows = rows.filter(at__lt=before)
    name = Site.objects.filter(pk=OuterRef("site_id")).values("name")
    return rows.order_by("-pk").annotate(site_name=Subquery(name))


def _within(rows: QuerySet[User], actor: Actor, right: Right) -> QuerySet[User]:
    """Users with a role at the sites where the right is held; all of them where it is held everywhere."""
    sites = actor.sites(right)
    if sites is None:
        return rows
    held = RoleGrant.objects.filter(user=OuterRef("pk"))
    return rows.filter(Exists(held.filter(Q(site_id__in=sites) | Q(site__isnull=True))))


def _held(at: datetime, role: str, site: str) -> QuerySet[RoleGrant]:
    grants = RoleGrant.objects.filter(in_force(day_of(at)))
    if role:
        grants = grants.filter(role=role)
    if site.isdecimal():
        grants = grants.filter(Q(site_id=int(site)) | Q(site__isnull=True))
    return grants


def token_of_digest(digest: str, *, at: datetime) -> ApiToken | None:
    """The usable token with its user."""
    return _OF_DIGEST.first(digest=digest, at=at)


_OF_DIGEST = Composed(
    lambda: ApiToken.objects.filter(usable(given("at")), digest=given("digest")).select_related("user")
)


def site_of_code(code: str) -> Site | None:
    """The site of exactly that code."""
    return _OF_CODE.first(code=code)


_OF_CODE = Composed(lambda: Site.objects.filter(code=given("code")))


def usable(at: datetime) -> Q:
    """Tokens that open something at that instant."""
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    return lasting & Q(revoked_at__isnull=True, user__is_active=True)


def failures_of_name(username: str, *, step: Step, at: datetime) -> list[datetime]:
    """When somebody failed at that step under that name lately, since the last success."""
    tries = SignInAttempt.objects.filter(username=username, step=step, at__gt=at - 2 * WINDOW)
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


def second_factor_of(user: User) -> SecondFactor | None:
    """None where the password alone opens."""
    return SecondFactor.objects.filter(user=user).first()


def recovery_codes_left(user: User) -> int:
    """How many have not been used."""
    return RecoveryCode.objects.filter(factor__user=user, used_at__isnull=True).count()


def roles_with_second_factor() -> list[str]:
    """The roles that the company gives to nobody without one."""
    return Company.objects.order_by("pk").values_list("second_factor_roles", flat=True).first() or []


def needs_second_factor(user: User, *, at: datetime) -> bool:
    """Whether a role of that day asks for one."""
    needed = frozenset(roles_with_second_factor())
    return bool(needed) and any(grant.role in needed for grant in grants_of(user, at=at))


def lacks_second_factor(user: User, *, at: datetime) -> bool:
    """Whether a role of that day asks for a second factor that is not there."""
    return needs_second_factor(user, at=at) and second_factor_of(user) is None


def sessions_of(user: User, *, at: datetime) -> list[DeviceSession]:
    """Where the user is signed in, the one used last first."""
    alive = DeviceSession.objects.filter(user=user, expire_date__gt=at)
    return list(alive.defer("session_data").order_by("-last_seen_at"))


def administrator_grants(*, at: datetime) -> QuerySet[RoleGrant]:
    """Who administers, on that day and without a foreseeable end."""
    return RoleGrant.objects.filter(role=Role.ADMINISTRATOR, starts_on__lte=day_of(at), ends_on__isnull=True)
