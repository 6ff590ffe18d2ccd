"""Staff: the list, one person, hiring, leaving."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.people import actions
from zhongshu.people.forms import ArrangeForm, HireForm, LeaveForm
from zhongshu.people.models import RosterEntry, Staff, Team
from zhongshu.people.permissions import ARRANGE_PEOPLE, VIEW_PEOPLE
from zhongshu.people.queries import matching, staff_visible
from zhongshu.web.excel import Sheet, download
from zhongshu.web.paging import page_of


@page(VIEW_PEOPLE)
def staff_list(request: SignedInRequest) -> HttpResponse:
    """Everybody of the site, by name, number, phone or team."""
    team = request.GET.get("team", "")
    text = request.GET.get("q", "").strip()
    rows = staff_visible(request.actor, site_id=request.site.pk)
    rows = matching(rows, text=text, team_id=int(team) if team.isdecimal() else None)
    if request.GET.get("left") != "1":
        rows = rows.filter(left_on__isnull=True)
    if request.GET.get("export") == "xlsx":
        return _workbook(rows)
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "teams": Team.objects.filter(site=request.site),
        "may_arrange": request.actor.may(ARRANGE_PEOPLE, request.site.pk),
    }
    return render(request, "people/staff_list.html", context)


def _workbook(rows: QuerySet[Staff]) -> HttpResponse:
    header = [_("工号"), _("姓名"), _("班组"), _("岗位"), _("技能"), _("同时承接工单数"), _("入职日期"), _("离职日期")]
    lines = (
        [
            staff.employee_no,
            staff.user.name,
            staff.team.name if staff.team else "",
            staff.title,
            "、".join(skill.name for skill in staff.skills.all()),
            staff.capacity,
            staff.joined_on,
            staff.left_on,
        ]
        for staff in rows
    )
    return download("staff", [Sheet(_("员工"), header, lines)])


@page(ARRANGE_PEOPLE, "GET", "POST")
def hire(request: SignedInRequest) -> HttpResponse:
    """Make a user an employee of this site."""
    form = HireForm(request.POST or None, site=request.site)
    if request.method == "POST" and form.is_valid():
        try:
            staff = actions.hire(actor=request.actor, at=now(), site=request.site, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("%(name)s 已入职。") % {"name": staff.user.name})
            return redirect("people:person", employee_no=staff.employee_no)
    return render(request, "people/form.html", {"form": form, "title": _("新员工")}, status=_status(form))


@page(VIEW_PEOPLE)
def person(request: SignedInRequest, employee_no: str) -> HttpResponse:
    """One employee: team, skills, the shifts to come."""
    staff = _staff(request, employee_no)
    coming = RosterEntry.objects.filter(staff=staff, ends_at__gt=now()).order_by("starts_at")[:14]
    known = {"team": staff.team, "skills": staff.skills.all(), "capacity": staff.capacity}
    context = {
        "staff": staff,
        "coming": coming,
        "arrange_form": ArrangeForm(initial=known, site=request.site),
        "leave_form": LeaveForm(site=request.site),
        "may_arrange": request.actor.may(ARRANGE_PEOPLE, staff.site_id),
    }
    return render(request, "people/person.html", context)


@page(ARRANGE_PEOPLE, "POST")
def arrangement(request: SignedInRequest, employee_no: str) -> HttpResponse:
    """Team, skills and capacity of one employee."""

    def arrange(staff: Staff, form: forms.Form) -> None:
        actions.move_to_team(actor=request.actor, at=now(), staff=staff, team=form.cleaned_data["team"])
        actions.set_skills(actor=request.actor, at=now(), staff=staff, skills=list(form.cleaned_data["skills"]))
        actions.set_capacity(actor=request.actor, at=now(), staff=staff, capacity=form.cleaned_data["capacity"])

    return _change(request, employee_no, ArrangeForm(request.POST, site=request.site), arrange)


@page(ARRANGE_PEOPLE, "POST")
def departure(request: SignedInRequest, employee_no: str) -> HttpResponse:
    """The employee leaves; their shifts from that day on are struck."""

    def depart(staff: Staff, form: forms.Form) -> None:
        actions.leave(actor=request.actor, at=now(), staff=staff, left_on=form.cleaned_data["left_on"])

    return _change(request, employee_no, LeaveForm(request.POST, site=request.site), depart)


def _change(
    request: SignedInRequest, employee_no: str, form: forms.Form, act: Callable[[Staff, forms.Form], None]
) -> HttpResponse:
    staff = _staff(request, employee_no)
    try:
        if form.is_valid():
            act(staff, form)
            messages.success(request, _("已保存。"))
            return redirect("people:person", employee_no=employee_no)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    context = {"form": form, "title": staff.user.name}
    return render(request, "people/form.html", context, status=_status(form))


def _staff(request: SignedInRequest, employee_no: str) -> Staff:
    rows = staff_visible(request.actor, site_id=request.site.pk)
    return get_object_or_404(rows, employee_no=employee_no)


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200
