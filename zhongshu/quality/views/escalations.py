"""Escalations that wait for an answer, and one with what its level can do about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.roles import FIELD, STAFF
from zhongshu.kernel.clock import now
from zhongshu.quality import queries
from zhongshu.quality.actions import respond
from zhongshu.quality.forms import ResponseForm
from zhongshu.quality.permissions import RESPOND, WORK_QUALITY
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of
from zhongshu.work.kinds import EscalationRole
from zhongshu.work.lifecycle import Verb
from zhongshu.work.queries import possible_moves

#: Where on the order's page a measure is carried out.
MOVES = {Verb.REASSIGN: "reassignment", Verb.HOLD: "hold"}


@page(RESPOND)
def escalations(request: SignedInRequest) -> HttpResponse:
    """What remains: the department sees every level, everybody else what they were told."""
    rows = queries.unanswered(request.actor, at=now())
    mine = request.GET.get("mine") == "1"
    rows = queries.told_me(request.actor, rows) if mine else rows
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "mine": mine,
        "sees_all": request.actor.may(WORK_QUALITY),
        "base": _base(request),
    }
    return render(request, "quality/escalations.html", shown)


@page(RESPOND, "GET", "POST")
def escalation(request: SignedInRequest, step_id: int) -> HttpResponse:
    """How late it is, what this level can do, what the levels have done so far."""
    step = queries.step_by_id(request.actor, step_id)
    form = ResponseForm(request.POST or None, level=step.role)
    if request.method == "POST" and attempt(
        form, lambda **typed: respond(actor=request.actor, at=now(), step_id=step_id, **typed)
    ):
        messages.success(request, _("已记录本级措施。"))
        return redirect("quality:escalation", step_id)
    order = step.clock.order
    shown = {
        "step": step,
        "order": order,
        "form": form,
        "may_answer": queries.may_answer(request.actor, step) and not queries.is_answered(step) and not order.ended_at,
        "responses": queries.responses_to(step),
        "moves": [verb for verb in possible_moves(request.actor, order) if verb in MOVES],
        "is_late": step.percent >= 100,
        "is_assignee": step.role == EscalationRole.ASSIGNEE,
        "on_phone": _on_phone(request),
        "base": _base(request),
    }
    return render(request, "quality/escalation.html", shown, status=422 if form.errors else 200)


def _on_phone(request: SignedInRequest) -> bool:
    """Field staff have the page in their hand."""
    return not request.actor.holds(*STAFF - FIELD)


def _base(request: SignedInRequest) -> str:
    return "web/phone.html" if _on_phone(request) else "web/console.html"
