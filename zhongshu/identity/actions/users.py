"""Users: made, changed, closed and opened again by an administrator."""

import re
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit, sessions
from zhongshu.identity.actions.grants import grant_role, lock_administrators, require_administrator_besides
from zhongshu.identity.actor import Actor
from zhongshu.identity.errors import LastAdministrator, UsernameTaken
from zhongshu.identity.guards import absent, require_over
from zhongshu.identity.masking import masked
from zhongshu.identity.models import Site, User
from zhongshu.identity.passwords import PASSWORD_FIELDS, check_password_rules, first_password, put_password
from zhongshu.identity.permissions import MANAGE_USERS
from zhongshu.identity.queries import administrator_grants
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid

EDITED = ("name", "phone")
_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,39}")


@transaction.atomic
def create_user(
    *,
    actor: Actor,
    at: datetime,
    username: str,
    name: str,
    role: Role,
    site: Site | None,
    phone: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    password: str | None = None,
) -> tuple[User, str]:
    """A user with a first role, and the first password: a made one is to be told once and changed at the first
    sign-in, a given one stays.

    Raises UsernameTaken, Invalid, WeakPassword, and what `grant_role` raises.
    """
    actor.require(MANAGE_USERS, site.pk if site else None)
    user = _new(username, name, phone)
    initial = _put_password(user, password)
    _insert(user)
    audit.record(actor=actor, at=at, verb="identity.create_user", target=user, after=_shown(user))
    first_day = starts_on or day_of(at)
    grant_role(actor=actor, at=at, user=user, role=role, site=site, starts_on=first_day, ends_on=ends_on)
    return user, initial


@transaction.atomic
def edit_user(*, actor: Actor, at: datetime, user_id: int, name: str, phone: str) -> User:
    """A number left as it is shown, masked, stays. Raises NotFound when the user is none of the actor's, Invalid
    without a name."""
    user = locked_user(actor, user_id, at=at)
    before = audit.values(user, EDITED)
    stays = phone.strip() == masked(user.phone)
    user.name, user.phone = _checked_name(name), user.phone if stays else phone.strip()
    user.save(update_fields=EDITED)
    audit.record(
        actor=actor, at=at, verb="identity.edit_user", target=user, before=before, after=audit.values(user, EDITED)
    )
    return user


@transaction.atomic
def deactivate_user(*, actor: Actor, at: datetime, user_id: int) -> None:
    """Nobody gets in as this user any more: sessions and tokens die at once.

    Raises LastAdministrator for oneself, and for the last who administers every site.
    """
    lock_administrators(at=at)
    user = locked_user(actor, user_id, at=at)
    if user.pk == actor.user_id:
        raise LastAdministrator(_("不能停用您自己的账号，请让另一位系统管理员操作。"))
    own = administrator_grants(at=at).filter(user=user)
    require_administrator_besides(own, at=at)
    sessions.end_all(user.pk)
    _set_active(actor, user, is_active=False, verb="identity.deactivate_user", at=at)


@transaction.atomic
def reactivate_user(*, actor: Actor, at: datetime, user_id: int) -> None:
    """The user gets in again, with the password of before."""
    user = locked_user(actor, user_id, at=at)
    _set_active(actor, user, is_active=True, verb="identity.reactivate_user", at=at)


@transaction.atomic
def reset_password(*, actor: Actor, at: datetime, user_id: int, password: str | None = None) -> str:
    """A new first password, to be told once and changed (a given one stays); sessions of the old one die."""
    user = locked_user(actor, user_id, at=at)
    initial = _put_password(user, password)
    user.save(update_fields=PASSWORD_FIELDS)
    sessions.end_all(user.pk)
    audit.record(actor=actor, at=at, verb="identity.reset_password", target=user)
    return initial


def locked_user(actor: Actor, user_id: int, *, at: datetime) -> User:
    """The user's row, locked; raises NotFound when the actor may not manage it."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise absent()
    require_over(actor, MANAGE_USERS, user, at=at)
    return user


def _new(username: str, name: str, phone: str) -> User:
    if not _USERNAME.fullmatch(username):
        raise Invalid(_("用户名由 2 到 40 个字母、数字或 . _ @ - 组成，以字母或数字开头。"), field="username")
    return User(username=username, name=_checked_name(name), phone=phone.strip())


def _put_password(user: User, given: str | None) -> str:
    if given is not None:
        check_password_rules(given, user)
    initial = given or first_password()
    put_password(user, initial, must_change=given is None)
    return initial


def _insert(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        taken = _("用户名 %(name)s 已经有人用了。") % {"name": user.username}
        raise UsernameTaken(taken, field="username") from error


def _checked_name(name: str) -> str:
    if not name.strip():
        raise Invalid(_("请填写姓名。"), field="name")
    return name.strip()


def _set_active(actor: Actor, user: User, *, is_active: bool, verb: str, at: datetime) -> None:
    if user.is_active == is_active:
        return
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    audit.record(
        actor=actor, at=at, verb=verb, target=user, before={"is_active": not is_active}, after={"is_active": is_active}
    )


def _shown(user: User) -> dict[str, str]:
    return audit.values(user, ("username", *EDITED))
