"""The second factor: set up, used, renewed, taken away."""

import logging
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit, queries, sessions
from zhongshu.identity.actions.me import locked_self
from zhongshu.identity.actions.users import locked_user
from zhongshu.identity.actor import Actor
from zhongshu.identity.errors import SecondFactorExists, WrongCode, WrongPassword
from zhongshu.identity.events import SecondFactorRemoved
from zhongshu.identity.guards import absent, may_everywhere
from zhongshu.identity.models import Company, RecoveryCode, SecondFactor, Site, User
from zhongshu.identity.passwords import in_groups
from zhongshu.identity.permissions import MANAGE_USERS
from zhongshu.identity.policies.codes import matching_step
from zhongshu.identity.roles import STAFF
from zhongshu.identity.tokens import digest_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.secrets import Unreadable, seal, unseal

PURPOSE = "totp"
RECOVERY_CODES = 10
LONGEST_REASON = 200

logger = logging.getLogger(__name__)


@transaction.atomic
def enrol_second_factor(
    *, actor: Actor, at: datetime, secret: str, password: str, code: str, session_key: str | None
) -> list[str]:
    """From now on signing in takes a code made with `secret` (base 32); the first one proves that it works.

    Gives the recovery codes, told only now. All sessions but `session_key` end. Raises SecondFactorExists,
    WrongPassword, WrongCode.
    """
    user = locked_self(actor)
    if queries.second_factor_of(user) is not None:
        raise SecondFactorExists(_("您已经设置了二次验证；要换手机，请先停用再重新设置。"))
    _require_password(user, password)
    step = matching_step(secret, _plain(code), at=at, used_step=None)
    if step is None:
        raise wrong_code()
    factor = SecondFactor.objects.create(user=user, secret=seal(PURPOSE, secret), enrolled_at=at, used_step=step)
    codes = _new_codes(factor)
    sessions.end_all(user.pk, but=session_key)
    audit.record(actor=actor, at=at, verb="identity.enrol_second_factor", target=user)
    return codes


@transaction.atomic
def renew_recovery_codes(*, actor: Actor, at: datetime, password: str, code: str) -> list[str]:
    """Ten new ones; the old ones open nothing any more. Raises NotFound, WrongPassword, WrongCode."""
    user = _proven(actor, password, code, at=at)
    codes = _new_codes(SecondFactor.objects.get(user=user))
    audit.record(actor=actor, at=at, verb="identity.renew_recovery_codes", target=user)
    return codes


@transaction.atomic
def leave_second_factor(*, actor: Actor, at: datetime, password: str, code: str, session_key: str | None) -> None:
    """One's own: the password alone opens again. All sessions but `session_key` end.

    Raises NotFound, WrongPassword, WrongCode.
    """
    user = _proven(actor, password, code, at=at)
    SecondFactor.objects.filter(user=user).delete()
    sessions.end_all(user.pk, but=session_key)
    audit.record(actor=actor, at=at, verb="identity.leave_second_factor", target=user)


@transaction.atomic
def remove_second_factor(*, actor: Actor, at: datetime, user_id: int, reason: str) -> None:
    """Somebody else's, who lost the telephone and the recovery codes; they are signed out and told.

    Raises NotFound, Invalid without a reason or for oneself.
    """
    user = locked_user(actor, user_id, at=at)
    if user.pk == actor.user_id:
        raise Invalid(_("自己的二次验证请在“安全设置”里停用。"))
    if not reason.strip():
        raise Invalid(_("请填写原因。"), field="reason")
    removed, _rows = SecondFactor.objects.filter(user=user).delete()
    if not removed:
        raise absent()
    sessions.end_all(user.pk)
    said = reason.strip()[:LONGEST_REASON]
    audit.record(actor=actor, at=at, verb="identity.remove_second_factor", target=user, after={"reason": said})
    _tell(user, said, at=at)


@transaction.atomic
def choose_second_factor_roles(*, actor: Actor, at: datetime, roles: Iterable[str]) -> None:
    """Whoever holds one of these roles is led to set a second factor up at the next sign-in.

    Raises NotFound unless the actor administers every site, Invalid for what is no role of staff.
    """
    company = Company.objects.select_for_update().order_by("pk").first()
    if company is None or not may_everywhere(actor, MANAGE_USERS):
        raise absent()
    wanted = sorted(set(roles))
    if not STAFF.issuperset(wanted):
        raise Invalid(_("没有这种员工角色。"), field="roles")
    before, company.second_factor_roles = company.second_factor_roles, wanted
    company.save(update_fields=["second_factor_roles"])
    audit.record(
        actor=actor,
        at=at,
        verb="identity.choose_second_factor_roles",
        target=company,
        before={"second_factor_roles": before},
        after={"second_factor_roles": wanted},
    )


def spend_code(user: User, code: str, *, at: datetime) -> str:
    """What the code is, `code` or `recovery_code`, used up by this; empty when it is neither.

    Within a transaction: of two who come with the same code at once, one gets in.
    """
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return ""
    plain = _plain(code)
    if _spend_step(factor, plain, at=at):
        return "code"
    unused = factor.recovery_codes.filter(digest=digest_of(plain), used_at__isnull=True)
    return "recovery_code" if unused.update(used_at=at) else ""


def _spend_step(factor: SecondFactor, plain: str, *, at: datetime) -> bool:
    try:
        secret = unseal(PURPOSE, factor.secret)
    except Unreadable:
        logger.error("the second factor of user %s was sealed under a key we do not have", factor.user_id)
        return False
    step = matching_step(secret, plain, at=at, used_step=factor.used_step)
    if step is None:
        return False
    factor.used_step, factor.secret = step, seal(PURPOSE, secret)  # under the key of now: an old one may be forgotten
    factor.save(update_fields=["used_step", "secret"])
    return True


def _proven(actor: Actor, password: str, code: str, *, at: datetime) -> User:
    """Oneself, after password and code: whoever found an open browser has neither."""
    user = locked_self(actor)
    if queries.second_factor_of(user) is None:
        raise absent()
    _require_password(user, password)
    if not spend_code(user, code, at=at):
        raise wrong_code()
    return user


def _require_password(user: User, password: str) -> None:
    if not user.check_password(password):
        raise WrongPassword(_("密码不对。"), field="password")


def wrong_code() -> WrongCode:
    """Which of the three it is, is not told."""
    return WrongCode(_("验证码不对、已经用过或已过期，请输入手机上现在显示的那一个。"), field="code")


def _new_codes(factor: SecondFactor) -> list[str]:
    codes = [in_groups(4) for _nth in range(RECOVERY_CODES)]
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=digest_of(_plain(code))) for code in codes)
    return codes


def _plain(code: str) -> str:
    """Without blanks and dashes, small, and as typed with a Latin keyboard."""
    return re.sub(r"[^0-9a-z]", "", unicodedata.normalize("NFKC", code).lower())


def _tell(user: User, reason: str, *, at: datetime) -> None:
    grant = user.role_grants.exclude(site=None).first()
    site_id = grant.site_id if grant else Site.objects.values_list("pk", flat=True).first()
    if site_id is not None:
        publish(SecondFactorRemoved(site_id=site_id, user_id=user.pk, reason=reason), at=at)
