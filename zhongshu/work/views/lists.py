"""Lists for those who dispatch: the pool, what is on hold, work given, mutual aid, contractors, the plan of a day."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.people.models import Team
from zhongshu.web.excel import Sheet, download
from zhongshu.web.paging import page_of
from zhongshu.work import actions, queries
from zhongshu.work.actions import Planned
from zhongshu.work.actions.visits import instant
from zhongshu.work.models import WorkOrder
from zhongshu.work.permissions import ARRANGE_WORK, DISPATCH_ORDERS, VIEW_ORDERS, WORK_ORDERS
from zhongshu.work.policies.visits import planned
from zhongshu.work.queries import BoardOrder

MOST_SHOWN = 200
ALL_TEAMS = "all"


@page(WORK_ORDERS)
def pool(request: SignedInRequest) -> HttpResponse:
    """What may be claimed here now, and what waits for a lead to send it on."""
    at, site_id = now(), request.site.pk
    claimable = queries.pool(request.actor, site_id=site_id, at=at)[:MOST_SHOWN]
    led = queries.sent_on_by(request.actor, site_id=site_id)[:MOST_SHOWN]
    context = {
        "claimable": [BoardOrder(order, queries.next_reading(order, at)) for order in claimable],
        "led": [BoardOrder(order, queries.next_reading(order, at)) for order in led],
    }
    return render(request, "work/pool.html", context)


@page(VIEW_ORDERS)
def held(request: SignedInRequest) -> HttpResponse:
    """Orders on hold, by the day on which they go on."""
    rows = queries.on_hold(request.actor, site_id=request.site.pk)
    context = {"page": page_of(rows, request.GET.get("page")), "today": day_of(now())}
    return render(request, "work/held.html", context)


@page(VIEW_ORDERS)
def tasks(request: SignedInRequest) -> HttpResponse:
    """Work given by managers and head office, tracked to its end; `state=all` with what is over."""
    at = now()
    asked: dict[str, Any] = {"site_id": request.site.pk}
    if request.GET.get("mine") == "1":
        asked["given_by"] = request.actor.user_id
    rows = queries.tasks_given(request.actor, **asked, also_ended=request.GET.get("state") == "all")
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "late": queries.tasks_given(request.actor, **asked, late_at=at).count(),
        "at": at,
        "may_give": request.actor.may(DISPATCH_ORDERS, request.site.pk),
    }
    return render(request, "work/tasks.html", context)


@page(VIEW_ORDERS)
def aid(request: SignedInRequest) -> HttpResponse:
    """Hours of mutual aid by person in a month, and what is asked of me."""
    first = _month(request.GET.get("month", ""))
    since, until = queries.month_of(first)
    credits = queries.credits_of(request.actor, site_id=request.site.pk, since=since, until=until)
    if request.GET.get("export") == "xlsx":
        lines = [[one.name, one.team, one.spells, one.minutes, one.hours] for one in credits]
        header = [_("姓名"), _("班组"), _("次数"), _("分钟"), _("小时")]
        return download("aid", [Sheet(_("支援工时"), header, lines)])
    spells = queries.aid_spells(request.actor, site_id=request.site.pk, since=since, until=until)
    context = {
        "month": f"{first:%Y-%m}",
        "credits": credits,
        "spells": spells.order_by("-joined_at")[:MOST_SHOWN],
        "requests": queries.aid_requests_to(request.actor),
        "helps_at": queries.helps_at(request.actor),
    }
    return render(request, "work/aid.html", context)


def _month(text: str) -> date:
    """The first day of `2026-11`; of anything else, of this month."""
    return _day(f"{text}-01") or day_of(now()).replace(day=1)


@page(VIEW_ORDERS)
def contractor_jobs(request: SignedInRequest) -> HttpResponse:
    """What was handed to contractors, and whether they came in time."""
    rows = queries.contractor_jobs(request.actor, site_id=request.site.pk)
    context = {"page": page_of(rows, request.GET.get("page")), "at": now()}
    return render(request, "work/contractor_jobs.html", context)


@page(ARRANGE_WORK)
def unfitting(request: SignedInRequest) -> HttpResponse:
    """Open orders whose holder the present operating model would not have chosen, and objections that wait."""
    at = now()
    context = {
        "orders": [
            BoardOrder(order, queries.next_reading(order, at)) for order in queries.unfitting(request.site)[:MOST_SHOWN]
        ],
        "objected": [
            BoardOrder(order, queries.next_reading(order, at))
            for order in queries.awaiting_ruling(request.site.pk)[:MOST_SHOWN]
        ],
    }
    return render(request, "work/unfitting.html", context)


@page(DISPATCH_ORDERS, "GET", "POST")
def visits(request: SignedInRequest) -> HttpResponse:
    """The visits of a day planned together, team by team: shown with reasons, taken with one click. Without a team in
    the address one's own; `team=all`, or none of one's own: all of them.
    """
    request.actor.require(DISPATCH_ORDERS, request.site.pk)
    teams = list(Team.objects.filter(site=request.site))
    wanted = request.GET.get("team") or _own_team(request, teams)
    shown = [team for team in teams if wanted in (team.code, ALL_TEAMS)]
    at = now()
    on = _day(request.GET.get("day", "")) or day_of(at)
    refusal = None
    if request.method == "POST" and shown:
        refusal = _take(request, _posted(request, shown), on)
        if refusal is None:
            messages.success(request, _("计划已采用，工单已派出。"))
            return redirect(request.get_full_path())
    busy = queries.teams_to_visit(shown, on) if len(shown) > 1 else shown
    context = {
        "teams": teams,
        "wanted": wanted,
        "day": on,
        "refusal": refusal,
        "plans": [{"team": team} | _preview(team, on, at) for team in busy],
    }
    return render(request, "work/visits.html", context, status=refusal.status if refusal else 200)


def _preview(team: Team, on: date, at: datetime) -> dict[str, Any]:
    orders = queries.to_be_visited(team, on)
    people = queries.walkers(team, on, at=at)
    plan = planned(queries.visits_of(orders, on), people)
    by_id = {order.pk: order for order in orders}
    rounds = [
        {"name": one.name, "walk": one.walk, "stops": [_line(stop, one.staff_id, nth, by_id, on) for nth, stop in
                                                         enumerate(one.stops, 1)]}
        for one in plan.rounds
    ]  # fmt: skip
    left = [by_id[pk] for pk in plan.left]
    return {"rounds": rounds, "left": left, "people": people, "orders": orders}


def _line(stop: Any, staff_id: int, position: int, by_id: dict[int, WorkOrder], on: date) -> dict[str, Any]:
    return {
        "order": by_id[stop.order_id],
        "arrive_at": instant(on, stop.arrive),
        "reasons": stop.reasons,
        "key": f"{stop.order_id}.{staff_id}.{position}.{stop.arrive}",
    }


def _take(request: SignedInRequest, team: Team, on: date) -> Refusal | None:
    """The plan as it was shown: each line is `order.staff.position.minute`."""
    lines = []
    for typed in request.POST.getlist("line"):
        parts = typed.split(".")
        if len(parts) == 4 and all(part.isdecimal() and len(part) < 19 for part in parts) and int(parts[3]) < 1440:
            order_id, staff_id, position, minute = map(int, parts)
            lines.append(Planned(order_id, staff_id, min(position, 999), instant(on, minute)))
    try:
        actions.accept_plan(actor=request.actor, at=now(), team=team, on=on, lines=lines)
    except NotFound:
        raise
    except Refusal as refusal:
        return refusal
    return None


def _own_team(request: SignedInRequest, teams: list[Team]) -> str:
    """The team one leads or belongs to here; else all."""
    mine = Q(members__user_id=request.actor.user_id) | Q(lead__user_id=request.actor.user_id)
    own = Team.objects.filter(mine, pk__in=[team.pk for team in teams]).order_by("pk").first()
    return own.code if own else ALL_TEAMS


def _posted(request: SignedInRequest, shown: list[Team]) -> Team:
    """Whose plan was taken, of those that were shown."""
    return next((team for team in shown if team.code == request.POST.get("team")), shown[0])


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and date(1900, 1, 1) <= day < date(3000, 1, 1) else None
