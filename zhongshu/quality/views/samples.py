"""Samples of closed cases: drawing, reviewing, results."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.cases.queries import orders_of, timeline
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.queries import sites_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.quality import queries
from zhongshu.quality.actions import draw_sample, review, set_rate
from zhongshu.quality.forms import DrawForm, QualityForm, RateForm, ReviewForm
from zhongshu.quality.kinds import CRITERION_LABELS, Criterion
from zhongshu.quality.models import Sample
from zhongshu.quality.permissions import VIEW_RESULTS, WORK_QUALITY
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_RESULTS, "GET", "POST")
def samples(request: SignedInRequest) -> HttpResponse:
    """Every draw, and a new one."""
    if request.method == "GET":
        return _samples(request)
    form, made = DrawForm(request.POST), list[Sample]()
    if attempt(form, lambda **typed: made.append(draw_sample(actor=request.actor, at=now(), **typed))):
        return redirect("quality:sample", made[0].pk)
    return _samples(request, draw=form)


@page(WORK_QUALITY, "POST")
def sampling_rates(request: SignedInRequest) -> HttpResponse:
    """How many in a hundred, from today on."""
    form = RateForm(request.POST, sites=sites_of(request.actor))
    if attempt(form, lambda **typed: set_rate(actor=request.actor, at=now(), **typed)):
        messages.success(request, _("抽样比例从今天起生效。"))
        return redirect("quality:samples")
    return _samples(request, rate=form)


def _samples(request: SignedInRequest, **typed: QualityForm) -> HttpResponse:
    at = now()
    sites = sites_of(request.actor)
    shown = {
        "page": page_of(queries.samples_listed(request.actor), request.GET.get("page")),
        "may_draw": request.actor.may(WORK_QUALITY),
        "draw": typed.get("draw") or DrawForm(initial={"seed": day_of(at).isoformat()}),
        "rate": typed.get("rate") or RateForm(sites=sites),
        "percent": queries.rates([request.site.pk], day_of(at))[request.site.pk],
    }
    return render(request, "quality/samples.html", shown, status=422 if typed else 200)


@page(VIEW_RESULTS)
def sample(request: SignedInRequest, sample_id: int) -> HttpResponse:
    """One draw: results by site, and its cases."""
    found = queries.sample_by_id(request.actor, sample_id)
    rows = queries.sampled(request.actor).filter(sample=found).order_by("site", "category", "pk")
    shown = {
        "sample": found,
        "results": queries.results(request.actor, found),
        "page": page_of(rows, request.GET.get("page")),
    }
    return render(request, "quality/sample.html", shown)


@page(VIEW_RESULTS, "GET", "POST")
def sampled(request: SignedInRequest, sampled_id: int) -> HttpResponse:
    """One drawn case: what happened, and the reviewer's judgement."""
    found = queries.sampled_by_id(request.actor, sampled_id)
    form = ReviewForm(request.POST or None)

    def judge(*, consequence: str, words: str, **_points: str) -> None:
        review(
            actor=request.actor,
            at=now(),
            sampled_id=sampled_id,
            points=form.points,
            consequence=consequence,
            words=words,
        )

    if request.method == "POST" and attempt(form, judge):
        messages.success(request, _("评分已记录。"))
        return redirect("quality:sample", found.sample_id)
    marks = [(CRITERION_LABELS[Criterion(name)], mark) for name, mark in found.points.items()]
    shown = {
        "sampled": found,
        "form": form,
        "marks": marks,
        "lines": timeline(found.case),
        "orders": orders_of(found.case),
        "may_review": request.actor.may(WORK_QUALITY, found.site_id) and found.reviewed_at is None,
    }
    return render(request, "quality/sampled.html", shown, status=422 if form.errors else 200)
