"""Rosters: a week at a glance, who is on duty now."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import SITE_ZONE, day_of, local, now
from zhongshu.kernel.errors import Refusal
from zhongshu.people import actions
from zhongshu.people.forms import RosterForm
from zhongshu.people.kinds import DUTY_LABELS, Duty
from zhongshu.people.models import RosterEntry, Staff, Team
from zhongshu.people.permissions import ARRANGE_ROSTERS, VIEW_PEOPLE
from zhongshu.people.queries import duties_at, matching, roster_between, staff_visible
from zhongshu.web.excel import Sheet, download

Week = list[tuple[Staff, list[list[RosterEntry]]]]


@page(VIEW_PEOPLE, "GET", "POST")
def rosters(request: SignedInRequest) -> HttpResponse:
    """A week of the site, staff by days; posting puts somebody on duty."""
    request.actor.require(VIEW_PEOPLE, request.site.pk)
    form = RosterForm(request.POST or None, site=request.site, initial={"day": day_of(now())})
    if request.method == "POST":
        request.actor.require(ARRANGE_ROSTERS, request.site.pk)
        if form.is_valid() and _put_on_duty(request, form):
            return redirect(_week_url(form.cleaned_data["day"]))
    monday = _monday(request.GET.get("week", ""))
    days = [monday + timedelta(days=nth) for nth in range(7)]
    week = _week(request, days)
    if request.GET.get("export") == "xlsx":
        return _workbook(week, days)
    context = {
        "form": form,
        "days": days,
        "today": day_of(now()),
        "week": week,
        "teams": Team.objects.filter(site=request.site),
        "monday": monday,
        "previous": monday - timedelta(days=7),
        "next": monday + timedelta(days=7),
        "may_arrange": request.actor.may(ARRANGE_ROSTERS, request.site.pk),
    }
    return render(request, "people/rosters.html", context, status=422 if form.errors else 200)


def _monday(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = day_of(now())
    return day - timedelta(days=day.weekday())


def _week(request: SignedInRequest, days: list[date]) -> Week:
    team = request.GET.get("team", "")
    people = matching(
        staff_visible(request.actor, site_id=request.site.pk).filter(left_on__isnull=True),
        team_id=int(team) if team.isdecimal() else None,
    )
    start = datetime.combine(days[0], time(), SITE_ZONE)
    entries = roster_between(site_id=request.site.pk, start=start, end=start + timedelta(days=7))
    by_cell = _by_cell(entries)
    return [(staff, [by_cell[staff.pk, day] for day in days]) for staff in people]


def _by_cell(entries: Iterable[RosterEntry]) -> dict[tuple[int, date], list[RosterEntry]]:
    """Entries by person and the day on which they start."""
    cells: dict[tuple[int, date], list[RosterEntry]] = defaultdict(list)
    for entry in entries:
        cells[entry.staff_id, local(entry.starts_at).date()].append(entry)
    return cells


def _workbook(week: Week, days: list[date]) -> HttpResponse:
    header = [_("工号"), _("姓名"), *(day.isoformat() for day in days)]
    lines = (
        [staff.employee_no, staff.user.name, *("\n".join(map(_span, cell)) for cell in cells)] for staff, cells in week
    )
    return download("roster", [Sheet(_("排班"), header, lines)])


def _span(entry: RosterEntry) -> str:
    hours = f"{local(entry.starts_at):%H:%M}–{local(entry.ends_at):%H:%M}"
    return hours if entry.duty == Duty.SHIFT else f"{hours} {DUTY_LABELS[Duty(entry.duty)]}"


def _put_on_duty(request: SignedInRequest, form: RosterForm) -> bool:
    starts_at, ends_at = form.period()
    said = form.cleaned_data
    try:
        actions.roster(
            actor=request.actor,
            at=now(),
            staff=said["staff"],
            duty=Duty(said["duty"]),
            starts_at=starts_at,
            ends_at=ends_at,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, _("已排班。"))
    return True


@page(ARRANGE_ROSTERS, "POST")
def strike(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one entry off the roster."""
    request.actor.require(ARRANGE_ROSTERS, request.site.pk)
    entry = get_object_or_404(RosterEntry.objects.select_related("staff__user"), site=request.site, pk=pk)
    actions.strike_from_roster(actor=request.actor, at=now(), entry=entry)
    messages.success(request, _("已取消 %(name)s 的班次。") % {"name": entry.staff.user.name})
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
            weeks=int(weeks) if weeks.isdecimal() else 0,
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已复制 %(count)s 个班次；已有班次的时间保持不变。") % {"count": added})
    return redirect(_week_url(monday))


def _week_url(day: date) -> str:
    return f"{reverse('people:rosters')}?week={day.isoformat()}"


@page(VIEW_PEOPLE)
def on_duty(request: SignedInRequest) -> HttpResponse:
    """Who is on duty now: shifts by team, the duty officer, the control room."""
    request.actor.require(VIEW_PEOPLE, request.site.pk)
    entries = list(duties_at(site_id=request.site.pk, at=now()))
    by_duty = {label: [entry for entry in entries if entry.duty == duty] for duty, label in DUTY_LABELS.items()}
    return render(request, "people/on_duty.html", {"by_duty": by_duty, "at": now()})
