"""Inquiries: the list, a new one, one with what one can do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from zhongshu.cases.queries import case_by_number
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, User
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.periods import in_force
from zhongshu.people.queries import available
from zhongshu.quality import actions, forms, queries
from zhongshu.quality.actions.inquiries import ASKS, REPLIES
from zhongshu.quality.kinds import DIRECTION_LABELS, INQUIRY_STATE_LABELS, Direction, InquiryState
from zhongshu.quality.models import Inquiry
from zhongshu.quality.permissions import ASK_QUALITY, DEPARTMENT, VIEW_INQUIRIES, WORK_QUALITY
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of
from zhongshu.work.queries import order_by_number


@dataclass(frozen=True, slots=True)
class Noun:
    """What one can do: its address, form, action, what is said when it is done."""

    noun: str
    label: Any
    form: type[forms.QualityForm]
    act: Callable[..., Any]
    done: Any


NOUNS = {
    noun.noun: noun
    for noun in (
        Noun("taking", _("受理"), forms.TakeForm, actions.take, _("已受理。")),
        Noun("answers", _("答复问题"), forms.AnswerForm, actions.answer, _("已答复。")),
        Noun("acceptance", _("认可了结"), forms.AcceptForm, actions.accept_answer, _("已了结。")),
        Noun("return", _("退回重答"), forms.ReturnForm, actions.send_back, _("已退回。")),
        Noun("escalation", _("上报公司总部"), forms.EscalateForm, actions.escalate, _("已上报。")),
    )
}


@page(VIEW_INQUIRIES)
def inquiries(request: SignedInRequest) -> HttpResponse:
    """What is asked in both directions: what waits first."""
    rows = queries.listed(queries.inquiries_visible(request.actor))
    wanted = {name: request.GET.get(name, "") for name in ("direction", "state")}
    known: dict[str, set[str]] = {"direction": {*Direction}, "state": {*InquiryState}}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value in known[name]})
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "wanted": wanted,
        "directions": DIRECTION_LABELS,
        "states": INQUIRY_STATE_LABELS,
        "may_ask": request.actor.may(ASK_QUALITY),
        "may_supervise": request.actor.may(WORK_QUALITY),
        "at": now(),
    }
    return render(request, "quality/inquiries.html", shown)


@page(VIEW_INQUIRIES, "GET", "POST")
def new(request: SignedInRequest, direction: str) -> HttpResponse:
    """Ask the department, or put a site under supervision: about a case or an order named in the address, or freely."""
    request.actor.require(ASKS[Direction(direction)], request.site.pk)
    about = _about(request)
    kind = forms.HelpForm if direction == Direction.HELP else forms.SupervisionForm
    act = actions.ask_for_help if direction == Direction.HELP else actions.supervise
    form = kind(request.POST or None)
    made: list[Inquiry] = []
    site = next((thing.site for thing in about.values() if thing), request.site)
    facts = {"actor": request.actor, "at": now(), "site": site, **about}
    if request.method == "POST" and attempt(form, lambda **typed: made.append(act(**facts, **typed))):
        return redirect("quality:inquiry", made[0].number)
    shown = {"form": form, "direction": direction, "label": DIRECTION_LABELS[Direction(direction)], **about}
    return render(request, "quality/new.html", shown, status=422 if form.errors else 200)


def _about(request: SignedInRequest) -> dict[str, Any]:
    case, order = request.GET.get("case", ""), request.GET.get("order", "")
    return {
        "case": case_by_number(request.actor, case) if case else None,
        "order": order_by_number(request.actor, order) if order else None,
    }


@page(VIEW_INQUIRIES)
def inquiry(request: SignedInRequest, number: str) -> HttpResponse:
    """One inquiry: what was asked, what was said, what one can do."""
    return _show(request, queries.inquiry_by_number(request.actor, number))


@page(VIEW_INQUIRIES, "POST")
def doing(request: SignedInRequest, number: str, noun: str) -> HttpResponse:
    """One form, one action."""
    found = queries.inquiry_by_number(request.actor, number)
    kind = NOUNS[noun]
    form = _form(kind, found, request.POST)
    if not attempt(form, lambda **typed: kind.act(actor=request.actor, at=now(), inquiry_id=found.pk, **typed)):
        return _show(request, queries.inquiry_by_number(request.actor, number), tried=kind, form=form)
    messages.success(request, str(kind.done))
    return redirect("quality:inquiry", number)


def _show(
    request: SignedInRequest, found: Inquiry, *, tried: Noun | None = None, form: forms.QualityForm | None = None
) -> HttpResponse:
    nouns = [(noun, form if noun is tried else _form(noun, found)) for noun in _offered(request.actor, found)]
    if tried is not None and tried not in dict(nouns):
        nouns.append((tried, form))
    lines = found.lines.select_related("person")
    shown = {"inquiry": found, "lines": lines, "nouns": nouns, "tried": tried, "at": now()}
    return render(request, "quality/inquiry.html", shown, status=422 if tried else 200)


def _offered(actor: Actor, found: Inquiry) -> list[Noun]:
    direction, site_id = Direction(found.direction), found.site_id
    replies = actor.may(REPLIES[direction], site_id)
    asks = actor.user_id == found.asked_by_id or actor.may(ASKS[direction], site_id)
    is_open, answered = found.state == InquiryState.OPEN, found.state == InquiryState.ANSWERED
    wanted = {
        "taking": is_open and replies and found.handler_id is None,
        "answers": is_open and replies,
        "acceptance": answered and asks,
        "return": answered and asks,
        "escalation": not found.closed_at and actor.may(WORK_QUALITY, site_id),
    }
    return [NOUNS[name] for name, is_offered in wanted.items() if is_offered]


def _form(noun: Noun, found: Inquiry, data: Any = None) -> forms.QualityForm:
    if noun.form is not forms.AnswerForm:
        return noun.form(data)
    return forms.AnswerForm(data, direction=Direction(found.direction), people=_to_be_sent(found.site_id, now()))


def _to_be_sent(site_id: int, at: datetime) -> QuerySet[User]:
    """The site's own people, and those of the department and of head office."""
    staff = available(site_id=site_id, at=at).values("user_id")
    covers = Q(site__isnull=True) | Q(site_id=site_id)
    above = RoleGrant.objects.filter(in_force(day_of(at)), covers, role__in=DEPARTMENT).values("user_id")
    return User.objects.filter(Q(pk__in=staff) | Q(pk__in=above), is_active=True).order_by("name")
