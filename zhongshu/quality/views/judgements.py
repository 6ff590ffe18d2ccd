"""Samples of judgements: the month's draw, what it found, one judgement looked at again."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.cases.queries.complaints import complaint_of
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.quality import queries
from zhongshu.quality.actions import draw_judgements, review_judgement
from zhongshu.quality.forms import JudgementDrawForm, JudgementReviewForm
from zhongshu.quality.models import JudgementSample
from zhongshu.quality.permissions import VIEW_RESULTS, WORK_QUALITY
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_RESULTS, "GET", "POST")
def samples(request: SignedInRequest) -> HttpResponse:
    """Every month drawn; one may be drawn before its job comes."""
    form = JudgementDrawForm(request.POST or None, initial={"month": queries.month_before(day_of(now()))})
    made: list[JudgementSample] = []
    draw = partial(draw_judgements, actor=request.actor, at=now(), site=request.site)
    if request.method == "POST" and attempt(form, lambda **typed: made.append(draw(**typed))):
        return redirect("quality:judgement_sample", made[0].pk)
    shown = {
        "page": page_of(queries.judgement_samples(request.actor), request.GET.get("page")),
        "form": form,
        "may_draw": request.actor.may(WORK_QUALITY, request.site.pk),
        "percent": queries.rates([request.site.pk], day_of(now()))[request.site.pk],
    }
    return render(request, "quality/judgement_samples.html", shown, status=422 if form.errors else 200)


@page(VIEW_RESULTS)
def sample(request: SignedInRequest, judgement_sample_id: int) -> HttpResponse:
    """One month: by judge, and what was drawn. The draw is made once more, to see that it comes out the same."""
    found = queries.judgement_sample_by_id(request.actor, judgement_sample_id)
    rows = queries.sampled_judgements(request.actor).filter(sample=found).order_by("judgement__by__name", "pk")
    shown = {
        "sample": found,
        "judges": queries.judges_of_sample(found),
        "is_same": queries.draws_the_same(found),
        "page": page_of(rows, request.GET.get("page")),
    }
    return render(request, "quality/judgement_sample.html", shown)


@page(VIEW_RESULTS, "GET", "POST")
def sampled(request: SignedInRequest, sampled_judgement_id: int) -> HttpResponse:
    """What the customer said, how it was judged and by which criteria; the department's verdict."""
    found = queries.sampled_judgement_by_id(request.actor, sampled_judgement_id)
    judged = found.judgement
    stands = {"severity": judged.severity, "points": judged.points, "criteria": judged.criteria}
    form = JudgementReviewForm(request.POST or None, initial=stands)
    act = partial(review_judgement, actor=request.actor, at=now(), sampled_id=found.pk)
    if request.method == "POST" and attempt(form, act):
        messages.success(request, _("评查已记录。"))
        return redirect("quality:judgement_sample", found.sample_id)
    may = request.actor.may(WORK_QUALITY, found.site_id) and found.reviewed_at is None
    shown = {
        "sampled": found,
        "judged": judged,
        "complaint": complaint_of(judged.case),
        "criteria": queries.criteria_named(judged.criteria),
        "form": form,
        "may_review": may and judged.by_id != request.user.pk,
    }
    return render(request, "quality/sampled_judgement.html", shown, status=422 if form.errors else 200)
