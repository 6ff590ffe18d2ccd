"""The live board: every running order by team, the most pressing first."""

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
    shown = queries.board_of(request.site.pk, at=at, team=request.GET.get("team", ""))
    template = "console/parts/board.html" if request.htmx else "console/board.html"
    return render(request, template, {"board": shown, "at": at})
