"""Common costs: told, split, shown line by line."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing import actions
from zhongshu.billing.forms.metering import CostForm, ReasonForm
from zhongshu.billing.lifecycle import SharedCostState
from zhongshu.billing.models import SharedCost
from zhongshu.billing.permissions import SHARE_COSTS, VIEW_BILLING
from zhongshu.billing.queries.contracts import cost_seen, costs_listed, is_cost_charged
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_BILLING, "GET", "POST")
def shared(request: SignedInRequest) -> HttpResponse:
    """The common costs of the site; another is told and split."""
    site_id = request.site.pk
    request.actor.require(SHARE_COSTS if request.method == "POST" else VIEW_BILLING, site_id)
    form = CostForm(request.POST or None, site_id=site_id)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    made: list[SharedCost] = []
    if request.method == "POST" and attempt(form, lambda **said: made.append(actions.share_cost(**facts, **said))):
        return redirect("billing:shared_cost", made[0].pk)
    shown = {
        "page": page_of(costs_listed(site_id), request.GET.get("page")),
        "form": form,
        "may_share": request.actor.may(SHARE_COSTS, site_id),
    }
    return render(request, "billing/shared.html", shown, status=422 if form.errors else 200)


@page(VIEW_BILLING)
def shared_cost(request: SignedInRequest, cost_id: int) -> HttpResponse:
    """What falls to whom."""
    return _show(request, cost_seen(request.actor, cost_id), ReasonForm())


@page(SHARE_COSTS, "POST")
def shared_cost_cancellation(request: SignedInRequest, cost_id: int) -> HttpResponse:
    """It was told wrong."""
    cost, form = cost_seen(request.actor, cost_id), ReasonForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "cost_id": cost.pk}
    if attempt(form, lambda **said: actions.cancel_cost(**facts, **said)):
        messages.success(request, _("已取消。"))
        return redirect("billing:shared_cost", cost.pk)
    return _show(request, cost, form)


def _show(request: SignedInRequest, cost: SharedCost, form: ReasonForm) -> HttpResponse:
    rows = cost.shares.select_related("place").order_by("place__path_as_counted", "pk")
    is_open, is_charged = cost.state == SharedCostState.READY, is_cost_charged(cost)
    shown = {
        "cost": cost,
        "page": page_of(rows, request.GET.get("page")),
        "is_charged": is_charged,
        "may_cancel": is_open and not is_charged and request.actor.may(SHARE_COSTS, cost.site_id),
        "form": form,
    }
    return render(request, "billing/shared_cost.html", shown, status=422 if form.errors else 200)
