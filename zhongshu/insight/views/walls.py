"""The live wall, and the links by which a screen shows it without anybody signing in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.tokens import digest_of
from zhongshu.insight import actions
from zhongshu.insight.forms import ScreenForm
from zhongshu.insight.permissions import MANAGE_WALLS, SEE_WALL
from zhongshu.insight.queries import walls
from zhongshu.insight.queries.scopes import Scope, scope_named, scopes_of
from zhongshu.kernel.clock import now
from zhongshu.web.forms import attempt


@page(SEE_WALL)
def wall(request: SignedInRequest) -> HttpResponse:
    """For the site in use, or `scope`; with the names of those who are free."""
    code = request.GET.get("scope") or f"site-{request.site.code}"
    return _shown(request, scope_named(request.actor, code, SEE_WALL), with_names=True)


@never_cache
@require_GET
def screen(request: HttpRequest, secret: str) -> HttpResponse:
    """The same without a session and without names. A link that was revoked looks like one that never was."""
    found = walls.screen_of(digest_of(secret))
    if found is None:
        raise Http404
    actions.note_seen(screen=found, at=now())
    return _shown(request, walls.scope_of_screen(found), with_names=False)


def _shown(request: HttpRequest, scope: Scope, *, with_names: bool) -> HttpResponse:
    """The whole page, or for htmx its moving part."""
    shown = walls.wall(scope, at=now(), with_names=with_names)
    is_part = getattr(request, "htmx", False)
    return render(request, "insight/parts/wall.html" if is_part else "insight/wall.html", {"wall": shown})


@page(MANAGE_WALLS, "GET", "POST")
def screens(request: SignedInRequest) -> HttpResponse:
    """The screens there are, and a form for another; its link is shown once, on the answer."""
    scopes = [s for s in scopes_of(request.actor, MANAGE_WALLS) if s.site or s.code == "company"]
    form = ScreenForm(request.POST or None, scopes=scopes, auto_id="screen-%s")
    link = ""

    def add(**given: str) -> None:
        nonlocal link
        _screen, secret = actions.add_screen(actor=request.actor, at=now(), **given)
        link = request.build_absolute_uri(f"/insight/screens/{secret}")

    if request.method == "POST" and attempt(form, add):
        form = ScreenForm(scopes=scopes, auto_id="screen-%s")
    context = {"form": form, "link": link, "screens": walls.screens_visible(request.actor)}
    return render(request, "insight/screens.html", context, status=422 if form.errors else 200)


@page(MANAGE_WALLS, "POST")
def revocation(request: SignedInRequest, screen_id: int) -> HttpResponse:
    actions.revoke_screen(actor=request.actor, at=now(), screen_id=screen_id)
    return redirect("insight:screens")
