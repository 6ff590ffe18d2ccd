"""What everybody may change about themselves."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit, sessions
from zhongshu.identity.actor import Actor
from zhongshu.identity.errors import WrongPassword
from zhongshu.identity.guards import absent
from zhongshu.identity.models import User
from zhongshu.identity.passwords import PASSWORD_FIELDS, check_password_rules, put_password
from zhongshu.kernel.errors import Invalid

CHOSEN = ("name", "language", "large_type")


@transaction.atomic
def edit_me(*, actor: Actor, at: datetime, name: str, language: str, large_type: bool) -> User:
    """Raises Invalid for an empty name or a language we do not speak (empty: the browser's)."""
    user = locked_self(actor)
    if not name.strip():
        raise Invalid(_("请填写姓名。"), field="name")
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid(_("没有这种语言。"), field="language")
    before = audit.values(user, CHOSEN)
    user.name, user.language, user.large_type = name.strip(), language, large_type
    user.save(update_fields=CHOSEN)
    audit.record(
        actor=actor, at=at, verb="identity.edit_me", target=user, before=before, after=audit.values(user, CHOSEN)
    )
    return user


@transaction.atomic
def choose_language(*, actor: Actor, at: datetime, language: str) -> None:
    """Only the language, from the switch on every page."""
    user = locked_self(actor)
    edit_me(actor=actor, at=at, name=user.name, language=language, large_type=user.large_type)


@transaction.atomic
def change_password(*, actor: Actor, at: datetime, old_password: str, new_password: str) -> User:
    """Raises WrongPassword, WeakPassword or Invalid. All sessions of the user die: who stays signs in anew."""
    user = locked_self(actor)
    if not user.check_password(old_password):
        raise WrongPassword(_("原密码不对。"), field="old_password")
    if old_password == new_password:
        raise Invalid(_("新密码不能与原密码相同。"), field="new_password")
    check_password_rules(new_password, user)
    put_password(user, new_password, must_change=False)
    user.save(update_fields=PASSWORD_FIELDS)
    sessions.end_all(user.pk)
    audit.record(actor=actor, at=at, verb="identity.change_password", target=user)
    return user


def locked_self(actor: Actor) -> User:
    """One's own row, locked. Raises NotFound for a program."""
    user = User.objects.select_for_update().filter(pk=actor.user_id or 0).first()
    if user is None:
        raise absent()
    return user
