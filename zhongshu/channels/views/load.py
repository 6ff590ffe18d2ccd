"""Emotional load: one's own, and for whoever relieves people, theirs."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.channels import actions
from zhongshu.channels.forms import AngerForm, ReliefForm
from zhongshu.channels.permissions import NOTE_LOAD
from zhongshu.channels.queries.limits import limits_of
from zhongshu.channels.queries.load import own_staff, relieved_by, view_of, views_for
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt


@page(NOTE_LOAD)
def load(request: SignedInRequest) -> HttpResponse:
    """For welfare: seen by the person and by whoever relieves them."""
    return _show(request)


def _show(
    request: SignedInRequest, *, anger: AngerForm | None = None, relief: ReliefForm | None = None, staff_id: int = 0
) -> HttpResponse:
    at, me = now(), own_staff(request.actor)
    minutes = limits_of(request.site.pk, day_of(at)).relief_minutes
    views = views_for(request.actor, request.site, at=at)
    fresh = ReliefForm(initial={"minutes": minutes}, auto_id=False)
    context = {
        "own": view_of(me, at=at) if me else None,
        "others": [(view, relief if relief and view.staff.pk == staff_id else fresh) for view in views],
        "relieves": bool(relieved_by(request.actor, request.site, at=at)),
        "anger": anger or AngerForm(),
        "limits": limits_of(request.site.pk, day_of(at)),
        "at": at,
    }
    return render(request, "channels/load.html", context, status=422 if anger or relief else 200)


@page(NOTE_LOAD, "POST")
def angers(request: SignedInRequest) -> HttpResponse:
    """An angry contact of one's own: of a call or a case if it says which, else at the counter."""
    form = AngerForm(request.POST)

    def note(**said: Any) -> None:
        actions.note_anger(actor=request.actor, at=now(), **said)

    if attempt(form, note):
        messages.success(request, _("已记下，辛苦了。"))
        return redirect("channels:load")
    return _show(request, anger=form)


@page(NOTE_LOAD, "POST")
def relief(request: SignedInRequest, staff_id: int) -> HttpResponse:
    """Somebody takes over."""
    form = ReliefForm(request.POST, auto_id=False)

    def relieve(**said: Any) -> None:
        actions.relieve(actor=request.actor, at=now(), staff_id=staff_id, **said)

    if attempt(form, relieve):
        messages.success(request, _("已登记替换。"))
        return redirect("channels:load")
    return _show(request, relief=form, staff_id=staff_id)
