"""On the phone: the way to call for help, and a call as those see it who called or come."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.kernel.once import new_key
from zhongshu.scene import queries
from zhongshu.scene.actions import raise_sos
from zhongshu.scene.kinds import DANGER_LABELS
from zhongshu.scene.permissions import RAISE_SOS, VIEW_SCENE
from zhongshu.scene.views.calls import show

SENT = ("danger", "key", "words", "order_number")


@page(RAISE_SOS, "GET", "POST")
def sos(request: SignedInRequest) -> HttpResponse:
    """The second step: what is the matter. One thumb on one of five buttons sends it."""
    if request.method == "GET":
        running = queries.open_call_of(request.actor.user_id)
        return redirect("scene:phone_call", running.number) if running else _form(request)
    sent: dict[str, Any] = {name: request.POST.get(name, "") for name in SENT}
    try:
        call = raise_sos(actor=request.actor, at=now(), site=request.site, **sent)
    except Refusal as refusal:
        return _form(request, refusal=refusal, words=sent["words"])
    return redirect("scene:phone_call", call.number)


@page(VIEW_SCENE)
def call(request: SignedInRequest, number: str) -> HttpResponse:
    """One call: I come, I am there; who else comes; what is to be kept."""
    return show(request, queries.call_by_number(request.actor, number))


@page(VIEW_SCENE)
def live(request: SignedInRequest, number: str) -> HttpResponse:
    """The part that changes by itself: who comes and who is there."""
    view = queries.view_of(queries.call_by_number(request.actor, number), user_id=request.actor.user_id)
    return render(request, "scene/phone/live.html", {"view": view, "call": view.call, "now": now()})


def _form(request: SignedInRequest, *, refusal: Refusal | None = None, words: str = "") -> HttpResponse:
    shown = {
        "key": new_key(),
        "dangers": choices(DANGER_LABELS),
        "order_number": request.GET.get("order", request.POST.get("order_number", "")),
        "refusal": refusal,
        "words": words,
        "at": now(),
    }
    return render(request, "scene/phone/sos.html", shown, status=refusal.status if refusal else 200)
