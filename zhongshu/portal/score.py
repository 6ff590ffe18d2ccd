"""The score of one's home: why it is so, a copy, and the request that a person look again."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhongshu.care.engine.papers import copy_pdf
from zhongshu.care.forms.following import AskForm
from zhongshu.care.queries.contesting import OwnView, own_view
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.portal import actions, money
from zhongshu.portal.permissions import USE_PORTAL
from zhongshu.web.forms import attempt
from zhongshu.web.paper import download


@page(USE_PORTAL, "GET")
def score(request: SignedInRequest, account_id: int) -> HttpResponse:
    """Every point, in plain words."""
    view = _view(request, account_id)
    return render(request, "portal/score.html", {"view": view, "form": AskForm(lines=view.contestable)})


@page(USE_PORTAL, "POST")
def reviews(request: SignedInRequest, account_id: int) -> HttpResponse:
    """A person is to look again."""
    view = _view(request, account_id)
    form = AskForm(request.POST, lines=view.contestable)
    if attempt(form, partial(actions.ask_review, actor=request.actor, at=now(), account_id=account_id)):
        messages.success(request, _("已收到，会有人在 15 天内答复您。"))
        return redirect("portal:score", account_id)
    return render(request, "portal/score.html", {"view": view, "form": form}, status=422)


@never_cache
@page(USE_PORTAL)
def copy(request: SignedInRequest, account_id: int) -> HttpResponse:
    """As PDF."""
    at = now()
    return download(f"score-{day_of(at)}", copy_pdf(_view(request, account_id), at=at))


def _view(request: SignedInRequest, account_id: int) -> OwnView:
    at = now()
    return own_view(money.scored_home(request.actor, account_id, at=at), day_of(at))
