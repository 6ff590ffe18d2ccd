"""The live board: every running order by team, the most pressing first; narrowed by team, urgency and keeper."""

from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.console import queries
from zhongshu.console.permissions import SEE_BOARD
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now


@page(SEE_BOARD)
def board(request: SignedInRequest) -> HttpResponse:
    """The whole page, or for htmx its moving part."""
    at = now()
    wanted = queries.BoardFilter(**{name: request.GET.get(name, "") for name in ("team", "urgency", "keeper")})
    shown = queries.board_of(request.site.pk, at=at, wanted=wanted)
    template = "console/parts/board.html" if request.htmx else "console/board.html"
    return render(request, template, {"board": shown, "at": at})
