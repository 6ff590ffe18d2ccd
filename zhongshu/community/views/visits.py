"""Visits: whom to see today, recording one, and how far each keeper has come."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.community import actions
from zhongshu.community.forms import VisitForm
from zhongshu.community.kinds import Mood, VisitManner
from zhongshu.community.permissions import RECORD_VISITS, VIEW_COMMUNITY
from zhongshu.community.policies.quarters import quarter_before, quarter_from, quarter_of
from zhongshu.community.queries import visits as queries
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_COMMUNITY)
def to_visit(request: SignedInRequest) -> HttpResponse:
    """Whom to see, what is planned earliest first; a keeper sees their own, on the phone."""
    today = day_of(now())
    rows = queries.to_visit(request.actor, request.site.pk, today)
    return render(request, "community/to_visit.html", {"page": page_of(rows, request.GET.get("page")), "today": today})


@page(RECORD_VISITS, "GET", "POST")
def visit(request: SignedInRequest, account_id: int) -> HttpResponse:
    """What came of a visit or a call; whoever it was, an open draw is satisfied at the door."""
    account = queries.account_to_visit(request.actor, account_id)
    today = day_of(now())
    form = VisitForm(request.POST or None, request.FILES or None, initial={"on": today, "manner": VisitManner.DOOR})

    def record(**typed: object) -> None:
        said = {**typed, "manner": VisitManner(str(typed["manner"])), "mood": Mood(str(typed["mood"]))}
        actions.record_visit(actor=request.actor, at=now(), account_id=account.pk, **said)  # type: ignore[arg-type]

    if request.method == "POST" and attempt(form, record):
        messages.success(request, _("已记录拜访。"))
        return redirect("community:to_visit")
    shown = {"account": account, "form": form, "visits": queries.visits_to(account)}
    return render(request, "community/visit.html", shown, status=422 if form.errors else 200)


@page(VIEW_COMMUNITY)
def photo(request: SignedInRequest, visit_id: int) -> HttpResponse:
    """The photo of a visit."""
    found = queries.visit_with_photo(request.actor, visit_id)
    with found.photo.open("rb") as file:
        response = HttpResponse(file.read(), content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@page(VIEW_COMMUNITY)
def coverage(request: SignedInRequest) -> HttpResponse:
    """By keeper and quarter, as it was reached; and the draws."""
    this = quarter_of(day_of(now()))
    quarter = quarter_from(request.GET.get("quarter", ""), this)
    quarters = [this]
    while len(quarters) < 4:
        quarters.append(quarter_before(quarters[-1]))
    shown = {
        "rows": queries.coverage(request.actor, request.site.pk, quarter),
        "draws": queries.draws_listed(request.actor, request.site.pk, quarter),
        "quarter": quarter,
        "quarters": quarters,
    }
    return render(request, "community/coverage.html", shown)


@page(VIEW_COMMUNITY)
def draw(request: SignedInRequest, draw_id: int) -> HttpResponse:
    """One draw shown again from its seed: who could be drawn, and who was."""
    found = queries.draw_by_id(request.actor, draw_id)
    again = set(queries.shown_again(found))
    rows = list(queries.drawn_by(found))
    shown = {"draw": found, "rows": rows, "is_same": again == {row.account_id for row in rows}}
    return render(request, "community/draw.html", shown)
