"""The page behind a survey's link: six marks and a few words. It shows nobody's name and no dwelling."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zhongshu.community import actions
from zhongshu.community.errors import AlreadyAnswered, LinkUnknown, SurveyOver
from zhongshu.community.forms import SurveyForm
from zhongshu.community.queries.surveys import check_open, invitation_behind
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.middleware import client_ip
from zhongshu.kernel.clock import now
from zhongshu.web.forms import attempt
from zhongshu.web.links import private


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questions, until they are answered; then thanks, whoever opens it."""
    form = SurveyForm(request.POST or None)
    try:
        invitation = invitation_behind(token)
        check_open(invitation, at=now())
        is_done = request.method == "POST" and attempt(form, lambda **typed: _say(request, token, **typed))
    except (LinkUnknown, AlreadyAnswered, SurveyOver) as refusal:
        return private(render(request, "community/answer.html", {"told": refusal.message}, status=refusal.status))
    shown = {"form": form, "site": invitation.survey.site, "quarter": invitation.survey.quarter}
    if is_done:
        shown["told"] = _("谢谢，您的评价已经收到。")
    return private(render(request, "community/answer.html", shown, status=422 if form.errors else 200))


def _say(request: HttpRequest, token: str, *, problem: str, **marks: int) -> None:
    actor = Actor(user_id=None, name=_("问卷链接"), origin=Origin.WEB, ip=client_ip(request))
    actions.answer_by_link(actor=actor, at=now(), token=token, marks=marks, problem=problem)
