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
from zhongshu.identity.middleware import client_ip, put_actor
from zhongshu.identity.rates import spend_for
from zhongshu.identity.sessions import must_enrol
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal


class CsrfFailed(Refusal):
    """A write with a session must carry the page's CSRF token (`X-CSRFToken`)."""

    code = "csrf_failed"
    status = 403


class BearerToken(HttpBearer):
    """`Authorization: Bearer zs_…`. Raises InvalidToken, TooManyAttempts or TooManyRequests."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        user, actor = use_token(secret=token, ip=client_ip(request), at=now())
        spend_for(request, f"token:{actor.token_id}")
        request.user = user
        put_actor(request, actor)
        return actor


class BrowserSession(APIKeyCookie):
    """The session of somebody who signed in on the pages. Raises CsrfFailed or TooManyRequests."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if actor.user_id is None or request.user.must_change_password or must_enrol(request):  # type: ignore[union-attr]
            return None
        spend_for(request, f"user:{actor.user_id}")
        if check_csrf(request):
            raise CsrfFailed(_("页面已过期，请刷新后再试。"))
        put_actor(request, replace(actor, origin=Origin.API))
        return request.actor  # type: ignore[attr-defined, no-any-return]


auth = [BearerToken(), BrowserSession()]
