"""Employees who may receive money for some days."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing.views.doing import do
from zhongshu.cashier import actions
from zhongshu.cashier.forms import StandInForm
from zhongshu.cashier.permissions import AUTHORISE_STAND_INS
from zhongshu.cashier.queries.shifts import colleagues_at, stand_ins_seen
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(AUTHORISE_STAND_INS, "GET", "POST")
def stand_ins(request: SignedInRequest) -> HttpResponse:
    """Who may; another is authorised."""
    site_id, today = request.site.pk, day_of(now())
    request.actor.require(AUTHORISE_STAND_INS, site_id)
    colleagues = colleagues_at(request.actor, site_id)
    form = StandInForm(request.POST or None, colleagues=colleagues, initial={"starts_on": today})
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    if request.method == "POST" and attempt(form, lambda **said: actions.authorise_stand_in(**facts, **said)):
        messages.success(request, _("已授权，对方可以开班收款。"))
        return redirect("cashier:stand_ins")
    rows = page_of(stand_ins_seen(request.actor, site_id), request.GET.get("page"))
    shown = {"page": rows, "today": today, "form": form}
    return render(request, "cashier/stand_ins.html", shown, status=422 if form.errors else 200)


@page(AUTHORISE_STAND_INS, "POST")
def stand_in_ending(request: SignedInRequest, stand_in_id: int) -> HttpResponse:
    """No more money from now on."""
    act = partial(actions.revoke_stand_in, actor=request.actor, at=now(), stand_in_id=stand_in_id)
    return do(request, act, said=_("已收回授权；未结束的班次仍可清点交接。"), to=("cashier:stand_ins",))
