"""Who a browser session belongs to, and the table in which sessions lie.

Django's own `auth` app is not installed: its permissions would be a second system of rights beside ours. This is
what of it we need: the session's user, and nobody.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from zhongshu.identity.models import DeviceSession, User
from zhongshu.kernel.clock import now

SEEN_IS_NOTED_EVERY = timedelta(minutes=5)
TICKET_LASTS = timedelta(minutes=10)
_TICKET = "zhongshu.second-step"
_MUST_ENROL = "must_enrol"
_KEPT = ("began_at", "last_seen_at", "ip", "browser")


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


class SessionStore(DatabaseStore):
    """Django's sessions in our table (`SESSION_ENGINE`): read together with their user, in one statement."""

    row: DeviceSession | None = None

    @classmethod
    def get_model_class(cls) -> type[DeviceSession]:
        return DeviceSession

    def load(self) -> dict[str, Any]:
        found = DeviceSession.objects.filter(session_key=self.session_key, expire_date__gt=now())
        self.row = found.select_related("user").first()
        if self.row is None:
            self._session_key = None
            return {}
        return self.decode(self.row.session_data)

    def create_model_instance(self, data: dict[str, Any]) -> DeviceSession:
        made = cast(DeviceSession, super().create_model_instance(data))
        made.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        for name in _KEPT if self.row else ():
            setattr(made, name, getattr(self.row, name))
        return made


def user_of(request: HttpRequest) -> User | Nobody:
    """The session's user; nobody once the password has changed or the user is deactivated."""
    shown = request.session.get(HASH_SESSION_KEY, "")
    row = _row(request)
    user = row.user if row else None
    if user is None or not user.is_active:
        return Nobody()
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return user if any(constant_time_compare(shown, known) for known in hashes) else Nobody()


def begin(request: HttpRequest, user: User, *, ip: str | None, at: datetime, lacks_second_factor: bool) -> None:
    """Sign the user in: a new session key, so that a key planted before is worth nothing."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    put_must_enrol(request, lacks_second_factor)
    browser = request.headers.get("User-Agent", "").replace("\x00", "")[:300]
    store = cast(SessionStore, request.session)
    store.row = DeviceSession(began_at=at, last_seen_at=at, ip=ip, browser=browser)


def note_seen(request: HttpRequest, *, ip: str | None, at: datetime) -> None:
    """Where and when the session was last used, to within five minutes."""
    row = _row(request)
    if row is not None and abs(at - row.last_seen_at) >= SEEN_IS_NOTED_EVERY:
        row.last_seen_at, row.ip = at, ip
        DeviceSession.objects.filter(pk=row.pk).update(last_seen_at=at, ip=ip)


def must_enrol(request: HttpRequest) -> bool:
    """Whether this session opens nothing before a second factor is set up."""
    return bool(request.session.get(_MUST_ENROL))


def put_must_enrol(request: HttpRequest, is_due: bool) -> None:
    """Notes in the session whether a second factor must be set up first."""
    if is_due:
        request.session[_MUST_ENROL] = True
    else:
        request.session.pop(_MUST_ENROL, None)


def ticket_for(user: User) -> str:
    """Says for ten minutes that this user has given the password; worth nothing once that changes."""
    return signing.dumps([user.pk, user.get_session_auth_hash()], salt=_TICKET)


def user_of_ticket(ticket: str) -> User | None:
    """Who has given the password and is asked for a code; None when that is too long ago."""
    try:
        user_id, shown = signing.loads(ticket, salt=_TICKET, max_age=TICKET_LASTS)
    except signing.BadSignature:
        return None
    user = Backend().get_user(user_id)
    return user if user and constant_time_compare(shown, user.get_session_auth_hash()) else None


def end(request: HttpRequest) -> None:
    """Sign out: everything the session held is gone."""
    request.session.flush()
    request.user = Nobody()  # type: ignore[assignment]


def end_all(user_id: int, *, but: str | None = None) -> int:
    """Signs the user out everywhere, but for the session of that key; the number of sessions ended."""
    ended, _rows = DeviceSession.objects.filter(user_id=user_id).exclude(session_key=but or "").delete()
    return ended


def _row(request: HttpRequest) -> DeviceSession | None:
    return cast(SessionStore, request.session).row
