"""What the person was told."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from zhongshu.console import queries
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.messaging.actions import mark_read
from zhongshu.web.paging import page_of


@page(None)
def inbox(request: SignedInRequest) -> HttpResponse:
    """Messages, the newest first; `?unread=1` only those not read yet."""
    rows = queries.messages(request.actor, only_unread=request.GET.get("unread") == "1")
    return render(request, "console/inbox.html", {"page": page_of(rows, request.GET.get("page"))})


@page(None, "POST")
def reading(request: SignedInRequest) -> HttpResponse:
    """Marks one message, or all of them, as read, and goes on to where it leads."""
    wanted = request.POST.get("message", "")
    ids = [int(wanted)] if wanted.isdecimal() else None
    mark_read(actor=request.actor, at=now(), message_ids=ids)
    return redirect(_inside(request.POST.get("next", "")) or "console:inbox")


def _inside(url: str) -> str:
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""
