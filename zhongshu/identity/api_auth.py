"""How programs and pages get into `/api/v1`: a bearer token, or a browser's session with its CSRF token.

`auth` is what a router or the API takes. Afterwards `request.actor` acts with origin `api`, limited to the token's
scopes; `request.user` and `request.site` are as on pages. A token that is no good is refused (InvalidToken), never
exchanged for the session that may come along.
"""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from zhongshu.identity.actions.tokens import use_token
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.errors import ComeBackLater
from zhongshu.identity.middleware import client_ip, put_actor
from zhongshu.identity.models import User
from zhongshu.identity.rates import put_retry_after
from zhongshu.identity.sessions import must_enrol
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal


class CsrfFailed(Refusal):
    """A write with a session must carry the page's CSRF token (`X-CSRFToken`)."""

    code = "csrf_failed"
    status = 403


class BearerToken(HttpBearer):
    """`Authorization: Bearer zs_…`. Raises InvalidToken or TooManyAttempts.

    Asked once for each request, by whoever comes first: whoever counts calls asks before any transaction begins.
    """

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        if not hasattr(request, "bearer"):
            request.bearer = _outcome(request, token)  # type: ignore[attr-defined]
        outcome: tuple[User, Actor] | Refusal = request.bearer  # type: ignore[attr-defined]
        if isinstance(outcome, Refusal):
            raise outcome
        request.user, actor = outcome
        put_actor(request, actor)
        return actor


def _outcome(request: HttpRequest, token: str) -> tuple[User, Actor] | Refusal:
    try:
        return use_token(secret=token, ip=client_ip(request), at=now())
    except Refusal as refusal:
        if isinstance(refusal, ComeBackLater):
            put_retry_after(request, refusal)
        return refusal


class BrowserSession(APIKeyCookie):
    """The session of somebody who signed in on the pages. Raises CsrfFailed."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if actor.user_id is None or request.user.must_change_password or must_enrol(request):  # type: ignore[union-attr]
            return None
        if check_csrf(request):
            raise CsrfFailed(_("页面已过期，请刷新后再试。"))
        put_actor(request, replace(actor, origin=Origin.API))
        return request.actor  # type: ignore[attr-defined, no-any-return]


auth = [BearerToken(), BrowserSession()]
