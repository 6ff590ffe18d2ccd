"""Rosters: a week at a glance, who is on duty now."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, local, now
from zhongshu.kernel.errors import Invalid
from zhongshu.people import actions
from zhongshu.people.forms import RosterForm
from zhongshu.people.kinds import DUTY_LABELS, Duty
from zhongshu.people.models import RosterEntry, Staff, Team
from zhongshu.people.permissions import ARRANGE_ROSTERS, VIEW_PEOPLE
from zhongshu.people.queries import away_at, duties_at, not_gone, staff_visible
from zhongshu.people.views.answers import id_in, name_of, status_of
from zhongshu.people.views.week import Week, in_words
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt

A_WEEK = timedelta(days=7)


@page(VIEW_PEOPLE, "GET", "POST")
def rosters(request: SignedInRequest) -> HttpResponse:
    """A week of the site, staff by days; posting puts somebody on duty."""
    request.actor.require(VIEW_PEOPLE, request.site.pk)
    form = RosterForm(request.POST or None, site=request.site, initial={"day": day_of(now())})
    if request.method == "POST":
        request.actor.require(ARRANGE_ROSTERS, request.site.pk)
        if attempt(form, lambda **_said: _put_on_duty(request, form)):
            messages.success(request, _("已排班。"))
            return redirect(_week_url(form.cleaned_data["day"]))
    week = Week(request.site.pk, _monday(request.GET.get("week", "")))
    everybody = list(_serving(request, week))
    shown = _of_team(everybody, id_in(request.GET.get("team", "")))
    if request.GET.get("export") == "xlsx":
        return _workbook(week, shown)
    form.offer(everybody)
    context = _context(request, week, everybody) | {"form": form, "rows": week.rows(shown), "count": len(shown)}
    return render(request, "people/rosters.html", context, status=status_of(form))


def _context(request: SignedInRequest, week: Week, everybody: list[Staff]) -> dict[str, Any]:
    monday = week.days[0]
    return {
        "days": week.days,
        "today": day_of(now()),
        "watches": week.watches(),
        "uncovered": week.uncovered(everybody, at=now()),
        "teams": _teams(everybody),
        "monday": monday,
        "previous": monday - A_WEEK,
        "next": monday + A_WEEK,
        "may_arrange": request.actor.may(ARRANGE_ROSTERS, request.site.pk),
    }


def _monday(text: str) -> date:
    """Of the week that holds that day; of this one where it is no day, or at the end of the calendar."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = day_of(now())
    if not 2000 <= day.year < 3000:
        day = day_of(now())
    return day - timedelta(days=day.weekday())


def _serving(request: SignedInRequest, week: Week) -> Any:
    """Who is with us in that week, team by team; without their skills, which nobody asks for here."""
    people = staff_visible(request.actor, site_id=request.site.pk).prefetch_related(None)
    return people.filter(not_gone(week.start)).order_by("team__code", "employee_no")


def _of_team(staff: list[Staff], team_id: int | None) -> list[Staff]:
    return [person for person in staff if team_id in (None, person.team_id)]


def _teams(staff: list[Staff]) -> list[Team]:
    return list({person.team.pk: person.team for person in staff if person.team}.values())


def _workbook(week: Week, staff: list[Staff]) -> HttpResponse:
    header = [_("工号"), _("姓名"), *(day.isoformat() for day in week.days)]
    lines = ([person.employee_no, person.user.name, *map(in_words, cells)] for person, cells in week.rows(staff))
    return download("roster", [Sheet(_("排班"), header, lines)])


def _put_on_duty(request: SignedInRequest, form: RosterForm) -> None:
    starts_at, ends_at = form.period()
    staff, duty = form.cleaned_data["staff"], Duty(form.cleaned_data["duty"])
    actions.roster(actor=request.actor, at=now(), staff=staff, duty=duty, starts_at=starts_at, ends_at=ends_at)


@page(ARRANGE_ROSTERS, "POST")
def strike(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one entry off the roster."""
    request.actor.require(ARRANGE_ROSTERS, request.site.pk)
    entry = get_object_or_404(RosterEntry.objects.select_related("staff__user"), site=request.site, pk=pk)
    actions.strike_from_roster(actor=request.actor, at=now(), entry=entry)
    messages.success(request, _("已取消 %(name)s 的班次。") % name_of(entry.staff))
    return redirect(_week_url(local(entry.starts_at).date()))


@page(ARRANGE_ROSTERS, "POST")
def repetition(request: SignedInRequest) -> HttpResponse:
    """Copy the week shown to the weeks after it."""
    request.actor.require(ARRANGE_ROSTERS, request.site.pk)
    monday = _monday(request.POST.get("week", ""))
    weeks = request.POST.get("weeks", "")
    try:
        added = actions.repeat_week(
            actor=request.actor,
            at=now(),
            site_id=request.site.pk,
            week_of=monday,
            weeks=id_in(weeks) or 0,
        )
    except Invalid as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已复制 %(count)s 个班次；已有班次的时间保持不变。") % {"count": added})
    return redirect(_week_url(monday))


def _week_url(day: date) -> str:
    return f"{reverse('people:rosters')}?week={day.isoformat()}"


@page(VIEW_PEOPLE)
def on_duty(request: SignedInRequest) -> HttpResponse:
    """Who is on duty now: the duty officer and the control room first, then shifts by team; and who is away."""
    request.actor.require(VIEW_PEOPLE, request.site.pk)
    at = now()
    entries = list(duties_at(site_id=request.site.pk, at=at))
    if request.GET.get("export") == "xlsx":
        return _on_duty_workbook(entries)
    of_duty = {duty: [entry for entry in entries if entry.duty == duty] for duty in Duty}
    context = {
        "at": at,
        "watches": [(DUTY_LABELS[duty], of_duty[duty]) for duty in (Duty.DUTY_OFFICER, Duty.CONTROL_ROOM)],
        "shifts": of_duty[Duty.SHIFT],
        "absences": away_at(site_id=request.site.pk, at=at),
        "may_roster": request.actor.may(ARRANGE_ROSTERS, request.site.pk),
    }
    return render(request, "people/on_duty.html", context)


def _on_duty_workbook(entries: list[RosterEntry]) -> HttpResponse:
    header = [_("职责"), _("工号"), _("姓名"), _("班组"), _("上班"), _("下班")]
    lines = (
        [
            str(DUTY_LABELS[Duty(entry.duty)]),
            entry.staff.employee_no,
            entry.staff.user.name,
            entry.staff.team.name if entry.staff.team else "",
            entry.starts_at,
            entry.ends_at,
        ]
        for entry in entries
    )
    return download("on-duty", [Sheet(_("当班"), header, lines)])
