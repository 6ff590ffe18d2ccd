"""Staff: the list, one person, hiring, leaving."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.people import actions
from zhongshu.people.forms import AbsenceForm, ArrangeForm, HireForm, LeaveForm
from zhongshu.people.models import Staff, Team
from zhongshu.people.permissions import ARRANGE_PEOPLE, ARRANGE_ROSTERS, VIEW_PEOPLE
from zhongshu.people.queries import matching, not_gone, staff_visible, with_skill_names
from zhongshu.people.views.answers import id_in, name_of, status_of
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

SHIFTS_AHEAD = 14


@page(VIEW_PEOPLE)
def staff_list(request: SignedInRequest) -> HttpResponse:
    """Everybody of the site, by name, number, phone or team."""
    request.actor.require(VIEW_PEOPLE, request.site.pk)
    text = request.GET.get("q", "").strip()
    rows = with_skill_names(staff_visible(request.actor, site_id=request.site.pk))
    rows = matching(rows, text=text, team_id=id_in(request.GET.get("team", "")))
    if request.GET.get("left") != "1":
        rows = rows.filter(not_gone(now()))
    if request.GET.get("export") == "xlsx":
        return _workbook(rows)
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "today": day_of(now()),
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
            "、".join(staff.skill_names),  # type: ignore[attr-defined]  # annotated by with_skill_names
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
    request.actor.require(ARRANGE_PEOPLE, request.site.pk)
    form = HireForm(request.POST or None, site=request.site)

    def take_on(**said: Any) -> None:
        staff = actions.hire(actor=request.actor, at=now(), site=request.site, **said)
        messages.success(request, _("%(name)s 已入职。") % name_of(staff))

    if request.method == "POST" and attempt(form, take_on):
        return redirect("people:person", employee_no=form.cleaned_data["employee_no"])
    context = {"form": form, "title": _("新员工")}
    return render(request, "people/form.html", context, status=status_of(form))


@page(VIEW_PEOPLE)
def person(request: SignedInRequest, employee_no: str) -> HttpResponse:
    """One employee: team, skills, the shifts to come, when away."""
    staff, at = employee(request, employee_no), now()
    known = {"team": staff.team, "skills": staff.skills.all(), "capacity": staff.capacity}
    context = {
        "staff": staff,
        "coming": staff.roster.filter(ends_at__gt=at).order_by("starts_at")[:SHIFTS_AHEAD],
        "absences": staff.absences.filter(ends_at__gt=at).order_by("starts_at"),
        "at": at,
        "arrange_form": ArrangeForm(initial=known, site=request.site),
        "leave_form": LeaveForm(site=request.site),
        "absence_form": AbsenceForm(site=request.site),
        "may_arrange": request.actor.may(ARRANGE_PEOPLE, staff.site_id),
        "may_roster": request.actor.may(ARRANGE_ROSTERS, staff.site_id),
    }
    return render(request, "people/person.html", context)


@page(ARRANGE_PEOPLE, "POST")
def arrangement(request: SignedInRequest, employee_no: str) -> HttpResponse:
    """Team, skills and capacity of one employee."""
    form = ArrangeForm(request.POST, site=request.site)
    return _change(request, employee_no, form, actions.arrange)


@page(ARRANGE_PEOPLE, "POST")
def departure(request: SignedInRequest, employee_no: str) -> HttpResponse:
    """The employee leaves; their shifts from that day on are struck."""
    return _change(request, employee_no, LeaveForm(request.POST, site=request.site), actions.leave)


def _change(request: SignedInRequest, employee_no: str, form: forms.Form, action: Callable[..., Staff]) -> HttpResponse:
    request.actor.require(ARRANGE_PEOPLE, request.site.pk)
    staff = employee(request, employee_no)
    if attempt(form, lambda **said: action(actor=request.actor, at=now(), staff=staff, **said)):
        messages.success(request, _("已保存。"))
        return redirect("people:person", employee_no=employee_no)
    context = {"form": form, "title": staff.user.name, "back_to": employee_no}
    return render(request, "people/form.html", context, status=status_of(form))


def employee(request: SignedInRequest, employee_no: str) -> Staff:
    """The employee of that number at the site one looks at; a 404 for anybody who may not see people there."""
    rows = staff_visible(request.actor, site_id=request.site.pk)
    return get_object_or_404(rows, employee_no=employee_no)
