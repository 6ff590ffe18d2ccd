"""Who a browser session belongs to.

Django's own `auth` app is not installed: its permissions would be a second system of rights beside ours. This is
what of it we need: the session's user, and nobody.
"""

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from zhongshu.identity.models import User


class Nobody:
    """`request.user` of somebody who has not signed in."""

    pk = None
    id = None
    name = ""
    language = ""
    large_type = False
    must_change_password = False
    is_active = False
    is_authenticated = False
    is_anonymous = True


class Backend:
    """Lets `login` and the test client name us as the maker of a session."""

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def user_of(request: HttpRequest) -> User | Nobody:
    """The session's user; nobody once the password has changed or the user is deactivated."""
    user_id = request.session.get(SESSION_KEY)
    user = Backend().get_user(int(user_id)) if user_id else None
    if user is not None and constant_time_compare(
        request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
    ):
        return user
    return Nobody()


def begin(request: HttpRequest, user: User) -> None:
    """Sign the user in: a new session key, so that a key planted before is worth nothing."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])


def end(request: HttpRequest) -> None:
    """Sign out: everything the session held is gone."""
    request.session.flush()
    request.user = Nobody()  # type: ignore[assignment]
