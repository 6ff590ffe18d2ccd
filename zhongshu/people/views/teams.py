"""Teams and their leads."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.people import actions
from zhongshu.people.forms import LeadForm, TeamForm
from zhongshu.people.kinds import TeamKind
from zhongshu.people.models import Team
from zhongshu.people.permissions import ARRANGE_PEOPLE, VIEW_PEOPLE


@page(VIEW_PEOPLE, "GET", "POST")
def teams(request: SignedInRequest) -> HttpResponse:
    """The teams of the site; posting makes a new one."""
    request.actor.require(VIEW_PEOPLE, request.site.pk)
    form = TeamForm(request.POST or None, site=request.site)
    if request.method == "POST":
        request.actor.require(ARRANGE_PEOPLE, request.site.pk)
        if form.is_valid() and _made(request, form):
            return redirect("people:teams")
    serving = Count("members", filter=Q(members__left_on__isnull=True))
    rows = Team.objects.filter(site=request.site).select_related("lead__user").annotate(size=serving)
    context = {
        "teams": rows,
        "form": form,
        "lead_form": LeadForm(site=request.site),
        "may_arrange": request.actor.may(ARRANGE_PEOPLE, request.site.pk),
    }
    return render(request, "people/teams.html", context, status=422 if form.errors else 200)


def _made(request: SignedInRequest, form: TeamForm) -> bool:
    said = form.cleaned_data
    try:
        actions.make_team(
            actor=request.actor,
            at=now(),
            site=request.site,
            code=said["code"],
            name=said["name"],
            kind=TeamKind(said["kind"]),
        )
    except Refusal as refusal:
        form.add_error(refusal.field or None, refusal.message)
        return False
    messages.success(request, _("班组已建立。"))
    return True


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
