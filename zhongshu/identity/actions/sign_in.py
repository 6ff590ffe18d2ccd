"""Signing in, with the limits of `policies`."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit, queries
from zhongshu.identity.actor import Origin
from zhongshu.identity.errors import TooManyAttempts, WrongPassword
from zhongshu.identity.models import SignInAttempt, User
from zhongshu.identity.policies import PER_ADDRESS, PER_USERNAME
from zhongshu.kernel.clock import local

LONGEST_NAME = 40


def sign_in(*, username: str, password: str, ip: str | None, at: datetime) -> User:
    """The user of that name and password. Raises WrongPassword, or TooManyAttempts while locked out.

    The slow check of the password holds no lock; its result counts only if the limits still allow it afterwards, when
    tries of the same name or address come one by one. So a burst of guesses learns no more than a patient guesser.
    """
    username = username.strip()[:LONGEST_NAME]
    _refuse_beyond_limits(username, ip, at=at)
    user = _known(username, password)
    with transaction.atomic():
        _one_by_one(f"name:{username}", f"address:{ip}")
        _refuse_beyond_limits(username, ip, at=at)
        SignInAttempt.objects.create(username=username, ip=ip, at=at, succeeded=user is not None)
        if user is not None:
            _note_sign_in(user, ip, at=at)
    if user is None:
        raise WrongPassword(_("用户名或密码不对，请重新输入。"))
    return user


def _known(username: str, password: str) -> User | None:
    """Takes as long for a name nobody has as for a wrong password."""
    user = User.objects.filter(username=username).first() if username else None
    if user is None:
        make_password(password)
        return None
    return user if user.check_password(password) and user.is_active else None


def _refuse_beyond_limits(username: str, ip: str | None, *, at: datetime) -> None:
    refused = [
        PER_USERNAME.refused_until(queries.failures_of_name(username, at=at), at=at),
        PER_ADDRESS.refused_until(queries.failures_from(ip, at=at), at=at),
    ]
    if until := max((instant for instant in refused if instant), default=None):
        raise TooManyAttempts(
            _("密码输错的次数太多，暂时不能登录。请在 %(time)s 之后再试，或请系统管理员重置密码。")
            % {"time": f"{local(until):%H:%M:%S}"}
        )


def _one_by_one(*keys: str) -> None:
    """Holds until the transaction ends; always in the same order."""
    with connection.cursor() as cursor:
        for key in sorted(keys):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _note_sign_in(user: User, ip: str | None, *, at: datetime) -> None:
    User.objects.filter(pk=user.pk).update(last_login=at)
    actor = queries.actor_of(user, at=at, origin=Origin.WEB, ip=ip)
    audit.record(actor=actor, at=at, verb="identity.sign_in", target=user)
