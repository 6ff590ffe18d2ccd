"""The door of every page: signed in, and holding the right somewhere. What has no door does not open."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site, User
from zhongshu.identity.rights import Right

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """What a page's view gets: somebody is signed in, `actor` says as what, `site` of their `sites` is looked at."""

    actor: Actor
    site: Site  # type: ignore[assignment]  # Django has a request.site of its own, which we do not install
    sites: list[Site]
    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def page(right: Right | None, *methods: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Decorator of a view. `right` None: anybody who is signed in. Methods default to GET.

    Without a session: to the sign-in page and back. Without the right: the same answer as for what does not exist.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if right is not None:
                request.actor.require(right)
            return view(request, *args, **kwargs)

        guarded.required_right = right  # type: ignore[attr-defined]
        opened: Callable[..., Any] = require_http_methods([*methods] or ["GET"])(guarded)
        opened.methods = methods or ("GET",)  # type: ignore[attr-defined]
        return opened

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back here afterwards; a part of a page (htmx) makes the whole page go there."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": reverse("identity:sign_in")})
    back = {"next": request.get_full_path()} if request.method == "GET" and request.path != "/" else {}
    return HttpResponseRedirect(reverse("identity:sign_in") + (f"?{urlencode(back)}" if back else ""))
