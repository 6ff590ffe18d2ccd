"""Away and back again, from the page of one employee."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Invalid
from zhongshu.people import actions
from zhongshu.people.forms import AbsenceForm
from zhongshu.people.kinds import AbsenceReason
from zhongshu.people.permissions import ARRANGE_ROSTERS
from zhongshu.people.views.answers import name_of, status_of
from zhongshu.people.views.staff import employee
from zhongshu.web.forms import attempt


@page(ARRANGE_ROSTERS, "POST")
def absence(request: SignedInRequest, employee_no: str) -> HttpResponse:
    """Somebody asks for leave and gets it."""
    request.actor.require(ARRANGE_ROSTERS, request.site.pk)
    staff = employee(request, employee_no)
    form = AbsenceForm(request.POST, site=request.site)

    def grant(reason: str, **said: Any) -> None:
        actions.absent(actor=request.actor, at=now(), staff=staff, reason=AbsenceReason(reason), **said)

    if attempt(form, grant):
        messages.success(request, _("已登记 %(name)s 的请假；这段时间不再派单。") % name_of(staff))
        return redirect("people:person", employee_no=employee_no)
    context = {"form": form, "title": _("%(name)s 请假") % name_of(staff), "back_to": employee_no}
    return render(request, "people/form.html", context, status=status_of(form))


@page(ARRANGE_ROSTERS, "POST")
def return_(request: SignedInRequest, employee_no: str, pk: int) -> HttpResponse:
    """Back earlier than thought, or not away at all."""
    request.actor.require(ARRANGE_ROSTERS, request.site.pk)
    staff = employee(request, employee_no)
    away = get_object_or_404(staff.absences, pk=pk)
    try:
        actions.back(actor=request.actor, at=now(), absence=away)
    except Invalid as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(name)s 已销假。") % name_of(staff))
    return redirect("people:person", employee_no=employee_no)
