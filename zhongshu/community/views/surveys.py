"""Surveys: sending one, results by keeper, problems in the customers' words, paper typed in."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.community import actions
from zhongshu.community.errors import SurveySent
from zhongshu.community.forms import SurveyForm
from zhongshu.community.kinds import QUESTION_LABELS, Question
from zhongshu.community.models import Survey
from zhongshu.community.permissions import SEND_SURVEYS, TYPE_ANSWERS, VIEW_COMMUNITY
from zhongshu.community.policies.quarters import quarter_from, quarter_of
from zhongshu.community.queries import surveys as queries
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt
from zhongshu.web.links import home_of
from zhongshu.web.paging import page_of


@page(VIEW_COMMUNITY, "GET", "POST")
def surveys(request: SignedInRequest) -> HttpResponse:
    """Every survey of the site; this quarter's can be sent before its day."""
    if request.method == "POST":
        try:
            actions.send_survey(actor=request.actor, at=now(), site=request.site, home=home_of(request))
            messages.success(request, _("满意度调查已发出。"))
        except SurveySent as refusal:
            messages.error(request, refusal.message)
        return redirect("community:surveys")
    rows = queries.surveys_listed(request.actor, request.site.pk)
    is_sent = rows.filter(quarter=quarter_of(day_of(now()))).exists()
    may_send = request.actor.may(SEND_SURVEYS, request.site.pk) and not is_sent
    shown = {"page": page_of(rows, request.GET.get("page")), "may_send": may_send}
    return render(request, "community/surveys.html", shown)


def _found(request: SignedInRequest, quarter: str) -> Survey:
    return queries.survey_of(request.actor, request.site.pk, quarter_from(quarter, date.min))


@page(VIEW_COMMUNITY)
def survey(request: SignedInRequest, quarter: str) -> HttpResponse:
    """Results by keeper, and the problems grouped by what they are about."""
    found = _found(request, quarter)
    rows = [(row, [row.means.get(each) for each in Question]) for row in queries.results(request.actor, found)]
    shown = {
        "survey": found,
        "rows": rows,
        "questions": QUESTION_LABELS.values(),
        "groups": queries.problems(queries.answers_seen(request.actor, found)),
        "may_type": request.actor.may(TYPE_ANSWERS, found.site_id) and day_of(now()) < found.closes_on,
    }
    return render(request, "community/survey.html", shown)


@page(TYPE_ANSWERS)
def papers(request: SignedInRequest, quarter: str) -> HttpResponse:
    """Whose paper form is to be typed in: those who have not answered yet."""
    found = queries.survey_to_type(request.actor, request.site.pk, quarter_from(quarter, date.min))
    text = request.GET.get("q", "").strip()[:60]
    rows = queries.invitations_listed(found, text=text)
    shown = {"survey": found, "page": page_of(rows, request.GET.get("page")), "q": text}
    return render(request, "community/papers.html", shown)


@page(TYPE_ANSWERS, "GET", "POST")
def paper(request: SignedInRequest, invitation_id: int) -> HttpResponse:
    """One paper form."""
    found = queries.invitation_by_id(request.actor, invitation_id)
    form = SurveyForm(request.POST or None)

    def type_in(*, problem: str, **marks: int) -> None:
        actions.type_answer(actor=request.actor, at=now(), invitation_id=found.pk, marks=marks, problem=problem)

    if request.method == "POST" and attempt(form, type_in):
        messages.success(request, _("已录入问卷。"))
        return redirect("community:papers", found.survey.quarter.isoformat())
    shown = {"invitation": found, "form": form}
    return render(request, "community/paper.html", shown, status=422 if form.errors else 200)
