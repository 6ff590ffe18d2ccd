"""The pages behind a link: the customer's own score, a copy of it, and the request that a person look again.

Asking for the page opens nothing: messengers look into links before people do. Whoever presses the button first keeps
the link for their browser; for everybody else it is as if it had never been.
"""

from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhongshu.care import actions
from zhongshu.care.engine.papers import copy_pdf
from zhongshu.care.errors import LinkDead
from zhongshu.care.forms.following import AskForm
from zhongshu.care.models import ExplanationLink
from zhongshu.care.queries.contesting import OwnView, link_behind, link_dead, own_view
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.middleware import client_ip
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt
from zhongshu.web.links import private
from zhongshu.web.paper import download

_OPENED: Final = "explanations"
"""In the session: the links this browser has opened."""


@never_cache
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest, token: str) -> HttpResponse:
    """A button that opens it; then the explanation."""
    at = now()
    try:
        link = link_behind(token, at=at)
        if _is_mine(request, link):
            return _shown(request, token, link, at)
        if link.opened_at is not None:
            raise link_dead()
        if request.method == "GET":
            return private(render(request, "care/own_door.html"))
        _keep(request, actions.open_link(actor=_customer(request), at=at, secret=token))
    except LinkDead as dead:
        return _dead(request, dead)
    return private(redirect("care:own", token))


@never_cache
@require_POST
def own_reviews(request: HttpRequest, token: str) -> HttpResponse:
    """A person is to look again."""
    at = now()
    try:
        link = _mine(request, token, at)
    except LinkDead as dead:
        return _dead(request, dead)
    view = own_view(link.account, day_of(at))
    form = AskForm(request.POST, lines=view.contestable)

    def ask(**typed: Any) -> None:
        actions.ask_review(actor=_customer(request), at=at, account=link.account, link=link, **typed)

    if attempt(form, ask):
        messages.success(request, _("已收到，会有人在 15 天内答复您。"))
        return private(redirect("care:own", token))
    return _shown(request, token, link, at, view=view, form=form)


@never_cache
@require_GET
def own_copy(request: HttpRequest, token: str) -> HttpResponse:
    """A copy to keep."""
    at = now()
    try:
        link = _mine(request, token, at)
    except LinkDead as dead:
        return _dead(request, dead)
    return private(download(f"score-{day_of(at)}", copy_pdf(own_view(link.account, day_of(at)), at=at)))


def _mine(request: HttpRequest, token: str, at: datetime) -> ExplanationLink:
    link = link_behind(token, at=at)
    if not _is_mine(request, link):
        raise link_dead()
    return link


def _is_mine(request: HttpRequest, link: ExplanationLink) -> bool:
    return link.opened_at is not None and link.pk in request.session.get(_OPENED, [])


def _keep(request: HttpRequest, link: ExplanationLink) -> None:
    """In a session of a new key, so that a key planted before is worth nothing."""
    request.session.cycle_key()
    request.session[_OPENED] = [*request.session.get(_OPENED, []), link.pk]


def _customer(request: HttpRequest) -> Actor:
    return Actor(user_id=None, name=_("说明链接"), origin=Origin.WEB, ip=client_ip(request))


def _dead(request: HttpRequest, dead: LinkDead) -> HttpResponse:
    return private(render(request, "care/own_door.html", {"told": dead.message}, status=dead.status))


def _shown(
    request: HttpRequest,
    token: str,
    link: ExplanationLink,
    at: datetime,
    *,
    view: OwnView | None = None,
    form: AskForm | None = None,
) -> HttpResponse:
    view = view or own_view(link.account, day_of(at))
    shown = {"view": view, "token": token, "form": form or AskForm(lines=view.contestable)}
    return private(render(request, "care/own.html", shown, status=422 if form else 200))
