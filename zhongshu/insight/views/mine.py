"""One's own figures: for everybody, and nobody else's."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.insight.engine.wording import period_of
from zhongshu.insight.kinds import RHYTHM_LABELS, Subject
from zhongshu.insight.permissions import SEE_OWN_FIGURES
from zhongshu.insight.policies.figures import FIGURES, RATES
from zhongshu.insight.queries.matters import Slice, cases_behind, orders_behind
from zhongshu.insight.queries.tallies import counted, tallied
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.paging import page_of

OWN_FIGURES = ("opened", "closed", "reopened", "complaints", "orders", "done", "late", "worked")
OWN_RATES = ("acknowledge_on_time", "arrive_on_time", "finish_on_time", "first_time_fix", "satisfaction")


@page(SEE_OWN_FIGURES)
def mine(request: SignedInRequest) -> HttpResponse:
    """Cases one answers for and orders one had; `figure` shows the matters behind one."""
    at = now()
    period = period_of(request.GET, today=day_of(at))
    sites = tuple(site.pk for site in request.sites)
    of = Slice(sites, period.span, at, period.bucket, {"person": request.actor.user_id})
    context = {"period": period, "rhythm_labels": RHYTHM_LABELS, "later": period.after.span.since <= at}
    code = request.GET.get("figure", "")
    if not code:
        tally = tallied(of, dimensions=()).total
        rates = [(RATES[one], FIGURES[RATES[one].part]) for one in OWN_RATES]
        figures = [FIGURES[one] for one in OWN_FIGURES]
        return render(request, "insight/mine.html", context | {"tally": tally, "figures": figures, "rates": rates})
    if code not in FIGURES:
        raise NotFound(_("没有这项指标。"), field="figure")
    figure = FIGURES[code]
    is_cases = figure.subject is Subject.CASES
    rows = page_of(cases_behind(figure, of) if is_cases else orders_behind(figure, of), request.GET.get("page"))
    shown = {"figure": figure, "tally": counted(figure, of), "page": rows, "is_cases": is_cases}
    return render(request, "insight/mine_matters.html", context | shown)
