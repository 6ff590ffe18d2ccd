"""Keys of programs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit, queries
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.errors import InvalidToken, ScopeNotHeld, TooManyAttempts
from zhongshu.identity.guards import absent, require_over
from zhongshu.identity.models import ApiToken, SignInAttempt, User
from zhongshu.identity.permissions import MANAGE_TOKENS
from zhongshu.identity.policies.lockout import PER_ADDRESS
from zhongshu.identity.rights import REGISTRY
from zhongshu.identity.tokens import SHOWN, digest_of, mint
from zhongshu.kernel.clock import local
from zhongshu.kernel.errors import Invalid

USE_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_token(
    *, actor: Actor, at: datetime, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A key for programs that act as `user`, for the rights in `scopes` alone; with it its secret, told only now.

    A token makes no token that may do more than itself. Raises ScopeNotHeld for a right that the user or the token
    does not hold, Invalid without a scope or with an expiry in the past.
    """
    require_over(actor, MANAGE_TOKENS, user, at=at)
    wanted = sorted(set(scopes))
    _check(user, wanted, expires_at, actor=actor, at=at)
    secret = mint()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(secret),
        prefix=secret[:SHOWN],
        scopes=wanted,
        created_at=at,
        expires_at=expires_at,
    )
    after = audit.values(token, ["name", "prefix", "scopes", "expires_at"]) | {"user": user.username}
    audit.record(actor=actor, at=at, verb="identity.create_token", target=token, after=after)
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Actor, at: datetime, token_id: int) -> None:
    """The key opens nothing any more. Revoking twice changes nothing."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("user").filter(pk=token_id).first()
    if token is None:
        raise absent()
    require_over(actor, MANAGE_TOKENS, token.user, at=at)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        after = {"revoked_at": at}
        audit.record(actor=actor, at=at, verb="identity.revoke_token", target=token, before={}, after=after)


@audit.unaudited("read on every call; what is kept are last_used_at and the failed tries")
def use_token(*, secret: str, ip: str | None, at: datetime) -> tuple[User, Actor]:
    """Who comes with this key. Raises InvalidToken, or TooManyAttempts once an address has failed too often.

    A good key is let in however often others at its address have failed: it cannot be guessed.
    """
    token = queries.token_of_digest(digest_of(secret), at=at)
    if token is None:
        _note_failure(ip, at=at)
        raise InvalidToken(_("令牌无效、已过期或已被撤销。"))
    if token.last_used_at is None or token.last_used_at < at - USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token.user, queries.actor_of_token(token, at=at, ip=ip)


def _check(user: User, wanted: list[str], expires_at: datetime | None, *, actor: Actor, at: datetime) -> None:
    if not wanted:
        raise Invalid(_("请至少选择一项权限。"), field="scopes")
    if expires_at is not None and expires_at <= at:
        raise Invalid(_("到期时间必须在将来。"), field="expires_on")
    holder = queries.actor_of(user, at=at, origin=Origin.API)
    given = set(REGISTRY) if actor.scopes is None else actor.scopes
    missing = [code for code in wanted if code not in REGISTRY or code not in given or not holder.may(REGISTRY[code])]
    if missing:
        raise ScopeNotHeld(
            _("%(name)s 没有这些权限：%(codes)s") % {"name": user.name, "codes": "、".join(missing)}, field="scopes"
        )


def _note_failure(ip: str | None, *, at: datetime) -> None:
    until = PER_ADDRESS.refused_until(queries.failures_of_tokens(ip, at=at), at=at)
    if until is not None:
        message = _("失败次数太多，请在 %(time)s 之后再试。") % {"time": f"{local(until):%H:%M}"}
        raise TooManyAttempts(message, retry_after=ceil((until - at).total_seconds()))
    SignInAttempt.objects.create(username=queries.TOKEN_ATTEMPT, ip=ip, at=at, succeeded=False)
