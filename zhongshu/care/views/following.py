"""Improvement plans and priority records: what waits, what was written, what came of it."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.care import actions
from zhongshu.care.forms.following import PlanForm, RecordForm
from zhongshu.care.permissions import REVIEW_PRIORITY, VIEW_CARE, WRITE_PLANS
from zhongshu.care.queries import following as queries
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

STATES = (queries.OPEN, queries.LATE, queries.DONE)


def _state(request: SignedInRequest) -> str:
    asked = request.GET.get("state", "")
    return asked if asked in STATES else queries.OPEN


@page(VIEW_CARE)
def plans(request: SignedInRequest) -> HttpResponse:
    """What is to be written, what is late, what was written."""
    today, state = day_of(now()), _state(request)
    rows = queries.plans_listed(request.actor, request.site.pk, state=state, on=today)
    shown = {"page": page_of(rows, request.GET.get("page")), "state": state, "today": today}
    return render(request, "care/plans.html", shown)


@page(VIEW_CARE, "GET", "POST")
def plan(request: SignedInRequest, improvement_id: int) -> HttpResponse:
    """Why, by when, and the plan itself."""
    found, at = queries.plan_seen(request.actor, improvement_id), now()
    form = PlanForm(request.POST or None, initial={"text": found.text})
    write = partial(actions.write_plan, actor=request.actor, at=at, plan_id=found.pk)
    if request.method == "POST" and attempt(form, write):
        messages.success(request, _("改善方案已保存。"))
        return redirect("care:plan", found.pk)
    may = request.actor.may(WRITE_PLANS, found.site_id) and queries.may_write(request.actor, found, day_of(at))
    shown = {"plan": found, "form": form, "may_write": may, "today": day_of(at)}
    return render(request, "care/plan.html", shown, status=422 if form.errors else 200)


@page(VIEW_CARE)
def records(request: SignedInRequest) -> HttpResponse:
    """Open ones by their next review; closed ones."""
    today, state = day_of(now()), _state(request)
    rows = queries.records_listed(request.actor, request.site.pk, state=state, on=today)
    shown = {"page": page_of(rows, request.GET.get("page")), "state": state, "today": today}
    return render(request, "care/records.html", shown)


@page(VIEW_CARE, "GET", "POST")
def record(request: SignedInRequest, record_id: int) -> HttpResponse:
    """Every review so far, and the next."""
    found, form = queries.record_seen(request.actor, record_id), RecordForm(request.POST or None)
    review = partial(actions.review_priority, actor=request.actor, at=now(), record_id=found.pk)
    if request.method == "POST" and attempt(form, review):
        messages.success(request, _("复盘已记录，一个月后再复盘。"))
        return redirect("care:record", found.pk)
    shown = {
        "record": found,
        "form": form,
        "reviews": found.reviews.select_related("by").order_by("-pk"),
        "may_review": found.closed_on is None and request.actor.may(REVIEW_PRIORITY, found.site_id),
        "closes_on": queries.closes_on(found),
        "today": day_of(now()),
    }
    return render(request, "care/record.html", shown, status=422 if form.errors else 200)
