"""Incidents: what looks like one, what is under way, and one of them with everybody to be answered."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.cases import actions
from zhongshu.cases.forms.incidents import AnswerForm, IncidentForm, JoinForm, NoticeForm, ReasonForm
from zhongshu.cases.lifecycle import INCIDENT_STATE_LABELS, CaseState, IncidentState
from zhongshu.cases.models import Incident
from zhongshu.cases.permissions import TEND_CASES, VIEW_CASES
from zhongshu.cases.queries import case_by_number
from zhongshu.cases.queries import incidents as queries
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import now
from zhongshu.web.days import Days
from zhongshu.web.excel import Sheet, download
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of
from zhongshu.work.kinds import category_name

MOST_EXPORTED = 20_000


@page(VIEW_CASES, "GET", "POST")
def incidents(request: SignedInRequest) -> HttpResponse:
    """Proposals first, then the list; sent, the form opens an incident or announces works."""
    if request.GET.get("export") == "xlsx":
        return download("incidents", [Sheet(_("事件"), _header(), map(_line, _rows(request)[:MOST_EXPORTED]))])
    if request.method == "GET":
        return _list(request, IncidentForm(site=request.site))
    form = IncidentForm(request.POST, site=request.site)
    opened: list[Incident] = []

    def act(**given: Any) -> None:
        opened.append(actions.open_incident(actor=request.actor, at=now(), site=request.site, **given))

    if attempt(form, act):
        messages.success(request, _("事件 %(number)s 已建立。") % {"number": opened[0].number})
        return redirect("cases:incident", opened[0].number)
    return _list(request, form, status=422)


def _rows(request: SignedInRequest) -> QuerySet[Incident]:
    """As narrowed by what stands in the address."""
    state, days = request.GET.get("state", ""), Days.of(request.GET)
    return queries.incidents_listed(
        request.actor,
        request.site.pk,
        state=state if state in set(IncidentState) else "",
        starts_at=days.starts_at,
        ends_at=days.ends_at,
    )


def _header() -> list[str]:
    return [
        _("单号"), _("事件"), _("类别"), _("范围"), _("状态"), _("报事"), _("负责人"), _("计划开始"), _("计划结束"),
        _("建立时间"), _("恢复时间"), _("关闭时间"),
    ]  # fmt: skip


def _line(incident: Any) -> list[object]:
    place = incident.place.label if incident.place else _("整个项目")
    return [
        incident.number, incident.title, str(category_name(incident.category)), place, incident.get_state_display(),
        incident.case_count, incident.owner.name if incident.owner else "", incident.planned_from,
        incident.planned_until, incident.opened_at, incident.restored_at, incident.closed_at,
    ]  # fmt: skip


def _list(request: SignedInRequest, form: IncidentForm, *, status: int = 200) -> HttpResponse:
    may_tend = request.actor.may(TEND_CASES, request.site.pk)
    proposed = queries.proposals(request.actor, request.site.pk, at=now()) if may_tend else []
    context = {
        "page": page_of(_rows(request), request.GET.get("page")),
        "days": Days.of(request.GET),
        "proposals": [(each, _proposed(request, each)) for each in proposed],
        "form": form,
        "state": request.GET.get("state", ""),
        "states": choices(INCIDENT_STATE_LABELS),
        "may_tend": may_tend,
        "now": now(),
    }
    return render(request, "cases/incidents.html", context, status=status)


def _proposed(request: SignedInRequest, proposal: queries.Proposal) -> dict[str, str]:
    """What an incident of it would be called and what everybody would be told."""
    what = {"place": proposal.place.label, "category": category_name(proposal.category)}
    return {
        "title": _("%(place)s %(category)s故障") % what,
        "notice": _("%(place)s出现%(category)s故障，我们已派人抢修，恢复后会再通知您。") % what,
    }


@page(VIEW_CASES)
def incident(request: SignedInRequest, number: str) -> HttpResponse:
    """What was told to whom, the one repair, its cases with a tick each, and what one may do now."""
    return _show(request, queries.incident_by_number(request.actor, number))


def _show(request: SignedInRequest, found: Incident, *, status: int = 200, **typed: Any) -> HttpResponse:
    cases = list(queries.cases_shown(request.actor, found))
    may_tend = request.actor.may(TEND_CASES, found.site_id)
    others = list(queries.may_join(found)) if may_tend and found.state == IncidentState.OPEN else []
    context = {
        "incident": found,
        "cases": cases,
        "others": others,
        "waiting": [case for case in cases if case.state == CaseState.OPEN and not case.is_answered],  # type: ignore[attr-defined]  # annotated
        "notices": found.notices.select_related("by").order_by("-pk"),
        "households": queries.household_count(found, at=now()),
        "may_tend": may_tend,
        "now": now(),
        "form": {
            "notice": NoticeForm(auto_id="notice-%s"),
            "over": NoticeForm(auto_id="over-%s"),
            "reason": ReasonForm(),
        }
        | typed,
    }
    return render(request, "cases/incident.html", context, status=status)


def _forms() -> dict[str, Form]:
    notice, over = NoticeForm(auto_id="notice-%s"), NoticeForm(auto_id="over-%s")
    return {"notice": notice, "over": over, "reason": ReasonForm()}


Act = Callable[..., object]


def _do(request: SignedInRequest, number: str, form: tuple[str, Form], act: Act, done: str) -> HttpResponse:
    name, filled = form
    found = queries.incident_by_number(request.actor, number)
    if attempt(filled, lambda **given: act(actor=request.actor, at=now(), incident_id=found.pk, **given)):
        messages.success(request, done)
        return redirect("cases:incident", number)
    return _show(request, queries.incident_by_number(request.actor, number), status=422, **{name: filled})


@page(VIEW_CASES, "POST")
def members(request: SignedInRequest, number: str) -> HttpResponse:
    found = queries.incident_by_number(request.actor, number)
    form = JoinForm(request.POST, allowed=[case.pk for case in queries.may_join(found)])
    return _do(request, number, ("join", form), actions.join_incident, _("已并入。"))


@page(VIEW_CASES, "POST")
def notices(request: SignedInRequest, number: str) -> HttpResponse:
    form = NoticeForm(request.POST, auto_id="notice-%s")
    return _do(request, number, ("notice", form), actions.tell_affected, _("通知已发出。"))


@page(VIEW_CASES, "POST")
def restoration(request: SignedInRequest, number: str) -> HttpResponse:
    form = NoticeForm(request.POST, auto_id="over-%s")
    return _do(request, number, ("over", form), actions.restore_incident, _("已宣布恢复，请答复名单上的报事人。"))


@page(VIEW_CASES, "POST")
def withdrawal(request: SignedInRequest, number: str) -> HttpResponse:
    return _do(request, number, ("reason", ReasonForm(request.POST)), actions.withdraw_incident, _("事件已撤销。"))


@page(VIEW_CASES, "POST")
def splitting(request: SignedInRequest, number: str) -> HttpResponse:
    """A case stands alone again."""
    return _of_case(request, number, ReasonForm(request.POST), actions.split_out, _("已拆出，另派工单。"))


@page(VIEW_CASES, "POST")
def answers(request: SignedInRequest, number: str) -> HttpResponse:
    """One caller answered: the tick."""
    return _of_case(request, number, AnswerForm(request.POST), actions.answer_caller, _("已记录答复。"))


def _of_case(request: SignedInRequest, number: str, form: Form, act: Act, done: str) -> HttpResponse:
    case = case_by_number(request.actor, number)
    incident = case.incident
    if attempt(form, lambda **given: act(actor=request.actor, at=now(), case_id=case.pk, **given)):
        messages.success(request, done)
    else:
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
    return redirect("cases:incident", incident.number) if incident else redirect("cases:case", number)
