"""Puts the actor on every request."""

from collections.abc import Callable

from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from zhongshu.identity.actor import NOBODY, Actor, Origin
from zhongshu.identity.models import Site, User
from zhongshu.identity.queries import actor_of, sites_of
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound


def actor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """`request.user` and `request.actor`, and the language the user chose."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = get_user(request)
        request.user = user
        request.actor = NOBODY  # type: ignore[attr-defined]
        if isinstance(user, User) and user.is_active:
            request.actor = _web_actor(user, request)  # type: ignore[attr-defined]
            request.site = SimpleLazyObject(lambda: chosen_site(request))  # type: ignore[assignment]
            if user.language:
                translation.activate(user.language)
                request.LANGUAGE_CODE = user.language
        return get_response(request)

    return middleware


def _web_actor(user: User, request: HttpRequest) -> Actor:
    return actor_of(user, at=now(), origin=Origin.WEB, ip=client_ip(request))


def chosen_site(request: HttpRequest) -> Site:
    """The site the person looks at: the one chosen in this session, else the first that a role of theirs covers.

    Raises NotFound when no role covers any site.
    """
    wanted = request.session.get("site_id")
    sites = list(sites_of(request.actor))  # type: ignore[attr-defined]
    if not sites:
        raise NotFound(_("您还没有被分配到任何项目，请联系系统管理员。"))
    return next((site for site in sites if site.pk == wanted), sites[0])


def client_ip(request: HttpRequest) -> str | None:
    """The caller's address: the last hop that a trusted proxy reports, else the socket's."""
    from django.conf import settings

    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR") or None
