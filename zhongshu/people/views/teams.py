"""Teams and their leads."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.people import actions
from zhongshu.people.forms import LeadForm, TeamForm
from zhongshu.people.kinds import TEAM_KIND_LABELS, TeamKind
from zhongshu.people.models import Team
from zhongshu.people.permissions import ARRANGE_PEOPLE, VIEW_PEOPLE
from zhongshu.people.queries import teams_of
from zhongshu.people.views.answers import status_of
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt


@page(VIEW_PEOPLE, "GET", "POST")
def teams(request: SignedInRequest) -> HttpResponse:
    """The teams of the site; posting makes a new one."""
    request.actor.require(VIEW_PEOPLE, request.site.pk)
    form = TeamForm(request.POST or None, site=request.site)
    if request.method == "POST":
        request.actor.require(ARRANGE_PEOPLE, request.site.pk)
        if attempt(form, lambda **said: _make(request, **said)):
            messages.success(request, _("班组已建立。"))
            return redirect("people:teams")
    rows = teams_of(request.site.pk, at=now())
    if request.GET.get("export") == "xlsx":
        return _workbook(rows)
    context = {
        "teams": rows,
        "form": form,
        "lead_form": LeadForm(site=request.site),
        "may_arrange": request.actor.may(ARRANGE_PEOPLE, request.site.pk),
    }
    return render(request, "people/teams.html", context, status=status_of(form))


def _make(request: SignedInRequest, kind: str, **said: Any) -> None:
    actions.make_team(actor=request.actor, at=now(), site=request.site, kind=TeamKind(kind), **said)


def _workbook(teams: QuerySet[Team]) -> HttpResponse:
    header = [_("编码"), _("名称"), _("类别"), _("人数"), _("主管")]
    lines = (
        [
            team.code,
            team.name,
            str(TEAM_KIND_LABELS[TeamKind(team.kind)]),
            team.size,  # type: ignore[attr-defined]  # annotated by teams_of
            team.lead.user.name if team.lead else "",
        ]
        for team in teams
    )
    return download("teams", [Sheet(_("班组"), header, lines)])


@page(ARRANGE_PEOPLE, "POST")
def lead(request: SignedInRequest, code: str) -> HttpResponse:
    """Name the lead of a team."""
    request.actor.require(ARRANGE_PEOPLE, request.site.pk)
    team = get_object_or_404(Team, site=request.site, code=code)
    form = LeadForm(request.POST, site=request.site)
    if form.is_valid():
        actions.set_lead(actor=request.actor, at=now(), team=team, lead=form.cleaned_data["lead"])
        messages.success(request, _("已保存。"))
    else:
        messages.error(request, _("请选择本项目的在职员工。"))
    return redirect("people:teams")
