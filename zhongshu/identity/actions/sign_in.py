"""Signing in, with the limits of `policies.lockout`: the password, then a code where there is a second factor."""

from datetime import datetime
from math import ceil

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit, queries
from zhongshu.identity.actions.second_factor import spend_code, wrong_code
from zhongshu.identity.actor import Origin
from zhongshu.identity.errors import CodeNeeded, TooManyAttempts, WrongPassword
from zhongshu.identity.models import SignInAttempt, Step, User
from zhongshu.identity.policies.lockout import PER_ADDRESS, PER_USERNAME
from zhongshu.kernel.clock import local

LONGEST_NAME = 40


def sign_in(*, username: str, password: str, ip: str | None, at: datetime) -> User:
    """The user of that name and password. Raises WrongPassword, TooManyAttempts while locked out, or CodeNeeded when
    the password was right but is not enough: `give_code` is the second step.

    The slow check of the password holds no lock; its result counts only if the limits still allow it afterwards, when
    tries of the same name or address come one by one. So a burst of guesses learns no more than a patient guesser.
    """
    username = username.strip()[:LONGEST_NAME]
    _refuse_beyond_limits(username, ip, step=Step.PASSWORD, at=at)
    user = _known(username, password)
    is_enough = user is not None and queries.second_factor_of(user) is None
    with transaction.atomic():
        _note_try(username, ip, step=Step.PASSWORD, succeeded=user is not None, at=at)
        if user is not None and is_enough:
            _note_sign_in(user, ip, by="password", at=at)
    if user is None:
        raise WrongPassword(_("用户名或密码不对，请重新输入。"))
    if not is_enough:
        raise CodeNeeded(_("请输入手机上显示的验证码。"), user_id=user.pk)
    return user


def give_code(*, user: User, code: str, ip: str | None, at: datetime) -> str:
    """The second step of somebody whose password was right: what the code was, `code` or `recovery_code`, used up.

    Raises WrongCode, or TooManyAttempts while locked out: that counts for itself, whoever knows the password.
    """
    _refuse_beyond_limits(user.username, ip, step=Step.CODE, at=at)
    with transaction.atomic():
        _hold(user.username, ip)
        by = spend_code(user, code, at=at)
        _note_try(user.username, ip, step=Step.CODE, succeeded=bool(by), at=at)
        if by:
            _note_sign_in(user, ip, by=by, at=at)
    if not by:
        raise wrong_code()
    return by


def _known(username: str, password: str) -> User | None:
    """Takes as long for a name nobody has as for a wrong password."""
    user = User.objects.filter(username=username).first() if username else None
    if user is None:
        make_password(password)
        return None
    return user if user.check_password(password) and user.is_active else None


def _note_try(username: str, ip: str | None, *, step: Step, succeeded: bool, at: datetime) -> None:
    """Counts, if the limits still allow it; otherwise refuses, and nothing of it counts."""
    _hold(username, ip)
    _refuse_beyond_limits(username, ip, step=step, at=at)
    SignInAttempt.objects.create(username=username, ip=ip, at=at, succeeded=succeeded, step=step)


def _refuse_beyond_limits(username: str, ip: str | None, *, step: Step, at: datetime) -> None:
    refused = [
        PER_USERNAME.refused_until(queries.failures_of_name(username, step=step, at=at), at=at),
        PER_ADDRESS.refused_until(queries.failures_from(ip, at=at), at=at),
    ]
    if until := max((instant for instant in refused if instant), default=None):
        said = {
            Step.PASSWORD: _("密码输错的次数太多，暂时不能登录。请在 %(time)s 之后再试，或请系统管理员重置密码。"),
            Step.CODE: _("验证码输错的次数太多，暂时不能登录。请在 %(time)s 之后再试。"),
        }
        message = said[step] % {"time": f"{local(until):%H:%M:%S}"}
        raise TooManyAttempts(message, retry_after=ceil((until - at).total_seconds()))


def _hold(username: str, ip: str | None) -> None:
    """Tries of the same name or address come one by one until the transaction ends; always in the same order."""
    with connection.cursor() as cursor:
        for key in sorted((f"name:{username}", f"address:{ip}")):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _note_sign_in(user: User, ip: str | None, *, by: str, at: datetime) -> None:
    User.objects.filter(pk=user.pk).update(last_login=at)
    actor = queries.actor_of(user, at=at, origin=Origin.WEB, ip=ip)
    audit.record(actor=actor, at=at, verb="identity.sign_in", target=user, after={"by": by})
