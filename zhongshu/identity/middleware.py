"""Puts the user, the actor and the site on every request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from zhongshu.identity.actor import NOBODY, Actor, Origin
from zhongshu.identity.models import Site, User
from zhongshu.identity.queries import actor_of, lacks_second_factor, sites_of
from zhongshu.identity.sessions import must_enrol, note_seen, put_must_enrol, user_of
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound

Handler = Callable[[HttpRequest], HttpResponse]
OPEN_TO_ALL = frozenset({"/sign-out", "/language"})
OPEN_BEFORE_A_NEW_PASSWORD = OPEN_TO_ALL | {"/me/password", "/me/password/check"}
OPEN_BEFORE_A_SECOND_FACTOR = OPEN_TO_ALL | {"/me/second-factor"}


def actor(get_response: Handler) -> Handler:
    """`request.user` and `request.actor`, the language the user chose, and the way to what must be done first."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = user_of(request)
        request.user = user  # type: ignore[assignment]
        request.actor = NOBODY  # type: ignore[attr-defined]
        if isinstance(user, User):
            at, ip = now(), client_ip(request)
            note_seen(request, ip=ip, at=at)
            put_actor(request, actor_of(user, at=at, origin=Origin.WEB, ip=ip))
            _speak(request, user)
            if _is_page(request) and (first := _to_be_done_first(request, user)):
                return HttpResponseRedirect(first)
        return get_response(request)

    return middleware


def put_actor(request: HttpRequest, actor: Actor) -> None:
    """Makes the request act as `actor`, who looks at one of the sites it covers (`request.sites`)."""
    request.actor = actor  # type: ignore[attr-defined]
    request.sites = SimpleLazyObject(lambda: list(sites_of(actor)))  # type: ignore[attr-defined]
    request.site = SimpleLazyObject(lambda: chosen_site(request))  # type: ignore[assignment]


def _speak(request: HttpRequest, user: User) -> None:
    if user.language:
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language


def _to_be_done_first(request: HttpRequest, user: User) -> str:
    """The page that stands before all others for this person, if one does and they are elsewhere."""
    if user.must_change_password:
        return "" if request.path in OPEN_BEFORE_A_NEW_PASSWORD else reverse("identity:password")
    if not must_enrol(request) or request.path in OPEN_BEFORE_A_SECOND_FACTOR:
        return ""
    if lacks_second_factor(user, at=now()):  # the company may ask for less since they signed in
        return reverse("identity:second_factor")
    put_must_enrol(request, is_due=False)
    return ""


def _is_page(request: HttpRequest) -> bool:
    return not request.path.startswith(("/static/", "/api/"))


def chosen_site(request: HttpRequest) -> Site:
    """The site the person looks at: the one chosen in this session, else the first that a role of theirs covers.

    Raises NotFound when no role covers any site.
    """
    wanted = request.session.get("site_id")
    sites: list[Site] = request.sites  # type: ignore[attr-defined]
    if not sites:
        raise NotFound(_("您还没有被分配到任何项目，请联系系统管理员。"))
    return next((site for site in sites if site.pk == wanted), sites[0])


def client_ip(request: HttpRequest) -> str | None:
    """The caller's address: the last hop that a trusted proxy reports, else the socket's."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR") or None
