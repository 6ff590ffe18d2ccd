"""One field for everything: phone, room, name, initials, number of a case, an order or an account."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhongshu.console import search as engine
from zhongshu.console.permissions import SEARCH
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now


@page(SEARCH)
def search(request: SignedInRequest) -> HttpResponse:
    """What was found, by kind; the only exact hit opens at once."""
    text = request.GET.get("q", "").strip()
    if target := engine.exact(request.actor, text):
        return redirect(target)
    hits = engine.hits(request.actor, request.site.pk, text, at=now())
    return render(request, "console/search.html", {"q": text, "hits": hits})
